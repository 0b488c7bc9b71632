"""The frame a campaign draws from, and the sample its plan draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from annotations.methods import audit, sampling
from annotations.models import Campaign, CampaignItem, Dataset, Item

ALL, RANDOM, STRATIFIED = "all", "random", "stratified"
DESIGNS = (ALL, RANDOM, STRATIFIED)
PLAIN_STRATA = {
    "question": "question__key",
    "school_subject": "question__school_subject",
    "source": "source",
}
LONGEST_STRATUM = 200
ITEMS_LOOKED_AT = 2_000  # to learn which group keys there are


@dataclass(frozen=True)
class Frame:
    """Every item that can be drawn, in dataset order; parallel lists."""

    item_ids: Sequence[int]
    keys: Sequence[str]
    question_ids: Sequence[int]
    strata: Sequence[str]
    sources: Sequence[str]

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def digest(self) -> str:
        return sampling.frame_digest(self.keys, self.strata)


def strata_addresses(dataset: Dataset) -> list[str]:
    """What the dataset can be stratified by: "question", "school_subject", "source", "group.<key>"."""
    items = Item.objects.filter(dataset=dataset)
    found = [
        address
        for address, column in PLAIN_STRATA.items()
        if len(items.order_by().values_list(column, flat=True).distinct()[:2]) > 1
    ]
    looked_at = items.values_list("group_keys", flat=True)[:ITEMS_LOOKED_AT]
    names = {name for keys in looked_at for name in keys}
    return found + [f"group.{name}" for name in sorted(names)]


def excluded_keys(campaign: Campaign) -> list[str]:
    """Items that train and test raters: they are not drawn. Fixed once the campaign is launched."""
    if campaign.state != Campaign.State.DRAFT:
        return list(campaign.plan.get("excluded", []))
    gold = campaign.campaign_items.exclude(purpose=CampaignItem.Purpose.LIVE)
    return sorted(gold.values_list("item__key", flat=True))


def frame_of(campaign: Campaign, plan: dict | None = None) -> Frame:
    """The dataset's items except the campaign's practice and qualification items."""
    by = (campaign.plan if plan is None else plan).get("by") or ""
    column = PLAIN_STRATA.get(by, "group_keys") if by else "key"
    rows = Item.objects.filter(dataset_id=campaign.dataset_id)
    excluded = set(excluded_keys(campaign))
    names = ("id", "key", "question_id", "source", column)
    fields = rows.values_list(*names).order_by("position", "id")
    kept = [row for row in fields.iterator(chunk_size=5_000) if row[1] not in excluded]
    ids, keys, questions, sources, values = zip(*kept, strict=True) if kept else ((),) * 5
    return Frame(ids, keys, questions, [_stratum(by, value) for value in values], sources)


def _stratum(by: str, value: object) -> str:
    if not by:
        return ""
    if by.startswith("group."):
        value = value.get(by.removeprefix("group."), "")  # type: ignore[attr-defined]
    return str(value)[:LONGEST_STRATUM]


def draw(frame: Frame, plan: dict) -> sampling.Sample:
    """The sample that `plan` draws. Raises ValidationError with what to change."""
    if not len(frame):
        raise ValidationError(_("The dataset has no items to draw from."))
    seed, design = int(plan.get("seed", 0)), plan.get("design", ALL)
    try:
        if design == ALL:
            return sampling.draw_all(frame.keys, seed)
        if design == RANDOM:
            return sampling.draw_random(frame.keys, int(plan["n"]), seed)
        allocation = plan.get("allocation", "proportional")
        return sampling.draw_stratified(frame.keys, frame.strata, int(plan["n"]), seed, allocation)
    except (sampling.SampleTooLarge, sampling.SampleTooSmall) as problem:
        raise ValidationError(sample_sentence(problem)) from problem


def draw_audited(frame: Frame, plan: dict, draws: Sequence[Mapping]) -> sampling.Sample:
    """The sample after all `draws`, the last one included; see `draw_record`.

    Of a rejected source only its audit share is in it. Raises ValidationError.
    """
    samples = [draw(frame, {**plan, "n": record["n"]}) for record in draws]
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
            frame.strata, int(plan["n"]), plan.get("allocation", "proportional")
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
