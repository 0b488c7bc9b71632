"""Whether the answers that come in are like those that were learnt from, and the confidence in them like
that in the answers held out.

Of the answers two things are compared, question by question: their lengths (in tenths)
and the characters they are made of (the commonest, and the rest). The distance is the population stability
index Σ (o − e)·ln(o/e) of the shares observed and expected over the cells of all questions, each question
weighing as often as it was asked, so that another mix of known questions is no drift.

An index grows with chance when answers are few, on either side. So both sides are thrown together and
divided anew, question by question, again and again, and compared in the same way: what these divisions
reach is chance. Drift is more than the bound *and* more than any of them (a permutation test at the level
1 / (DRAWS + 1), whatever the sizes; the cells are made from both sides together, or it would not be one).
Drawing from the learnt answers alone would take their own luck for the truth.

Confidences in what comes in are compared with those in held-out answers in the same way; their cells are
tenths of all confidences together, over all questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Sizes = Sequence[tuple[int, int]]  # of each question: answers before, answers that came in
Join = Callable[[Sequence[Floats]], Floats]  # how the counts of the questions become one row
COMMONEST = 100  # characters a question; more would be empty in a few hundred answers
TENTHS = 10
DRAWS = 199
SMOOTHED = 0.5  # added to every count, or one empty cell would decide everything
MOST_LEARNT = 2000  # answers a question: more, and chance hangs on the few that came in all the same
FEWEST = 50  # answers on either side …
FEWEST_HELD = 30  # … but held-out ones, which are always few


@dataclass(frozen=True)
class Drift:
    """index ≥ 0; chance: the largest index that random divisions reach; size: answers that were compared."""

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
    before = {key: _some(learnt[key], rng) for key in known}
    pools = [[*before[key], *texts] for key, texts in known.items()]
    sizes = [(len(before[key]), len(texts)) for key, texts in known.items()]
    return {
        name: Drift(*_tested([count(pool) for pool in pools], sizes, np.concatenate, rng), size)
        for name, count in (("length", length_counts), ("characters", character_counts))
    }


def _some(texts: Sequence[str], rng: np.random.Generator) -> Sequence[str]:
    """At most MOST_LEARNT of them, drawn."""
    if len(texts) <= MOST_LEARNT:
        return texts
    return [texts[place] for place in rng.choice(len(texts), MOST_LEARNT, replace=False)]


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
    index, chance = _tested(cells, sizes, _summed, np.random.default_rng(seed))
    before, now = _sides([pool[:, None] for pool in pools], sizes, _as_it_was(sizes), _summed)
    equal = [np.eye(TENTHS)[np.clip((pool * TENTHS).astype(int), 0, TENTHS - 1)] for pool in pools]
    expected, observed = (
        tuple((side / size).tolist()) for side in _sides(equal, sizes, _as_it_was(sizes), _summed)
    )
    return ConfidenceDrift(
        index, chance, size, float(before[0]) / size, float(now[0]) / size, expected, observed
    )


def _tested(tables: Sequence[Floats], sizes: Sizes, join: Join, rng: np.random.Generator) -> tuple[float, float]:
    """The index, and the largest of DRAWS divisions of the same rows."""
    sums = [rows.sum(axis=0) for rows in tables]
    index = stability_index(*_sides(tables, sizes, _as_it_was(sizes), join, sums))
    draws = ([rng.permutation(h + n)[h:] for h, n in sizes] for _draw in range(DRAWS))
    return index, max(stability_index(*_sides(tables, sizes, picks, join, sums)) for picks in draws)


def _as_it_was(sizes: Sizes) -> list[Places]:
    """The rows that came in: the last ones of each question."""
    return [np.arange(h, h + n) for h, n in sizes]


def _sides(
    tables: Sequence[Floats],
    sizes: Sizes,
    picks: Sequence[Places],
    join: Join,
    sums: Sequence[Floats] | None = None,
) -> tuple[Floats, Floats]:
    """Counts expected and observed. `tables`: the rows of each question, and `sums` of them where they are
    known; `picks`: those taken to have come in. The others are weighed so that both sides have the same
    mix of questions."""
    sums = sums or [rows.sum(axis=0) for rows in tables]
    now = [rows[pick].sum(axis=0) for rows, pick in zip(tables, picks, strict=True)]
    pairs = zip(sums, now, sizes, strict=True)
    return join([(whole - side) * (n / h) for whole, side, (h, n) in pairs]), join(now)


def _summed(sides: Sequence[Floats]) -> Floats:
    return np.asarray(np.sum(sides, axis=0), dtype=np.float64)


def length_counts(texts: Sequence[str]) -> Floats:
    """(texts, up to TENTHS): in which tenth of their lengths each lies."""
    lengths = np.array([len(text) for text in texts])
    edges = np.unique(np.quantile(lengths, np.linspace(0, 1, TENTHS + 1)[1:-1]))
    rows: Floats = np.eye(len(edges) + 1)[np.searchsorted(edges, lengths, side="right")]
    return rows


def character_counts(texts: Sequence[str]) -> Floats:
    """(texts, COMMONEST + 1): how often each has each of the commonest characters, and others.

    Divided by the answers' mean length, so that every answer weighs about one.
    """
    counts = Counter("".join(texts))
    places = {c: i for i, (c, _n) in enumerate(counts.most_common(COMMONEST))}
    found = np.zeros((len(texts), COMMONEST + 1))
    for row, text in enumerate(texts):
        for character, number in Counter(text).items():
            found[row, places.get(character, COMMONEST)] += number
    return np.asarray(found / max(1.0, found.sum() / max(1, len(texts))), dtype=np.float64)
