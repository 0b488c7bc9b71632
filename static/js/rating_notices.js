/* The quiet bars above the item: what waits on this device, and why. */
import { isKept } from "./rating_store.js";
import { say } from "./rating_words.js";

const place = document.querySelector("[data-notices]");

/** Show, change or (without text) remove the bar `name`. `action`: {label, href} or {label, run}. */
export function notice(name, text, { kind = "info", action } = {}) {
  let bar = place.querySelector(`[data-bar="${name}"]`);
  if (!text) return bar?.remove();
  if (bar?.dataset.text === text) return undefined;
  bar?.remove();
  bar = document.createElement("div");
  bar.className = `notice notice-${kind} rating-notice`;
  Object.assign(bar.dataset, { bar: name, text });
  const line = document.createElement("p");
  line.textContent = text;
  bar.append(line);
  if (action) bar.append(button(action));
  place.append(bar);
  return undefined;
}

function button({ label, href, run }) {
  const made = document.createElement(href ? "a" : "button");
  made.className = "button button-small";
  made.textContent = label;
  if (href) Object.assign(made, { href, target: "_blank", rel: "noopener" });
  else made.addEventListener("click", run);
  return made;
}

/** What the outbox has to say. One rating just on its way is not worth a word. */
export function outboxNotices(outbox) {
  const entries = outbox.entries;
  const waiting = entries.filter((entry) => !entry.reason).length;
  const isStuck = outbox.trouble || waiting > 2;
  const kept = waiting === 1 ? say("kept_one") : say("kept_many", { n: waiting });
  notice("outbox", waiting && isStuck ? kept : "");
  notice("storage", isKept() ? "" : say("no_storage"), { kind: "warning" });
  const known = { signed_out: 1, other_account: 1 }[outbox.trouble];
  const signIn = { label: say("sign_in"), href: "/sign-in/" };
  const again = { label: say("send_now"), run: () => outbox.flush() };
  const isSaid = waiting && outbox.trouble;
  notice("trouble", isSaid ? say(outbox.trouble) : "", { kind: "warning", action: known ? signIn : again });
  // Found anew at the click: the bar stays as it is while one after the other is discarded.
  const refusedOne = () => outbox.entries.find((entry) => entry.reason);
  const refused = refusedOne();
  const run = () => outbox.remove(refusedOne());
  notice("refused", refused ? say("refused", { reason: refused.reason }) : "", {
    kind: "error",
    action: { label: say("discard"), run },
  });
}
