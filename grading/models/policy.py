"""What was promised before the first rating: the decision policy and its gates."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign, Scorer
from grading.models.promise import Promise


class DecisionPolicy(Promise):
    """Frozen when the campaign is launched.

    `threshold` and `agreement_floor` are in [0, 1]. `tolerance` is in marks. `auxiliary` is the
    automatic score that may narrow the interval; `further_auxiliaries` are ids of more scorers,
    joined to it by a cross-fit ridge. All are chosen beforehand. `stopping` says when the sample
    may be looked at. `audit_share` in [0, 1]: of a system that a gate rejects before the drawing,
    this share is rated all the same.
    """

    class Estimand(models.TextChoices):
        MEAN_COMPOSITE = "mean_composite", _("mean composite")
        PASS_RATE = "pass_rate", _("share of items at or above the pass mark")
        RIGHT_MARKS = "right_marks", _("share of marks that are right")

    class Coefficient(models.TextChoices):
        ALPHA = "krippendorff_alpha", _("Krippendorff’s α")
        ICC_A_K = "icc_a_k", _("reliability of the mean, ICC(A,k)")
        AC2 = "gwet_ac2_quadratic", _("Gwet’s AC2")

    class Stopping(models.TextChoices):
        FIXED = "fixed", _("once, when the whole sample is rated")
        OBRIEN_FLEMING = "obrien_fleming", _("five planned looks (O'Brien-Fleming)")
        ANYTIME = "anytime", _("at any time (confidence sequence)")

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="+")
    estimand = models.CharField(_("what is estimated"), max_length=20, choices=Estimand.choices)
    threshold = models.FloatField(_("threshold"), default=0.7)
    confidence = models.FloatField(_("confidence"), default=0.95)
    tolerance = models.FloatField(_("tolerance in marks"), default=0)
    coefficient = models.CharField(
        _("agreement coefficient"),
        max_length=24,
        choices=Coefficient.choices,
        default=Coefficient.ALPHA,
    )
    agreement_floor = models.FloatField(_("agreement floor"), default=0.667)
    # RESTRICT: deleted by actions/delete_scorer.py alone, which leaves no promise without its score.
    auxiliary = models.ForeignKey(
        Scorer, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    further_auxiliaries = models.JSONField(_("further automatic scores"), default=list, blank=True)
    stopping = models.CharField(
        _("when it is decided"), max_length=16, choices=Stopping.choices, default=Stopping.FIXED
    )
    audit_share = models.FloatField(_("audit share"), default=0.05)
    seed = models.PositiveBigIntegerField(default=1)

    @property
    def auxiliary_ids(self) -> list[int]:
        """Every scorer that may help, the first one first."""
        first = [self.auxiliary_id] if self.auxiliary_id else []
        return [*first, *(pk for pk in self.further_auxiliaries if pk not in first)]


class Gate(Promise):
    """A threshold on an automatic metric, computed over all items of the candidate.

    `prediction` and `reference` as in MetricRun; "candidate" stands for the candidate's own marks
    (grading). Passed when value ≥ threshold (or ≤ where `is_at_least` is false).
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    metric = models.CharField(_("metric"), max_length=60)
    prediction = models.CharField(_("prediction"), max_length=160, default="candidate")
    reference = models.CharField(_("reference"), max_length=160, default="reference_mark")
    threshold = models.FloatField(_("threshold"))
    is_at_least = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Promise.Meta):
        abstract = False
        ordering = ["position", "id"]
