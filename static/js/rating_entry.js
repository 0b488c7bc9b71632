/* The entry on the current item: put into the form, read out of it, and what is asked for in return. */
import { randomKey } from "./rating_store.js";
import { say } from "./rating_words.js";

const HAND_SIZE = 2;

/** What was entered on an item before, into the fields beside the rubric. */
export function fill(form, item, draft) {
  form.querySelector("[data-note]").value = draft.note ?? "";
  form.querySelectorAll("details[open]").forEach((details) => details.removeAttribute("open"));
  form.querySelector("[name=flag_reason]").value = draft.flag_reason ?? "";
  form.querySelector("[data-reason=skip]")?.toggleAttribute("hidden", Boolean(item.dataset.training));
}

/** Scores, note and time of the current item as the server reads them. */
export function entryOf({ item, note, root, rubric, timer }) {
  const scores = Object.entries(rubric.scores).map(([key, value]) => [`score:${key}`, value]);
  return {
    ...Object.fromEntries(scores), assignment: item.dataset.item, claim: item.dataset.claim,
    rater: root.dataset.user, note: note.value, active_seconds: timer.active,
  };
}

/** The same with the key that makes sending it twice one rating. */
export function submissionOf(desk, extra) {
  const { training } = desk.item.dataset;
  return { ...entryOf(desk), ...extra, submission_key: randomKey(), at: Date.now(), training };
}

/** What the server should bring along: asked at the moment of sending. */
export function wanted({ hand, outbox }, entry) {
  const waiting = outbox.entries.map((one) => one.assignment);
  const inHand = [...new Set([...hand.ids, ...waiting])].filter((id) => id !== entry.assignment);
  const want = Math.max(0, HAND_SIZE - hand.items.length);
  return { in_hand: inHand.join(","), want, rubrics: hand.known };
}

/** Whether a score is missing; the rater is taken there. */
export function isIncomplete(desk) {
  const { missing } = desk.rubric;
  if (missing < 0) return false;
  desk.rubric.go(missing);
  desk.complain(say("missing", { name: desk.rubric.current.dataset.name }));
  return true;
}
