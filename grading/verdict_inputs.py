"""The arrays behind one candidate's verdict: values, weights, ratings, automatic score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from annotations.models import Campaign
from grading.methods.design import Design
from grading.methods.hybrid import Auxiliary
from grading.methods.rater_panel import Ratings
from grading.verdict_data import CampaignData, Floats, Ints, NoVerdict, scorer_named
from grading.verdict_drawing import drawing_of
from grading.verdict_values import item_values


@dataclass(frozen=True)
class SampleFacts:
    """What the numbers rest on, in items unless it says otherwise.

    population: all items of the candidate. drawn: those in the campaign. rated: with a value.
    waiting: not rated yet. unjudged: all their ratings are flags. definitive: adjudicated.
    """

    population: int
    drawn: int
    rated: int
    waiting: int
    unjudged: int
    definitive: int
    ratings: int
    flagged_ratings: int
    raters: int
    is_finished: bool
    design: str
    strata: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True)
class CandidateInputs:
    """What the estimate takes. `problem` (a code) instead of a design where there is none.

    `raters`: the id of each code in `ratings`. `machine`: item id → the candidate's mark (grading),
    empty in evaluation. `scores`: the policy's automatic scores, sampled (n, p) and population
    (N, p), NaN where one is missing.
    """

    candidate: str
    item_ids: Ints
    values: Floats
    design: Design | None
    problem: str | None
    ratings: Ratings
    raters: Ints
    scores: Auxiliary | None
    machine: Mapping[int, float]
    population_ids: Ints
    sample: SampleFacts


def candidate_inputs(data: CampaignData, candidate: str) -> CandidateInputs:
    """Gather it. Raises NoVerdict where the candidate has no item in the campaign."""
    machine = _machine_marks(data, candidate)
    population = _population(data, candidate, machine)
    rows = _rows(data, population)
    if not len(rows) and candidate not in data.audited:
        raise NoVerdict(
            _("The campaign has no item of the candidate %(name)s.") % {"name": candidate}
        )
    values, ratings, counts = item_values(data, rows, machine)
    known = np.isfinite(values)
    weighed = rows[known]
    is_finished = counts["waiting"] == 0
    drawing = drawing_of(data, rows, weighed, population, is_finished)
    design, problem = drawing.design, drawing.problem
    sample = SampleFacts(
        population=drawing.population,
        drawn=len(rows),
        rated=int(known.sum()),
        is_finished=is_finished or data.campaign.state == Campaign.State.CLOSED,
        design=design.kind if design else "",
        strata=drawing.strata,
        cautions=_cautions(data, counts, is_finished, drawing.is_partial),
        **counts,
    )
    item_ids = data.drawn.item[weighed]
    singles, raters = _of_known(ratings, known)
    return CandidateInputs(
        candidate=candidate,
        item_ids=item_ids,
        values=values[known],
        design=design,
        problem=problem,
        ratings=singles,
        raters=raters,
        scores=_scores(data, item_ids, population),
        machine=machine,
        population_ids=population,
        sample=sample,
    )


def candidate_rows(data: CampaignData, candidate: str) -> Ints:
    """Rows of `data.drawn` that are the candidate's."""
    return _rows(data, _population(data, candidate, _machine_marks(data, candidate)))


def _rows(data: CampaignData, population: Ints) -> Ints:
    rows: Ints = np.flatnonzero(np.isin(data.drawn.item, population))
    return rows


def _machine_marks(data: CampaignData, candidate: str) -> Mapping[int, float]:
    if data.campaign.kind == Campaign.Kind.EVALUATION:
        return {}
    return data.scores_of(scorer_named(data.campaign, candidate))


def _population(data: CampaignData, candidate: str, machine: Mapping[int, float]) -> Ints:
    """Ids of the items a verdict speaks about: the frame's items of the candidate."""
    frame = np.asarray(data.frame.item_ids, dtype=np.int64)
    is_mine = data.sources == candidate
    if data.campaign.kind == Campaign.Kind.GRADING:
        is_mine = np.isin(frame, np.fromiter(machine, dtype=np.int64, count=len(machine)))
    mine: Ints = frame[is_mine]
    return mine


def _of_known(ratings: Ratings, known: NDArray[np.bool_]) -> tuple[Ratings, Ints]:
    """The ratings renumbered to the items that have a value, and the raters' ids by their codes."""
    place = np.cumsum(known) - 1
    kept = known[ratings.item]
    raters, codes = np.unique(ratings.rater[kept], return_inverse=True)
    found = Ratings(
        place[ratings.item[kept]],
        codes.astype(np.int64),
        ratings.value[kept],
        ratings.block[kept],
        int(known.sum()),
    )
    return found, raters


def _scores(data: CampaignData, item_ids: Ints, population: Ints) -> Auxiliary | None:
    """The policy's automatic scores at the rated and at all items; NaN where one is missing."""
    if not data.helpers or not data.is_frame_unchanged:
        return None
    columns = [data.scores_of(scorer) for scorer in data.helpers]
    if len(columns) < len(data.policy.auxiliary_ids):
        columns.append({})  # a score that was promised and deleted is missing everywhere

    def matrix(ids: Ints) -> Floats:
        rows = [[column.get(pk, np.nan) for column in columns] for pk in ids.tolist()]
        return np.array(rows, dtype=float).reshape(len(ids), len(columns))

    return Auxiliary(matrix(item_ids), matrix(population))


def _cautions(
    data: CampaignData, counts: dict[str, int], is_finished: bool, is_partial: bool
) -> tuple[str, ...]:
    """Codes of what a reader must know; verdict_reasons.py has the sentences."""
    is_closed = data.campaign.state == Campaign.State.CLOSED
    goes_by_question = data.campaign.order == Campaign.Order.BY_QUESTION
    found = {
        "frame_changed": not data.is_frame_unchanged,
        "closed_early": is_closed and not is_finished,
        "partial": is_partial,
        "by_question": goes_by_question
        and not is_finished
        and not is_partial
        and len(np.unique(data.drawn.question_key)) > 1,
        "unjudged": counts["unjudged"] > 0,
    }
    return tuple(code for code, holds in found.items() if holds)
