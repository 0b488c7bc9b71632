"""What a campaign's verdicts read from the database, once for all candidates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from annotations.actions.campaign_frame import Frame, frame_of
from annotations.models import Adjudication, AutomaticScore, Campaign, CampaignItem, Item, Scorer
from annotations.models.rating_table import RatingTable, rating_table
from grading.models import DecisionPolicy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class NoVerdict(Exception):
    """A verdict cannot be computed at all; the message is a sentence for the reader."""


@dataclass(frozen=True)
class Drawn:
    """The live items of a campaign, in the order of their campaign item; arrays of shape (n,).

    `probability` NaN where none is stored. `step` and `pass_mark` are those of each item's question
    and rubric. `subject` is the question's school subject, `question_key` its number.
    """

    campaign_item: Ints
    item: Ints
    source: NDArray[np.object_]
    stratum: NDArray[np.object_]
    probability: Floats
    step: Floats
    pass_mark: Floats
    subject: NDArray[np.object_]
    question_key: NDArray[np.object_]


@dataclass(frozen=True)
class CampaignData:
    """Everything that verdicts on a campaign read. `adjudicated`: campaign item → (composite, mark)."""

    campaign: Campaign
    policy: DecisionPolicy
    table: RatingTable
    drawn: Drawn
    adjudicated: Mapping[int, tuple[float | None, float | None]]
    frame: Frame
    is_frame_unchanged: bool
    raters_by_question: bool
    remembered: dict[str, Any] = field(default_factory=dict)  # what was read on demand

    @property
    def audited(self) -> frozenset[str]:
        """Sources that a gate rejected before the drawing: few of their items, or none, are in it."""
        return audited_sources(self.campaign)

    @property
    def sources(self) -> NDArray[np.object_]:
        """The source of each item of the frame, in its order; read once."""
        if "sources" not in self.remembered:
            rows = Item.objects.filter(dataset_id=self.campaign.dataset_id).order_by()
            found = dict(rows.values_list("id", "source"))
            sources = np.array([found.get(pk) for pk in self.frame.item_ids], dtype=object)
            self.remembered["sources"] = sources
        return self.remembered["sources"]  # type: ignore[no-any-return]

    def scores_of(self, scorer: Scorer) -> Mapping[int, float]:
        """`scores_by_item`, read once."""
        key = f"scorer {scorer.pk}"
        if key not in self.remembered:
            self.remembered[key] = scores_by_item(self.campaign, scorer)
        return self.remembered[key]  # type: ignore[no-any-return]

    @property
    def helpers(self) -> list[Scorer]:
        """The automatic scores of the policy that are still there, the first one first."""
        if "helpers" not in self.remembered:
            self.remembered["helpers"] = helpers_of(self.policy)
        return self.remembered["helpers"]  # type: ignore[no-any-return]

    def after(self, ratings: int) -> CampaignData:
        """The data as they stood after so many ratings, in the order of their submission.

        An adjudication counts from where all ratings of its item are in.
        """
        later = np.ones(len(self.table), dtype=bool)
        later[np.argsort(self.table.rating, kind="stable")[:ratings]] = False
        open_items = set(self.table.campaign_item[later].tolist())
        settled = {pk: one for pk, one in self.adjudicated.items() if pk not in open_items}
        return replace(self, table=self.table.where(~later), adjudicated=settled)


def campaign_data(campaign: Campaign, table: RatingTable | None = None) -> CampaignData:
    """Load it, in a fixed number of queries. Raises NoVerdict without a policy or before launch.

    `table`: the campaign's ratings, where they are read already or their criteria are needed too.
    """
    require_launched(campaign)
    frame = frame_of(campaign)
    digest = campaign.plan.get("frame_digest")
    return CampaignData(
        campaign=campaign,
        policy=policy_of(campaign),
        table=rating_table(campaign, with_criteria=False) if table is None else table,
        drawn=_drawn(campaign),
        adjudicated=_adjudicated(campaign),
        frame=frame,
        is_frame_unchanged=not digest or frame.digest == digest,
        raters_by_question=any(rater.question_keys for rater in campaign.raters.all()),
    )


def require_launched(campaign: Campaign) -> None:
    """Raises NoVerdict before the launch, and where no sample is drawn that a verdict could rest on."""
    if campaign.state == Campaign.State.DRAFT:
        raise NoVerdict(_("The campaign has not been launched, so there is nothing to judge."))
    if campaign.is_open_ended:
        raise NoVerdict(
            _(
                "Answers come here one by one, so there is no sample to decide on. What people's marks say of "
                "the grader stands in its monitoring."
            )
        )


def policy_of(campaign: Campaign) -> DecisionPolicy:
    """The campaign's policy. Raises NoVerdict where nobody fixed one."""
    policy = DecisionPolicy.objects.filter(campaign=campaign).select_related("auxiliary").first()
    if policy is None:
        raise NoVerdict(
            _(
                "This campaign has no decision policy (what is estimated, the threshold, the agreement "
                "floor), so nothing can be decided. It is fixed in the campaign's set-up, before the launch."
            )
        )
    return policy


