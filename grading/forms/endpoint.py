"""An endpoint: where it is, which model, on which terms; its key is written and never shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from annotations.models import Team
from grading.methods.endpoint_address import BadAddress, checked_address, origin_of
from grading.models import Endpoint

REFUSALS = {
    "form": _("Write the address as https://host/v1."),
    "parts": _("Leave user, password, ? and # out of the address; the key has a field of its own."),
    "plain": _("Plain http is for machines of your own network; elsewhere write https, or the key could be read on the way."),
    "forbidden": _("This address is for the machines of a cloud alone and is not asked."),
}  # fmt: skip


class EndpointForm(forms.ModelForm):
    key = forms.CharField(
        label=_("Key"), required=False, max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    forget_key = forms.BooleanField(label=_("Forget the stored key"), required=False)

    class Meta:
        model = Endpoint
        fields = [
            "team", "name", "base_url", "model", "price_in", "price_out", "currency",
            "requests_per_minute", "parallel", "timeout",
        ]  # fmt: skip
        help_texts = {
            "base_url": _("Up to /v1, without /chat/completions: https://api.example.com/v1, or http://localhost:8000/v1 for a server of your own."),
            "model": _("As the endpoint calls it."),
            "price_in": _("Empty where it costs nothing; then no cost is told."),
            "requests_per_minute": _("Empty: as fast as it answers."),
        }  # fmt: skip

    field_order = ["team", "name", "base_url", "model", "key", "forget_key"]

    def __init__(self, *args: Any, teams: QuerySet[Team] | None = None, **kwargs: Any) -> None:
        """`teams`: those to choose from for a new one; an endpoint stays with its team."""
        super().__init__(*args, **kwargs)
        if teams is None:
            del self.fields["team"]
        else:
            team = self.fields["team"]
            team.queryset, team.label, team.empty_label = teams, _("Team"), None  # type: ignore[attr-defined]
            if teams.count() == 1:
                team.widget, team.initial = forms.HiddenInput(), teams[0]
        self.fields["key"].help_text = self._about_key()
        if not self.instance.has_key:
            del self.fields["forget_key"]
        self._before = self.instance.base_url

    def _about_key(self) -> Any:
        if self.instance.has_key:
            return _("A key is stored and is shown to nobody. Leave this empty to keep it.")
        return _("Empty where the server asks for none. It is kept in a file of its own and shown to nobody.")

    def clean_base_url(self) -> str:
        try:
            return checked_address(self.cleaned_data["base_url"])
        except BadAddress as problem:
            raise forms.ValidationError(REFUSALS[problem.code]) from problem

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"].strip()
        if not (key.isascii() and key.isprintable()):
            raise forms.ValidationError(_("A key has letters, digits and signs of ASCII alone."))
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        team_id = data["team"].pk if data.get("team") else self.instance.team_id
        same = Endpoint.objects.filter(team=team_id, name=data.get("name", ""))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("The team already has an endpoint of this name."))
        address = data.get("base_url")
        has_moved = address and self._before and origin_of(address) != origin_of(self._before)
        if has_moved and self.instance.has_key and not (data.get("key") or data.get("forget_key")):
            self.add_error(
                "key", _("The stored key was for another address and is not sent to this one. Enter the key again.")
            )
        return data

    def key_to_store(self) -> str | None:
        """The key typed, "" to forget the stored one, None to keep it."""
        if key := self.cleaned_data["key"]:
            return str(key)
        return "" if self.cleaned_data.get("forget_key") else None
