/* Buttons that tick all or none of the boxes whose names begin with data-tick. Without this file
   they stay hidden, and every box is ticked by hand. */

for (const group of document.querySelectorAll("[data-tick]")) {
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const to = event.target.closest("[data-tick-to]")?.dataset.tickTo;
    if (!to) return;
    const boxes = group.closest("form").querySelectorAll(`[type="checkbox"][name^="${group.dataset.tick}"]`);
    for (const box of boxes) box.checked = to === "all";
  });
}
