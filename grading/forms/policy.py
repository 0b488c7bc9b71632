"""When the verdict is “pass”: fixed before anybody rates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotations.methods.scales import number_text
from annotations.models import Campaign, Scorer, User
from grading.actions.policy import early_stopping_problem, policy_of, save_policy
from grading.field_choices import scorers_of
from grading.forms.gate import MOST_GATES, gate_formset
from grading.models import DecisionPolicy

Estimand, Stopping = DecisionPolicy.Estimand, DecisionPolicy.Stopping
ESTIMANDS = {
    Campaign.Kind.GRADING: (Estimand.RIGHT_MARKS,),
    Campaign.Kind.EVALUATION: (Estimand.MEAN_COMPOSITE, Estimand.PASS_RATE),
}
LIMITS = {
    "threshold": (0, 100),
    "confidence": (50, 99.9),
    "tolerance": (0, 1000),
    "agreement_floor": (-1, 1),
    "audit_share": (0, 100),
}


class HundredField(forms.FloatField):
    """A number of [0, 1] that is entered on 0–100, as every page writes it."""

    def prepare_value(self, value: Any) -> Any:
        return number_text(round(100 * value, 6)) if isinstance(value, float) else value

    def clean(self, value: Any) -> float | None:
        found = super().clean(value)
        return None if found is None else round(found / 100, 8)


class PolicyForm(forms.ModelForm):
    """The decision policy; its choices depend on the kind of campaign."""

    threshold = HundredField(label=_("Threshold"))
    confidence = HundredField(
        label=_("Confidence of every interval (%)"), help_text=_("95 is usual.")
    )
    audit_share = HundredField(
        label=_("Audit share of rejected systems (%)"),
        help_text=_(
            "A system that misses a gate at the launch costs the raters no time, except for this "
            "share of its items, drawn at random: 5 is one in twenty. The audit shows whether "
            "the gate was right. 0 rates none of them, 100 all of them."
        ),
    )
    further_auxiliaries = forms.TypedMultipleChoiceField(
        label=_("Further automatic scores"),
        help_text=_(
            "All that are chosen are joined to one, fitted on some of the rated items and used on others. "
            "A score that says nothing new costs little."
        ),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = DecisionPolicy
        fields = [
            "estimand", "threshold", "tolerance", "confidence", "coefficient",
            "agreement_floor", "auxiliary", "further_auxiliaries", "stopping", "audit_share",
        ]  # fmt: skip
        labels = {
            "auxiliary": _("Automatic score that may narrow the interval"),
            "stopping": _("When is it decided?"),
            "agreement_floor": _("Agreement floor"),
        }
        help_texts = {
            "tolerance": _("A mark is right when it is at most this far from the human mark."),
            "agreement_floor": _(
                "Held against the lower end of the interval. From 0.8 on agreement is reliable, from "
                "0.667 on tentative; below the floor the raters are not ready and no model is judged."
            ),
            "coefficient": _(
                "α for marks; ICC(A,k) where the mean of several raters counts; AC2 where almost "
                "everything gets the same score."
            ),
            "stopping": _(
                "With planned looks a clear case ends earlier and costs fewer ratings: each look asks for a "
                "surer interval, so that in all no more verdicts are wrong than with one look. At any time "
                "asks for the surest interval of all."
            ),
            "auxiliary": _(
                "Chosen beforehand. It can only narrow the interval, by about the square of its "
                "correlation with the human scores; it never shifts the estimate."
            ),
        }

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, instance=policy_of(campaign), **kwargs)
        is_grading = campaign.kind == Campaign.Kind.GRADING
        allowed = ESTIMANDS[Campaign.Kind(campaign.kind)]
        self.fields["estimand"].choices = [(e.value, e.label) for e in allowed]
        scorers = self._scorers(campaign)
        self.fields["auxiliary"].queryset = scorers
        self.fields["auxiliary"].empty_label = _("none")
        self.fields["further_auxiliaries"].choices = [(s.pk, s.name) for s in scorers]
        if len(scorers) < 2:
            del self.fields["further_auxiliaries"]
        self.fields["stopping"].required = False
        if problem := early_stopping_problem(campaign):
            self.fields["stopping"].choices = [(Stopping.FIXED.value, Stopping.FIXED.label)]
            self.fields["stopping"].help_text = problem
        self.fields["threshold"].help_text = threshold_help(campaign)
        del self.fields["audit_share" if is_grading else "tolerance"]
        for name in LIMITS.keys() & self.fields.keys():
            self._limit(name, *LIMITS[name])

    def _scorers(self, campaign: Campaign) -> QuerySet[Scorer]:
        return Scorer.objects.filter(pk__in=[s.pk for s in scorers_of(campaign.dataset)])

    def _limit(self, name: str, low: float, high: float) -> None:
        field = self.fields[name]
        field.validators = [*field.validators, MinValueValidator(low), MaxValueValidator(high)]
        field.widget.attrs.update(min=low, max=high, step="any")

    def clean(self) -> dict[str, Any]:
        """The first score comes first; a further one without it takes its place."""
        data = super().clean() or {}
        data["stopping"] = data.get("stopping") or Stopping.FIXED
        first, further = data.get("auxiliary"), data.get("further_auxiliaries") or []
        if further and first is None and "auxiliary" not in self.errors:
            first = self.fields["auxiliary"].queryset.get(pk=further[0])
            data["auxiliary"] = first
        if "further_auxiliaries" in self.fields:
            data["further_auxiliaries"] = [pk for pk in further if pk != getattr(first, "pk", None)]
        return data

    def gate_fields(self) -> list[forms.BoundField]:
        """What is shown beside the gates."""
        return [self["audit_share"]] if "audit_share" in self.fields else []

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


class PolicyStep:
    """Policy and gates; saved together."""

    def __init__(self, data: Any, *, campaign: Campaign, user: User) -> None:
        self.campaign = campaign
        self.policy = PolicyForm(data, campaign=campaign)
        self.gates = gate_formset(data, campaign)

    @property
    def can_add_gate(self) -> bool:
        return len(self.gates.forms) < MOST_GATES

    def is_valid(self) -> bool:
        return all([self.policy.is_valid(), self.gates.is_valid()])

    def save(self) -> None:
        save_policy(campaign=self.campaign, values=self.policy.values(), gates=self.gates.gates())


def threshold_help(campaign: Campaign) -> Promise:
    """What the threshold is a threshold of."""
    if campaign.kind == Campaign.Kind.GRADING:
        return _(
            "Share of right marks, 0–100. At most 5 wrong in a class of 50 is 90 for one question, "
            "98 for five questions."
        )
    return _("On the composite scale 0–100, or a share of items, 0–100.")
