/* A scan of an answer: zoom, turn, fit and move, by button, key, mouse and finger. Without scripts the
   image fits the column. */
import { bindDrag, bindPinch } from "./scan_hand.js";

const STEP = 1.25;
const LARGEST = 8;
const SMALLEST = 0.4;
const STRIDE = 80;
const KEYS = { "+": "in", "=": "in", "-": "out", r: "turn", R: "turn", Escape: "fit" };
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Scan {
  constructor(figure) {
    this.view = figure.querySelector("[data-scan-view]");
    this.image = this.view.querySelector("img");
    this.fit();
    figure.addEventListener("click", (event) => {
      const name = event.target.closest("[data-scan-do]")?.dataset.scanDo;
      if (name) this.act(name);
    });
    this.view.addEventListener("keydown", (event) => this.press(event));
    this.view.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    bindDrag(this.view);
    bindPinch(this.view, (ratio) => this.zoomTo(this.zoom * ratio));
  }

  act(name) {
    if (name === "in") this.zoomTo(this.zoom * STEP);
    if (name === "out") this.zoomTo(this.zoom / STEP);
    if (name === "turn") this.turn = (this.turn + 90) % 360;
    if (name === "fit") this.fit();
    this.draw();
  }

  fit() {
    this.zoom = 1;
    this.turn = 0;
  }

  /** What is in the middle of the view stays there. */
  zoomTo(zoom) {
    const { view } = this;
    const x = (view.scrollLeft + view.clientWidth / 2) / view.scrollWidth;
    const y = (view.scrollTop + view.clientHeight / 2) / view.scrollHeight;
    this.zoom = Math.min(LARGEST, Math.max(SMALLEST, zoom));
    this.draw();
    view.scrollTo(x * view.scrollWidth - view.clientWidth / 2, y * view.scrollHeight - view.clientHeight / 2);
  }

  /* A turn leaves the box as it was: margins give it the turned size and keep it in the middle. */
  draw() {
    const { image, view } = this;
    const isTurned = this.turn % 180 !== 0;
    image.style.inlineSize = `${100 * this.zoom}%`;
    image.style.transform = `rotate(${this.turn}deg)`;
    const { offsetWidth: width, offsetHeight: height } = image;
    const side = isTurned ? (height - width) / 2 : 0;
    const spare = Math.max(0, (view.clientWidth - (isTurned ? height : width)) / 2);
    image.style.marginInline = `${side + spare}px ${side}px`;
    image.style.marginBlock = `${-side}px`;
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [name, move] = [KEYS[event.key], MOVES[event.key]];
    if (!name && !move) return;
    event.preventDefault();
    if (name) this.act(name);
    else this.view.scrollBy(move[0] * STRIDE, move[1] * STRIDE);
  }

  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.act(event.deltaY < 0 ? "in" : "out");
  }
}

/** Bind every scan in `root` that is not bound yet. */
export function bindScans(root) {
  root.querySelectorAll("[data-scan]:not([data-bound])").forEach((figure) => {
    figure.dataset.bound = "";
    new Scan(figure);
  });
}

/** Do `name` with the scan that is in view, if there is one. */
export function look(name) {
  const isInView = (figure) => figure.getBoundingClientRect().bottom > window.innerHeight / 4;
  const figure = [...document.querySelectorAll("[data-scan]")].find(isInView);
  figure?.querySelector(`[data-scan-do=${name}]`).click();
}

bindScans(document);
