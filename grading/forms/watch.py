"""Who is told of a grader's alarms."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from grading.forms.endpoint import REFUSALS
from grading.methods.endpoint_address import BadAddress, checked_address
from grading.models import Watch

SECRET_HELP = _("Messages are signed with it: X-Concord-Signature is the HMAC-SHA-256 of the body. It is shown to nobody; empty keeps the one that is stored.")  # fmt: skip


class WatchForm(forms.ModelForm):
    secret = forms.CharField(
        label=_("Secret of the webhook"), required=False, max_length=200, help_text=SECRET_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    class Meta:
        model = Watch
        fields = ["emails", "webhook_url"]
        widgets = {"emails": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"emails": _("One a line."), "webhook_url": _("Gets every alarm as JSON.")}

    def clean_emails(self) -> str:
        addresses = [one for one in re.split(r"[\s,;，；]+", self.cleaned_data["emails"]) if one]
        for address in addresses:
            validate_email(address)
        return "\n".join(addresses)

    def clean_webhook_url(self) -> str:
        if not self.cleaned_data["webhook_url"]:
            return ""
        try:
            return checked_address(self.cleaned_data["webhook_url"])
        except BadAddress as problem:
            raise ValidationError(REFUSALS[problem.code]) from problem
