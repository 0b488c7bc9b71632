"""What was promised before the first rating cannot be changed after the launch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign

FROZEN = _("The policy and the gates of a launched campaign never change.")


class PromiseQuerySet(models.QuerySet[Any]):
    """Refuses every bulk write for a launched campaign."""

    def update(self, **kwargs: Any) -> int:
        target = kwargs.get("campaign") or kwargs.get("campaign_id")
        _refuse_if_launched(getattr(target, "pk", target), *self._campaigns())
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        _refuse_if_launched(*self._campaigns())
        return super().delete()

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        _refuse_if_launched(*{row.campaign_id for row in rows})
        return super().bulk_create(rows, *args, **kwargs)

    def _campaigns(self) -> list[int]:
        return list(self.order_by().values_list("campaign_id", flat=True).distinct())


class Promise(models.Model):
    """A row of one campaign (`campaign`), written while that is a draft."""

    objects = PromiseQuerySet.as_manager()

    class Meta:
        abstract = True
        # Related managers write through the base manager; it must be the guarded one too.
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if_launched(self.campaign_id, *self._stored_campaign())
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if_launched(self.campaign_id, *self._stored_campaign())
        return super().delete(*args, **kwargs)

    def _stored_campaign(self) -> list[int]:
        """The campaign in the database: the row may not be moved out of it."""
        rows = type(self).objects.filter(pk=self.pk) if self.pk else type(self).objects.none()
        return list(rows.values_list("campaign_id", flat=True))


def _refuse_if_launched(*campaign_ids: int | None) -> None:
    ids = {pk for pk in campaign_ids if pk}
    if ids and Campaign.objects.filter(pk__in=ids).exclude(state=Campaign.State.DRAFT).exists():
        raise ValidationError(FROZEN)
