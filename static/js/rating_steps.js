/* Undo, skip, flag, pause, guide: the steps beside the main road. */
import { entryOf } from "./rating_entry.js";
import { parse, post } from "./rating_post.js";
import { announce, say } from "./rating_words.js";
import { notice } from "./rating_notices.js";

/** The last rating comes back: from the outbox if it is still here, else from the server. */
export async function undo(desk) {
  if (desk.isReading) return;
  const recall = () => desk.last && desk.outbox.recall(desk.last.dataset.item);
  let isHere = recall();
  if (!isHere) {
    // It may be on its way: it must have arrived, or be here again, before anything is undone.
    await desk.outbox.flush();
    isHere = recall();
  }
  if (isHere) desk.putBack(desk.last);
  else if (!(await withdraw(desk))) return;
  desk.last = null;
  announce(say("undone"));
}

async function withdraw(desk) {
  const { root, hand } = desk;
  const answer = await ask(root.dataset.undoUrl, { rubrics: hand.known, rater: root.dataset.user });
  const isBack = answer && answer.dataset.state !== "nothing";
  if (answer && !isBack) desk.complain(say("nothing_to_undo"));
  if (!isBack) return false;
  hand.receive(answer, { toFront: true });
  desk.progress.move({ done: -1, left: 1 });
  desk.open({ isQuiet: true });
  return true;
}

/** Give the item back with a reason. */
export async function skip(desk, reason) {
  const { item, hand } = desk;
  const fields = { ...entryOf(desk), skip_reason: reason, in_hand: hand.ids.join(","), rubrics: hand.known };
  const answer = await ask(desk.root.dataset.skipUrl, fields);
  if (!answer) return;
  desk.drafts.forget(item.dataset.item);
  hand.remove(item.dataset.item);
  hand.receive(answer);
  desk.progress.move({ left: -1 });
  if (desk.item) desk.open({ isQuiet: true });
  else desk.leave();
  announce(say("skipped"));
}

/** The server's answer, or null: then a bar says why. */
async function ask(url, fields) {
  const { status, text, isSignedOut } = await post(url, fields);
  const answer = isSignedOut ? null : parse(text);
  const said = answer?.querySelector("[data-message]")?.textContent;
  const isDone = status === 200 && answer;
  const trouble = status ? "server_down" : "needs_connection";
  const why = said ?? say(isSignedOut || status === 403 ? "signed_out" : trouble);
  notice("step", isDone ? "" : why, { kind: "warning" });
  return isDone ? answer : null;
}

/** Open the details "flag" or "skip" and put the cursor into its reason. */
export function askReason(desk, name) {
  const details = desk.form.querySelector(`[data-reason=${name}]`);
  if (!details || details.hidden || !desk.isOpen) return;
  details.open = true;
  desk.complain("");
  details.querySelector("input").focus();
}

export function pause(desk) {
  desk.timer.isPaused = true;
  desk.timer.rest();
  desk.root.querySelector("[data-paused]").showModal();
}

export function guide(desk) {
  const dialog = desk.root.querySelector("[data-guide]");
  const found = desk.item && desk.hand.rubricOf(desk.item)?.guide;
  dialog.querySelector("[data-guide-body]").replaceChildren(...(found ? [found.cloneNode(true)] : []));
  dialog.showModal();
}
