/* Scans of an answer: zoom, turn, drag. Works on whatever [data-scan] is in the page. */
const LEAST = 1;
const MOST = 6;

function bind(scan) {
  if (scan.dataset.bound) return;
  scan.dataset.bound = "yes";
  const view = scan.querySelector("[data-scan-window]");
  const image = view.querySelector("img");
  const state = { zoom: 1, turn: 0 };
  const apply = () => {
    image.style.setProperty("--zoom", state.zoom);
    image.style.setProperty("--turn", `${state.turn}deg`);
    scan.classList.toggle("is-turned", state.turn % 180 !== 0);
    scan.classList.toggle("is-zoomed", state.zoom > 1);
  };
  const zoom = (steps) => {
    state.zoom = Math.min(MOST, Math.max(LEAST, state.zoom * 1.25 ** steps));
    apply();
  };
  scan.querySelector("[data-scan-tools]").hidden = false;
  scan.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.zoom) zoom(Number(button.dataset.zoom));
    if ("turn" in button.dataset) state.turn = (state.turn + 90) % 360;
    if ("fit" in button.dataset) Object.assign(state, { zoom: 1, turn: 0 });
    apply();
  });
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1 : -1);
  }, { passive: false });
  bindDrag(view);
}

function bindDrag(view) {
  let from = null;
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse") return;
    from = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
    view.setPointerCapture(event.pointerId);
  });
  view.addEventListener("pointermove", (event) => {
    if (from) view.scrollTo(from.x - event.clientX, from.y - event.clientY);
  });
  ["pointerup", "pointercancel"].forEach((name) => view.addEventListener(name, () => (from = null)));
}

export function bindScans(root) {
  root.querySelectorAll("[data-scan]").forEach(bind);
}

bindScans(document);
