"""The whole plan of a draft campaign: what is drawn and who rates it.

Review and launch use the same function, so what the lead approves is what is launched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

    `question_ids`, `item_ids` and `school_subjects` have one entry a drawn item, in the order of
    `sample`.
    `audit`: source → share of its items that is rated although the source was rejected;
    `planned`: items that would be drawn without it.
    """

    frame: Frame
    sample: Sample
    item_ids: np.ndarray
    question_ids: np.ndarray
    school_subjects: np.ndarray
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


def plan_of(
    campaign: Campaign,
    audit: Mapping[str, float] | None = None,
    between: Callable[[], None] | None = None,
) -> CampaignPlan:
    """Draw and plan, without writing.

    `audit`: source → share of its items to draw although it was rejected before the drawing.
    `between` is called after each step; what it raises ends the planning.
    Raises ValidationError with a sentence that says what is missing.
    """
    look = between or (lambda: None)
    frame = frame_to_draw(campaign)
    look()
    audit = audit or {}
    sample = draw_audited(frame, campaign.plan, [draw_record(campaign.plan, audit)])
    look()
    return plan_for(campaign, frame, sample, audit)


def plan_for(
    campaign: Campaign, frame: Frame, sample: Sample, audit: Mapping[str, float] | None = None
) -> CampaignPlan:
    """Plan raters for `sample`."""
    item_ids = np.asarray(frame.item_ids, dtype=np.int64)[sample.index]
    question_ids = np.asarray(frame.question_ids, dtype=np.int64)[sample.index]
    raters = working_raters(campaign)
    questions, group = np.unique(question_ids, return_inverse=True)
    facts = question_facts(campaign, questions)
    seed = int(campaign.plan.get("seed", 0))
    wanted = design.ratings_wanted(
        len(sample), campaign.ratings_per_item, campaign.overlap_share, seed, group
    )
    slots = _share_out(facts, wanted, group, raters, seed)
    return CampaignPlan(
        frame=frame,
        sample=sample,
        item_ids=item_ids,
        question_ids=question_ids,
        school_subjects=np.array([subject for subject, _key in facts], dtype=object)[group],
        raters=raters,
        wanted=wanted,
        slots=slots,
        planned=int(campaign.plan.get("n") or len(frame)),
        audit=audit or {},
    )


def _share_out(
    facts: Sequence[tuple[str, str]],
    wanted: np.ndarray,
    group: np.ndarray,
    raters: Sequence[CampaignRater],
    seed: int,
) -> np.ndarray:
    if not raters:
        raise ValidationError(_("Nobody rates yet: choose at least one rater."))
    try:
        return design.plan_raters(wanted, group, eligibility(facts, raters), seed)
    except design.NotEnoughRaters as problem:
        raise ValidationError(
            _(
                "Question %(question)s needs %(wanted)s different raters an item, "
                "but only %(eligible)s may rate it."
            )
            % {
                "question": facts[problem.group][1],
                "wanted": problem.wanted,
                "eligible": problem.eligible,
            }
        ) from problem


def working_raters(campaign: Campaign) -> list[CampaignRater]:
    """Those who rate or are being trained to; in the order of joining."""
    at_work = (CampaignRater.State.ACTIVE, CampaignRater.State.TRAINING)
    return list(campaign.raters.filter(state__in=at_work).select_related("user"))


def question_facts(campaign: Campaign, question_ids: np.ndarray) -> list[tuple[str, str]]:
    """(school subject, key) of each of these questions of the campaign's dataset.

    One query for the whole dataset: a hundred thousand prompts are as many questions.
    """
    rows = Question.objects.filter(dataset_id=campaign.dataset_id).order_by()
    columns = rows.values_list("pk", "school_subject", "key")
    known = {pk: (subject, key) for pk, subject, key in columns.iterator(chunk_size=5_000)}
    return [known[pk] for pk in question_ids.tolist()]


def eligibility(
    facts: Sequence[tuple[str, str]], raters: Sequence[CampaignRater]
) -> np.ndarray:
    """Who may rate what, by the `question_facts`; shape (questions, raters)."""
    may = np.ones((len(facts), len(raters)), dtype=bool)
    for column, rater in enumerate(raters):
        if rater.school_subjects or rater.question_keys:
            may[:, column] = [rater.marks(*fact) for fact in facts]
    return may


def rubric_ids(campaign: Campaign, question_ids: np.ndarray) -> np.ndarray:
    """The rubric that judges each item's question. Raises ValidationError where there is none."""
    rows = list(CampaignRubric.objects.filter(campaign=campaign).select_related("rubric"))
    if not rows:
        raise ValidationError(_("No rubric yet: choose one for all questions, or one for each."))
    drafts = [str(row.rubric) for row in rows if not row.rubric.is_published]
    if drafts:
        raise ValidationError(
            _("Publish the rubric first: %(names)s.")
            % {"names": pgettext("between names", ", ").join(sorted(set(drafts)))}
        )
    by_question = {row.question_id: row.rubric_id for row in rows}
    common = by_question.get(None)
    questions, group = np.unique(question_ids, return_inverse=True)
    missing = [pk for pk in questions.tolist() if pk not in by_question]
    if missing and common is None:
        names = Question.objects.filter(pk__in=missing[:5]).values_list("key", flat=True)
        raise ValidationError(
            _("No rubric for question %(names)s: choose one, or a rubric for all.")
            % {"names": pgettext("between names", ", ").join(names)}
        )
    rubrics = [by_question.get(pk, common) for pk in questions.tolist()]
    return np.array(rubrics, dtype=np.int64)[group]


def slots_foreseen(campaign: Campaign, n: int) -> int:
    """About how many slots `n` items make: what decides whether a worker should write them."""
    more = (campaign.ratings_per_item - 1) * campaign.overlap_share
    return round(n * (1 + more))
