"""Definitive scores: one field a criterion, and a note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from annotations.forms.rating import LONGEST_NOTE, SCORE, problem_sentence
from annotations.methods.composite import ScoreProblem, check_scores
from annotations.methods.scales import number_text
from annotations.models import Adjudication, CampaignItem, Criterion

BUTTONS = 11  # longer scales are a list


class AdjudicationForm(forms.Form):
    """`campaign_item` gives the criteria; `latest` the scores to begin with."""

    def __init__(
        self,
        *args: Any,
        campaign_item: CampaignItem,
        latest: Adjudication | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = campaign_item.rubric
        self.criteria = list(self.rubric.criteria.all())
        given = latest.scores if latest else {}
        for criterion in self.criteria:
            self.fields[SCORE + criterion.key] = _field(criterion, given.get(criterion.key))
        self.fields["note"] = forms.CharField(
            label=_("Why"),
            help_text=_("For the trail, and for raters who learn from it."),
            required=False,
            max_length=LONGEST_NOTE,
            initial=latest.note if latest else "",
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        scores = {
            criterion.key: float(data[SCORE + criterion.key])
            for criterion in self.criteria
            if data.get(SCORE + criterion.key)
        }
        try:
            if not self.errors:
                check_scores(self.rubric.spec(), scores)
        except ScoreProblem as problem:
            raise ValidationError(problem_sentence(problem, self.criteria)) from problem
        data["scores"] = scores
        return data


def _field(criterion: Criterion, value: float | None) -> forms.ChoiceField:
    choices = [
        (number_text(float(level["value"])), _level_name(level)) for level in criterion.levels
    ]
    is_short = len(choices) <= BUTTONS
    if not criterion.is_required:
        choices.insert(0, ("", str(_("not given"))))
    elif not is_short:
        choices.insert(0, ("", "–"))
    return forms.ChoiceField(
        label=criterion.name,
        choices=choices,
        required=criterion.is_required,
        initial=None if value is None else number_text(float(value)),
        widget=forms.RadioSelect(attrs={"class": "choices-row"}) if is_short else forms.Select,
        error_messages={"required": _("This criterion has no score yet.")},
    )


def _level_name(level: dict[str, Any]) -> str:
    value, label = number_text(float(level["value"])), str(level.get("label") or "")
    return value if label in ("", value, str(level["value"])) else f"{value} {label}"
