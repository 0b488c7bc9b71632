/* A scan of an answer: zoom and turn. Without it the image fits the column and its link opens it. */

const STEP = 1.25;
const LARGEST = 8;

/* A turn leaves the box as it was: margins give it the turned size and keep it in the middle. */
function draw(image, state) {
  const isTurned = state.turn % 180 !== 0;
  image.style.inlineSize = `${100 * state.zoom}%`;
  image.style.transform = `rotate(${state.turn}deg)`;
  const { offsetWidth: width, offsetHeight: height, parentElement: view } = image;
  const side = isTurned ? (height - width) / 2 : 0;
  const spare = Math.max(0, (view.clientWidth - (isTurned ? height : width)) / 2);
  image.style.marginInline = `${side + spare}px ${side}px`;
  image.style.marginBlock = `${-side}px`;
}

function bindScan(figure) {
  const image = figure.querySelector("img");
  const state = { zoom: 1, turn: 0 };
  const acts = {
    in: () => { state.zoom = Math.min(LARGEST, state.zoom * STEP); },
    out: () => { state.zoom = Math.max(1 / STEP ** 4, state.zoom / STEP); },
    turn: () => { state.turn = (state.turn + 90) % 360; },
    fit: () => { state.zoom = 1; state.turn = 0; },
  };
  const act = (name) => { acts[name](); draw(image, state); };
  figure.addEventListener("click", (event) => {
    const button = event.target.closest("[data-scan-do]");
    if (button) act(button.dataset.scanDo);
  });
  const keys = { "+": "in", "=": "in", "-": "out", r: "turn", R: "turn", 0: "fit" };
  figure.querySelector(".scan-view").addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(keys[event.key]);
  });
}

document.querySelectorAll("[data-scan]").forEach(bindScan);
