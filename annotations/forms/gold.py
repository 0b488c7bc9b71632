"""Forms of the gold page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.forms.rubric_levels import parse_number
from annotations.methods.composite import ScoreProblem, check_scores
from annotations.methods.scales import number_text
from annotations.models import Campaign, CampaignItem, Item, Question, Rubric

MOST_QUESTIONS = 200  # more make no list to choose from
PURPOSES = [
    (CampaignItem.Purpose.PRACTICE, gettext_lazy("practice")),
    (CampaignItem.Purpose.QUALIFICATION, gettext_lazy("qualification")),
]


class RuleForm(forms.Form):
    """When a rater is qualified."""

    share = forms.FloatField(
        label=gettext_lazy("Items within tolerance to qualify, in %"), min_value=0, max_value=100,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    tolerance = forms.FloatField(
        label=gettext_lazy("Tolerance a criterion"), min_value=0, max_value=1000,
        help_text=gettext_lazy("How far a score may be from the definitive one, in points of its scale."),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip

    @classmethod
    def of(cls, campaign: Campaign) -> RuleForm:
        share = number_text(campaign.qualification_share * 100)
        tolerance = number_text(campaign.qualification_tolerance)
        return cls(initial={"share": share, "tolerance": tolerance})


class FilterForm(forms.Form):
    """Which of the dataset's items are offered."""

    q = forms.CharField(label=gettext_lazy("Words in the response"), required=False)
    question = forms.ModelChoiceField(
        label=gettext_lazy("Question"), queryset=Question.objects.none(), required=False,
        empty_label=gettext_lazy("all questions"),
    )  # fmt: skip

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = campaign.dataset.questions.all()
        self.fields["question"].queryset = questions
        if questions.count() > MOST_QUESTIONS:
            del self.fields["question"]

    def narrow(self, items: QuerySet[Item]) -> QuerySet[Item]:
        if not self.is_valid():
            return items
        if words := self.cleaned_data["q"]:
            items = items.filter(Q(text__icontains=words) | Q(key__iexact=words))
        if question := self.cleaned_data.get("question"):
            items = items.filter(question=question)
        return items


class AddForm(forms.Form):
    """Chosen items, or n at random, for a purpose."""

    purpose = forms.ChoiceField(label=gettext_lazy("For"), choices=PURPOSES)
    n = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, required=False)
    items = forms.ModelMultipleChoiceField(queryset=Item.objects.none(), required=False)

    def __init__(self, *args: Any, offered: QuerySet[Item], is_random: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset, self.is_random = offered, is_random

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_random and not data.get("n") and "n" not in self.errors:
            self.add_error("n", _("How many items?"))
        if not self.is_random and not data.get("items") and "items" not in self.errors:
            self.add_error("items", _("Choose at least one item."))
        return data


class ScoresForm(forms.Form):
    """Definitive scores in the rater's own panel ("score:<key>") and the reason for a learner."""

    explanation = forms.CharField(
        label=gettext_lazy("Explanation for learners"), required=False, max_length=5000,
        help_text=gettext_lazy("Shown after a practice item: why these scores?"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, rubric: Rubric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        self.criteria = list(rubric.criteria.all())

    @property
    def scores(self) -> dict[str, float]:
        """What was chosen, {criterion key: value}; a criterion without a number is left out."""
        typed = {c.key: parse_number(self.data.get(f"score:{c.key}", "")) for c in self.criteria}
        return {key: value for key, value in typed.items() if value is not None}

    def clean(self) -> dict[str, Any]:
        try:
            check_scores(self.rubric.spec(), self.scores)
        except ScoreProblem as problem:
            name = {c.key: c.name for c in self.criteria}.get(problem.key, problem.key)
            self.add_error(None, self._words(problem.code) % {"name": name})
        return self.cleaned_data

    def _words(self, code: str) -> str:
        if code == "missing":
            return _("“%(name)s” needs a definitive score.")
        return _("The score of “%(name)s” is not on its scale.")
