/* The builder of a rubric: live sum of the weights, moving criteria by keyboard, a word before leaving
   with unsaved changes. Adding, removing and moving are the server's; this only presses its buttons. */

const form = document.getElementById("rubric-form");
let isChanged = Boolean(form.querySelector("[data-changed]"));

function number(text) {
  const value = Number(text.trim().replace(/[,，]/, "."));
  return text.trim() && Number.isFinite(value) ? value : 0;
}

function showSum() {
  const line = form.querySelector("[data-weight-sum]");
  if (!line) return;
  const weights = [...form.querySelectorAll("[data-weight]")].map((input) => number(input.value));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const isGood = Math.abs(sum - 100) <= 0.005;
  line.classList.toggle("is-off", !isGood);
  const words = isGood ? line.dataset.good : line.dataset.bad.replace("{sum}", String(Number(sum.toFixed(2))));
  if (line.textContent !== words) line.textContent = words;
}

function move(event) {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const criterion = event.target.closest("[data-criterion]");
  const button = criterion?.querySelector(`[data-move="${event.key === "ArrowUp" ? "up" : "down"}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
}

form.addEventListener("input", (event) => {
  isChanged = true;
  if (event.target.matches("[data-weight]")) showSum();
});
form.addEventListener("keydown", move);
form.addEventListener("submit", () => {
  isChanged = false;
});

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.closest?.("#rubric-form")) return;
  isChanged = true;
  showSum();
  const pressed = event.detail.requestConfig?.triggeringEvent?.submitter ?? event.detail.requestConfig?.elt;
  if (pressed?.id !== "add-criterion") return;
  const added = [...form.querySelectorAll("[data-criterion]")].at(-1);
  added?.querySelector('input:not([type="hidden"])')?.focus();
});

window.addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});

form.querySelector(".error-summary, [aria-invalid='true'], .errorlist")?.scrollIntoView({ block: "center" });
