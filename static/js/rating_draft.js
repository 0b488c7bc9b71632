/* Autosave: on the device at once, on the server a moment later. The device's copy goes when the
   server has the draft; a copy that is still there when the page opens is the newer one. */
import { drop, put, take } from "./rating_store.js";
import { post } from "./rating_post.js";
import { say } from "./rating_words.js";

const MOMENT = 700;

export class Drafts {
  constructor(root) {
    this.url = root.dataset.draftUrl;
    this.user = root.dataset.user;
    this.line = root.querySelector("[data-saved]");
    window.addEventListener("online", () => this.retry());
  }

  key(assignment) {
    return `concord:draft:${this.user}:${assignment}`;
  }

  /** What was entered for an item: the device's unsent copy, else the server's. */
  of(item) {
    const kept = take(this.key(item.dataset.item));
    if (kept) return kept;
    const { scores = {}, ...rest } = item.dataset.draft ? JSON.parse(item.dataset.draft) : {};
    return { scores, ...rest };
  }

  /** `draft`: {scores, note, active_seconds}; `fields` the same as the server reads it. */
  save(item, draft, fields) {
    put(this.key(item.dataset.item), draft);
    item.dataset.draft = JSON.stringify(draft);
    this.pending = { id: item.dataset.item, fields };
    this.line.textContent = say("saving");
    clearTimeout(this.clock);
    this.clock = setTimeout(() => this.send(), MOMENT);
  }

  async send() {
    const { pending } = this;
    if (!pending) return;
    const { status, isSignedOut } = await post(this.url, pending.fields);
    if (this.pending !== pending) return;
    if (status !== 200 || isSignedOut) {
      this.line.textContent = say("kept_here");
      return;
    }
    this.pending = null;
    drop(this.key(pending.id));
    this.line.textContent = say("saved");
  }

  retry() {
    if (this.pending) this.send();
  }

  /** The item is submitted or given back: its draft is history. */
  forget(assignment) {
    if (this.pending?.id === assignment) {
      this.pending = null;
      clearTimeout(this.clock);
      this.line.textContent = "";
    }
    drop(this.key(assignment));
  }
}
