/* localStorage, one entry a key, so that two tabs never overwrite each other. Where the browser
   keeps nothing (or is full), a Map stands in and `isKept()` says so: the page warns the rater. */
let kept = true;
const memory = new Map();

export const isKept = () => kept;

export function put(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (_error) {
    kept = false;
  }
}

export function take(key) {
  try {
    const text = localStorage.getItem(key);
    if (text !== null) return JSON.parse(text);
  } catch (_error) {
    kept = false;
  }
  return kept ? null : (memory.get(key) ?? null);
}

export function drop(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch (_error) {
    kept = false;
  }
}

/** Every entry whose key starts with `prefix`, as [key, value]. */
export function all(prefix) {
  const keys = new Set([...memory.keys()].filter((key) => !kept && key.startsWith(prefix)));
  try {
    for (let i = 0; i < localStorage.length; i += 1) {
      if (localStorage.key(i).startsWith(prefix)) keys.add(localStorage.key(i));
    }
  } catch (_error) {
    kept = false;
  }
  return [...keys].map((key) => [key, take(key)]).filter(([, value]) => value !== null);
}

/** A random UUID without crypto.randomUUID, which plain HTTP does not have. */
export function randomKey() {
  const bytes = new Uint8Array(16);
  crypto.getRandomValues(bytes);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
