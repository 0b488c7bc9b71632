"""A way of marking (the machine, a person, both) held against the bar of an exam.

Marks are wrong or right by the definitive mark. Two answers to "how likely does a class keep the
bar": for a class drawn out of the papers that were seen (exact, so that wrong marks may sit in the
same papers), and for the next class, of which these marks are a sample (beta-binomial).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.methods.exam_guarantee import Bar, upper_bound
from grading.methods.interval import clopper_pearson_interval, quantile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
NEAR, TINY = 1e-9, 1e-300


@dataclass(frozen=True)
class Standing:
    """Where a way of marking stands.

    marks: how many had a definitive mark; missing: how many of all had none, or were not marked.
    error in [0, 1], weighted, with its two-sided interval low … high and its one-sided `bound` (with the
    bar's assurance). wrong_a_class: expected in one class. chance_seen, chance_next in [0, 1]: see
    above; chance_seen is None with fewer complete papers than a class has. is_shown: the bound
    is within what the bar asks for. reason "no_marks": nothing can be said.
    """

    marks: int
    missing: int
    wrong: int = 0
    error: float | None = None
    low: float | None = None
    high: float | None = None
    bound: float | None = None
    wrong_a_class: float | None = None
    chance_seen: float | None = None
    chance_next: float | None = None
    is_shown: bool = False
    reason: str | None = None


def wrong_marks(marks: Floats, definitive: Floats, tolerance: float) -> Flags:
    """(n,) whether each mark differs from the definitive one by more than the tolerance."""
    flags: Flags = np.abs(marks - definitive) > tolerance + NEAR
    return flags


def standing(
    marks: Floats,
    definitive: Floats,
    bar: Bar,
    paper: Ints | None = None,
    weight: Floats | None = None,
) -> Standing:
    """Hold marks against the bar.

    Args:
        marks, definitive: (n,) on the mark scale; NaN where there is none.
        paper: (n,) the paper (student) of each mark; without it each mark is a paper of its own.
        weight: (n,) how many answers each stands for, 1 ÷ its chance to be drawn; without it one.
    """
    is_known = np.isfinite(marks) & np.isfinite(definitive)
    known, missing = int(is_known.sum()), int((~is_known).sum())
    if not known:
        return Standing(0, missing, reason="no_marks")
    is_wrong = wrong_marks(marks[is_known], definitive[is_known], bar.tolerance)
    papers = np.arange(known) if paper is None else paper[is_known]
    each = np.ones(known) if weight is None else weight[is_known]
    if not np.isfinite(each).all():  # drawn nobody knows how
        each = np.ones(known)
    return _standing(is_wrong, papers, each, missing, bar)


def _standing(is_wrong: Flags, paper: Ints, weight: Floats, missing: int, bar: Bar) -> Standing:
    error = float(np.average(is_wrong, weights=weight))
    n = effective_marks(is_wrong, paper, weight, bar.assurance)
    interval = clopper_pearson_interval(error, n, bar.assurance)
    bound = upper_bound(error * n, n, bar.assurance)
    return Standing(
        len(is_wrong),
        missing,
        int(is_wrong.sum()),
        error,
        interval.low,
        interval.high,
        bound,
        wrong_a_class=error * bar.marks,
        chance_seen=_chance_seen(is_wrong, paper, bar),
        chance_next=bar.chance_next(error * n, n),
        is_shown=bound <= bar.largest_error,
    )


def effective_marks(is_wrong: Flags, paper: Ints, weight: Floats, assurance: float) -> float:
    """So many independent, evenly drawn marks tell as much of the error rate; at most n.

    is_wrong, paper: (n,); weight: (n,) > 0.
    """
    n, share = len(is_wrong), weight / weight.sum()
    kish = float(1 / (share**2).sum())
    error = float((share * is_wrong).sum())
    sums = np.bincount(np.unique(paper, return_inverse=True)[1], weights=share * (is_wrong - error))
    papers, most = len(sums), min(float(n), kish)
    if papers < 2 or not 0 < error < 1:
        return most
    simple, variance = error * (1 - error) / (n - 1), float((sums**2).sum()) * papers / (papers - 1)
    few = (quantile(assurance, n - 1) / quantile(assurance, papers - 1)) ** 2
    return round(min(most, n * few * simple / max(variance, TINY)), 9)


def _chance_seen(is_wrong: Flags, paper: Ints, bar: Bar) -> float | None:
    """Over all classes of `bar.papers` complete papers out of those seen."""
    _, code = np.unique(paper, return_inverse=True)
    is_complete = np.bincount(code) == bar.questions
    counts = np.bincount(code, weights=is_wrong)[is_complete].astype(np.int64)
    if len(counts) < bar.papers:
        return None
    return chance_of_drawn(counts, bar.papers, bar.wrong_allowed)


def chance_of_drawn(counts: Ints, papers: int, allowed: int) -> float:
    """P(at most `allowed` wrong) in `papers` drawn at random out of len(counts), exactly.

    counts: (P,) wrong marks of each paper, P ≥ papers. The kinds of papers (one wrong, two wrong,
    …) are dealt with in turn: of each, a hypergeometric number is among those still to draw.
    `chances` is by papers with wrong marks so far, and by wrong marks so far.
    """
    allowed = min(allowed, int(np.sort(counts)[-papers:].sum()))  # no class has more wrong
    kinds, left = np.bincount(counts), len(counts)
    most = min(papers, allowed)
    chances = np.zeros((most + 1, allowed + 1))
    chances[0, 0] = 1.0
    for of_each in np.flatnonzero(kinds[1:]).tolist():
        chances = _with_kind(chances, of_each + 1, int(kinds[of_each + 1]), left, papers)
        left -= int(kinds[of_each + 1])
    return float(min(1.0, chances.sum()))


def _with_kind(chances: Floats, of_each: int, held: int, left: int, papers: int) -> Floats:
    """`chances` after the `held` papers with `of_each` wrong marks, out of `left`."""
    from scipy.stats import hypergeom  # seconds to import: only when needed

    following, (dealt_most, allowed) = np.zeros_like(chances), np.array(chances.shape) - 1
    for dealt in np.flatnonzero(chances.any(axis=1)).tolist():
        drawn = np.arange(min(dealt_most - dealt, allowed // of_each) + 1)
        shares = hypergeom.pmf(drawn, left, held, papers - dealt)
        for j, share in enumerate(shares.tolist()):
            wrong = j * of_each
            following[dealt + j, wrong:] += share * chances[dealt, : allowed + 1 - wrong]
    return following
