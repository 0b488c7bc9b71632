"""Putting a version in service: on which grounds and terms, and who marks what it leaves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.access import members_of
from annotations.models import Role
from grading.actions.deploy import Terms
from grading.actions.fine_tune import trained_versions
from grading.actions.serve_queue import queue_of
from grading.deploy_page import Choice
from grading.models import Grader, ModelVersion

TARGET = 0.05


class Percent(forms.FloatField):
    """Typed as per cent, a share in [0, 1] once it is clean."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.NumberInput(attrs={"step": "any"})
        super().__init__(min_value=0, max_value=100, widget=widget, **kwargs)

    def clean(self, value: Any) -> float | None:  # type: ignore[override]
        found = super().clean(value)
        return None if found is None else found / 100

    def prepare_value(self, value: Any) -> Any:
        return f"{100 * value:g}" if isinstance(value, float) else value


class DeployForm(forms.Form):
    version = forms.ModelChoiceField(
        label=_("Version"), queryset=ModelVersion.objects.none(), empty_label=None
    )
    override_reason = forms.CharField(
        label=_("Reason, where no signed verdict passes the version"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("It stays in the history with your name."),
    )  # fmt: skip
    threshold = Percent(
        label=_("Least confidence of a mark that needs no person, in per cent"), required=False,
        help_text=_("Below it an answer goes to people. Empty: none goes to them for that reason."),
    )  # fmt: skip
    audit_share = Percent(
        label=_("Share of the other answers that people mark as well, in per cent"), initial=0.05,
        help_text=_("Drawn by chance. Without this nobody notices when the grader slips."),
    )  # fmt: skip
    agreement_floor = Percent(
        label=_("Least share of right marks, in per cent"), required=False,
        help_text=_("An alarm is raised when the audit can no longer show that so many marks are right. Empty: none."),
    )  # fmt: skip
    drift_bound = forms.FloatField(
        label=_("Most drift of the answers"), initial=0.25, min_value=0.01, max_value=10,
        widget=forms.NumberInput(attrs={"step": "any"}),
        help_text=_("Population stability index against the training set: below 0.1 nothing has moved, above 0.25 much has."),
    )  # fmt: skip
    raters = forms.MultipleChoiceField(
        label=_("Who marks what the grader leaves"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, grader: Grader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = trained_versions(grader).select_related("grader", "scorer")
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        if queue_of(grader):
            del self.fields["raters"]
        else:
            people = members_of(grader.team).filter(memberships__role=Role.RATER)
            self._raters = {str(user.pk): user for user in people}
            choices = [(pk, str(user)) for pk, user in self._raters.items()]
            self.fields["raters"].choices = choices  # type: ignore[attr-defined]

    def terms(self) -> Terms:
        names = ("threshold", "audit_share", "agreement_floor", "drift_bound", "override_reason")
        return Terms(**{name: self.cleaned_data[name] for name in names})

    def people(self) -> list[Any]:
        return [self._raters[pk] for pk in self.cleaned_data.get("raters", [])]


class TargetForm(forms.Form):
    """For which error a threshold is proposed."""

    wrong = Percent(
        label=_("Most wrong marks among those that no person sees, in per cent"), required=False
    )

    def target(self) -> float:
        asked = self.cleaned_data.get("wrong") if self.is_valid() else None
        return asked if asked and asked < 1 else TARGET


def first_terms(grader: Grader, choice: Choice | None, is_asked: bool = False) -> dict[str, Any]:
    """What the form begins with: the terms in force, and the threshold that is proven or proposed for the
    version. Of the version in force a proposal changes the threshold only where one is asked for."""
    current = grader.deployments.first()
    names = ("threshold", "audit_share", "agreement_floor", "drift_bound")
    found = {name: getattr(current, name) for name in names} if current else {}
    if choice is None:
        return found
    found["version"] = choice.version
    keeps = current is not None and current.version_id == choice.version.pk and not choice.selective
    if choice.threshold is not None and (is_asked or not keeps):
        found["threshold"] = choice.threshold
    return found
