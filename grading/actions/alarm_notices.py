"""Telling people of an alarm, by e-mail and webhook: tried again with growing pauses, delivered once."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from django.core.mail import send_mail
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from grading.alarm_words import alarm_sentence
from grading.backends.endpoint_errors import EndpointError
from grading.backends.endpoint_http import post_json
from grading.endpoint_keys import read_key
from grading.models import Alarm, Notice, Watch

MOST_TRIES = 8  # the last about ten hours after the first
FIRST_PAUSE = timedelta(minutes=5)
SECONDS = 10.0


def make_notices(alarm: Alarm) -> None:
    """One for every way in which somebody wants to be told."""
    watch = Watch.objects.filter(grader=alarm.grader_id).first()
    if watch is None:
        return
    ways = [(Notice.Way.EMAIL, watch.emails.strip()), (Notice.Way.WEBHOOK, watch.webhook_url)]
    Notice.objects.bulk_create(Notice(alarm=alarm, way=way) for way, address in ways if address)


def deliver_notices() -> None:
    """What is due."""
    due = Q(next_try_at=None) | Q(next_try_at__lte=timezone.now())
    rows = Notice.objects.filter(due, delivered_at=None, tries__lt=MOST_TRIES)
    for notice in rows.select_related("alarm__grader__team", "alarm__grader__created_by", "alarm__deployment__version"):
        _try(notice)


def _try(notice: Notice) -> None:
    if not _claimed(notice):
        return
    watch = Watch.objects.filter(grader=notice.alarm.grader_id).first()
    try:
        if watch is None:
            raise LookupError
        _send(notice, watch)
    except (OSError, EndpointError, LookupError, ValueError) as problem:
        notice.error = getattr(problem, "code", "") or type(problem).__name__
    else:
        notice.error, notice.delivered_at = "", timezone.now()
    notice.save(update_fields=["error", "delivered_at"])


def _claimed(notice: Notice) -> bool:
    """Whether this try is ours and not another worker's. It counts and has its pause before anything is sent, so
    that a worker which dies meanwhile holds up nothing."""
    rows = Notice.objects.filter(pk=notice.pk, tries=notice.tries, delivered_at=None)
    pause = FIRST_PAUSE * 2**notice.tries
    return bool(rows.update(tries=notice.tries + 1, next_try_at=timezone.now() + pause))


def _send(notice: Notice, watch: Watch) -> None:
    maker = notice.alarm.grader.created_by
    with translation.override((maker.language if maker else "") or translation.get_language()):
        if notice.way == Notice.Way.EMAIL:
            _mail(notice.alarm, watch.emails.split())
        else:
            _post(notice.alarm, watch)


def _mail(alarm: Alarm, addresses: list[str]) -> None:
    subject = _("Concord: %(subject)s – %(kind)s") % {"subject": alarm.grader, "kind": alarm.get_kind_display()}
    send_mail(subject, alarm_sentence(alarm), None, addresses)


def _post(alarm: Alarm, watch: Watch) -> None:
    content = content_of(alarm)
    headers = {}
    if secret := read_key(watch.secret_file):
        headers["X-Concord-Signature"] = f"sha256={signature(secret, content)}"
    try:
        post_json(watch.webhook_url, content, timeout=SECONDS, headers=headers)
    except EndpointError as problem:
        if problem.code != "no_json":  # it took it, and says so in its own words
            raise


def content_of(alarm: Alarm) -> dict[str, Any]:
    """What the webhook gets. The same alarm has the same `id`, should it come twice."""
    version = alarm.deployment.version.number if alarm.deployment else None
    return {
        "id": alarm.pk, "kind": alarm.kind, "school_subject": alarm.grader.school_subject,
        "team": alarm.grader.team.slug, "version": version, "figures": alarm.figures,
        "text": alarm_sentence(alarm), "raised_at": alarm.raised_at.isoformat(),
    }  # fmt: skip


def signature(secret: str, content: dict[str, Any]) -> str:
    """HMAC-SHA-256 of the body as it is sent."""
    return hmac.new(secret.encode(), json.dumps(content).encode(), hashlib.sha256).hexdigest()