def candidates_of(campaign: Campaign) -> list[str]:
    """What verdicts of this campaign can be about: sources (evaluation) or scorers (grading)."""
    if campaign.kind == Campaign.Kind.EVALUATION:
        live = CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
        drawn = live.order_by().values_list("item__source", flat=True).distinct()
        return sorted({*drawn, *audited_sources(campaign)})
    marks = AutomaticScore.objects.filter(
        scorer=OuterRef("pk"), criterion="", item__dataset_id=campaign.dataset_id
    )
    scorers = Scorer.objects.filter(team_id=campaign.team_id, scale=Scorer.Scale.MARK)
    return list(scorers.filter(Exists(marks)).order_by("name").values_list("name", flat=True))


def audited_sources(campaign: Campaign) -> frozenset[str]:
    """Sources rejected at the latest drawing."""
    draws = campaign.plan.get("draws")
    return frozenset(draws[-1]["audit"]) if draws else frozenset()


def helpers_of(policy: DecisionPolicy) -> list[Scorer]:
    """Scorers by the policy's order; one that was deleted is missing."""
    found = Scorer.objects.in_bulk(policy.auxiliary_ids)
    return [found[pk] for pk in policy.auxiliary_ids if pk in found]


def scores_by_item(campaign: Campaign, scorer: Scorer) -> dict[int, float]:
    """Item id → the scorer's value for the whole item, over the campaign's dataset."""
    rows = AutomaticScore.objects.filter(
        scorer=scorer, criterion="", item__dataset_id=campaign.dataset_id
    )
    return dict(rows.values_list("item_id", "value"))


def scorer_named(campaign: Campaign, name: str) -> Scorer:
    """Raises NoVerdict where the team has no such scorer of marks."""
    found = Scorer.objects.filter(
        team_id=campaign.team_id, name=name, scale=Scorer.Scale.MARK
    ).first()
    if found is None:
        raise NoVerdict(_("There is no candidate named %(name)s.") % {"name": name})
    return found


def _drawn(campaign: Campaign) -> Drawn:
    rows = CampaignItem.objects.filter(campaign=campaign, purpose=CampaignItem.Purpose.LIVE)
    fields = (
        "id", "item_id", "item__source", "stratum", "probability", "item__question__step",
        "rubric__pass_mark", "item__question__school_subject", "item__question__key",
    )  # fmt: skip
    columns = list(zip(*rows.order_by("id").values_list(*fields), strict=True)) or [()] * 9
    return Drawn(
        campaign_item=np.array(columns[0], dtype=np.int64),
        item=np.array(columns[1], dtype=np.int64),
        source=np.array(columns[2], dtype=object),
        stratum=np.array(columns[3], dtype=object),
        probability=_floats(columns[4]),
        step=_floats(columns[5]),
        pass_mark=_floats(columns[6]),
        subject=np.array(columns[7], dtype=object),
        question_key=np.array(columns[8], dtype=object),
    )


def _floats(column: tuple[object, ...]) -> Floats:
    return np.array([np.nan if value is None else float(value) for value in column])  # type: ignore[arg-type]


def _adjudicated(campaign: Campaign) -> dict[int, tuple[float | None, float | None]]:
    """The newest adjudication of each live campaign item."""
    rows = Adjudication.objects.filter(
        campaign_item__campaign=campaign, campaign_item__purpose=CampaignItem.Purpose.LIVE
    ).order_by("created_at", "id")
    return {
        pk: (composite, mark)
        for pk, composite, mark in rows.values_list("campaign_item_id", "composite", "mark")
    }
