"""Forms of a team: its name, a member's roles, an invitation."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotations.models import Invitation, Role, Team

ROLE_HELP = {
    Role.LEAD: _("sets up rubrics and campaigns, invites, decides"),
    Role.RATER: _("rates what campaigns give them"),
    Role.ADJUDICATOR: _("settles disputes and fixes definitive marks"),
    Role.ENGINEER: _("imports outputs, trains graders and runs metrics"),
    Role.VIEWER: _("reads verdicts and reports"),
}
DAYS = [(1, _("1 day")), (7, _("7 days")), (14, _("14 days")), (60, _("60 days"))]


def roles_explained() -> list[tuple[str, str]]:
    return [(role.value, f"{role.label} – {ROLE_HELP[role]}") for role in Role]


class TeamForm(forms.ModelForm):
    class Meta:
        model = Team
        fields = ["name"]
        help_texts = {"name": _("A school, a department, a project: those who share their data.")}


class MemberForm(forms.Form):
    """The roles of one member."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=roles_explained,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one role, or remove the person below.")},
    )


class InvitationForm(forms.ModelForm):
    """Who is invited, as what, and until when."""

    role = forms.ChoiceField(
        label=_("Role"), choices=roles_explained, initial=Role.RATER, widget=forms.RadioSelect
    )
    days = forms.TypedChoiceField(
        label=_("The link works for"), choices=DAYS, coerce=int, initial=14
    )

    class Meta:
        model = Invitation
        fields = ["note", "role"]
        help_texts = {"note": _("A name or a word for yourself; the guest does not see it.")}

    field_order = ["note", "role", "days"]

    def expires_at(self) -> datetime:
        return timezone.now() + timedelta(days=self.cleaned_data["days"])
