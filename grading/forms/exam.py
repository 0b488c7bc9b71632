"""What is asked of one examination, and what the machine may do in it; both are read from the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign
from grading.actions.policy import policy_of
from grading.exam_data import confidence_for, confidences_of
from grading.methods.exam_guarantee import Bar, BarProblem
from grading.models import SelectiveGrading
from grading.reports.marks import accepted_machine, selective_of
from grading.verdict_data import candidates_of

Part = SelectiveGrading.Part


class BarForm(forms.Form):
    """The bar; every field the address leaves out takes the campaign's default."""

    machine = forms.ChoiceField(label=_("Machine"), choices=[], required=False)
    papers = forms.IntegerField(label=_("Papers in a class"), min_value=1, max_value=10_000)
    questions = forms.IntegerField(label=_("Questions a paper"), min_value=1, max_value=1_000)
    wrong_allowed = forms.IntegerField(label=_("Wrong marks allowed in all"), min_value=0)
    tolerance = forms.FloatField(label=_("Tolerance in marks"), min_value=0)
    assurance = forms.FloatField(
        label=_("In how many of 100 classes"), min_value=50, max_value=99.99
    )
    machine_seconds = forms.FloatField(
        label=_("Seconds the machine takes for a mark"), min_value=0, max_value=100_000
    )

    def __init__(self, campaign: Campaign, given: QueryDict) -> None:
        machines = candidates_of(campaign)
        values = {**self.defaults(campaign, machines), **{k: v for k, v in given.items() if v != ""}}
        super().__init__(values)
        self.campaign = campaign
        self.fields["machine"].choices = [(name, name) for name in machines]
        self.fields["machine"].required = bool(machines)
        for field in self.fields.values():
            if isinstance(field, forms.FloatField):
                field.widget.attrs.setdefault("step", "any")

    def defaults(self, campaign: Campaign, machines: list[str]) -> dict[str, Any]:
        in_force = selective_of(campaign)
        named = [in_force.machine if in_force else "", accepted_machine(campaign), *machines[-1:]]
        return {
            "machine": next((name for name in named if name in machines), ""),
            "papers": 50,
            "questions": max(1, campaign.dataset.questions.count()),
            "wrong_allowed": 5,
            "tolerance": f"{policy_of(campaign).tolerance:g}",
            "assurance": 95,
            "machine_seconds": 1,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                self.bar()
            except BarProblem:
                self.add_error("wrong_allowed", gettext("Fewer than the class has marks in all."))
        return data

    def bar(self) -> Bar:
        data = self.cleaned_data
        return Bar(
            data["papers"], data["questions"], data["wrong_allowed"], data["tolerance"],
            data["assurance"] / 100,
        )  # fmt: skip


class SelectiveForm(BarForm):
    """The machine's part and the risk that is accepted."""

    confidence = forms.ChoiceField(
        label=_("Confidence of the machine"),
        choices=[],
        required=False,
        help_text=_("An imported column: the greater, the surer. Any scale will do."),
    )
    part = forms.ChoiceField(
        label=_("The machine"), choices=Part.choices, widget=forms.RadioSelect
    )
    alpha = forms.FloatField(
        label=_("Wrong among the marks it accepts, at most (%)"), min_value=0.01, max_value=99
    )
    delta = forms.FloatField(
        label=_("Chance that this fails, at most (%)"), min_value=0.01, max_value=50
    )

    def __init__(self, campaign: Campaign, given: QueryDict) -> None:
        super().__init__(campaign, given)
        names = confidences_of(campaign)
        self.fields["confidence"].choices = [(name, name) for name in names]

    def defaults(self, campaign: Campaign, machines: list[str]) -> dict[str, Any]:
        found = super().defaults(campaign, machines)
        in_force = selective_of(campaign)
        confidence = confidence_for(str(found["machine"]), confidences_of(campaign))
        chosen = {"confidence": confidence, "part": Part.ALONE, "alpha": 5, "delta": 10}
        if in_force:
            chosen |= {
                "confidence": in_force.confidence,
                "part": in_force.part,
                "alpha": f"{100 * in_force.alpha:g}",
                "delta": f"{100 * in_force.delta:g}",
            }
        return {**found, **chosen}

    def choice(self) -> dict[str, Any]:
        """The machine's part and the risk, as shares."""
        data = self.cleaned_data
        return {"part": data["part"], "alpha": data["alpha"] / 100, "delta": data["delta"] / 100}
