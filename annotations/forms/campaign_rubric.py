"""Which rubric judges what: one for all, or one per question."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from annotations.actions.campaigns import choose_rubrics
from annotations.actions.rubrics import rubrics_for_questions
from annotations.models import Campaign, Question, Rubric, User

ONE, EACH, MADE = "one", "each", "made"
WAYS = [
    (ONE, _("One rubric for all questions")),
    (MADE, _("One per question, made from its scoring points and full mark")),
    (EACH, _("One per question, chosen by hand")),
]
MOST_BY_HAND = 60  # a longer list of menus helps nobody; make them from the scoring points


class CampaignRubricForm(forms.Form):
    """`way` decides which of the other fields count."""

    way = forms.ChoiceField(label=_("Rubric"), choices=WAYS, widget=forms.RadioSelect)
    rubric = forms.ModelChoiceField(
        label=_("Rubric for all"),
        queryset=Rubric.objects.none(),
        required=False,
        empty_label=_("Choose a published rubric"),
    )

    def __init__(self, *args: Any, campaign: Campaign, user: User, **kwargs: Any) -> None:
        self.campaign, self.user = campaign, user
        self.published = published_rubrics(campaign)
        self.questions = list(campaign.dataset.questions.all()[: MOST_BY_HAND + 1])
        self.chosen: dict[int | None, int] = dict(campaign.rubrics.values_list("question_id", "rubric_id"))
        super().__init__(*args, initial=self._initial(), **kwargs)
        self.fields["rubric"].queryset = self.published
        if self.is_by_hand:
            self._add_question_fields()
        else:
            self.fields["way"].choices = WAYS[:2]
        if not self.has_schemes:
            self.fields["way"].choices = [w for w in self.fields["way"].choices if w[0] != MADE]

    @property
    def is_by_hand(self) -> bool:
        return 1 < len(self.questions) <= MOST_BY_HAND

    @property
    def has_schemes(self) -> bool:
        """Whether any question says how many marks it has."""
        return any(q.full_mark is not None or q.scoring_points for q in self.questions)

    def _initial(self) -> dict[str, Any]:
        common = self.chosen.get(None)
        is_each = any(question is not None for question in self.chosen)
        is_new = not self.chosen and self.campaign.kind == Campaign.Kind.GRADING
        way = EACH if is_each else MADE if is_new and self.has_schemes else ONE
        if way == EACH and not self.is_by_hand:
            way = MADE
        return {"way": way, "rubric": common}

    def _add_question_fields(self) -> None:
        for question in self.questions:
            self.fields[f"question_{question.pk}"] = forms.ModelChoiceField(
                label=question.key,
                queryset=self.published,
                required=False,
                empty_label=_("the rubric for all"),
                initial=self.chosen.get(question.pk),
            )

    def question_rows(self) -> list[tuple[Question, forms.BoundField]]:
        """Each question with its menu, for the table."""
        if not self.is_by_hand:
            return []
        return [(question, self[f"question_{question.pk}"]) for question in self.questions]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        way = data.get("way")
        if way == ONE and not data.get("rubric"):
            self.add_error("rubric", _("Choose the rubric that judges every question."))
        if way == EACH:
            self._require_all(data)
        return data

    def _require_all(self, data: dict[str, Any]) -> None:
        missing = [q.key for q in self.questions if not data.get(f"question_{q.pk}")]
        if missing and not data.get("rubric"):
            self.add_error(
                "way",
                _("No rubric for question %(keys)s: choose one, or a rubric for all.")
                % {"keys": pgettext("between names", ", ").join(missing[:5])},
            )

    def save(self) -> None:
        """Raises ValidationError where no rubric can be made from the scoring points."""
        choose_rubrics(campaign=self.campaign, chosen=self._choice())

    def _choice(self) -> dict[int | None, int]:
        data = self.cleaned_data
        if data["way"] == MADE:
            made = rubrics_for_questions(dataset=self.campaign.dataset, by=self.user)
            return {question.pk: rubric.pk for question, rubric in made.items()}
        chosen: dict[int | None, int] = {}
        if data.get("rubric"):
            chosen[None] = data["rubric"].pk
        if data["way"] == EACH:
            for question in self.questions:
                if rubric := data.get(f"question_{question.pk}"):
                    chosen[question.pk] = rubric.pk
        return chosen


def published_rubrics(campaign: Campaign) -> QuerySet[Rubric]:
    """The team's published rubrics, the newest version of each name first."""
    rows = Rubric.objects.filter(team_id=campaign.team_id, state=Rubric.State.PUBLISHED)
    return rows.order_by("name", "-version")
