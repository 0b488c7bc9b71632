/* Ratings on their way. Each is kept on the device first, sent in order, and let go only when the
   server has acknowledged it; the server recognises one that it has already. */
import { all, drop, put, take } from "./rating_store.js";
import { parse, post } from "./rating_post.js";
import { say } from "./rating_words.js";

const WAITS = [2, 5, 10, 20, 30, 60];

export class Outbox {
  /** `hooks`: fields(entry) → more to send; stored(answer, entry); refused(…); changed(outbox). */
  constructor(root, hooks) {
    this.url = root.dataset.submitUrl;
    this.prefix = `concord:outbox:${root.dataset.user}:${root.dataset.campaign}:`;
    this.hooks = hooks;
    Object.assign(this, { trouble: "", fails: 0 });
    window.addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.flush());
  }

  get entries() {
    const found = all(this.prefix).map(([, entry]) => entry);
    return found.sort((a, b) => a.at - b.at);
  }

  holds(assignment) {
    return this.entries.some((entry) => entry.assignment === assignment);
  }

  add(entry) {
    put(this.prefix + entry.submission_key, entry);
    this.hooks.changed(this);
    this.flush();
  }

  remove(entry) {
    drop(this.prefix + entry.submission_key);
    this.hooks.changed(this);
  }

  /** Take back what was given to `assignment` unless it is on its way or gone; whether it was here. */
  recall(assignment) {
    const last = this.entries.filter((entry) => entry.assignment === assignment).at(-1);
    if (!last || last.submission_key === this.sending) return false;
    this.remove(last);
    return true;
  }

  /** Send what waits; resolves when it is sent or cannot be. */
  flush() {
    this.running ??= this.sendAll().finally(() => (this.running = null));
    return this.running;
  }

  async sendAll() {
    clearTimeout(this.clock);
    for (let isGoing = true; isGoing; ) {
      const entry = this.entries.find((one) => !one.reason);
      if (!entry) break;
      this.sending = entry.submission_key;
      isGoing = await this.send(entry);
      this.sending = null;
    }
    this.hooks.changed(this);
  }

  async send(entry) {
    const { at, reason, ...fields } = entry;
    const sent = await post(this.url, { ...fields, ...this.hooks.fields(entry) });
    const answer = parse(sent.text);
    if (sent.isSignedOut || sent.status === 403) return this.wait("signed_out");
    if (!answer && sent.status !== 404) return this.wait(sent.status ? "server_down" : "offline");
    if (answer?.dataset.state === "account") return this.wait("other_account");
    Object.assign(this, { trouble: "", fails: 0 });
    // Another tab may have sent it too; the server knows, and letting go twice does no harm.
    if (sent.status === 200) {
      this.remove(entry);
      this.hooks.stored(answer, entry);
    } else {
      this.refuse(answer, entry);
    }
    return true;
  }

  refuse(answer, entry) {
    const isDraft = ["paused", "closed", "draft", "stopped", "training"].includes(answer?.dataset.state);
    if (isDraft) this.remove(entry);
    else if (take(this.prefix + entry.submission_key)) {
      entry.reason = answer?.querySelector("[data-message]")?.textContent ?? say("gone");
      put(this.prefix + entry.submission_key, entry);
    }
    this.hooks.refused(answer, entry);
  }

  wait(trouble) {
    this.trouble = trouble;
    this.clock = setTimeout(() => this.flush(), 1000 * WAITS[Math.min(this.fails, WAITS.length - 1)]);
    this.fails += 1;
    return false;
  }
}
