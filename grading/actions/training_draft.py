"""The life of a training set on its way: source kept, columns said, previewed, made by a job, cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, shown
from annotations.models import Team, User
from grading.actions.training_set import store_training_set
from grading.methods.training_split import SHARES, SplitPlan
from grading.models import TrainingDraft, TrainingOrigin, TrainingSet
from grading.training_build import Built, build
from grading.training_collect import Collected
from grading.training_columns import describe_papers
from grading.training_examples import Examples, of_campaign, of_dataset, of_file
from grading.training_join import DELETED, Source, joined, source_of_set, told_of

SECONDS = 3.0
"""A page must answer, and dividing takes as long again; what is left of a larger source is checked when the set is made."""
BATCH = 2000
FIRST_ROWS = 8


def start_draft(
    *, team: Team, user: User | None, origin: str, file: UploadedFile | None = None,
    together: Sequence[TrainingSet] = (), **values: Any,
) -> TrainingDraft:
    """Keep the source. Nothing is learnt from yet. `together` are sets that are learnt with it, or, where there is
    no other source, with one another; what is named first counts first.

    Raises:
        BadFile: the file cannot be read; it is not kept.
    """
    draft = TrainingDraft(
        team=team, created_by=user, origin=origin, shares=list(SHARES), **values
    )
    if together:
        draft.facts = {"sets": told_of(_source_name(draft), together, draft.dataset_ids)}
    if file is not None:
        table = open_table(file.file, str(file.name))
        draft.facts = describe_papers(table)
        draft.file_name, draft.file_format = str(file.name)[:255], table.format
        file.seek(0)
        draft.file.save("upload", file, save=False)
    draft.save()
    return draft


def _source_name(draft: TrainingDraft) -> str:
    """Nothing where it is made of training sets alone."""
    source = draft.campaign or draft.dataset
    return source.name if source else ""


@contextmanager
def examples_of(draft: TrainingDraft) -> Iterator[Examples]:
    """Everything the source holds, one by one, and after it what the sets hold that are learnt with it.

    Raises:
        BadFile: one of these sets is not there any more; while they are read, that its file is lost.
    """
    sets = _sets(draft)
    if sets and not _source_name(draft):
        yield joined([source_of_set(one) for one in sets])
        return
    with _source_of(draft) as examples:
        source = Source(_source_name(draft), "", examples)
        yield joined([source, *(source_of_set(one) for one in sets)]) if sets else examples


def _sets(draft: TrainingDraft) -> list[TrainingSet]:
    told = [one for one in draft.facts.get("sets", []) if one["number"]]
    there = TrainingSet.objects.filter(team=draft.team_id).in_bulk([one["number"] for one in told])
    for one in told:
        if one["number"] not in there:
            raise BadFile(DELETED, name=shown(one["name"]))
    return [there[one["number"]] for one in told]


@contextmanager
def _source_of(draft: TrainingDraft) -> Iterator[Examples]:
    if draft.origin == TrainingOrigin.FILE:
        with draft.file.storage.open(draft.file.name, "rb") as file:
            yield of_file(open_table(file.file), draft.mapping)
    elif draft.origin == TrainingOrigin.DATASET:
        assert draft.dataset is not None
        yield of_dataset(draft.dataset)
    else:
        assert draft.campaign is not None
        yield of_campaign(draft.campaign, draft.marks)


def collect(draft: TrainingDraft, go_on: Callable[[Collected], bool]) -> tuple[Collected, bool]:
    """What the source holds, and whether it was read to its end. `go_on` is asked every BATCH."""
    found = Collected(draft.school_subject, sets=draft.facts.get("sets", []))
    with examples_of(draft) as examples:
        for number, example in enumerate(examples, start=1):
            found.take(example)
            if number % BATCH == 0 and not go_on(found):
                return found, False
    return found, True


def plan_of(draft: TrainingDraft) -> SplitPlan:
    return SplitPlan(draft.split_by, tuple(draft.shares), draft.seed)


def preview(*, draft: TrainingDraft, seconds: float = SECONDS) -> None:
    """Read, check and divide as the making will, for at most so many seconds, and keep what was found.

    Raises:
        BadFile: the file cannot be read any more.
    """
    until = time.monotonic() + seconds
    found, is_whole = collect(draft, lambda _found: time.monotonic() < until)
    built = build(found, plan_of(draft))
    draft.total = found.read if is_whole else None
    _remember(draft, built)
    looked = {"checked": found.read, "is_whole": is_whole, "first_rows": built.rows[:FIRST_ROWS]}
    draft.facts = {**draft.facts, "found": built.facts, "subject": built.subject, **looked}
    draft.save()


def first_look(*, draft: TrainingDraft) -> None:
    """The preview of a draft that has no columns; what cannot be read is not kept. Raises BadFile."""
    try:
        preview(draft=draft)
    except BadFile:
        draft.delete()
        raise


def set_columns(*, draft: TrainingDraft, roles: Mapping[str, str]) -> None:
    """Keep what was said of each column, and look at the file with it. Raises BadFile."""
    draft.mapping = dict(roles)
    preview(draft=draft)


def set_split(*, draft: TrainingDraft, plan: SplitPlan, subject: str | None = None) -> None:
    """Divide anew; `subject` None leaves the school subject as it is. Raises BadFile."""
    draft.school_subject = draft.school_subject if subject is None else subject
    draft.split_by, draft.shares, draft.seed = plan.by, list(plan.shares), plan.seed
    preview(draft=draft)


def make(draft: TrainingDraft, go_on: Callable[[Collected], bool]) -> TrainingSet | None:
    """Read all of the source and store the set; None where it was not let read to its end, or where
    nothing is left to learn from. Raises BadFile."""
    found, is_whole = collect(draft, go_on)
    if not is_whole:
        return None
    built = build(found, plan_of(draft))
    _remember(draft, built)
    draft.done = draft.total = found.read
    draft.facts = {**draft.facts, "found": built.facts, "first_rows": []}
    draft.save(update_fields=["problems", "refused", "done", "total", "facts"])
    if not built.rows:
        return None
    made, is_new = store_training_set(
        team=draft.team, user=draft.created_by, name=draft.name, built=built, plan=plan_of(draft),
        origin=draft.origin, file_name=draft.file_name, dataset=draft.dataset,
        campaign=draft.campaign, marks=draft.marks,
    )  # fmt: skip
    draft.training_set, draft.facts = made, {**draft.facts, "is_new": is_new}
    draft.save(update_fields=["training_set", "facts"])
    if draft.file:  # its rows lie in the set
        draft.file.delete(save=False)
        TrainingDraft.objects.filter(pk=draft.pk).update(file="")
    return made


def _remember(draft: TrainingDraft, built: Built) -> None:
    draft.problems = [problem.as_data() for problem in built.problems]
    draft.refused = built.refused
