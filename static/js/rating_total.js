/* The line that says what the scores come to: the mark where there is one, and the composite. */
import { compute } from "./rating_composite.js";

const number = (text) => (text === "" || text === undefined ? null : Number(text));

function criterionOf({ dataset: d }) {
  const [low, high, weight] = [d.low, d.high, d.weight].map(Number);
  return { key: d.criterion, low, high, weight, veto: number(d.veto), isRequired: "required" in d };
}

/** `rubric`: the form's rubric with its fieldsets and scores; `item` brings full mark and step. */
export function showTotal({ form, panel, fieldsets, scores }, item) {
  const full = number(item?.dataset.fullMark);
  const step = number(item?.dataset.step) ?? 1;
  const { composite, mark } = compute(panel.dataset.kind, fieldsets.map(criterionOf), scores, full, step);
  const find = (name) => form.querySelector(`[data-${name}]`);
  find("composite-line").hidden = false;
  find("composite").textContent = composite === null ? "–" : Math.round(composite * 100);
  find("mark-line").hidden = full === null;
  find("mark").textContent = mark ?? "–";
  find("full").textContent = full ?? "";
}
