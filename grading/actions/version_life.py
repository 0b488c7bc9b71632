"""Retiring a version, and bringing it back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.models import Deployment, Grader, ModelVersion, ServedGenerator


@transaction.atomic
def set_retired(*, version: ModelVersion, is_retired: bool) -> None:
    """Said twice, it is so once. Raises ValidationError where the version is in service."""
    Grader.objects.select_for_update(no_key=True).get(pk=version.grader_id)  # as who puts it in service does
    if is_retired:
        _require_out_of_service(version)
    rows = ModelVersion.objects.filter(pk=version.pk, retired_at__isnull=is_retired)
    rows.update(retired_at=timezone.now() if is_retired else None)


def _require_out_of_service(version: ModelVersion) -> None:
    if Deployment.objects.active().filter(version=version).exists():
        raise ValidationError(_("This version is in service. Deploy another one first."))
    served = ServedGenerator.objects.filter(version=version, ended_at=None).first()
    if served is not None:
        raise ValidationError(
            _("This version is in service as “%(name)s”. Take that out of service first.") % {"name": served}
        )
