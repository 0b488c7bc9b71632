"""Starting a grading run: a version marks a dataset. The work itself is in grading_work.py."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from annotations.models import Dataset, Scorer, User
from grading.models import GradingRun, ModelVersion


def start_grading_run(*, version: ModelVersion, dataset: Dataset, user: User | None) -> GradingRun:
    """A run that waits for the graders' worker; the caller queues it. One that is not over yet is the run.

    Raises:
        ValidationError: the version is not trained, or the dataset has no items or is another team's.
    """
    if version.trained_at is None:
        raise ValidationError(_("This version is not trained yet."))
    if not version.gives_marks:
        raise ValidationError(_("This version writes answers and gives no marks."))
    if dataset.team_id != version.grader.team_id:
        raise ValidationError(_("The dataset belongs to another team."))
    total = dataset.items.count()
    if not total:
        raise ValidationError(_("The dataset has no items."))
    return _run(version, dataset, total, user)


@transaction.atomic
def _run(version: ModelVersion, dataset: Dataset, total: int, user: User | None) -> GradingRun:
    give_scorers(version)
    State = GradingRun.State
    going_on = version.runs.filter(dataset=dataset, state__in=(State.WAITING, State.RUNNING)).first()
    return going_on or GradingRun.objects.create(
        version=version, dataset=dataset, total=total, state=State.WAITING, created_by=user
    )


@transaction.atomic
def give_scorers(version: ModelVersion) -> None:
    """The two scorers that hold what the version says; made once. The version is locked."""
    own = ModelVersion.objects.select_for_update(of=("self",), no_key=True)
    held = own.select_related("grader").get(pk=version.pk)
    if held.scorer_id is None:
        held.scorer = _scorer(held, str(held), Scorer.Scale.MARK)
    if held.confidence_scorer_id is None:
        name = _("%(version)s: confidence") % {"version": held}
        held.confidence_scorer = _scorer(held, name, Scorer.Scale.SCORE)
    held.save(update_fields=["scorer", "confidence_scorer"])
    version.scorer, version.confidence_scorer = held.scorer, held.confidence_scorer


def _scorer(version: ModelVersion, name: str, scale: str) -> Scorer:
    """Of that name, or with a number behind it where the team has one already."""
    taken = set(
        Scorer.objects.filter(team=version.grader.team_id, name__startswith=name).values_list(
            "name", flat=True
        )
    )
    free = next(
        one for one in (name, *(f"{name} ({n})" for n in range(2, 10_000))) if one not in taken
    )
    return Scorer.objects.create(
        team_id=version.grader.team_id, name=free, kind=Scorer.Kind.GRADER, scale=scale
    )
