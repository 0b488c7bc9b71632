"""What the list of graders shows of each: its newest version, the one in service, alarms to see to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import QuerySet

from grading.models import Alarm, Grader, ModelVersion
from grading.version_intervals import Intervals, intervals_of
from grading.version_stage import Stage, has_failed, stages_of


@dataclass
class GraderRow:
    """`alarms`: how many go on or were seen to by nobody."""

    grader: Grader
    alarms: int
    versions: list[ModelVersion] = field(default_factory=list)

    @property
    def newest(self) -> ModelVersion | None:
        """One that failed only where there is no other."""
        return next((one for one in self.versions if not has_failed(one)), next(iter(self.versions), None))

    @property
    def has_figures(self) -> bool:
        """Whether the newest version is one that marks, and trained."""
        return bool(self.newest and self.newest.trained_at and self.newest.gives_marks)

    @cached_property
    def intervals(self) -> Intervals | None:
        """Of what the newest version is worth."""
        return intervals_of(self.newest).get("this") if self.newest else None

    @property
    def in_service(self) -> ModelVersion | None:
        return next((one for one in self.versions if one.stage == Stage.DEPLOYED), None)


def grader_rows(graders: Iterable[Grader]) -> list[GraderRow]:
    """In the order of `graders`, with a fixed number of queries."""
    found = {grader.pk: grader for grader in graders}
    waiting = Alarm.objects.filter(grader__in=found, acknowledged_at=None)
    alarms = Counter(waiting.values_list("grader", flat=True))
    rows = {pk: GraderRow(grader, alarms[pk]) for pk, grader in found.items()}
    for version in staged(ModelVersion.objects.filter(grader__in=found)):
        rows[version.grader_id].versions.append(version)
    return list(rows.values())


def staged(versions: QuerySet[ModelVersion]) -> list[ModelVersion]:
    """The newest first, each with its `stage`."""
    rows = list(versions.select_related("grader", "training_set", "scorer", "fine_tuning"))
    stages = stages_of(rows)
    for version in rows:
        version.stage = stages[version.pk]
    return rows
