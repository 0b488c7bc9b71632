"""Who rates which questions, and how the work runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from annotations.actions.campaign_raters import choose_raters
from annotations.actions.campaigns import save_settings
from annotations.models import Campaign, CampaignRater, Role, User

SEPARATORS = re.compile(r"[,，、;；\s]+")


class CampaignWorkForm(forms.ModelForm):
    """Ratings per item and how the work runs. `share` is the overlap share in per cent."""

    share = forms.IntegerField(
        label=_("Share of items rated more than once (%)"),
        min_value=0,
        max_value=100,
        help_text=_(
            "100: every item gets that many ratings. Less: the rest gets one, which is the most "
            "precise use of a rating for a mean; agreement is measured on the share."
        ),
    )

    class Meta:
        model = Campaign
        fields = [
            "ratings_per_item",
            "order",
            "is_reference_shown",
            "guidelines",
            "lease_minutes",
            "help_after_hours",
            "break_after_minutes",
        ]
        labels = {
            "ratings_per_item": _("Ratings per item"),
            "order": _("Order of work"),
            "is_reference_shown": _("Raters see the reference answer"),
            "guidelines": _("Guidelines for raters"),
            "lease_minutes": _("An item in hand goes back after (minutes)"),
            "help_after_hours": _("Others help out after a rater was away for (hours)"),
            "break_after_minutes": _("Remind of a break after (minutes)"),
        }
        help_texts = {
            "ratings_per_item": _("Two or more different people rate the same item, unseen by each other."),
            "help_after_hours": _("0: first come, first served. Empty: nobody else takes over."),
            "guidelines": _("One key away while rating. The rubric's own guidelines are shown as well."),
        }
        widgets = {
            "order": forms.RadioSelect,
            "guidelines": forms.Textarea(attrs={"rows": 5}),
        }

    def __init__(self, *args: Any, campaign: Campaign, user: User, **kwargs: Any) -> None:
        initial = {"share": round(100 * campaign.overlap_share)}
        super().__init__(*args, instance=campaign, initial=initial, **kwargs)
        for name, low, high in (
            ("ratings_per_item", 1, 20),
            ("lease_minutes", 5, 24 * 60),
            ("break_after_minutes", 5, 24 * 60),
            ("help_after_hours", 0, 24 * 90),
        ):
            field = self.fields[name]
            field.widget.attrs.update(min=low, max=high)
            field.validators = [*field.validators, MinValueValidator(low), MaxValueValidator(high)]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        names = self.Meta.fields
        return {name: data[name] for name in names} | {"overlap_share": data["share"] / 100}


@dataclass(frozen=True)
class RaterRow:
    """One line of the table of raters."""

    user: User
    is_chosen: forms.BoundField
    subjects: forms.BoundField | None
    questions: forms.BoundField


class CampaignRatersForm(forms.Form):
    """The team's raters: ticked, and perhaps limited to school subjects or questions."""

    def __init__(self, *args: Any, campaign: Campaign, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.people = list(
            User.objects.filter(
                memberships__team_id=campaign.team_id, memberships__role=Role.RATER, is_active=True
            ).order_by("display_name", "username")
        )
        self.places = {place.user_id: place for place in campaign.raters.all()}
        self.known_keys = set(campaign.dataset.questions.values_list("key", flat=True))
        self.school_subjects = school_subjects(campaign)
        for person in self.people:
            self._add_fields(person)

    def _add_fields(self, person: User) -> None:
        place = self.places.get(person.pk)
        is_chosen = bool(place) or not self.places
        place = place or CampaignRater(school_subjects=[], question_keys=[])
        self.fields[f"rater_{person.pk}"] = forms.BooleanField(
            label=str(person), required=False, initial=is_chosen
        )
        if len(self.school_subjects) > 1:
            self.fields[f"subjects_{person.pk}"] = forms.MultipleChoiceField(
                label=_("School subjects of %(name)s") % {"name": person},
                choices=[(name, name) for name in self.school_subjects],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=place.school_subjects,
            )
        self.fields[f"questions_{person.pk}"] = forms.CharField(
            label=_("Questions of %(name)s") % {"name": person},
            required=False,
            max_length=2000,
            initial=", ".join(place.question_keys),
            widget=forms.TextInput(attrs={"placeholder": _("all")}),
        )

    def rows(self) -> list[RaterRow]:
        return [
            RaterRow(
                user=person,
                is_chosen=self[f"rater_{person.pk}"],
                subjects=self[name] if (name := f"subjects_{person.pk}") in self.fields else None,
                questions=self[f"questions_{person.pk}"],
            )
            for person in self.people
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(f"rater_{person.pk}") for person in self.people):
            raise forms.ValidationError(_("Choose at least one rater."))
        for person in self.people:
            self._check_keys(person, data)
        return data

    def _check_keys(self, person: User, data: dict[str, Any]) -> None:
        name = f"questions_{person.pk}"
        unknown = [key for key in self._keys(data.get(name, "")) if key not in self.known_keys]
        if unknown and data.get(f"rater_{person.pk}"):
            self.add_error(
                name,
                _("There is no question %(keys)s in this dataset.")
                % {"keys": pgettext("between names", ", ").join(unknown[:5])},
            )

    def _keys(self, typed: str) -> list[str]:
        """The question numbers typed; a number that itself holds a blank is found whole."""
        if typed.strip() in self.known_keys:
            return [typed.strip()]
        by_comma = [part.strip() for part in re.split(r"[,，、;；]", typed) if part.strip()]
        if all(part in self.known_keys for part in by_comma):
            return by_comma
        return [part for part in SEPARATORS.split(typed) if part]

    def chosen(self) -> dict[int, tuple[list[str], list[str]]]:
        data = self.cleaned_data
        return {
            person.pk: (
                data.get(f"subjects_{person.pk}", []),
                self._keys(data[f"questions_{person.pk}"]),
            )
            for person in self.people
            if data[f"rater_{person.pk}"]
        }


class CampaignRatersStep:
    """Both forms of the step; they are saved together."""

    def __init__(self, data: Any, *, campaign: Campaign, user: User) -> None:
        self.campaign = campaign
        self.raters = CampaignRatersForm(data, campaign=campaign, user=user)
        self.work = CampaignWorkForm(data, campaign=campaign, user=user)

    def is_valid(self) -> bool:
        return all([self.raters.is_valid(), self.work.is_valid()])

    def save(self) -> None:
        choose_raters(campaign=self.campaign, chosen=self.raters.chosen())
        save_settings(campaign=self.campaign, **self.work.values())


def school_subjects(campaign: Campaign) -> list[str]:
    """The school subjects of the dataset's questions."""
    names = campaign.dataset.questions.order_by().values_list("school_subject", flat=True)
    return sorted(name for name in set(names) if name)
