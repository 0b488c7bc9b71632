/* A criterion into sight: whole where it fits between the head of the sheet and its buttons, else from
   its beginning, so that nobody scores levels whose name is hidden. */
export function reveal(form, criterion) {
  const { scrollMarginTop, scrollMarginBottom } = getComputedStyle(criterion);
  const above = parseFloat(scrollMarginTop);
  const room = form.clientHeight - above - parseFloat(scrollMarginBottom);
  const top = (node) => node.getBoundingClientRect().top;
  if (criterion.offsetHeight <= room) criterion.scrollIntoView({ block: "nearest" });
  else form.scrollTop += top(criterion) - top(form) - above;
}
