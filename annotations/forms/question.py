"""What a lead may say about a question after the import."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.formats.values import points_as_text, scoring_points_of
from annotations.models import Question


class QuestionForm(forms.ModelForm):
    """With `is_marked` people have marked answers already: the mark scale stays as it is."""

    points = forms.CharField(
        label=gettext_lazy("Scoring points"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line with its marks, for example: 史料正确 (2). Ways to say the same stand between "
            "slashes, 煤炭丰富/煤矿多 (1): graders look for each."
        ),
    )
    step = forms.TypedChoiceField(
        label=gettext_lazy("Step of the marks"),
        coerce=Decimal,
        choices=[],
    )

    class Meta:
        model = Question
        fields = ["text", "reference", "context", "school_subject", "full_mark", "step"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "reference": forms.Textarea(attrs={"rows": 5}),
            "context": forms.Textarea(attrs={"rows": 3}),
        }

    field_order = [
        "text", "reference", "points", "full_mark", "step", "school_subject", "context",
    ]  # fmt: skip

    def __init__(self, *args: Any, is_marked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].initial = points_as_text(self.instance.scoring_points)
        if self.instance.full_mark is not None:
            self.initial["full_mark"] = f"{self.instance.full_mark.normalize():f}"
        self._offer_steps()
        self.fields["full_mark"].help_text = _("Leave empty where answers get no marks.")
        if is_marked:
            for name in ("full_mark", "step"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Fixed: answers have been marked on this scale.")

    def _offer_steps(self) -> None:
        own = self.instance.step.normalize()
        steps = sorted({Decimal(1), Decimal("0.5"), own})
        self.fields["step"].choices = [(f"{step:f}", f"{step:f}") for step in steps]
        self.initial["step"] = f"{own:f}"

    def clean_points(self) -> list[dict[str, Any]]:
        try:
            return scoring_points_of(self.cleaned_data["points"])
        except ValueError as error:
            raise forms.ValidationError(
                _("“%(point)s” has no marks; write it like: 史料正确 (2)")
                % {"point": str(error)[:60]}
            ) from None

    def clean_full_mark(self) -> Decimal | None:
        full_mark = self.cleaned_data["full_mark"]
        if full_mark is not None and full_mark <= 0:
            raise forms.ValidationError(_("The full mark must be more than 0."))
        return full_mark

    def clean(self) -> dict[str, Any]:
        """Points may add up to more than the full mark (any three of four), never to less."""
        data = super().clean() or {}
        points, full_mark = data.get("points"), data.get("full_mark")
        total = sum(Decimal(str(point["marks"])) for point in points or [])
        if points and full_mark is not None and total < full_mark:
            words = {"total": f"{total.normalize():f}", "full": f"{full_mark.normalize():f}"}
            self.add_error(
                "points",
                _("The points add up to %(total)s, less than the full mark %(full)s.") % words,
            )
        return data

    def save(self, commit: bool = True) -> Question:
        self.instance.scoring_points = self.cleaned_data["points"]
        return super().save(commit)
