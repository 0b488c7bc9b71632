"""Which metrics, between which two sides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from annotations.models import Dataset
from grading.field_choices import field_choices, suggested_sides
from grading.methods.metrics_labels import AVERAGES
from grading.metrics import MetricEntry, OutputKind, for_kind

OPTIONS = ("tolerance", "average", "positive", "segmentation", "step", "n", "k")
SEGMENTATIONS = [("words", _("words (jieba)")), ("characters", _("characters"))]
AVERAGE_NAMES = {
    "macro": _("every class counts the same"),
    "weighted": _("classes count by their size"),
    "micro": _("every item counts the same"),
}


class MetricRunForm(forms.Form):
    """The choices for one kind of output in one dataset."""

    metrics = forms.MultipleChoiceField(
        label=_("Metrics"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    prediction = forms.ChoiceField(label=_("What is judged"), choices=[])
    reference = forms.ChoiceField(label=_("What it is held against"), choices=[])
    tolerance = forms.FloatField(
        label=_("Tolerance in marks"), min_value=0, initial=0, required=False
    )
    average = forms.ChoiceField(
        label=_("Averaged over classes"),
        choices=[(name, AVERAGE_NAMES[name]) for name in AVERAGES if name in AVERAGE_NAMES],
        required=False,
    )
    positive = forms.CharField(
        label=_("The class that counts"),
        help_text=_("For sensitivity, specificity and ROC-AUC; empty: 1 of 0 and 1, or a word for yes."),
        required=False,
    )
    segmentation = forms.ChoiceField(
        label=_("Chinese is cut into"), choices=SEGMENTATIONS, required=False
    )
    step = forms.FloatField(
        label=_("One step of the scale"), min_value=0.01, initial=1, required=False,
        help_text=_("How far apart marks may be to count as adjacent."),
    )  # fmt: skip
    n = forms.IntegerField(
        label=_("Words in a run, for distinct-n"), min_value=1, max_value=9, initial=2, required=False
    )
    k = forms.IntegerField(
        label=_("Places that count"), min_value=1, max_value=1000, initial=10, required=False,
        help_text=_("Of the ranking of each question, for NDCG and precision at k."),
    )  # fmt: skip

    def __init__(self, *args: Any, dataset: Dataset, kind: OutputKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.entries = kind, for_kind(kind)
        offered = field_choices(dataset)
        sides = [("", "–"), *((choice.address, choice.title) for choice in offered)]
        self._choices("prediction", sides)
        self._choices("reference", sides)
        self._choices("metrics", [(e.name, str(e.title)) for e in self.entries])
        prediction, reference = suggested_sides(offered, kind)
        self.initial = {
            "metrics": [e.name for e in self.entries if e.is_default],
            "prediction": prediction,
            "reference": reference,
        }
        for name in set(OPTIONS) - self._taken():
            del self.fields[name]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _taken(self) -> set[str]:
        return {option for entry in self.entries for option in entry.options}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("prediction") and data.get("prediction") == data.get("reference"):
            self.add_error("reference", _("The two sides are the same field."))
        return data

    def options(self) -> dict[str, Any]:
        """The options that were set, for `grading.metrics.compute`."""
        return {n: v for n in OPTIONS if (v := self.cleaned_data.get(n)) not in (None, "")}

    def metric_boxes(self) -> list[tuple[MetricEntry, BoundWidget]]:
        """Each metric's catalogue entry with its check box."""
        return list(zip(self.entries, self["metrics"].subwidgets, strict=True))

    def option_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in OPTIONS if name in self.fields]
