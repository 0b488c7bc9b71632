"""Rubrics: versions of a marking scheme, frozen once published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.methods.composite import CriterionSpec, RubricSpec
from annotations.models.team import Team

FROZEN = _("A published rubric never changes; make a new version.")
# Who made a rubric is no part of it: the person's account may go.
MAY_CHANGE = {"created_by", "created_by_id"}


class RubricQuerySet(models.QuerySet["Rubric"]):
    """Rubrics; refuses every bulk write that touches a published one."""

    def published(self) -> RubricQuerySet:
        return self.filter(state=Rubric.State.PUBLISHED)

    def update(self, **kwargs: Any) -> int:
        if not set(kwargs) <= MAY_CHANGE and self.published().exists():
            raise ValidationError(FROZEN)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.published().exists():
            raise ValidationError(FROZEN)
        return super().delete()

    def bulk_create(self, objs: Iterable[Rubric], *args: Any, **kwargs: Any) -> list[Rubric]:
        if kwargs.get("update_conflicts"):
            raise ValidationError(FROZEN)
        return super().bulk_create(objs, *args, **kwargs)


class CriterionQuerySet(models.QuerySet["Criterion"]):
    """Criteria; refuses every bulk write into, out of or inside a published rubric."""

    def update(self, **kwargs: Any) -> int:
        target = kwargs.get("rubric") or kwargs.get("rubric_id")
        _refuse_if_frozen(getattr(target, "pk", target))
        self._refuse_frozen_rows()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_frozen_rows()
        return super().delete()

    def bulk_create(self, objs: Iterable[Criterion], *args: Any, **kwargs: Any) -> list[Criterion]:
        rows = list(objs)
        _refuse_if_frozen(*{row.rubric_id for row in rows})
        return super().bulk_create(rows, *args, **kwargs)

    def _refuse_frozen_rows(self) -> None:
        if self.filter(rubric__state=Rubric.State.PUBLISHED).exists():
            raise ValidationError(FROZEN)


class Rubric(models.Model):
    """One version of a scheme.

    *points*: every criterion is a scoring point; mark = their sum, composite = mark ÷ full mark.
    *weighted*: composite = Σ weight × normalised score ÷ Σ weight.
    `pass_mark` is on the composite scale [0, 1].
    """

    class Kind(models.TextChoices):
        POINTS = "points", _("points")
        WEIGHTED = "weighted", _("weighted")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="rubrics")
    name = models.CharField(_("name"), max_length=120)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.WEIGHTED)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    pass_mark = models.FloatField(_("pass mark"), default=0.6)
    guidelines = models.TextField(_("guidelines"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    objects = RubricQuerySet.as_manager()

    class Meta:
        # Related managers write through the base manager; it must be the guarded one too.
        base_manager_name = "objects"
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "name", "version"], name="rubric_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(pass_mark__gte=0, pass_mark__lte=1), name="pass_mark_in_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    def spec(self, full_mark: float | None = None, step: float = 1.0) -> RubricSpec:
        """The rubric as `methods.composite` understands it, for a question's mark scale."""
        return RubricSpec(
            kind=self.kind,
            criteria=tuple(criterion.spec() for criterion in self.criteria.all()),
            full_mark=full_mark,
            step=step,
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if_frozen(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if_frozen(self.pk)
        return super().delete(*args, **kwargs)


class Criterion(models.Model):
    """A line of a rubric.

    `levels` lists every value a rater may give: {"value": number, "label": str, "descriptor": str}.
    It is stored in full for every scale, so that a frozen rubric says exactly what was shown.
    A score at or below `veto_at` makes the composite 0.
    """

    class Scale(models.TextChoices):
        POINTS = "points", _("points 0 to n")
        LIKERT = "likert", _("Likert a to b")
        YES_NO = "yes_no", _("yes or no")
        CATEGORIES = "categories", _("named categories")

    rubric = models.ForeignKey(Rubric, on_delete=models.CASCADE, related_name="criteria")
    key = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    weight = models.FloatField(_("weight"), default=1.0)
    scale = models.CharField(_("scale"), max_length=12, choices=Scale.choices)
    low = models.FloatField(default=0.0)
    high = models.FloatField(default=5.0)
    step = models.FloatField(default=1.0)
    levels = models.JSONField(default=list)
    is_required = models.BooleanField(_("required"), default=True)
    veto_at = models.FloatField(_("veto at or below"), null=True, blank=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        base_manager_name = "objects"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rubric", "key"], name="criterion_key_once"),
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="weight_not_negative"),
            models.CheckConstraint(
                condition=models.Q(high__gt=models.F("low")), name="scale_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def values(self) -> list[float]:
        return [float(level["value"]) for level in self.levels]

    def spec(self) -> CriterionSpec:
        return CriterionSpec(
            key=self.key,
            low=self.low,
            high=self.high,
            weight=self.weight,
            values=tuple(self.values),
            is_required=self.is_required,
            veto_at=self.veto_at,
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if_frozen(self.rubric_id, *self._stored_rubric())
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if_frozen(self.rubric_id, *self._stored_rubric())
        return super().delete(*args, **kwargs)

    def _stored_rubric(self) -> list[int]:
        """The rubric this line belongs to in the database: it may not be moved out of it."""
        rows = Criterion.objects.filter(pk=self.pk) if self.pk else Criterion.objects.none()
        return list(rows.values_list("rubric_id", flat=True))


def _refuse_if_frozen(*rubric_ids: int | None) -> None:
    ids = [rubric_id for rubric_id in rubric_ids if rubric_id]
    if ids and Rubric.objects.filter(pk__in=ids).published().exists():
        raise ValidationError(FROZEN)
