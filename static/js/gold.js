/* Definitive scores by keyboard: a digit or letter chooses that level of the current criterion and
   goes on to the next; the last one leads to the explanation. */

const form = document.querySelector("[data-gold-form]");
const criteria = [...form.querySelectorAll("[data-criterion]")];
const explanation = form.querySelector("textarea");

function current() {
  const focused = document.activeElement?.closest?.("[data-criterion]");
  return focused ?? criteria.find((criterion) => !criterion.querySelector(":checked")) ?? criteria[0];
}

function goOn(criterion) {
  const next = criteria[criteria.indexOf(criterion) + 1];
  const target = next?.querySelector(":checked") ?? next?.querySelector("input");
  (target ?? explanation).focus();
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("textarea, select, input:not([type='radio'])");
  if (isTyping || event.altKey || event.ctrlKey || event.metaKey || event.key.length !== 1) return;
  const criterion = current();
  const key = event.key.toUpperCase();
  const level = [...(criterion?.querySelectorAll("[data-key]") ?? [])].find((input) => input.dataset.key === key);
  if (!level) return;
  event.preventDefault();
  level.checked = true;
  level.dispatchEvent(new Event("change", { bubbles: true }));
  goOn(criterion);
});
