/* The rubric in the form: scores in native radios, one criterion current, the composite live. */
import { showKeys } from "./rating_keys.js";
import { reveal } from "./rating_reveal.js";
import { showTotal } from "./rating_total.js";
import { announce, say } from "./rating_words.js";

function textOf(input) {
  const parts = input?.closest(".level").querySelectorAll(".level-label, .level-text") ?? [];
  return [...parts].map((part) => part.textContent.trim()).join(" · ");
}

export class RubricForm {
  constructor(form, changed) {
    this.form = form;
    this.place = form.querySelector("[data-criteria]");
    this.panel = this.place.querySelector("[data-rubric-panel]");
    form.addEventListener("change", (event) => event.target.type === "radio" && changed());
    form.addEventListener("focusin", (event) => {
      const at = this.fieldsets.indexOf(event.target.closest("[data-criterion]"));
      if (at >= 0) this.mark(at);
    });
    this.at = 0;
  }

  get fieldsets() {
    return [...this.panel.querySelectorAll("[data-criterion]")];
  }

  get current() {
    return this.fieldsets[this.at] ?? null;
  }

  get scores() {
    const chosen = this.panel.querySelectorAll("input[type=radio]:checked");
    return Object.fromEntries([...chosen].map((i) => [i.name.slice(6), Number(i.value)]));
  }

  /** Another item: perhaps another rubric, and what was entered before. */
  mount(item, panel, scores) {
    if (panel && panel !== this.panel) this.place.replaceChildren(panel);
    this.panel = panel ?? this.panel;
    this.panel.querySelectorAll("input[type=radio]").forEach((input) => {
      input.checked = scores[input.name.slice(6)] === Number(input.value);
    });
    const open = this.fieldsets.findIndex((fieldset) => !fieldset.querySelector(":checked"));
    this.mark(Math.max(0, open));
    this.refresh(item);
  }

  mark(at) {
    this.at = at;
    this.fieldsets.forEach((fieldset, i) => fieldset.classList.toggle("is-current", i === at));
    showKeys(this.current);
  }

  /** Go to a criterion (kept within the rubric) and put the focus there. */
  go(at) {
    const last = this.fieldsets.length - 1;
    this.mark(Math.min(last, Math.max(0, at)));
    this.current?.focus({ preventScroll: true });
    if (this.current) reveal(this.form, this.current);
    announce(say("criterion", { name: this.current?.dataset.name, n: this.at + 1, total: last + 1 }));
  }

  /** The level that a key stands for on the current criterion, or null. */
  level(key) {
    const all = [...(this.current?.querySelectorAll("input[type=radio]") ?? [])];
    return all.find((input) => input.dataset.key === key || Number(input.value) === Number(key)) ?? null;
  }

  choose(input) {
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    const { name } = this.current.dataset;
    if (this.at < this.fieldsets.length - 1) this.go(this.at + 1);
    announce(say("scored", { name, value: input.value, text: textOf(input) }));
  }

  clear() {
    const chosen = this.current?.querySelector(":checked");
    if (!chosen) return;
    chosen.checked = false;
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Index of the first required criterion without a score; -1 when there is none. */
  get missing() {
    return this.fieldsets.findIndex((f) => "required" in f.dataset && !f.querySelector(":checked"));
  }

  /** Composite and mark, and beside each criterion what was chosen. */
  refresh(item = this.item) {
    this.item = item;
    this.fieldsets.forEach((fieldset) => {
      const chosen = fieldset.querySelector(":checked");
      fieldset.classList.toggle("is-scored", Boolean(chosen));
      fieldset.querySelector("[data-chosen]").textContent = textOf(chosen);
    });
    showTotal(this, item);
  }
}
