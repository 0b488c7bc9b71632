"""Answers that a training set does not hold, each with the reason, in a file beside that of the rows.

It is no part of the digest: the same rows may be made from two sources, of which different answers are left out. The
first line tells of the making, {"made": ISO time, "source": what the answers came from, "count": all that were left
out}; then comes a line for each, the fields of LeftOut.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from annotations.formats.marks_in_rows import NO_NUMBER, OTHER_FULL, OUTSIDE
from annotations.formats.problems import Problem
from config.paths import VAR
from grading.models import TrainingDraft, TrainingSet
from grading.reports.words import reason_words

MOST = 20_000
"""Of each reason so many are listed, so that none crowds out another; all are counted."""
BEGINNING = 200
"""Characters of an answer that are kept."""


class Reason(TextChoices):
    UNMARKED = "unmarked", _("without a mark")
    DISPUTED = "disputed", _("disputed, and nobody decided")
    UNSETTLED = "unsettled", _("marked, but not settled")
    NOT_ADJUDICATED = "not_adjudicated", _("marked, but not adjudicated")
    MACHINE = "machine", _("marked by the machine alone")
    REPEATED = "repeated", _("in the source twice")
    OTHER_CONTENT = "other_content", _("contradicting an earlier line")
    NO_TEXT = "no_text", _("without a text")
    OFF_SCALE = "off_scale", _("outside the marks of the question")
    NO_NUMBER = "no_number", _("with a mark that is no number")
    NO_SCALE = "no_scale", _("to a question whose full mark nobody knows")
    OTHER_SUBJECT = "other_subject", _("of another school subject")
    DIFFERING = "differing", _("to a question with another full mark")
    OUTVOTED = "outvoted", _("with another mark in a set that counts first")
    REFUSED = "refused", _("refused while reading")


OF_READERS = {OUTSIDE: Reason.OFF_SCALE, OTHER_FULL: Reason.OFF_SCALE, NO_NUMBER: Reason.NO_NUMBER}
"""What a reader says of a line, where it is one of these reasons; else the line is refused."""


class LeftOut(NamedTuple):
    """One answer, as far as it is known. `line` of the file, None elsewhere; `mark` as it is written; `source` names
    the training set that it stood in; `message` and `params` are those of its Problem; `why` is the code of a mark
    of record that is missing (grading/reports/words.py)."""

    reason: str
    line: int | None = None
    item: str = ""
    question: str = ""
    student: str = ""
    answer: str = ""
    mark: str = ""
    source: str = ""
    message: str = ""
    params: Mapping[str, Any] = {}
    why: str = ""

    @property
    def reason_words(self) -> str:
        return str(Reason(self.reason).label) if self.reason in Reason.values else self.reason

    @property
    def detail(self) -> str:
        """A sentence, "" where the reason says all."""
        return Problem(None, self.message, self.params).text if self.message else reason_words(self.why)


@dataclass(frozen=True)
class LeftOutList:
    """What is known of a set: when its list was made, from what, how many were left out, and those that are listed."""

    made: datetime | None
    source: str
    count: int
    rows: list[LeftOut]


def reason_of(problem: Problem) -> Reason:
    return OF_READERS.get(problem.message, Reason.REFUSED)


def path_of_left_out(training_set: TrainingSet) -> Path:
    """A team has a digest once."""
    return VAR / "training" / f"{training_set.digest}.{training_set.team_id}.left-out.jsonl"


def left_out_lines(left_out: Sequence[LeftOut], count: int, source: str, made: datetime) -> Iterator[bytes]:
    yield _line({"made": made.isoformat(), "source": source, "count": count})
    for one in left_out:
        yield _line({name: value for name, value in one._asdict().items() if value or name == "reason"})


def _line(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def refused_before(training_set: TrainingSet) -> list[LeftOut]:
    """Of a set that has no list: the lines that its making refused, as far as their problems were kept with it."""
    making = TrainingDraft.objects.filter(training_set=training_set).order_by("pk").first()
    problems = map(Problem.from_data, making.problems if making else ())
    return [
        LeftOut(reason_of(one).value, one.line, str(one.params.get("item", "")), message=one.message, params=one.params)
        for one in problems if not one.is_warning
    ]  # fmt: skip


def has_left_out_list(training_set: TrainingSet) -> bool:
    return path_of_left_out(training_set).exists()


def left_out_of(training_set: TrainingSet) -> LeftOutList | None:
    """None where the set was made before such lists were kept, or the file is lost or broken."""
    try:
        with path_of_left_out(training_set).open("rb") as file:
            head = json.loads(file.readline())
            rows = [LeftOut(**json.loads(line)) for line in file]
            return LeftOutList(parse_datetime(head["made"]), head["source"], head["count"], rows)
    except (OSError, ValueError, TypeError, KeyError):
        return None
