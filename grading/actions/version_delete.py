"""Deleting versions whose training failed or was cancelled, with settings, learning curve and files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from grading.actions.version_files import leftovers, remove_files
from grading.models import (
    Deployment,
    FineTuning,
    GenerationRun,
    Grader,
    ModelVersion,
    ServedGenerator,
    ServedRequest,
)

UNDER_WAY = (FineTuning.State.WAITING, FineTuning.State.RUNNING)


@transaction.atomic
def delete_versions(*, grader: Grader, ids: Sequence[int]) -> list[str]:
    """All of them or none; their names. One that somebody else has deleted is passed over: numbers are given
    again, ids are not.

    Raises:
        ValidationError: a sentence for each that must stay.
    """
    Grader.objects.select_for_update(no_key=True).get(pk=grader.pk)  # as who puts one in service does
    rows = ModelVersion.objects.filter(grader=grader, pk__in=ids).order_by("number")
    versions = list(rows.select_related("grader"))
    # Whoever takes a training up again finds it gone, or comes first and is seen.
    list(FineTuning.objects.select_for_update().filter(version__in=versions))
    if problems := [why for version in versions if (why := why_not_delete(version))]:
        raise ValidationError(problems)
    for version in versions:
        transaction.on_commit(partial(remove_files, leftovers(version)))
        version.delete()
    return [str(version) for version in versions]


def why_not_delete(version: ModelVersion) -> str:
    """A sentence, "" where it can be deleted."""
    name = {"version": str(version)}
    if version.trained_at is not None:
        return _("%(version)s is trained, and what it was is kept: retire it instead.") % name
    if FineTuning.objects.filter(version=version, state__in=UNDER_WAY).exists():
        return _("%(version)s is still being trained: cancel the training first.") % name
    if uses := pgettext("between names", ", ").join(_uses(version)):
        return _("%(version)s cannot be deleted, for something rests on it: %(uses)s.") % {**name, "uses": uses}
    return ""


def _uses(version: ModelVersion) -> Iterator[str]:
    """Nothing of this can be there without a trained version; the database alone says so for sure."""
    if count := version.runs.count():
        yield ngettext("%(n)s grading run", "%(n)s grading runs", count) % {"n": count}
    if count := GenerationRun.objects.filter(version=version).count():
        yield ngettext("%(n)s run of answers", "%(n)s runs of answers", count) % {"n": count}
    served: tuple[type[Deployment | ServedGenerator | ServedRequest], ...] = Deployment, ServedGenerator, ServedRequest
    if any(model.objects.filter(version=version).exists() for model in served):  # type: ignore[union-attr]
        yield _("it was in service")
    if version.scorer_id or version.confidence_scorer_id:
        yield _("marks of it are kept")
    later = ModelVersion.objects.filter(parent=version).select_related("grader").order_by("pk")
    yield from (_("%(version)s is held against it") % {"version": one} for one in later)
