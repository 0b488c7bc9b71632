"""How a grader in service fares: its hours, its alarms, and who is told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grading.models.deployment import Deployment
from grading.models.grader import Grader


class MonitoredHour(models.Model):
    """One hour of service. `measures` as grading/actions/monitor.py writes them; computing
    an hour again replaces it."""

    grader = models.ForeignKey(Grader, on_delete=models.CASCADE, related_name="+", db_index=False)
    deployment = models.ForeignKey(Deployment, null=True, on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    measures = models.JSONField(default=dict)

    class Meta:
        ordering = ["hour"]
        constraints = [models.UniqueConstraint(fields=["grader", "hour"], name="one_row_an_hour")]


class Alarm(models.Model):
    """Something slips. As long as it does (`cleared_at` is empty) it is not raised again, seen to by a
    person or not. `figures` are those of the moment at which it was raised."""

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", _("the audit finds too many wrong marks")
        DRIFT = "drift", _("the answers are not like those it learnt from")
        CONFIDENCE = "confidence", _("it is surer or less sure than when it was measured")
        PERSON_SHARE = "person_share", _("far more answers than before need a person")
        SERVICE_DOWN = "service_down", _("the service does not answer")

    grader = models.ForeignKey(Grader, on_delete=models.CASCADE, related_name="+")
    deployment = models.ForeignKey(Deployment, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    figures = models.JSONField(default=dict)
    raised_at = models.DateTimeField(auto_now_add=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["grader", "kind"], condition=Q(cleared_at__isnull=True),
                name="one_lasting_alarm_a_kind",
            )
        ]  # fmt: skip


class Watch(models.Model):
    """Who is told of the alarms of a grader. `secret_file`: the webhook is signed with what it holds
    (grading/endpoint_keys.py)."""

    grader = models.OneToOneField(Grader, on_delete=models.CASCADE, related_name="+")
    emails = models.TextField(_("e-mail addresses"), blank=True)
    webhook_url = models.CharField(_("webhook"), max_length=300, blank=True)
    secret_file = models.CharField(max_length=40, blank=True)


class Notice(models.Model):
    """One message about an alarm, tried until it is delivered or given up."""

    class Way(models.TextChoices):
        EMAIL = "email", _("e-mail")
        WEBHOOK = "webhook", _("webhook")

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="notices")
    way = models.CharField(max_length=8, choices=Way.choices)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "way"], name="one_notice_a_way")]
