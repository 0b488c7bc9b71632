"""The samples of a generator's run, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from annotations.models import Question
from grading.models import GenerationRun

BATCH = 200
Wanted = tuple[int, int]  # primary key of a question, number of a sample


@dataclass(frozen=True)
class Call:
    """One sample; `messages` are for an endpoint, and `place` is one of the template for which the
    question says nothing."""

    question: Question
    sample: int
    messages: list[dict[str, str]] = field(default_factory=list)
    place: str = ""


def samples_wanted(run: GenerationRun) -> list[Wanted]:
    """All, the first of every question before the second of any."""
    questions = list(run.dataset.questions.order_by("position", "pk").values_list("pk", flat=True))
    return [(pk, number) for number in range(1, run.samples + 1) for pk in questions]


def questions_of(wanted: list[Wanted]) -> Iterator[tuple[Question, int]]:
    """Read some at a time; one that has been deleted is left out."""
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        found = Question.objects.in_bulk({pk for pk, _number in some})
        yield from ((found[pk], number) for pk, number in some if pk in found)
