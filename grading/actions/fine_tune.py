"""Starting the training of a version. The work itself is in fine_tuning_work.py."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from annotations.models import Team, User
from grading.models import FineTuning, Grader, ModelVersion, TrainingSet

Kind = ModelVersion.Kind


@transaction.atomic
def start_fine_tuning(
    *,
    training_set: TrainingSet,
    school_subject: str,
    kind: str,
    hyper_parameters: dict[str, Any],
    user: User | None,
    note: str = "",
) -> FineTuning:
    """A new version of the subject's grader that waits for the graders' worker; the caller queues it.

    Raises:
        ValidationError: the set has too little to learn from.
    """
    check_learnable(training_set, kind)
    team = Team.objects.select_for_update().get(pk=training_set.team_id)
    grader, _made = Grader.objects.get_or_create(
        team=team, school_subject=school_subject, defaults={"created_by": user}
    )
    number = (grader.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = ModelVersion.objects.create(
        grader=grader,
        number=number,
        kind=kind,
        training_set=training_set,
        parent=trained_versions(grader).first(),
        hyper_parameters=hyper_parameters,
        note=note,
        created_by=user,
    )
    return FineTuning.objects.create(
        version=version, state=FineTuning.State.WAITING, created_by=user
    )


def check_learnable(training_set: TrainingSet, kind: str) -> None:
    """Raises ValidationError where a part that is needed is empty, or one mark is all there is."""
    splits = training_set.facts.get("splits", {})
    needed = ("train",) if kind == Kind.CLASSICAL else ("train", "validation")
    if not all(splits.get(name) for name in needed):
        raise ValidationError(
            _(
                "The training set has no rows to learn from, or none to tune on: make it with other shares."
            )
        )
    given = {
        mark
        for question in training_set.facts["questions"]
        for mark, counts in question["marks"].items()
        if counts.get("train")
    }
    if len(given) < 2:
        raise ValidationError(
            _("All answers of the training set have the same mark: nothing can be learnt.")
        )


def trained_versions(grader: Grader) -> Any:
    """Those whose files are complete, the newest first."""
    return grader.versions.filter(trained_at__isnull=False, retired_at=None).order_by("-number")
