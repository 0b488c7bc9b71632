/* The desk: one item is rated here, submitted, and the next is there at once. */
import { outboxOf, waitingFor } from "./rating_answers.js";
import { Drafts } from "./rating_draft.js";
import { entryOf, fill, isIncomplete, submissionOf } from "./rating_entry.js";
import { Hand } from "./rating_hand.js";
import { Progress } from "./rating_progress.js";
import { RubricForm } from "./rating_rubric.js";
import { Timer } from "./rating_timer.js";
import { announce, say, waitingLine } from "./rating_words.js";

export class Desk {
  constructor(root) {
    this.root = root;
    this.form = root.querySelector("[data-form]");
    this.hand = new Hand(root);
    this.drafts = new Drafts(root);
    this.timer = new Timer();
    this.progress = new Progress(root.querySelector("[data-progress]"));
    this.rubric = new RubricForm(this.form, () => this.entered());
    this.note = this.form.querySelector("[data-note]");
    this.problem = this.form.querySelector("[data-problem]");
    this.note.addEventListener("input", () => this.entered());
    this.outbox = outboxOf(this);
    this.open();
    this.outbox.flush();
  }

  get item() {
    return this.hand.current;
  }

  /** Whether something can be scored now: an item is here and no feedback is awaited or read. */
  get isOpen() {
    return Boolean(this.item) && !this.isReading;
  }

  /** What is entered on the current item, as the drafts keep it. */
  get draft() {
    return { scores: this.rubric.scores, note: this.note.value, active_seconds: this.timer.active };
  }

  /** Show the current item, or say that the next is on its way. */
  open({ isQuiet = false } = {}) {
    const { item } = this;
    this.complain("");
    if (!this.isOpen) return this.await();
    this.form.classList.remove("is-waiting");
    this.hand.show(item);
    const draft = this.drafts.of(item);
    this.rubric.mount(item, this.hand.rubricOf(item)?.panel, draft.scores ?? {});
    fill(this.form, item, draft);
    this.timer.start(draft.active_seconds);
    this.rubric.go(this.rubric.at);
    if (!isQuiet) announce(say("next", { count: this.progress.text }));
    return undefined;
  }

  await() {
    this.form.classList.add("is-waiting");
    this.hand.show(waitingLine(waitingFor(this)));
  }

  /** A score or the note changed. */
  entered() {
    if (!this.isOpen) return;
    this.complain("");
    this.rubric.refresh(this.item);
    this.drafts.save(this.item, this.draft, entryOf(this));
  }

  submit(extra = {}) {
    if (!this.isOpen) return;
    if (extra.action !== "flag" && isIncomplete(this)) return;
    const entry = submissionOf(this, extra);
    this.drafts.forget(entry.assignment);
    this.last = this.hand.items.shift();
    this.last.dataset.draft = JSON.stringify(this.draft);
    this.progress.add(entry.active_seconds);
    this.isReading = entry.training === "practice";
    this.outbox.add(entry);
    this.open();
  }

  putBack(item) {
    this.isReading = false;
    this.hand.items.unshift(item);
    this.progress.move({ done: -1, left: 1 });
    this.open({ isQuiet: true });
  }

  complain(text) {
    Object.assign(this.problem, { textContent: text, hidden: !text });
  }

  /** The server's page says what comes now. */
  leave() {
    window.location.assign(this.root.dataset.pageUrl);
  }
}
