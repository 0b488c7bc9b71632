"""Whether the answers that come in are like those that were learnt from, and the confidence in them like
that in the answers held out.

Of the answers two things are compared, question by question: their lengths (in tenths of the learnt ones)
and the characters they are made of (the commonest, and the rest). The distance is the population stability
index Σ (o − e)·ln(o/e) of the shares observed and expected over the cells of all questions, each question
weighing as often as it was asked, so that another mix of known questions is no drift.

An index grows with chance when answers are few. So learnt answers are drawn at random in the same number
and mix, again and again, and compared in the same way: what these reach is chance. Drift is more than the
bound *and* more than any of the draws (a permutation-like two-sample test at the level 1 / (draws + 1)).

Held-out answers are few, so that what they say of the confidence to expect is itself a draw. There both
sides are thrown together and divided anew, question by question: a permutation test of the same level,
whatever the sizes. The cells are tenths of all confidences together, over all questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
COMMONEST = 100  # characters a question; more would be empty in a few hundred answers
TENTHS = 10
DRAWS = 199
SMOOTHED = 0.5  # added to every count, or one empty cell would decide everything
FEWEST = 50  # answers on either side …
FEWEST_HELD = 30  # … but held-out ones, which a permutation test may be as few as they are


@dataclass(frozen=True)
class Drift:
    """index ≥ 0; chance: the largest index that random draws reach; size: answers that were compared."""

    index: float
    chance: float
    size: int

    def is_beyond(self, bound: float) -> bool:
        return self.index > bound and self.index > self.chance


@dataclass(frozen=True)
class ConfidenceDrift(Drift):
    """Means, and shares of the confidences from 0 to 0.1, 0.1 to 0.2 …; expected: of held-out answers in the
    mix of questions that was asked, observed: of served ones."""

    expected_mean: float
    observed_mean: float
    expected: tuple[float, ...]
    observed: tuple[float, ...]


def stability_index(expected: Floats, observed: Floats) -> float:
    """Of two rows of counts, shape (cells,). Smoothed; symmetric; 0 where the shares are the same."""
    e, o = expected + SMOOTHED, observed + SMOOTHED
    e, o = e / e.sum(), o / o.sum()
    return float(((o - e) * np.log(o / e)).sum())


def drifts(
    learnt: Mapping[str, Sequence[str]], served: Mapping[str, Sequence[str]], seed: int
) -> dict[str, Drift] | None:
    """"length" and "characters" of the `served` answers (question → texts) against the `learnt` ones.

    Questions that were not learnt are left out. None where fewer than FEWEST answers are left on
    either side.
    """
    known = {key: texts for key, texts in served.items() if texts and learnt.get(key)}
    size = sum(map(len, known.values()))
    if size < FEWEST or sum(len(learnt[key]) for key in known) < FEWEST:
        return None
    rng = np.random.default_rng(seed)
    return {
        "length": _compared(learnt, known, length_counts, rng),
        "characters": _compared(learnt, known, character_counts, rng),
    }


def _compared(learnt, known, count, rng: np.random.Generator) -> Drift:  # type: ignore[no-untyped-def]
    """`count` gives a row of counts for each text, with cells made from the learnt ones."""
    before = [count(learnt[key], learnt[key]) for key in known]
    now = [count(texts, learnt[key]) for key, texts in known.items()]
    sizes = [len(rows) for rows in now]
    pairs = list(zip(sizes, before, strict=True))
    expected = np.concatenate([n * rows.mean(axis=0) for n, rows in pairs])
    observed = np.concatenate([rows.sum(axis=0) for rows in now])
    chance = 0.0
    for _draw in range(DRAWS):
        drawn = [rows[rng.integers(0, len(rows), n)].sum(axis=0) for n, rows in pairs]
        chance = max(chance, stability_index(expected, np.concatenate(drawn)))
    return Drift(stability_index(expected, observed), chance, sum(sizes))


def confidence_drift(
    held: Mapping[str, Sequence[float]], served: Mapping[str, Sequence[float]], seed: int
) -> ConfidenceDrift | None:
    """Confidences in `served` answers (question → confidences) against those in the `held` ones.

    Questions without held-out answers are left out. None where fewer than FEWEST served or FEWEST_HELD
    held-out answers are left.
    """
    known = [key for key, values in served.items() if len(values) and len(held.get(key, ()))]
    sizes = [(len(held[key]), len(served[key])) for key in known]
    held_size, size = sum(h for h, _n in sizes), sum(n for _h, n in sizes)
    if held_size < FEWEST_HELD or size < FEWEST:
        return None
    pools = [np.array([*held[key], *served[key]], dtype=float) for key in known]
    edges = np.unique(np.quantile(np.concatenate(pools), np.linspace(0, 1, TENTHS + 1)[1:-1]))
    cells = [np.eye(len(edges) + 1)[np.searchsorted(edges, pool, side="right")] for pool in pools]
    rng = np.random.default_rng(seed)
    draws = ([rng.permutation(rows) for rows in cells] for _draw in range(DRAWS))
    chance = max(stability_index(*_sides(drawn, sizes)) for drawn in draws)
    index = stability_index(*_sides(cells, sizes))
    before, now = _sides([pool[:, None] for pool in pools], sizes)
    equal = [np.eye(TENTHS)[np.clip((pool * TENTHS).astype(int), 0, TENTHS - 1)] for pool in pools]
    expected, observed = (tuple((side / size).tolist()) for side in _sides(equal, sizes))
    return ConfidenceDrift(
        index, chance, size, float(before[0]) / size, float(now[0]) / size, expected, observed
    )


def _sides(tables: Sequence[Floats], sizes: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
    """Sums over the held-out rows in the mix that was asked, and over the served ones. `tables`: a question's
    rows each, the held-out ones first."""
    pairs = list(zip(tables, sizes, strict=True))
    held = [n * rows[:h].mean(axis=0) for rows, (h, n) in pairs]
    return np.sum(held, axis=0), np.sum([rows[h:].sum(axis=0) for rows, (h, _n) in pairs], axis=0)


def length_counts(texts: Sequence[str], learnt: Sequence[str]) -> Floats:
    """(texts, TENTHS): in which tenth of the learnt lengths each lies."""
    edges = np.quantile([len(text) for text in learnt], np.linspace(0, 1, TENTHS + 1)[1:-1])
    cells = np.searchsorted(edges, [len(text) for text in texts], side="right")
    rows: Floats = np.eye(TENTHS)[cells]
    return rows


def character_counts(texts: Sequence[str], learnt: Sequence[str]) -> Floats:
    """(texts, COMMONEST + 1): how often each has each of the commonest learnt characters, and others.

    Divided by the answers' mean length, so that every answer weighs about one.
    """
    counts = Counter("".join(learnt))
    places = {c: i for i, (c, _n) in enumerate(counts.most_common(COMMONEST))}
    found = np.zeros((len(texts), COMMONEST + 1))
    for row, text in enumerate(texts):
        for character, number in Counter(text).items():
            found[row, places.get(character, COMMONEST)] += number
    return np.asarray(found / max(1.0, found.sum() / max(1, len(texts))), dtype=np.float64)
