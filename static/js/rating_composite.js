/* The composite as the server computes it (annotations/methods/composite.py); the server's counts. */
const NEAR = 1e-9;

/**
 * @param {string} kind "points" or "weighted"
 * @param {{key, low, high, weight, veto, isRequired}[]} criteria
 * @param {Object<string, number>} scores
 * @param {?number} fullMark  @param {number} step
 * @returns {{composite: ?number, mark: ?number}} composite in [0, 1]
 */
export function compute(kind, criteria, scores, fullMark, step) {
  const given = criteria.filter((c) => c.key in scores);
  const hasMark = kind === "points" || fullMark !== null;
  if (given.some((c) => c.veto !== null && scores[c.key] <= c.veto + NEAR)) {
    return { composite: 0, mark: hasMark ? 0 : null };
  }
  if (kind === "points") return points(given, criteria, scores, fullMark);
  const weights = sum(given.map((c) => c.weight));
  if (weights <= 0) return { composite: null, mark: null };
  const gained = sum(given.map((c) => (c.weight * (scores[c.key] - c.low)) / (c.high - c.low)));
  const composite = clamp(gained / weights);
  return { composite, mark: fullMark === null ? null : toMark(composite, fullMark, step) };
}

function points(given, criteria, scores, fullMark) {
  // What still must be scored belongs to the measure: the sum grows towards it.
  const counted = criteria.filter((c) => c.isRequired || given.includes(c));
  const full = fullMark ?? sum(counted.map((c) => c.high));
  if (!given.length || full <= 0) return { composite: null, mark: null };
  const mark = Math.min(full, Math.max(0, sum(given.map((c) => scores[c.key]))));
  return { composite: clamp(mark / full), mark: tidy(mark) };
}

function toMark(composite, fullMark, step) {
  return Math.min(fullMark, tidy(Math.floor((composite * fullMark) / step + 0.5 + NEAR) * step));
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const clamp = (number) => Math.min(1, Math.max(0, number));
const tidy = (number) => Math.round(number * 1e6) / 1e6;
