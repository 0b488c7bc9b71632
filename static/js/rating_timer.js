/* Active seconds: only while the tab is seen and something was done within the last 30 s. */
const IDLE = 30000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "touchstart"];
const SITTING = "concord:sitting";
const LONG_BREAK = 10 * 60000;

export class Timer {
  constructor() {
    this.seconds = 0;
    this.isPaused = false;
    this.lastSign = this.lastTick = Date.now();
    this.sitting = this.readSitting();
    const sign = () => {
      this.lastSign = Date.now();
    };
    SIGNS.forEach((name) => document.addEventListener(name, sign, { passive: true, capture: true }));
    setInterval(() => this.tick(), 1000);
  }

  tick() {
    const now = Date.now();
    // A laptop that slept wakes with one long step; nobody rated in it.
    const step = Math.min(now - this.lastTick, 2000) / 1000;
    this.lastTick = now;
    if (document.hidden || this.isPaused || now - this.lastSign > IDLE) return;
    this.seconds += step;
    this.sitting += step;
    this.keepSitting(now);
  }

  /** Start an item; `seconds` were spent on it before. */
  start(seconds = 0) {
    this.tick();
    this.seconds = Number(seconds) || 0;
  }

  get active() {
    this.tick();
    return Math.round(this.seconds * 10) / 10;
  }

  readSitting() {
    try {
      const { seconds, at } = JSON.parse(sessionStorage.getItem(SITTING) ?? "{}");
      return at && Date.now() - at < LONG_BREAK ? seconds : 0;
    } catch (_error) {
      return 0;
    }
  }

  keepSitting(at) {
    try {
      sessionStorage.setItem(SITTING, JSON.stringify({ seconds: this.sitting, at }));
    } catch (_error) {
      // the reminder then counts from when the page was opened
    }
  }

  rest() {
    this.sitting = 0;
    this.keepSitting(Date.now());
  }
}
