/* The items in hand: the first is on the stage, the rest wait in the page. */
import { bindScans } from "./scan.js";

export class Hand {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector("[data-stage]");
    this.rubrics = new Map();
    const ahead = root.querySelector("[data-ahead]");
    const first = this.stage.querySelector("[data-item]");
    this.items = [first, ...ahead.content.querySelectorAll("[data-item]")];
    this.learn(root);
  }

  get current() {
    return this.items[0] ?? null;
  }

  get ids() {
    return this.items.map((item) => item.dataset.item);
  }

  get known() {
    return [...this.rubrics.keys()].join(",");
  }

  /** Keep every rubric that came along in a <template>. */
  learn(node) {
    node.querySelectorAll("template[data-rubric-template]").forEach((template) => {
      this.rubrics.set(template.dataset.rubricTemplate, {
        panel: template.content.querySelector("[data-rubric-panel]"),
        guide: template.content.querySelector("[data-guide-of]"),
      });
    });
  }

  /** Take in what an answer brought; `toFront` for what comes back by undo. True if anything did. */
  receive(answer, { toFront = false, except = () => false } = {}) {
    this.learn(answer);
    const brought = [...answer.querySelectorAll("[data-item]")];
    const fresh = brought.filter((i) => !this.ids.includes(i.dataset.item) && !except(i.dataset.item));
    this.items = toFront ? [...fresh, ...this.items] : [...this.items, ...fresh];
    return fresh.length > 0;
  }

  remove(id) {
    this.items = this.items.filter((item) => item.dataset.item !== id);
  }

  rubricOf(item) {
    return this.rubrics.get(item.dataset.rubric);
  }

  /** Put an item (or any other node) on the stage. */
  show(node) {
    // Who has opened the reference answer wants it open on the next item too.
    const isOpen = this.stage.querySelector("[data-reference]")?.open;
    const asked = node.querySelector(".panel-question")?.textContent;
    const isSame = asked && asked === this.asked;
    this.asked = asked ?? this.asked;
    this.stage.replaceChildren(node);
    if (isOpen) node.querySelector("[data-reference]")?.setAttribute("open", "");
    bindScans(this.stage);
    this.stage.scrollTop = 0;
    if (window.matchMedia("(max-width: 56rem)").matches) this.scroll(node, isSame);
  }

  /** On a phone: to the response when its question is the one that was just read. A new question is
      read from its beginning, with as much of the answer as fits above the sheet. What is scrolled to
      keeps as much room below the bar as it has on the stage. */
  scroll(item, isSame) {
    const [question, response] = [".panel-question", ".panel-response"].map((part) => item.querySelector(part));
    const bar = this.root.querySelector(".rating-bar").offsetHeight;
    const sheet = this.root.querySelector("[data-form]").offsetHeight;
    const room = bar + parseFloat(getComputedStyle(this.stage).paddingBlockStart);
    const top = (part) => part.getBoundingClientRect().top + window.scrollY - room;
    const covered = () => top(response) + response.offsetHeight + room + sheet - window.innerHeight;
    const fresh = () => Math.max(0, Math.min(covered(), top(question)));
    const at = response && (isSame ? top(response) : fresh());
    window.scrollTo({ top: at ?? 0, behavior: "instant" });
  }
}
