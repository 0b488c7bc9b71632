"""Which endpoint judges which items of a campaign."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign
from grading.actions.judge_run import JudgePlan
from grading.models import Endpoint, JudgeRun

MOST_SOURCES = 50  # offered; a class of students is judged as a whole
USUAL_CHECKS = 20


class JudgeRunForm(forms.Form):
    endpoint = forms.ModelChoiceField(
        label=_("Endpoint"), queryset=Endpoint.objects.none(), empty_label=None
    )
    scope = forms.ChoiceField(
        label=_("What is judged"), choices=JudgeRun.Scope.choices, widget=forms.RadioSelect
    )
    sources = forms.MultipleChoiceField(
        label=_("Sources"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them."),
    )  # fmt: skip
    checks = forms.IntegerField(
        label=_("Items for each check of the judge"), min_value=0, max_value=1000,
        initial=USUAL_CHECKS,
        help_text=_("The judge scores so many again, so many padded with idle words, and compares so many pairs in both orders. 0: no checks."),
    )  # fmt: skip
    temperature = forms.FloatField(
        label=_("Temperature"), min_value=0, max_value=2, initial=0,
        help_text=_("0: as steady as the model can be."),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )  # fmt: skip
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31 - 1, initial=1)

    def __init__(
        self, *args: Any, campaign: Campaign, endpoints: QuerySet[Endpoint], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.fields["endpoint"].queryset = endpoints  # type: ignore[attr-defined]
        is_drawn = campaign.campaign_items.exists()
        self.initial["scope"] = JudgeRun.Scope.DRAWN if is_drawn else JudgeRun.Scope.DATASET
        named = campaign.dataset.items.exclude(source="").order_by().values_list("source")
        sources = named.annotate(n=Count("pk")).order_by("source")[: MOST_SOURCES + 1]
        if 1 < len(sources) <= MOST_SOURCES:
            choices = [(source, f"{source} ({n})") for source, n in sources]
            self.fields["sources"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["sources"]

    def plan(self) -> JudgePlan:
        """What was asked for, once valid."""
        return JudgePlan(
            campaign=self.campaign, **{"sources": [], **self.cleaned_data},
        )  # fmt: skip
