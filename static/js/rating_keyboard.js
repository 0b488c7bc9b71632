/* The keyboard. Native keys keep their meaning in text fields; in a radio group ← and → move
   within the scale as everywhere, ↑ and ↓ between criteria. */
export class Keyboard {
  /** `commands`: {letter: function}; `submit`, `rubric`, `problem(name, value)`; `isOpen()`: can be scored. */
  constructor({ rubric, commands, submit, problem, isOpen }) {
    Object.assign(this, { rubric, commands, submit, problem, isOpen, typed: "" });
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const inText = event.target.matches("textarea, input:not([type=radio]), select");
    if (inText) return this.pressInText(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const isRubrics = this.isOpen() && (this.score(event.key) || this.move(event) || this.clear(event));
    if (isRubrics || this.command(event)) event.preventDefault();
    return undefined;
  }

  pressInText(event) {
    if (event.key === "Escape") {
      event.target.closest("details")?.removeAttribute("open");
      this.rubric.go(this.rubric.at);
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.submit();
    }
  }

  /** A digit, a letter of a category, or a part of a number. True when it was one. */
  score(key) {
    const entry = this.rubric.current?.dataset.entry;
    if (entry === "number") return this.type(key);
    const sign = entry === "letter" ? key.toUpperCase() : key;
    const isSign = entry === "letter" ? /^[A-Z]$/.test(sign) : /^[0-9]$/.test(sign);
    const level = isSign && [...sign].length === 1 ? this.rubric.level(sign) : null;
    if (level) this.rubric.choose(level);
    else if (entry === "digit" && isSign) this.problem("off_scale", sign);
    return Boolean(level) || (entry === "digit" && isSign);
  }

  type(key) {
    const { current } = this.rubric;
    if (current !== this.typedOn) this.typed = "";
    this.typedOn = current;
    if (/^[0-9.,]$/.test(key) || (key === "-" && Number(current.dataset.low) < 0)) this.typed += key.replace(",", ".");
    else if (key === "Backspace" && this.typed) this.typed = this.typed.slice(0, -1);
    else if (key === "Enter" && this.typed) this.commit();
    else return false;
    this.showTyped();
    return true;
  }

  commit() {
    const level = this.rubric.level(this.typed);
    if (!level) this.problem("off_scale", this.typed);
    this.typed = "";
    this.showTyped();
    if (level) this.rubric.choose(level);
  }

  showTyped() {
    const place = this.rubric.current?.querySelector("[data-typed]");
    if (place) place.textContent = this.typed;
  }

  move(event) {
    const inRadio = event.target.matches("input[type=radio]");
    const step = { ArrowUp: -1, ArrowDown: 1, Backspace: -1, ArrowLeft: inRadio ? 0 : -1, ArrowRight: inRadio ? 0 : 1 }[event.key];
    if (!step) return false;
    this.typed = "";
    this.showTyped();
    this.rubric.go(this.rubric.at + step);
    return true;
  }

  clear({ key }) {
    if (key === "Delete") this.rubric.clear();
    return key === "Delete";
  }

  command(event) {
    const { key, target } = event;
    if (key === "Enter" && target.matches("a, button, summary")) return false;
    // A key held down must not submit the item after this one.
    if (key === "Enter") event.repeat || this.submit();
    else if (this.commands[key.toLowerCase()]) this.commands[key.toLowerCase()]();
    else return false;
    return true;
  }
}
