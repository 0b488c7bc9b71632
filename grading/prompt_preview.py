"""What a prompt template makes of a real row: a question of a dataset, or an answer of a training set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from annotations.models import Dataset
from grading.actions.prompt_templates import stray_brace_text
from grading.backends.paper_prompts import PromptText, mark_text
from grading.backends.papers import Paper
from grading.methods.prompt_text import StrayBrace, UnknownPlace, places
from grading.models import TrainingSet
from grading.prompt_values import values_of
from grading.training_rows import question_of, rows_of


@dataclass(frozen=True)
class Prompt:
    """`text` as the model gets it, or the `problem` in words. `answer`: what it should write."""

    title: str
    text: str = ""
    answer: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Preview:
    """The row at `place` of `total`, counted from 0; `key` of its question."""

    place: int
    total: int
    key: str
    prompts: list[Prompt]

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def before(self) -> int | None:
        return self.place - 1 if self.place else None

    @property
    def after(self) -> int | None:
        return self.number if self.number < self.total else None


def of_question(text: str, dataset: Dataset, place: int) -> Preview | None:
    """None where the dataset has no question."""
    questions = dataset.questions.order_by("position", "pk")
    total = questions.count()
    if not total:
        return None
    place = min(place, total - 1)
    question = questions[place]
    prompt = _prompt(text, _("Prompt"), "", lambda: PromptText(text).filled(values_of(question)))
    return Preview(place, total, question.key, [prompt])


def of_answer(text: str, training_set: TrainingSet, place: int) -> Preview:
    """To mark the answer; and to answer the question, where the template has no place for an answer. Raises
    OSError where the file is lost."""
    place = min(place, training_set.row_count - 1)
    row = next(islice(rows_of(training_set), place, None))
    question, prompt = question_of(row["question"]), PromptText(text)
    paper = Paper(question, row["answer"])
    shown = [_prompt(text, _("To mark"), mark_text(row["mark"]), lambda: prompt.to_mark(paper))]
    if "answer" not in places(text):
        shown.append(_prompt(text, _("To answer"), paper.answer, lambda: prompt.to_answer(question)))
    return Preview(place, training_set.row_count, question.key, shown)


def _prompt(text: str, title: str, answer: str, fill: Callable[[], str]) -> Prompt:
    try:
        return Prompt(title, fill(), answer)
    except UnknownPlace as unknown:
        problem = _("The question says nothing for {%(name)s}.") % {"name": unknown.name}
        return Prompt(title, problem=problem)
    except StrayBrace as brace:
        return Prompt(title, problem=stray_brace_text(text, brace))
