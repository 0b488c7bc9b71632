"""Upload a file of existing ratings."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from annotations.forms.item_import import SizedFile


class RatingsUploadForm(forms.Form):
    """A file, and whether raters nobody knows may be added."""

    file = SizedFile(
        label=_("File"),
        max_length=255,
        help_text=format_lazy(
            _("CSV, TSV, XLSX, JSON, JSON lines or a Label Studio export. At most {limit} MiB."),
            limit=settings.MAX_UPLOAD_MB,
        ),
    )
    may_create_raters = forms.BooleanField(
        label=_("Add raters that the campaign does not have"),
        required=False,
        help_text=_(
            "Members of the team join the campaign. A name that nobody has becomes an account to "
            "which nobody can sign in."
        ),
    )
