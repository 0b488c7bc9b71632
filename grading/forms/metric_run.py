"""Which metrics, between which two sides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from annotations.models import Dataset
from grading.backends.metric_model import folder_of
from grading.field_choices import FieldChoice, column_choices, field_choices, suggested_sides
from grading.forms.metric_options import OPTIONS, MetricOptionsForm
from grading.metrics import MetricEntry, MetricProblem, OutputKind, for_kind, problem_text

COLUMNS = ("questions", "contexts", "judged", "groups", "clusters")


class MetricRunForm(MetricOptionsForm):
    """The choices for one kind of output in one dataset."""

    metrics = forms.MultipleChoiceField(
        label=_("Metrics"), widget=forms.CheckboxSelectMultiple, choices=[]
    )
    prediction = forms.ChoiceField(label=_("What is judged"), choices=[])
    reference = forms.ChoiceField(label=_("What it is held against"), choices=[], required=False)
    questions = forms.ChoiceField(label=_("The question"), choices=[], required=False)
    contexts = forms.ChoiceField(
        label=_("The retrieved passages"), choices=[], required=False,
        help_text=_("A list, or a text whose passages are parted by empty lines, the best first."),
    )  # fmt: skip
    judged = forms.ChoiceField(label=_("The judge"), choices=[], required=False)
    groups = forms.ChoiceField(
        label=_("Groups, for the differences between them"), choices=[], required=False
    )
    clusters = forms.ChoiceField(
        label=_("Items that belong together"), choices=[], required=False,
        help_text=_("All answers of a student, say: the intervals by group are wider for it."),
    )  # fmt: skip

    def __init__(self, *args: Any, dataset: Dataset, kind: OutputKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.entries = kind, for_kind(kind)
        offered = field_choices(dataset)
        self._choices("prediction", offered)
        self._choices("reference", offered)
        boxes = self.fields["metrics"]
        assert isinstance(boxes, forms.ChoiceField)
        boxes.choices = [(e.name, str(e.title)) for e in self.entries]
        prediction, reference = suggested_sides(offered, kind)
        self.initial = {
            "metrics": [e.name for e in self.entries if e.is_default],
            "prediction": prediction,
            "reference": reference,
        }
        self._offer_columns(dataset)
        self._drop(set(OPTIONS) - {option for e in self.entries for option in e.options})
        self._drop(set() if any(e.has_reference for e in self.entries) else {"reference"})

    def _choices(self, name: str, choices: list[FieldChoice]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *((choice.address, choice.title) for choice in choices)]

    def _offer_columns(self, dataset: Dataset) -> None:
        """What is likeliest is chosen."""
        taken = {column for entry in self.entries for column in entry.columns}
        self._drop(set(COLUMNS) - taken)
        if not taken & set(COLUMNS):
            return
        for name, choices in column_choices(dataset).items():
            if name in taken:
                self._choices(name, [choice for choice in choices if choice.address])
                self.initial[name] = choices[0].address

    def _drop(self, names: set[str]) -> None:
        for name in names:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen = [e for e in self.entries if e.name in data.get("metrics", ())]
        if data.get("prediction") and data.get("prediction") == data.get("reference"):
            self.add_error("reference", _("The two sides are the same field."))
        if not data.get("reference") and any(e.has_reference for e in chosen):
            self.add_error("reference", _("Say what it is held against."))
        models = {e.model for e in chosen if e.model}
        if data.get("way") == "model" and any("way" in e.options for e in chosen):
            models.add("entailment_model")
        for name in models:
            self._check_model(name, data.get(name, ""))
        return data

    def _check_model(self, name: str, folder: str) -> None:
        try:
            folder_of(folder)
        except MetricProblem as problem:
            self.add_error(name, problem_text(problem))

    def options(self) -> dict[str, Any]:
        """The options that were set, for `grading.metrics.compute`; "columns" are addresses."""
        data = self.cleaned_data
        columns = {name: data[name] for name in COLUMNS if data.get(name)}
        found = {n: v for n in OPTIONS if (v := data.get(n)) not in (None, "")}
        return {**found, "columns": columns} if columns else found

    def metric_boxes(self) -> list[tuple[MetricEntry, BoundWidget]]:
        """Each metric's catalogue entry with its check box."""
        return list(zip(self.entries, self["metrics"].subwidgets, strict=True))

    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in COLUMNS if name in self.fields]

    def option_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in OPTIONS if name in self.fields]
