"""What the tests of training sets share: papers of a class, as a file and as a built set."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.formats.problems import Problem
from annotations.models import Question
from grading.actions.training_set import store_training_set
from grading.backends.papers import Paper
from grading.methods.training_split import SplitPlan
from grading.models import TrainingSet
from grading.training_build import Built, build
from grading.training_collect import Collected
from grading.training_examples import Example
from grading.training_rows import question_of, rows_of

HEAD = "题号,题目,参考答案,满分,学号,班级,作答,得分\n"


def papers(students: int = 20) -> str:
    """A CSV: two questions, every mark from 0 to 2 in turn."""
    lines = [
        f"{key},第{key}题？,答案{key},2,s{number},{number % 2 + 1}班,第{number}人对{key}的回答,{(number + key) % 3}"
        for number in range(students)
        for key in (1, 2)
    ]
    return HEAD + "\n".join(lines) + "\n"


def score_sheet(students: int = 20, more: str = "") -> str:
    """A CSV: a line a student, two questions side by side; `more` is a column beside them, empty."""
    lines = [
        f"{number},{number % 2 + 1}班,第{number}人对1的回答,{number % 3},第{number}人对2的回答,{(number + 1) % 3},{3 * number}"
        for number in range(students)
    ]
    head = "学号,班级,第1题作答,第1题得分（2分）,第2题作答,第2题得分（2分）,总得分"
    return "\n".join([head + more, *(line + "," * bool(more) for line in lines)]) + "\n"


def upload(text: str, name: str = "期中.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def asked(key: str = "1", **values: Any) -> Question:
    return Question(**{"key": key, "text": f"第{key}题？", "full_mark": 2, "step": 1, **values})


def example(question: Question, number: int, mark: float | None = 1, **values: Any) -> Example:
    usual = {"answer": f"第{number}份作答", "student": f"s{number}", "group": "", "item": f"s{number}/{question.key}"}
    return Example(question=question, mark=mark, **{**usual, **values})


def collected(examples: Iterable[Example | Problem], subject: str = "") -> Collected:
    found = Collected(subject)
    for one in examples:
        found.take(one)
    return found


def built(examples: Iterable[Example | Problem], **plan: Any) -> Built:
    return build(collected(examples), SplitPlan(**{"by": "student", **plan}))


def a_class(students: int = 30, **values: Any) -> list[Example]:
    question = asked()
    return [example(question, number, number % 3, **values) for number in range(students)]


def a_training_set(team, examples: Iterable[Example] | None = None, **values: Any) -> TrainingSet:
    plan = SplitPlan("student")
    made, _is_new = store_training_set(
        team=team, user=None, name="历史", built=built(examples or a_class()), plan=plan,
        **{"origin": "file", **values},
    )  # fmt: skip
    return made


def papers_of(training_set: TrainingSet, *splits: str) -> list[Paper]:
    """The marked papers of these splits; of all where none is named."""
    return [
        Paper(question_of(row["question"]), row["answer"], float(row["mark"]), float(row["weight"]))
        for row in rows_of(training_set, *splits)
    ]
