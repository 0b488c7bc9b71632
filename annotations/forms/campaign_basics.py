"""The first step: what the campaign is called, what it is for and what it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.access import LEAD, datasets_where
from annotations.actions.campaigns import change_basics, create_campaign
from annotations.models import Campaign, Dataset, User

KINDS = [
    (
        Campaign.Kind.GRADING,
        _("Grading: may this grader mark this exam? People mark the same answers as the machine."),
    ),
    (
        Campaign.Kind.EVALUATION,
        _("Evaluation: is this system good enough? People score a sample of its responses."),
    ),
]


class DatasetChoice(forms.ModelChoiceField):
    """Names the team where the lead has several."""

    def label_from_instance(self, dataset: Dataset) -> str:
        return f"{dataset.name} · {dataset.team.name}"


class CampaignBasicsForm(forms.Form):
    """Name, kind and dataset, of a new campaign or of a draft."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("What is it for?"), choices=KINDS, widget=forms.RadioSelect)
    dataset = DatasetChoice(
        label=_("Dataset"), queryset=Dataset.objects.none(), empty_label=_("Choose a dataset")
    )

    def __init__(self, *args: Any, user: User, campaign: Campaign | None = None, **kwargs: Any):
        initial = kwargs.pop("initial", None) or {"kind": Campaign.Kind.GRADING}
        if campaign:
            initial = {"name": campaign.name, "kind": campaign.kind, "dataset": campaign.dataset_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.user, self.campaign = user, campaign
        self.fields["dataset"].queryset = datasets_where(user, LEAD).order_by("-created_at")
        if campaign:
            self.fields["dataset"].queryset = self.fields["dataset"].queryset.filter(
                team_id=campaign.team_id
            )
            self.fields["dataset"].help_text = _(
                "Another dataset starts the rubrics, the sample and the training items anew."
            )

    def save(self) -> Campaign:
        data = {name: self.cleaned_data[name] for name in ("dataset", "name", "kind")}
        if self.campaign:
            return change_basics(campaign=self.campaign, **data)
        return create_campaign(by=self.user, **data)
