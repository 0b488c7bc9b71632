/* On a page without work: what still waits on this device is sent from here too. */
import { outboxNotices } from "./rating_notices.js";
import { Outbox } from "./rating_outbox.js";

const root = document.querySelector("[data-rating-state]");
if (root) {
  const reload = (_answer, _entry) => outbox.entries.length || window.location.reload();
  const outbox = new Outbox(root, {
    fields: () => ({}),
    stored: reload,
    refused: () => {},
    changed: outboxNotices,
  });
  outbox.flush();
}
