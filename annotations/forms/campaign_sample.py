"""What is drawn from the dataset."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotations.actions.campaign_frame import (
    ALL,
    LENGTH,
    NEYMAN,
    RANDOM,
    STRATIFIED,
    UNEQUAL,
    draw,
    frame_size,
    frame_to_draw,
    strata_addresses,
    strata_of,
)
from annotations.actions.campaigns import save_settings
from annotations.actions.frame_scores import APART, HIGH, LOW, NEAR, PREFIX, scorer_names
from annotations.methods.sampling import Sample, Stratum
from annotations.models import Campaign, User

DESIGN_CHOICES = [
    (ALL, _("Every item")),
    (RANDOM, _("Some, at random")),
    (STRATIFIED, _("Some from each group, at random within it")),
    (UNEQUAL, _("Some, likelier where an automatic score says that they tell more")),
]
ALLOCATION_CHOICES = [
    ("proportional", _("in proportion to its size")),
    ("equal", _("the same number from each")),
    (NEYMAN, _("more where an automatic score varies more")),
]
WHY_CHOICES = [
    (HIGH, _("where the score is high (an uncertainty)")),
    (LOW, _("where the score is low (a confidence)")),
    (NEAR, _("where the score is near the pass mark")),
    (APART, _("where several scores are apart")),
]
ADDRESS_TITLES = {
    "question": _("question"),
    "school_subject": _("school subject"),
    "source": _("source (student or system)"),
    LENGTH: _("length of the response"),
}
LARGEST_SEED = 2**31 - 1


class CampaignSampleForm(forms.Form):
    """The sampling plan. After `is_valid` `strata` shows what it draws, `chances` the lowest and
    highest probability of an unequal sample."""

    design = forms.ChoiceField(
        label=_("What is rated?"), choices=DESIGN_CHOICES, widget=forms.RadioSelect
    )
    n = forms.IntegerField(label=_("How many items"), min_value=1, required=False)
    by = forms.ChoiceField(label=_("Grouped by"), choices=[], required=False)
    allocation = forms.ChoiceField(
        label=_("From each group"), choices=ALLOCATION_CHOICES, required=False
    )
    spread_by = forms.ChoiceField(label=_("Which score"), choices=[], required=False)
    why = forms.ChoiceField(
        label=_("An item is likelier drawn"), choices=WHY_CHOICES, required=False
    )
    scorers = forms.MultipleChoiceField(
        label=_("By which score"), choices=[], required=False, widget=forms.CheckboxSelectMultiple
    )
    near = forms.FloatField(
        label=_("Pass mark of the score"),
        required=False,
        help_text=_("For scores of their own scale. Marks go by the rubric's pass mark."),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=LARGEST_SEED,
        help_text=_("The same seed draws the same items. Keep it, or type one that was agreed on."),
    )

    def __init__(self, *args: Any, campaign: Campaign, user: User, **kwargs: Any) -> None:
        initial = {"design": ALL, **campaign.plan, **campaign.plan.get("likelier", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.campaign = campaign
        self.frame_size = frame_size(campaign)
        self.strata: tuple[Stratum, ...] = ()
        self.chances: tuple[float, float] | None = None
        addresses = strata_addresses(campaign.dataset)
        self.fields["by"].choices = [(a, address_title(a)) for a in addresses]
        self.fields["n"].widget.attrs["max"] = self.frame_size
        self._offer_scores(scorer_names(campaign.dataset), has_groups=bool(addresses))

    def _offer_scores(self, names: list[str], *, has_groups: bool) -> None:
        """What the dataset cannot do is not offered."""
        self.has_scores = bool(names)
        for field in ("spread_by", "scorers"):
            self.fields[field].choices = [(name, name) for name in names]
        without = set() if has_groups else {STRATIFIED}
        if not names:
            without |= {UNEQUAL, NEYMAN}
        for field in ("design", "allocation"):
            offered = self.fields[field].choices
            self.fields[field].choices = [pair for pair in offered if pair[0] not in without]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if data["design"] != ALL and not data.get("n"):
            self.add_error("n", gettext("Say how many items are drawn."))
            return data
        if data["design"] == STRATIFIED and not data.get("by"):
            self.add_error("by", self.fields["by"].error_messages["required"])
            return data
        self._require_scores(data)
        if self.errors:
            return data
        try:
            self._try(self.plan())
        except ValidationError as problem:
            self.add_error(None if data["design"] in (ALL, UNEQUAL) else "n", problem)
        return data

    def _require_scores(self, data: dict[str, Any]) -> None:
        required = self.fields["by"].error_messages["required"]
        if data["design"] == UNEQUAL:
            if not data.get("why"):
                self.add_error("why", required)
            if not data.get("scorers"):
                self.add_error("scorers", required)
            elif len(data["scorers"]) > 1 and data.get("why") != APART:
                self.add_error("scorers", gettext("Choose one score."))
        elif _is_neyman(data) and not data.get("spread_by"):
            self.add_error("spread_by", required)

    def _try(self, plan: dict[str, Any]) -> None:
        frame = frame_to_draw(self.campaign, plan)
        sample = draw(frame, plan)
        if plan["design"] == STRATIFIED:
            self.strata = strata_of(frame, plan)
        if plan["design"] == UNEQUAL:
            self.chances = _chances(sample)

    def plan(self) -> dict[str, Any]:
        """The plan as it is stored."""
        data = self.cleaned_data
        is_all = data["design"] == ALL
        likelier = {"why": data["why"], "scorers": data["scorers"], "near": data["near"]}
        return {
            "design": data["design"],
            "n": None if is_all else data["n"],
            "by": data["by"] if data["design"] == STRATIFIED else "",
            "allocation": data["allocation"] or "proportional",
            "seed": data["seed"],
            **({"only": self.campaign.plan["only"]} if "only" in self.campaign.plan else {}),
            **({"spread_by": data["spread_by"]} if _is_neyman(data) else {}),
            **({"likelier": likelier} if data["design"] == UNEQUAL else {}),
        }

    def save(self) -> None:
        save_settings(campaign=self.campaign, plan=self.plan())


def _is_neyman(data: dict[str, Any]) -> bool:
    return data["design"] == STRATIFIED and data.get("allocation") == NEYMAN


def _chances(sample: Sample) -> tuple[float, float]:
    """The lowest and the highest probability of anything that could be drawn."""
    chances = sample.probability if sample.everyone is None else sample.everyone
    return float(chances.min()), float(chances.max())


def address_title(address: str) -> str:
    """What a stratum address is called on the page."""
    if address.startswith(PREFIX):
        return gettext("score band of “%(name)s”") % {"name": address.removeprefix(PREFIX)}
    return str(ADDRESS_TITLES.get(address, address.removeprefix("group.")))
