/* Done of all, pace and time left, counted on from what the server said. */
import { duration, say } from "./rating_words.js";

const ENOUGH = 5;
const RECENT = 20;

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export class Progress {
  constructor(place) {
    this.place = place;
    const { done, left, sharing, seconds } = place.dataset;
    Object.assign(this, { done: Number(done), left: Number(left), sharing: Number(sharing) || 1 });
    this.seconds = seconds ? seconds.split(",").map(Number) : [];
  }

  /** One more rated in `seconds`. */
  add(seconds) {
    this.done += 1;
    this.left = Math.max(0, this.left - 1);
    this.seconds = [...this.seconds, seconds].slice(-RECENT);
    this.show();
  }

  /** One came back by undo, or went by skip. */
  move({ done = 0, left = 0 }) {
    this.done = Math.max(0, this.done + done);
    this.left = Math.max(0, this.left + left);
    this.show();
  }

  get text() {
    const values = { done: this.done, left: this.left, total: this.done + this.left };
    return say("pool" in this.place.dataset ? "count_pool" : "count", values);
  }

  show() {
    const bar = this.place.querySelector("progress");
    bar.max = this.done + this.left || 1;
    bar.value = this.done;
    this.place.querySelector("[data-count]").textContent = this.text;
    if (this.seconds.length < ENOUGH) return;
    const pace = median(this.seconds);
    const time = duration((pace * this.left) / this.sharing);
    this.place.querySelector("[data-time]").textContent = say("pace", { pace: Math.round(pace), time });
  }
}
