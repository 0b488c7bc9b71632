/* Definitive scores by keyboard, as on the rating screen: a digit or letter chooses that level of the
   current criterion and goes on to the next; the last one leads to the explanation. */

const form = document.querySelector("[data-gold-form]");
const criteria = [...form.querySelectorAll("[data-criterion]")];
const explanation = form.querySelector("textarea");

function chosenText(criterion) {
  return criterion.querySelector(":checked")?.closest("label")?.querySelector(".level-text")?.textContent.trim() ?? "";
}

function show(current) {
  for (const criterion of criteria) {
    criterion.classList.toggle("is-current", criterion === current);
    const text = chosenText(criterion);
    criterion.classList.toggle("is-scored", Boolean(text));
    criterion.querySelector("[data-chosen]").textContent = text;
  }
}

function current() {
  return criteria.find((criterion) => criterion.classList.contains("is-current")) ?? criteria[0];
}

function goOn(criterion) {
  const next = criteria[criteria.indexOf(criterion) + 1];
  show(next ?? null);
  (next?.querySelector(":checked") ?? next?.querySelector("input") ?? explanation).focus();
}

function choose(criterion, key) {
  const levels = [...criterion.querySelectorAll("[data-key]")];
  const level = levels.find((input) => input.dataset.key === key);
  if (!level) return false;
  level.checked = true;
  goOn(criterion);
  return true;
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("textarea, select, input:not([type='radio'])");
  if (isTyping || event.altKey || event.ctrlKey || event.metaKey || event.key.length !== 1) return;
  if (current() && choose(current(), event.key.toUpperCase())) event.preventDefault();
});

for (const criterion of criteria) {
  criterion.addEventListener("focusin", () => show(criterion));
  criterion.addEventListener("click", () => show(criterion));
  criterion.addEventListener("change", () => show(criterion));
}

if (criteria.length) show(criteria.find((criterion) => !criterion.querySelector(":checked")) ?? null);
