"""Gates: thresholds on automatic metrics, before any human rating counts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign
from grading.field_choices import field_choices
from grading.metrics.catalogue import CATALOGUE, MetricEntry
from grading.models import Gate

MOST_GATES = 4
CANDIDATE = "candidate"


class GateForm(forms.Form):
    """One gate; a row without a metric is no gate."""

    metric = forms.ChoiceField(label=_("Metric"), required=False)
    prediction = forms.ChoiceField(label=_("of"), required=False)
    reference = forms.ChoiceField(label=_("against"), required=False)
    threshold = forms.FloatField(label=_("Threshold"), required=False)

    def __init__(self, *args: Any, sides: list[tuple[str, str]], is_grading: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = [(CANDIDATE, _("the candidate's marks"))] if is_grading else []
        self.fields["metric"].choices = [("", _("no gate")), *metric_choices(self.initial.get("metric"))]
        self.fields["prediction"].choices = [*own, *sides]
        self.fields["reference"].choices = sides
        self.fields["threshold"].widget.attrs["step"] = "any"

    @property
    def entry(self) -> MetricEntry | None:
        return CATALOGUE.get(self.cleaned_data.get("metric") or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        entry = CATALOGUE.get(data.get("metric") or "")
        if entry is None:
            return data
        threshold = data.get("threshold")
        if threshold is None and "threshold" not in self.errors:
            self.add_error("threshold", _("Say from which value on the gate is passed."))
        elif threshold is not None:
            self._check_range(entry, threshold)
        if data.get("prediction") == data.get("reference"):
            self.add_error("reference", _("The two sides are the same field."))
        return data

    def _check_range(self, entry: MetricEntry, threshold: float) -> None:
        is_below = entry.low is not None and threshold < entry.low
        if is_below or (entry.high is not None and threshold > entry.high):
            low = "−∞" if entry.low is None else f"{entry.low:g}"
            high = "∞" if entry.high is None else f"{entry.high:g}"
            self.add_error(
                "threshold",
                _("%(metric)s lies between %(low)s and %(high)s.")
                % {"metric": entry.title, "low": low, "high": high},
            )


class BaseGateFormSet(forms.BaseFormSet):
    """The gates of a campaign, in their order."""

    def gates(self) -> list[dict[str, Any]]:
        """One dict of `Gate` fields for every row with a metric."""
        found = []
        for form in self.forms:
            if form.entry is not None:
                names = ("metric", "prediction", "reference", "threshold")
                values = {name: form.cleaned_data[name] for name in names}
                found.append({**values, "is_at_least": form.entry.is_higher_better})
        return found


GateFormSet = forms.formset_factory(
    GateForm,
    formset=BaseGateFormSet,
    extra=0,
    max_num=MOST_GATES,
    absolute_max=MOST_GATES,  # or a request that claims a thousand gates is answered with as many rows
    validate_max=True,
)


def gate_formset(data: Any, campaign: Campaign) -> BaseGateFormSet:
    """The campaign's gates and an empty row, as long as there may be more."""
    gates = Gate.objects.filter(campaign=campaign)
    rows = [
        {"metric": g.metric, "prediction": g.prediction, "reference": g.reference, "threshold": g.threshold}
        for g in gates
    ]
    is_grading = campaign.kind == Campaign.Kind.GRADING
    usual = "reference_mark" if is_grading else "question.reference"
    rows = [*rows, {"reference": usual}][:MOST_GATES]
    sides = [(choice.address, choice.title) for choice in field_choices(campaign.dataset)]
    return GateFormSet(
        data, initial=rows, prefix="gate", form_kwargs={"sides": sides, "is_grading": is_grading}
    )


def metric_choices(kept: str | None = None) -> list[tuple[str, str]]:
    """Every metric that can be a gate, and the one that a gate has already (`kept`), with the way it is passed."""
    return [
        (e.name, f"{e.title} {'≥' if e.is_higher_better else '≤'}")
        for e in CATALOGUE.values()
        if e.is_plain or e.name == kept
    ]
