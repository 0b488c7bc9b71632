/* The words of the page, in the reader's language: the server put them there as JSON. */
const source = document.getElementById("rating-words");
const words = source ? JSON.parse(source.textContent) : {};

/** The sentence `name` with its {places} filled in. */
export function say(name, values = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
}

/** Seconds as the pages say them: "1 h 10 min", "3 min", "20 s". */
export function duration(seconds) {
  if (seconds < 60) return say("seconds", { n: Math.round(seconds) });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return say("minutes", { n: minutes });
  return say("hours", { h: Math.floor(minutes / 60), n: minutes % 60 });
}

const announcer = document.querySelector("[data-announce]");

/** Tell a screen reader, without moving anything. */
export function announce(text) {
  if (announcer) announcer.textContent = text;
}

/** A line to stand where the next item will be; it is announced too. */
export function waitingLine(text) {
  const line = document.createElement("p");
  line.className = "rating-waiting";
  line.textContent = text;
  announce(text);
  return line;
}
