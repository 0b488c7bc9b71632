"""The frame a campaign draws from, and the sample its plan draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.core.exceptions import ValidationError
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from annotations.actions.frame_scores import (
    PREFIX,
    known_scores,
    likelier_scores,
    scorer_names,
    scores_at,
)
from annotations.methods import audit, sampling, sampling_unequal
from annotations.methods.sampling import FloatArray
from annotations.methods.score_bands import bands, spreads
from annotations.models import Campaign, CampaignItem, Dataset, Item

ALL, RANDOM, STRATIFIED, UNEQUAL = "all", "random", "stratified", "unequal"
NEYMAN = "neyman"
LENGTH = "length"  # of the response, in characters; banded
PLAIN_STRATA = {
    "question": "question__key",
    "school_subject": "question__school_subject",
    "source": "source",
}
LONGEST_STRATUM = 200
ITEMS_LOOKED_AT = 2_000  # to learn which group keys there are


@dataclass(frozen=True)
class Frame:
    """Every item that can be drawn, in dataset order; parallel lists.

    `score` is what the chances of an unequal sample grow with, `spread` the standard deviation of
    an automatic score in each stratum for Neyman's allocation; both only in `frame_to_draw`.
    """

    item_ids: Sequence[int]
    keys: Sequence[str]
    question_ids: Sequence[int]
    strata: Sequence[str]
    sources: Sequence[str]
    score: FloatArray | None = None
    spread: Mapping[str, float] | None = None

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def digest(self) -> str:
        return sampling.frame_digest(self.keys, self.strata)

    @property
    def score_digest(self) -> str:
        """Of the scores that the chances rest on; empty where they rest on none."""
        if self.score is not None:
            return sampling.frame_digest(self.keys, [f"{value:.12g}" for value in self.score])
        if self.spread is not None:
            values = [f"{value:.12g}" for value in self.spread.values()]
            return sampling.frame_digest(list(self.spread), values)
        return ""


def strata_addresses(dataset: Dataset) -> list[str]:
    """What the dataset can be stratified by: "question", "school_subject", "source", "group.<key>",
    and in bands "length" and "scorer.<name>"."""
    items = Item.objects.filter(dataset=dataset)
    found = [
        address
        for address, column in PLAIN_STRATA.items()
        if len(items.order_by().values_list(column, flat=True).distinct()[:2]) > 1
    ]
    looked_at = items.values_list("group_keys", flat=True)[:ITEMS_LOOKED_AT]
    names = {name for keys in looked_at for name in keys}
    groups = [f"group.{name}" for name in sorted(names)]
    return [*found, *groups, LENGTH, *(f"{PREFIX}{name}" for name in scorer_names(dataset))]


def excluded_keys(campaign: Campaign) -> list[str]:
    """Items that train and test raters: they are not drawn. Fixed once the campaign is launched."""
    if campaign.state != Campaign.State.DRAFT:
        return list(campaign.plan.get("excluded", []))
    gold = campaign.campaign_items.exclude(purpose=CampaignItem.Purpose.LIVE)
    return sorted(gold.values_list("item__key", flat=True))


def frame_of(campaign: Campaign, plan: dict | None = None) -> Frame:
    """The dataset's items, or those the plan is restricted to, except the campaign's practice and
    qualification items."""
    by = (campaign.plan if plan is None else plan).get("by") or ""
    rows = Item.objects.filter(dataset_id=campaign.dataset_id)
    if by == LENGTH:
        rows = rows.annotate(characters=Length("text"))
    column = _column(by)
    excluded = set(excluded_keys(campaign))
    names = ("id", "key", "question_id", "source", column)
    fields = rows.values_list(*names).order_by("position", "id")
    only = None if "only" not in campaign.plan else set(campaign.plan["only"])
    kept = [
        row
        for row in fields.iterator(chunk_size=5_000)
        if row[1] not in excluded and (only is None or row[0] in only)
    ]
    ids, keys, questions, sources, values = zip(*kept, strict=True) if kept else ((),) * 5
    if by == LENGTH:
        strata = bands(np.array(values, dtype=np.float64))
    elif by.startswith(PREFIX):
        strata = bands(scores_at(campaign, by.removeprefix(PREFIX), ids, questions))
    else:
        strata = [_stratum(by, value) for value in values]
    return Frame(ids, keys, questions, strata, sources)


def frame_size(campaign: Campaign) -> int:
    """How many items `frame_of` holds, read only where the plan is restricted to some."""
    if "only" in campaign.plan:
        return len(frame_of(campaign, {}))
    items = Item.objects.filter(dataset_id=campaign.dataset_id)
    return items.exclude(key__in=excluded_keys(campaign)).count()


def frame_to_draw(campaign: Campaign, plan: dict | None = None) -> Frame:
    """`frame_of` with the scores that the plan draws by. Raises ValidationError where one is missing."""
    plan = campaign.plan if plan is None else plan
    frame = frame_of(campaign, plan)
    if not len(frame):
        return frame
    ids, questions = frame.item_ids, frame.question_ids
    if plan.get("design") == UNEQUAL:
        return replace(frame, score=likelier_scores(campaign, plan["likelier"], ids, questions))
    if plan.get("design") == STRATIFIED and plan.get("allocation") == NEYMAN:
        score = known_scores(campaign, plan["spread_by"], ids, questions)
        return replace(frame, spread=spreads(score, frame.strata))
    return frame


def _column(by: str) -> str:
    if not by or by.startswith(PREFIX):
        return "key"
    return "characters" if by == LENGTH else PLAIN_STRATA.get(by, "group_keys")


def _stratum(by: str, value: object) -> str:
    if not by:
        return ""
    if by.startswith("group."):
        value = value.get(by.removeprefix("group."), "")  # type: ignore[attr-defined]
    return str(value)[:LONGEST_STRATUM]


def draw(frame: Frame, plan: dict, earlier: sampling.Sample | None = None) -> sampling.Sample:
    """The sample that `plan` draws of a `frame_to_draw`. Raises ValidationError with what to change.

    An unequal sample grows out of the `earlier` one; the others hold it by their numbers.
    """
    if not len(frame):
        raise ValidationError(_("The dataset has no items to draw from."))
    seed, design = int(plan.get("seed", 0)), plan.get("design", ALL)
    try:
        if design == ALL:
            return sampling.draw_all(frame.keys, seed)
        if design == RANDOM:
            return sampling.draw_random(frame.keys, int(plan["n"]), seed)
        if design == UNEQUAL:
            return _draw_unequal(frame, int(plan["n"]), seed, earlier)
        allocation = plan.get("allocation", "proportional")
        return sampling.draw_stratified(
            frame.keys, frame.strata, int(plan["n"]), seed, allocation, spread=frame.spread
        )
    except (sampling.SampleTooLarge, sampling.SampleTooSmall) as problem:
        raise ValidationError(sample_sentence(problem)) from problem


def _draw_unequal(
    frame: Frame, n: int, seed: int, earlier: sampling.Sample | None
) -> sampling.Sample:
    if frame.score is None:
        raise ValueError("an unequal sample is drawn of frame_to_draw")
    if earlier is None:
        return sampling_unequal.draw_unequal(frame.keys, frame.score, n, seed)
    return sampling_unequal.extend_unequal(frame.keys, frame.score, earlier, n, seed)


def draw_audited(frame: Frame, plan: dict, draws: Sequence[Mapping]) -> sampling.Sample:
    """The sample after all `draws`, the last one included; see `draw_record`.

    Of a rejected source only its audit share is in it. Raises ValidationError.
    """
    samples: list[sampling.Sample] = []
    for record in draws:
        samples.append(draw(frame, {**plan, "n": record["n"]}, samples[-1] if samples else None))
    if not any(record["audit"] for record in draws):
        return samples[-1]
    drawings = [
        audit.Drawing(sample, _shares(frame, record["audit"]))
        for sample, record in zip(samples, draws, strict=True)
    ]
    seed = int(plan.get("seed", 0))
    sample = audit.thinned(drawings, audit.audit_numbers(frame.keys, frame.sources, seed))
    if not len(sample):
        raise ValidationError(
            _(
                "Every candidate is rejected at a gate and the audit share draws none of their "
                "items, so there is nothing to rate. Raise the audit share, or change the gates."
            )
        )
    return sample


def draw_record(plan: dict, shares: Mapping[str, float]) -> dict:
    """What `plan["draws"]` keeps of a launch or an extension: its size and, of every source that
    was rejected by then, the share of its items that is rated all the same."""
    return {"n": plan.get("n"), "audit": dict(shares)}


def _shares(frame: Frame, shares: Mapping[str, float]) -> np.ndarray:
    return np.array([shares.get(source, 1.0) for source in frame.sources])


def strata_of(frame: Frame, plan: dict) -> tuple[sampling.Stratum, ...]:
    """The strata with their sizes and numbers drawn. Raises ValidationError."""
    try:
        return sampling.allocate(
            frame.strata,
            int(plan["n"]),
            plan.get("allocation", "proportional"),
            spread=frame.spread,
        )
    except (sampling.SampleTooLarge, sampling.SampleTooSmall) as problem:
        raise ValidationError(sample_sentence(problem)) from problem


def sample_sentence(problem: sampling.SampleTooLarge | sampling.SampleTooSmall) -> str:
    """Why this sample cannot be drawn, in the reader's language."""
    if isinstance(problem, sampling.SampleTooLarge):
        return _("%(n)s items were asked for, but there are only %(size)s.") % {
            "n": problem.n, "size": problem.size,
        }  # fmt: skip
    if problem.strata == 1:
        return _("At least one item must be drawn.")
    return _(
        "%(strata)s groups need at least %(needed)s items (two from each, or all it has); "
        "%(n)s were asked for."
    ) % {"strata": problem.strata, "needed": problem.needed, "n": problem.n}
