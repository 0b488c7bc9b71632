/* The desk: one item is rated here, submitted, and the next is there at once. */
import { Drafts } from "./rating_draft.js";
import { Hand } from "./rating_hand.js";
import { notice, outboxNotices } from "./rating_notices.js";
import { Outbox } from "./rating_outbox.js";
import { Progress } from "./rating_progress.js";
import { RubricForm } from "./rating_rubric.js";
import { randomKey } from "./rating_store.js";
import { Timer } from "./rating_timer.js";
import { announce, say } from "./rating_words.js";

const HAND_SIZE = 2;

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
    const stored = (answer, entry) => this.stored(answer, entry);
    const refused = (answer, entry) => this.refused(answer, entry);
    const fields = (entry) => this.askFor(entry);
    this.outbox = new Outbox(root, { fields, stored, refused, changed: outboxNotices });
    this.hand.items = this.hand.items.filter((item) => !this.outbox.holds(item.dataset.item));
    this.open();
    this.outbox.flush();
  }

  get item() {
    return this.hand.current;
  }

  /** Show the current item, or say that the next is on its way. */
  open({ isQuiet = false } = {}) {
    const item = this.item;
    this.form.classList.toggle("is-waiting", !item);
    this.complain("");
    if (!item) return this.await();
    this.hand.show(item);
    const draft = this.drafts.of(item);
    this.rubric.item = item;
    this.rubric.mount(this.hand.rubricOf(item)?.panel, draft.scores ?? {});
    this.note.value = draft.note ?? "";
    this.form.querySelectorAll("details[open]").forEach((details) => details.removeAttribute("open"));
    this.form.querySelector("[name=flag_reason]").value = draft.flag_reason ?? "";
    this.form.querySelector("[data-reason=skip]")?.toggleAttribute("hidden", Boolean(item.dataset.training));
    this.timer.start(draft.active_seconds);
    this.rubric.go(this.rubric.at);
    if (!isQuiet) announce(say("next", { count: this.progress.text }));
    return undefined;
  }

  await() {
    const line = document.createElement("p");
    line.className = "rating-waiting";
    line.textContent = say(this.outbox.trouble ? "waiting_offline" : "waiting");
    this.hand.show(line);
    announce(line.textContent);
  }

  /** A score or the note changed. */
  entered() {
    this.complain("");
    this.rubric.refresh(this.item);
    const draft = { scores: this.rubric.scores, note: this.note.value, active_seconds: this.timer.active };
    this.drafts.save(this.item, draft, this.entry());
  }

  entry() {
    const { item, claim } = this.item.dataset;
    const scores = Object.entries(this.rubric.scores).map(([key, value]) => [`score:${key}`, value]);
    return {
      ...Object.fromEntries(scores), assignment: item, claim, rater: this.root.dataset.user,
      note: this.note.value, active_seconds: this.timer.active,
    };
  }

  /** What the server should bring along: asked at the moment of sending. */
  askFor(entry) {
    const waiting = this.outbox.entries.map((one) => one.assignment);
    const inHand = [...new Set([...this.hand.ids, ...waiting])].filter((id) => id !== entry.assignment);
    const want = Math.max(0, HAND_SIZE - this.hand.items.length);
    return { in_hand: inHand.join(","), want, rubrics: this.hand.known };
  }

  submit(extra = {}) {
    if (!this.item || this.isReading) return;
    const missing = extra.action === "flag" ? -1 : this.rubric.missing;
    if (missing >= 0) {
      this.rubric.go(missing);
      this.complain(say("missing", { name: this.rubric.current.dataset.name }));
      return;
    }
    const entry = { ...this.entry(), ...extra, submission_key: randomKey(), at: Date.now() };
    entry.training = this.item.dataset.training;
    this.drafts.forget(entry.assignment);
    this.last = this.hand.items.shift();
    this.last.dataset.draft = JSON.stringify({ scores: this.rubric.scores, note: entry.note, active_seconds: entry.active_seconds });
    this.progress.add(entry.active_seconds);
    this.isReading = entry.training === "practice";
    this.outbox.add(entry);
    if (!this.isReading) this.open();
  }

  stored(answer, entry) {
    this.hand.receive(answer, { except: (id) => this.outbox.holds(id) });
    if ("over" in answer.dataset && !answer.querySelector("[data-feedback]")) return this.leave();
    if (entry.training === "practice") return this.read(answer);
    const shown = this.hand.stage.querySelector("[data-item]")?.dataset.item;
    if (this.item) return shown === this.item.dataset.item ? undefined : this.open();
    return this.outbox.entries.length ? undefined : this.leave();
  }

  /** Feedback on a practice item stays until the rater goes on. */
  read(answer) {
    const feedback = answer.querySelector("[data-feedback]");
    const isOver = "over" in answer.dataset || !this.item;
    this.hand.show(feedback);
    this.form.classList.add("is-waiting");
    feedback.focus();
    feedback.querySelector("[data-continue]").addEventListener("click", (event) => {
      event.preventDefault();
      this.goOn();
    });
    this.goOn = () => {
      this.goOn = null;
      this.isReading = false;
      if (isOver) this.leave();
      else this.open();
    };
  }

  refused(answer, entry) {
    const code = answer?.dataset.state;
    if (code === "invalid" && this.last?.dataset.item === entry.assignment) {
      this.outbox.remove(entry);
      this.putBack(this.last);
      this.complain(answer.querySelector("[data-message]")?.textContent ?? "");
    } else if (this.outbox.entries.every((one) => one.reason) && code !== "invalid") {
      notice("refused", answer?.querySelector("[data-message]")?.textContent, { kind: "error" });
      setTimeout(() => this.leave(), 2500);
    }
  }

  putBack(item) {
    this.isReading = false;
    this.hand.items.unshift(item);
    this.progress.move({ done: -1, left: 1 });
    this.open({ isQuiet: true });
  }

  complain(text) {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }

  /** The server's page says what comes now. */
  leave() {
    window.location.assign(this.root.dataset.pageUrl);
  }
}
