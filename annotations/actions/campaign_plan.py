"""The whole plan of a draft campaign: what is drawn and who rates it.

Review and launch use the same function, so what the lead approves is what is launched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from annotations.actions.campaign_frame import Frame, draw_audited, draw_record, frame_to_draw
from annotations.methods import assignment_design as design
from annotations.methods.sampling import Sample
from annotations.models import Campaign, CampaignRater, CampaignRubric, Question


@dataclass(frozen=True)
class CampaignPlan:
    """`wanted` (n,) ratings an item; `slots` (n, max) index into `raters` or −1; n = drawn items.

    `question_ids` and `item_ids` have one entry a drawn item, in the order of `sample`.
    `audit`: source → share of its items that is rated although the source was rejected;
    `planned`: items that would be drawn without it.
    """

    frame: Frame
    sample: Sample
    item_ids: np.ndarray
    question_ids: np.ndarray
    raters: Sequence[CampaignRater]
    wanted: np.ndarray
    slots: np.ndarray
    planned: int
    audit: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratings(self) -> int:
        return int(self.wanted.sum())

    @property
    def loads(self) -> list[int]:
        """Planned ratings of each rater, in the order of `raters`."""
        return [int(n) for n in design.loads_of(self.slots, len(self.raters))]


def plan_of(campaign: Campaign, audit: Mapping[str, float] | None = None) -> CampaignPlan:
    """Draw and plan, without writing.

    `audit`: source → share of its items to draw although it was rejected before the drawing.
    Raises ValidationError with a sentence that says what is missing.
    """
    frame = frame_to_draw(campaign)
    audit = audit or {}
    sample = draw_audited(frame, campaign.plan, [draw_record(campaign.plan, audit)])
    return plan_for(campaign, frame, sample, audit)


def plan_for(
    campaign: Campaign, frame: Frame, sample: Sample, audit: Mapping[str, float] | None = None
) -> CampaignPlan:
    """Plan raters for `sample`."""
    item_ids = np.asarray(frame.item_ids, dtype=np.int64)[sample.index]
    question_ids = np.asarray(frame.question_ids, dtype=np.int64)[sample.index]
    raters = working_raters(campaign)
    questions, group = np.unique(question_ids, return_inverse=True)
    seed = int(campaign.plan.get("seed", 0))
    wanted = design.ratings_wanted(
        len(sample), campaign.ratings_per_item, campaign.overlap_share, seed, group
    )
    slots = _share_out(questions, wanted, group, raters, seed)
    planned = int(campaign.plan.get("n") or len(frame))
    return CampaignPlan(
        frame, sample, item_ids, question_ids, raters, wanted, slots, planned, audit or {}
    )


def _share_out(
    questions: np.ndarray,
    wanted: np.ndarray,
    group: np.ndarray,
    raters: Sequence[CampaignRater],
    seed: int,
) -> np.ndarray:
    if not raters:
        raise ValidationError(_("Nobody rates yet: choose at least one rater."))
    named = Question.objects.in_bulk(questions.tolist())
    eligible = eligibility([named[pk] for pk in questions.tolist()], raters)
    try:
        return design.plan_raters(wanted, group, eligible, seed)
    except design.NotEnoughRaters as problem:
        raise ValidationError(
            _(
                "Question %(question)s needs %(wanted)s different raters an item, "
                "but only %(eligible)s may rate it."
            )
            % {
                "question": named[int(questions[problem.group])].key,
                "wanted": problem.wanted,
                "eligible": problem.eligible,
            }
        ) from problem


def working_raters(campaign: Campaign) -> list[CampaignRater]:
    """Those who rate or are being trained to; in the order of joining."""
    at_work = (CampaignRater.State.ACTIVE, CampaignRater.State.TRAINING)
    return list(campaign.raters.filter(state__in=at_work).select_related("user"))


def may_rate(rater: CampaignRater, question: Question) -> bool:
    """Whether the question lies in the rater's school subjects and questions (empty = all)."""
    in_subject = not rater.school_subjects or question.school_subject in rater.school_subjects
    return in_subject and (not rater.question_keys or question.key in rater.question_keys)


def eligibility(questions: Sequence[Question], raters: Sequence[CampaignRater]) -> np.ndarray:
    """Who may rate what; shape (questions, raters)."""
    rows = [[may_rate(rater, question) for rater in raters] for question in questions]
    return np.array(rows, dtype=bool).reshape(len(questions), len(raters))


def rubric_ids(campaign: Campaign, question_ids: np.ndarray) -> np.ndarray:
    """The rubric that judges each item's question. Raises ValidationError where there is none."""
    rows = list(CampaignRubric.objects.filter(campaign=campaign).select_related("rubric"))
    drafts = [str(row.rubric) for row in rows if not row.rubric.is_published]
    if drafts:
        raise ValidationError(
            _("Publish the rubric first: %(names)s.")
            % {"names": pgettext("between names", ", ").join(sorted(set(drafts)))}
        )
    by_question = {row.question_id: row.rubric_id for row in rows}
    common = by_question.get(None)
    missing = [pk for pk in np.unique(question_ids).tolist() if pk not in by_question]
    if missing and common is None:
        names = Question.objects.filter(pk__in=missing[:5]).values_list("key", flat=True)
        raise ValidationError(
            _("No rubric for question %(names)s: choose one, or a rubric for all.")
            % {"names": pgettext("between names", ", ").join(names)}
        )
    return np.array([by_question.get(pk, common) for pk in question_ids.tolist()], dtype=np.int64)


def slots_foreseen(campaign: Campaign, n: int) -> int:
    """About how many slots `n` items make: what decides whether a worker should write them."""
    more = (campaign.ratings_per_item - 1) * campaign.overlap_share
    return round(n * (1 + more))
