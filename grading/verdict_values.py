"""What each drawn item is worth to a verdict, and the ratings behind it.

Evaluation: an item of the candidate (a source) is worth the mean composite of its counted
ratings, or 1 when that reaches the pass mark. Grading: an item is worth 1 when the candidate's
(a scorer's) mark is within the tolerance of the human mark: the adjudicated one, else the mean of
the ratings rounded to the question's step.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from grading.methods.rater_panel import Ratings
from grading.models import DecisionPolicy
from grading.verdict_blocks import rater_blocks
from grading.verdict_data import CampaignData, Floats, Ints

Estimand = DecisionPolicy.Estimand
CLOSE = 1e-9


def item_values(
    data: CampaignData, rows: Ints, machine: Mapping[int, float]
) -> tuple[Floats, Ratings, dict[str, int]]:
    """One value a drawn item (NaN: none yet), the ratings behind them (by the raters' ids), and the counts."""
    drawn, table = data.drawn, data.table
    mine = np.isin(table.campaign_item, drawn.campaign_item[rows])
    position = np.searchsorted(drawn.campaign_item[rows], table.campaign_item[mine])
    score = (table.mark if _is_marks(data) else table.composite)[mine]
    settled = _settled(data, rows)
    usable = np.isfinite(score)
    means = _means(position[usable], score[usable], len(rows))
    human = np.where(np.isfinite(settled), settled, means)
    marks = np.array([machine.get(int(pk), np.nan) for pk in drawn.item[rows]])
    counted = usable & ~np.isfinite(settled)[position]
    at, given, rater = position[counted], score[counted], table.rater[mine][counted]
    value = _worth(data, rows, human, marks, is_mean=True)
    singles = _worth(data, rows[at], given, marks[at], is_mean=False)
    if _is_definitive(data, at, given, value, settled):
        at, rater, singles = at[:0], rater[:0], singles[:0]
    everyone, codes = np.unique(rater, return_inverse=True)
    blocks = rater_blocks(codes, kind_of_work(data, rows[at]), len(everyone))
    touched = np.bincount(position, minlength=len(rows)) > 0
    counts = {
        "waiting": int((~touched & ~np.isfinite(settled)).sum()),
        "unjudged": int((touched & ~np.isfinite(value)).sum()),
        "definitive": int(np.isfinite(settled).sum()),
        "ratings": int(usable.sum()),
        "flagged_ratings": int(table.is_flagged[mine].sum()),
        "raters": len(np.unique(table.rater[mine])),
    }
    return value, Ratings(at, rater, singles, blocks, len(rows)), counts


def _is_marks(data: CampaignData) -> bool:
    return bool(data.policy.estimand == Estimand.RIGHT_MARKS)


def _settled(data: CampaignData, rows: Ints) -> Floats:
    """The adjudicated composite or mark of each drawn item, NaN where there is none."""
    place = 1 if _is_marks(data) else 0
    found = [
        data.adjudicated.get(int(pk), (None, None))[place] for pk in data.drawn.campaign_item[rows]
    ]
    return np.array([np.nan if value is None else value for value in found], dtype=float)


def _means(position: Ints, score: Floats, n: int) -> Floats:
    counts = np.bincount(position, minlength=n)
    sums = np.bincount(position, weights=score, minlength=n)
    means: Floats = np.divide(sums, counts, out=np.full(n, np.nan), where=counts > 0)
    return means


def _worth(
    data: CampaignData, rows: Ints, score: Floats, machine: Floats, *, is_mean: bool
) -> Floats:
    """What a human score makes of an item, in [0, 1]; NaN stays NaN."""
    if data.policy.estimand == Estimand.PASS_RATE:
        reached = (score >= data.drawn.pass_mark[rows] - CLOSE).astype(float)
        return np.where(np.isfinite(score), reached, np.nan)
    if not _is_marks(data):
        return np.clip(score, 0.0, 1.0)
    step = data.drawn.step[rows]
    human = np.floor(score / step + 0.5 + CLOSE) * step if is_mean else score
    right = (np.abs(machine - human) <= data.policy.tolerance + CLOSE).astype(float)
    return np.where(np.isfinite(score) & np.isfinite(machine), right, np.nan)


def _is_definitive(
    data: CampaignData, at: Ints, given: Floats, value: Floats, settled: Floats
) -> bool:
    """Marks are definitive when every item was settled by an adjudicator, or marked alike by at
    least two raters: then another panel would have had its differences settled too."""
    if not _is_marks(data):
        return False
    n = len(value)
    lowest, highest = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(lowest, at, given)
    np.maximum.at(highest, at, given)
    agreed = (np.bincount(at, minlength=n) >= 2) & (highest - lowest <= CLOSE)
    return bool((agreed | np.isfinite(settled) | ~np.isfinite(value)).all())


def kind_of_work(data: CampaignData, rows: Ints) -> NDArray[np.object_]:
    """What raters may be restricted to: inside one kind they rate the same sort of items."""
    return data.drawn.question_key[rows] if data.raters_by_question else data.drawn.subject[rows]
