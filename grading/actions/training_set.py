"""Storing a training set: the file first, under the digest of its content, then what is known of it; deleting one."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from annotations.models import Campaign, Dataset, Team, User
from grading.methods.training_split import SplitPlan
from grading.models import TrainingSet
from grading.training_build import Built
from grading.training_left_out import has_left_out_list, left_out_lines, path_of_left_out
from grading.training_rows import Row, line_of, path_of


def store_training_set(
    *,
    team: Team,
    user: User | None,
    name: str,
    built: Built,
    plan: SplitPlan,
    origin: str,
    file_name: str = "",
    dataset: Dataset | None = None,
    campaign: Campaign | None = None,
    marks: str = "",
) -> tuple[TrainingSet, bool]:
    """The training set, and whether it is new: equal content is the set there is, whatever its name."""
    digest = write_rows(built.rows)
    values = {
        "name": name[:120], "school_subject": built.subject, "facts": built.facts,
        "row_count": len(built.rows), "question_count": len(built.facts["questions"]),
        "split_by": plan.by, "shares": list(plan.shares), "seed": plan.seed, "origin": origin,
        "file_name": file_name, "dataset": dataset, "campaign": campaign, "marks": marks,
        "created_by": user,
    }  # fmt: skip
    stored, is_new = TrainingSet.objects.get_or_create(team=team, digest=digest, defaults=values)
    if is_new or not has_left_out_list(stored):
        _write_left_out(stored, built, str(dataset or campaign or file_name))
    if not path_of(digest).exists():  # the last set with this content was deleted meanwhile
        write_rows(built.rows)
    if not is_new and built.subject and not stored.school_subject:
        stored.school_subject = built.subject  # said later; the rows do not hold it
        stored.save(update_fields=["school_subject"])
    return stored, is_new


def write_rows(rows: Iterable[Row]) -> str:
    """Write the file beside and rename it, so that it is there whole or not at all; its digest."""
    found = hashlib.sha256()

    def lines() -> Iterator[bytes]:
        for row in rows:
            line = line_of(row)
            found.update(line)
            yield line

    _write_whole(lines(), lambda: path_of(found.hexdigest()))
    return found.hexdigest()


def _write_left_out(training_set: TrainingSet, built: Built, source: str) -> None:
    count = sum(built.facts["left_out"].values())
    lines = left_out_lines(built.left_out, count, source, timezone.now())
    _write_whole(lines, lambda: path_of_left_out(training_set))


def _write_whole(lines: Iterable[bytes], place: Callable[[], Path]) -> None:
    """`place` is asked when all is written."""
    folder = path_of("").parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
        try:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, place())
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


class InUse(Exception):
    """A model version learnt from it."""


@transaction.atomic
def delete_training_set(*, training_set: TrainingSet) -> None:
    """The file goes with the last set that has its content; the list of what was left out with the set itself.

    Raises:
        InUse: nothing is deleted: what was learnt from must be told.
    """
    try:
        training_set.delete()
    except ProtectedError as error:
        raise InUse from error
    transaction.on_commit(partial(_remove_files, training_set))


def _remove_files(training_set: TrainingSet) -> None:
    same = TrainingSet.objects.filter(digest=training_set.digest)
    if not same.filter(team=training_set.team_id).exists():  # made anew meanwhile
        path_of_left_out(training_set).unlink(missing_ok=True)
    if not same.exists():
        path_of(training_set.digest).unlink(missing_ok=True)
