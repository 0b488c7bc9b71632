/* A scan under the hand: the mouse drags it, two fingers zoom it. One finger scrolls as everywhere. */

export function bindDrag(view) {
  let from = null;
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    from = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
    view.setPointerCapture(event.pointerId);
  });
  // The browser would drag the picture away, and take the keyboard from the rubric.
  view.addEventListener("mousedown", (event) => event.preventDefault());
  view.addEventListener("pointermove", (event) => {
    if (from) view.scrollTo(from.x - event.clientX, from.y - event.clientY);
  });
  ["pointerup", "pointercancel"].forEach((name) => view.addEventListener(name, () => (from = null)));
}

/** `zoom(ratio)` is told how much further apart the fingers are than a moment ago. */
export function bindPinch(view, zoom) {
  let apart = null;
  const distance = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  view.addEventListener("touchstart", ({ touches }) => {
    apart = touches.length === 2 ? distance(touches) : null;
  }, { passive: true });
  view.addEventListener("touchmove", (event) => {
    if (!apart || event.touches.length !== 2) return;
    event.preventDefault();
    const now = distance(event.touches);
    zoom(now / apart);
    apart = now;
  }, { passive: false });
  view.addEventListener("touchend", () => (apart = null));
}
