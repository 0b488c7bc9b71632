/* In the foot: what the current criterion is typed with, from its lowest level to its highest. */
const place = document.querySelector("[data-keys]");

function kbd(text) {
  const made = document.createElement("kbd");
  made.textContent = text;
  return made;
}

export function showKeys(criterion) {
  const keys = [...(criterion?.querySelectorAll("[data-key]") ?? [])].map((level) => level.dataset.key);
  if (!keys.length) return;
  const ends = keys.length > 1 ? [kbd(keys[0]), "–", kbd(keys.at(-1))] : [kbd(keys[0])];
  place.replaceChildren(...ends, ...(criterion.dataset.entry === "number" ? [" ", kbd("↵")] : []));
}
