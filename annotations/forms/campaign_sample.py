"""What is drawn from the dataset."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from annotations.actions.campaign_frame import (
    ALL,
    RANDOM,
    STRATIFIED,
    draw,
    frame_of,
    strata_addresses,
    strata_of,
)
from annotations.actions.campaigns import save_settings
from annotations.methods.sampling import Stratum
from annotations.models import Campaign, User

DESIGN_CHOICES = [
    (ALL, _("Every item")),
    (RANDOM, _("Some, at random")),
    (STRATIFIED, _("Some from each group, at random within it")),
]
ALLOCATION_CHOICES = [
    ("proportional", _("in proportion to its size")),
    ("equal", _("the same number from each")),
]
ADDRESS_TITLES = {
    "question": _("question"),
    "school_subject": _("school subject"),
    "source": _("source (student or system)"),
}
LARGEST_SEED = 2**31 - 1


class CampaignSampleForm(forms.Form):
    """The sampling plan. After `is_valid` `strata` shows what it draws."""

    design = forms.ChoiceField(
        label=_("What is rated?"), choices=DESIGN_CHOICES, widget=forms.RadioSelect
    )
    n = forms.IntegerField(label=_("How many items"), min_value=1, required=False)
    by = forms.ChoiceField(label=_("Grouped by"), choices=[], required=False)
    allocation = forms.ChoiceField(
        label=_("From each group"), choices=ALLOCATION_CHOICES, required=False
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=LARGEST_SEED,
        help_text=_("The same seed draws the same items. Keep it, or type one that was agreed on."),
    )

    def __init__(self, *args: Any, campaign: Campaign, user: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"design": ALL, **campaign.plan}, **kwargs)
        self.campaign = campaign
        self.frame_size = len(frame_of(campaign, {}))
        self.strata: tuple[Stratum, ...] = ()
        addresses = strata_addresses(campaign.dataset)
        self.fields["by"].choices = [(a, address_title(a)) for a in addresses]
        self.fields["n"].widget.attrs["max"] = self.frame_size
        if not addresses:
            self.fields["design"].choices = DESIGN_CHOICES[:2]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if data["design"] != ALL and not data.get("n"):
            self.add_error("n", _now("Say how many items are drawn."))
            return data
        if data["design"] == STRATIFIED and not data.get("by"):
            self.add_error("by", self.fields["by"].error_messages["required"])
            return data
        try:
            self._try(self.plan())
        except ValidationError as problem:
            self.add_error(None if data["design"] == ALL else "n", problem)
        return data

    def _try(self, plan: dict[str, Any]) -> None:
        frame = frame_of(self.campaign, plan)
        draw(frame, plan)
        if plan["design"] == STRATIFIED:
            self.strata = strata_of(frame, plan)

    def plan(self) -> dict[str, Any]:
        """The plan as it is stored."""
        data = self.cleaned_data
        is_all = data["design"] == ALL
        return {
            "design": data["design"],
            "n": None if is_all else data["n"],
            "by": data["by"] if data["design"] == STRATIFIED else "",
            "allocation": data["allocation"] or "proportional",
            "seed": data["seed"],
        }

    def save(self) -> None:
        save_settings(campaign=self.campaign, plan=self.plan())


def address_title(address: str) -> str:
    """What a stratum address is called on the page."""
    return str(ADDRESS_TITLES.get(address, address.removeprefix("group.")))
