"""Which scorer's errors, against which marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import Scorer
from grading.error_data import Reference


class ErrorsForm(forms.Form):
    """Unbound it shows the usual choice: the first scorer against the first reference. What counts as wrong
    begins as the campaign has it whose marks are held against."""

    scorer = forms.TypedChoiceField(label=_("Whose marks"), coerce=int)
    against = forms.ChoiceField(label=_("Held against"))
    tolerance = forms.FloatField(label=_("Tolerance in marks"), min_value=0, required=False)

    def __init__(
        self, data: Any, *, scorers: Sequence[Scorer], references: Sequence[Reference]
    ) -> None:
        asked = next((one for one in references if one.key == data.get("against")), references[0])
        usual = {"scorer": scorers[0].pk, "against": asked.key, "tolerance": f"{asked.tolerance:g}"}
        super().__init__({**usual, **{name: data[name] for name in usual if data.get(name)}})
        self.scorers = {scorer.pk: scorer for scorer in scorers}
        self.references = {reference.key: reference for reference in references}
        scorer, against = self.fields["scorer"], self.fields["against"]
        assert isinstance(scorer, forms.ChoiceField)
        assert isinstance(against, forms.ChoiceField)
        scorer.choices = [(one.pk, one.name) for one in scorers]
        against.choices = [(one.key, one.title) for one in references]

    @property
    def chosen(self) -> tuple[Scorer, Reference, float]:
        data = self.cleaned_data
        tolerance = data.get("tolerance") or 0.0
        return self.scorers[data["scorer"]], self.references[data["against"]], tolerance
