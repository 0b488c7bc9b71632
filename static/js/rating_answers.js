/* What the server answered to a submission: the next items, feedback to read first, or a refusal. */
import { wanted } from "./rating_entry.js";
import { notice, outboxNotices } from "./rating_notices.js";
import { Outbox } from "./rating_outbox.js";
import { say } from "./rating_words.js";

/** The outbox whose answers come back to this desk; what waits in it is in hand no more. */
export function outboxOf(desk) {
  const outbox = new Outbox(desk.root, {
    fields: (entry) => wanted(desk, entry),
    stored: (answer, entry) => stored(desk, answer, entry),
    refused: (answer, entry) => refused(desk, answer, entry),
    changed: () => {
      outboxNotices(outbox);
      const line = desk.hand.stage.querySelector(".rating-waiting");
      if (line) line.textContent = waitingFor({ isReading: desk.isReading, outbox });
    },
  });
  desk.hand.items = desk.hand.items.filter((item) => !outbox.holds(item.dataset.item));
  const waiting = outbox.entries.filter((entry) => !entry.reason).length;
  desk.progress.move({ done: waiting, left: -waiting });
  return outbox;
}

/** What the rater waits for, in words. */
export function waitingFor({ isReading, outbox }) {
  const name = outbox.trouble ? "waiting_offline" : "waiting";
  return say(isReading ? "waiting_feedback" : name);
}

function stored(desk, answer, entry) {
  const { hand, outbox } = desk;
  hand.receive(answer, { except: (id) => outbox.holds(id) });
  if ("over" in answer.dataset && !answer.querySelector("[data-feedback]")) return desk.leave();
  if (entry.training === "practice") return read(desk, answer);
  const shown = hand.stage.querySelector("[data-item]")?.dataset.item;
  if (desk.item) return shown === desk.item.dataset.item ? undefined : desk.open();
  return outbox.entries.length ? undefined : desk.leave();
}

/** Feedback on a practice item stays until the rater goes on. */
function read(desk, answer) {
  const feedback = answer.querySelector("[data-feedback]");
  const isOver = "over" in answer.dataset || !desk.item;
  desk.hand.show(feedback);
  desk.form.classList.add("is-waiting");
  feedback.focus();
  desk.goOn = () => {
    desk.goOn = null;
    desk.isReading = false;
    if (isOver) desk.leave();
    else desk.open();
  };
  feedback.querySelector("[data-continue]").addEventListener("click", (event) => {
    event.preventDefault();
    desk.goOn();
  });
}

function refused(desk, answer, entry) {
  const code = answer?.dataset.state;
  const message = answer?.querySelector("[data-message]")?.textContent;
  if (code === "invalid" && desk.last?.dataset.item === entry.assignment) {
    desk.outbox.remove(entry);
    desk.putBack(desk.last);
    desk.complain(message ?? "");
  } else if (desk.outbox.entries.every((one) => one.reason) && code !== "invalid") {
    if (entry.reason) return desk.item || desk.leave();
    notice("resting", message, { kind: "error" });
    setTimeout(() => desk.leave(), 2500);
  }
  return undefined;
}
