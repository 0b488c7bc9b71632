"""Automatic scores over a campaign's frame: bands to stratify by, spreads, and who is likelier drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.methods import score_bands
from annotations.methods.sampling import FloatArray
from annotations.models import AutomaticScore, Campaign, Dataset, Question, Scorer

HIGH, LOW, NEAR, APART = "high", "low", "near", "apart"
REASONS = (HIGH, LOW, NEAR, APART)
"""Why an item is likelier drawn: a high or low score, one near the pass mark, scorers apart."""
PREFIX = "scorer."


def scorer_names(dataset: Dataset) -> list[str]:
    """Scorers with a score for the whole of an item of the dataset, by name."""
    scores = AutomaticScore.objects.filter(
        scorer=OuterRef("pk"), criterion="", item__dataset=dataset
    )
    scorers = Scorer.objects.filter(Exists(scores), team=dataset.team_id)
    return list(scorers.order_by("name").values_list("name", flat=True))


def scores_at(
    campaign: Campaign, name: str, item_ids: Sequence[int], question_ids: Sequence[int]
) -> FloatArray:
    """The scorer's values in the order of the items, NaN where it has none; marks as shares of the
    full mark, so that questions compare."""
    rows = AutomaticScore.objects.filter(
        scorer__name=name, scorer__team=campaign.team_id, criterion="",
        item__dataset=campaign.dataset_id,
    )  # fmt: skip
    found = dict(rows.values_list("item_id", "value"))
    values = np.array([found.get(pk, np.nan) for pk in item_ids], dtype=np.float64)
    if not _gives_marks(campaign, name):
        return values
    full = dict(Question.objects.filter(dataset=campaign.dataset_id).values_list("pk", "full_mark"))
    return values / np.array([float(full.get(pk) or np.nan) for pk in question_ids])


def likelier_scores(
    campaign: Campaign, choice: dict, item_ids: Sequence[int], question_ids: Sequence[int]
) -> FloatArray:
    """What each item's chance grows with, 0 or more. `choice` is the plan's {"why", "scorers", "near"}.

    Raises ValidationError where a score is missing or makes no chance.
    """
    names = choice["scorers"]
    columns = [known_scores(campaign, name, item_ids, question_ids) for name in names]
    why = choice["why"]
    if why == APART:
        return _apart(campaign, names, columns)
    score = columns[0]
    if why == NEAR:
        return score_bands.nearness(score, _near(campaign, choice, question_ids))
    if why == LOW:
        return score.max() - score
    if score.min() < 0:
        raise ValidationError(
            _("“%(name)s” has values below 0, so chances cannot grow with it.") % {"name": names[0]}
        )
    return score


def known_scores(
    campaign: Campaign, name: str, item_ids: Sequence[int], question_ids: Sequence[int]
) -> FloatArray:
    """`scores_at`, all of them there. Raises ValidationError with how many are missing."""
    score = scores_at(campaign, name, item_ids, question_ids)
    missing = int((~np.isfinite(score)).sum())
    if missing:
        raise ValidationError(
            ngettext(
                "“%(name)s” has no usable score for %(count)s of the items that can be drawn.",
                "“%(name)s” has no usable score for %(count)s of the items that can be drawn.",
                missing,
            )
            % {"name": name, "count": missing}
        )
    return score


def _apart(campaign: Campaign, names: Sequence[str], columns: list[FloatArray]) -> FloatArray:
    """Marks share a scale already; other scores are standardised, the better ones upwards."""
    if len(names) < 2:
        raise ValidationError(_("Choose at least two scores to see where they are apart."))
    if all(_gives_marks(campaign, name) for name in names):
        return score_bands.disagreement(np.column_stack(columns))
    scorers = Scorer.objects.filter(team=campaign.team_id, name__in=names)
    better = dict(scorers.values_list("name", "is_higher_better"))
    signs = [1 if better[name] else -1 for name in names]
    even = [sign * score_bands.standardised(c) for sign, c in zip(signs, columns, strict=True)]
    return score_bands.disagreement(np.column_stack(even))


def _near(campaign: Campaign, choice: dict, question_ids: Sequence[int]) -> FloatArray:
    """The pass mark of each item's rubric for marks, the lead's number for other scores."""
    if not _gives_marks(campaign, choice["scorers"][0]):
        if choice.get("near") is None:
            raise ValidationError(_("Say near which value of the score an item is likelier drawn."))
        return np.full(len(question_ids), float(choice["near"]))
    rows = dict(campaign.rubrics.values_list("question_id", "rubric__pass_mark"))
    marks = [rows.get(pk, rows.get(None)) for pk in question_ids]
    if None in marks:
        raise ValidationError(_("Choose the rubric first: its pass mark is what chances go by."))
    return np.array(marks, dtype=np.float64)


def _gives_marks(campaign: Campaign, name: str) -> bool:
    marks = Scorer.objects.filter(team=campaign.team_id, name=name, scale=Scorer.Scale.MARK)
    return marks.exists()
