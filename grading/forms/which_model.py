"""Which model writes: an endpoint with a prompt template, or a version of our own, which has its template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grading.models import Endpoint, ModelVersion, PromptTemplate


def offer_models(
    form: forms.BaseForm,
    endpoints: QuerySet[Endpoint],
    templates: QuerySet[PromptTemplate],
    versions: QuerySet[ModelVersion],
) -> None:
    """Fields `endpoint`, `template` and `version`; what cannot be chosen is not asked, and what must be is
    chosen already."""
    offered = {"endpoint": endpoints, "template": templates, "version": versions}
    can_ask, can_write = endpoints.exists() and templates.exists(), versions.exists()
    for name, rows in offered.items():
        field: Any = form.fields[name]
        field.queryset = rows
        if not (can_write if name == "version" else can_ask):
            del form.fields[name]
        elif can_ask != can_write:
            field.empty_label, field.required = None, True


def check_models(form: forms.BaseForm, data: dict[str, Any]) -> None:
    """Exactly one of them; the template becomes the version's."""
    endpoint, version = data.get("endpoint"), data.get("version")
    data.setdefault("endpoint", None)
    data.setdefault("version", None)
    if form.errors:
        return
    if bool(endpoint) == bool(version):
        form.add_error(
            "endpoint" if "endpoint" in form.fields else "version",
            _("Choose either an endpoint or a generator trained here."),
        )
    elif version:
        data["template"] = version.template
    elif not data.get("template"):
        form.add_error("template", _("An endpoint needs a prompt template."))
