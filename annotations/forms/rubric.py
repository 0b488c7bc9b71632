"""Forms of a rubric: its head, and one criterion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.forms.rubric_levels import Level, checked, fit_levels, parse_number, values_of
from annotations.methods.scales import MOST_LEVELS
from annotations.models import Criterion, Rubric, Team

Scale = Criterion.Scale


class RubricNewForm(forms.Form):
    """What a new rubric starts from."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    team = forms.ModelChoiceField(label=gettext_lazy("Team"), queryset=Team.objects.none(), empty_label=None)

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams
        if teams.count() == 1:
            self.fields["team"].widget = forms.HiddenInput()
            self.fields["team"].initial = teams[0]


class HeadForm(forms.ModelForm):
    """Name, kind, pass mark (in per cent) and guidelines."""

    pass_percent = forms.FloatField(
        label=gettext_lazy("Pass mark"), min_value=0, max_value=100,
        help_text=gettext_lazy("On the composite, 0 to 100."),
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip

    class Meta:
        model = Rubric
        fields = ["name", "kind", "guidelines"]
        widgets = {"kind": forms.RadioSelect, "guidelines": forms.Textarea(attrs={"rows": 4})}

    field_order = ["name", "kind", "pass_percent", "guidelines"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (Rubric.Kind.WEIGHTED, _("Weighted: criteria count by their weight")),
            (Rubric.Kind.POINTS, _("Points: scoring points add up to a mark")),
        ]
        self.fields["guidelines"].label = _("Guidelines for raters")
        if self.instance.version > 1:
            self.fields["name"].disabled = True
            self.fields["name"].help_text = _("All versions of a rubric have one name.")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Rubric.objects.filter(team_id=self.instance.team_id, name=name)
        if self.instance.version == 1 and others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This team already has a rubric of this name."))
        return name

    def head(self) -> dict[str, Any]:
        """The cleaned values as model fields."""
        data = self.cleaned_data
        head = {name: data[name] for name in ("name", "kind", "guidelines")}
        return {**head, "pass_mark": data["pass_percent"] / 100}


class CriterionForm(forms.Form):
    """One criterion; `shown` are its levels, `kept` those that no longer fit its scale."""

    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("What it is about"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    weight = forms.CharField(label=gettext_lazy("Weight in %"), required=False)
    scale = forms.ChoiceField(label=gettext_lazy("Scale"), choices=Scale.choices)
    low = forms.CharField(label=gettext_lazy("from"), required=False)
    high = forms.CharField(label=gettext_lazy("to"), required=False)
    step = forms.CharField(label=gettext_lazy("by"), required=False)
    is_required = forms.BooleanField(label=gettext_lazy("Raters must score it"), required=False)
    veto = forms.CharField(label=gettext_lazy("Veto"), required=False)

    def __init__(self, *args: Any, row: int, kind: str, levels: Sequence[Level], **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"r{row}", **kwargs)
        self.row, self.kind, self.values = row, kind, None
        for name in ("weight", "low", "high", "step"):
            attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "short"}
            self.fields[name].widget.attrs.update(attrs)
        self.fields["weight"].widget.attrs["data-weight"] = ""
        raw = {name: self[name].value() or "" for name in ("scale", "low", "high", "step")}
        try:
            self.values = values_of(**raw)
            self.shown, self.kept = fit_levels(raw["scale"], self.values, levels)
        except ValueError:
            self.shown, self.kept = [], list(levels)

    @property
    def veto_choices(self) -> list[Level]:
        """Every level but the highest: a veto there would let nothing through."""
        numbered = [level for level in self.shown if level.number is not None]
        return sorted(numbered, key=lambda level: level.number or 0.0)[:-1]

    def clean_weight(self) -> float:
        weight = parse_number(self.cleaned_data["weight"])
        if self.kind == Rubric.Kind.POINTS:
            return 1.0
        if weight is None or not 0 <= weight <= 1000:
            raise forms.ValidationError(_("Give a weight: a number from 0, such as 30."))
        return weight

    def clean_scale(self) -> str:
        scale: str = self.cleaned_data["scale"]
        if self.kind == Rubric.Kind.POINTS and scale == Scale.LIKERT:
            raise forms.ValidationError(
                _("A scoring point counts from 0: choose points, yes or no, or named categories.")
            )
        return scale

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("scale") == Scale.CATEGORIES:
            self._check_categories()
        elif not self.shown:
            self._say_why_no_scale()
        veto = self.cleaned_data.get("veto")
        if veto and veto not in [level.value for level in self.veto_choices]:
            self.add_error("veto", _("This level is no longer on the scale, or is its highest."))
        return self.cleaned_data

    def _check_categories(self) -> None:
        self.shown = checked(self.shown)
        if any(level.error for level in self.shown):
            self.add_error(None, _("Some categories need your attention."))

    def _say_why_no_scale(self) -> None:
        is_points = self.cleaned_data.get("scale") == Scale.POINTS
        low = 0.0 if is_points else parse_number(self.cleaned_data.get("low", ""))
        high = parse_number(self.cleaned_data.get("high", ""))
        step = parse_number(self.cleaned_data.get("step", "")) if is_points else 1.0
        if low is None:
            self.add_error("low", _("Give a number."))
        if high is None:
            self.add_error("high", _("Give a number."))
        elif low is not None and high <= low:
            self.add_error("high", _("The highest level must be above the lowest."))
        elif step is None or step <= 0:
            self.add_error("step", _("The step must be a number above 0, such as 1 or 0.5."))
        else:
            text = _("This would make more than %(number)d levels.") % {"number": MOST_LEVELS}
            self.add_error("high", text)

    def line(self) -> dict[str, Any]:
        """The cleaned criterion as model fields (without rubric and position)."""
        data = self.cleaned_data
        numbers = [level.number or 0.0 for level in self.shown]
        step = parse_number(data["step"]) if data["scale"] == Scale.POINTS else 1.0
        return {
            **{name: data[name] for name in ("key", "name", "description", "weight", "scale", "is_required")},
            "low": min(numbers), "high": max(numbers), "step": step,
            "levels": [level.stored() for level in self.shown],
            "veto_at": parse_number(data["veto"]) if data["veto"] else None,
        }  # fmt: skip
