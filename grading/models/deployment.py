"""Deployments: which version of a grader is in service, on which grounds, and who answers for it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign
from grading.models.grader import Grader, ModelVersion
from grading.models.verdict import Verdict


class DeploymentQuerySet(models.QuerySet["Deployment"]):
    def active(self) -> DeploymentQuerySet:
        return self.filter(ended_at__isnull=True)


class Deployment(models.Model):
    """A version in service. The rows of a grader are its history; the one without an end is in force.

    Its grounds are a signed passing `verdict`, or `override_reason` of whoever deployed it without one.
    An answer whose calibrated confidence is below `threshold` needs a person (empty: none does for
    that reason); of the others each is audited with probability `audit_share`. Both are marked by people
    in `queue`. `agreement_floor`: an alarm is raised when the audit cannot rule out that less
    than this share of the machine's marks are right; `drift_bound` is a population stability index.
    `restores` is the deployment that a roll-back has brought back. `purged`: answers with a mark that were
    deleted after their time.
    """

    grader = models.ForeignKey(Grader, on_delete=models.CASCADE, related_name="deployments")
    version = models.ForeignKey(ModelVersion, on_delete=models.RESTRICT, related_name="deployments")
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.SET_NULL, related_name="+")
    override_reason = models.TextField(_("reason"), blank=True)
    threshold = models.FloatField(null=True, blank=True)
    audit_share = models.FloatField(default=0.05)
    queue = models.ForeignKey(Campaign, on_delete=models.RESTRICT, related_name="+")
    agreement_floor = models.FloatField(null=True, blank=True)
    drift_bound = models.FloatField(default=0.25)
    purged = models.PositiveIntegerField(default=0)
    restores = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    objects = DeploymentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["grader"], condition=Q(ended_at__isnull=True), name="one_active_deployment"
            ),
            models.CheckConstraint(
                condition=Q(audit_share__gte=0, audit_share__lte=1), name="deployment_audit_share"
            ),
            models.CheckConstraint(
                condition=Q(threshold__isnull=True) | Q(threshold__gte=0, threshold__lte=1),
                name="deployment_threshold",
            ),
        ]

    @property
    def is_active(self) -> bool:
        return self.ended_at is None
