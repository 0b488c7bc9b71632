"""The mark sheet as a list: a line a student, narrowed to a class or a name, sorted by any question."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from annotations.lists import Column, Filter, Listing, listing_of
from grading.reports.marks import MarkSheet, StudentMarks
from grading.reports.marks_tables import question_title

MarkOf = Callable[[StudentMarks], float | None]


class SheetRow(NamedTuple):
    """A student and the marks as the page writes them, a question a text."""

    student: StudentMarks
    marks: list[str]
    total: str


def marks_listing(request: HttpRequest, sheet: MarkSheet) -> Listing:
    """By class and name unless asked otherwise."""
    filters = [Filter("q", _("Student"), _named)]
    if len(sheet.classes) > 1:
        classes = [(name, name) for name in sheet.classes if name]
        filters.append(Filter("class", _("Class"), _of_class, classes))
    marks = [_mark_of(question.pk) for question in sheet.questions]
    return listing_of(
        request, sheet.students, _columns(sheet, marks), filters=filters, usual="class",
        dress=lambda students: [_row(student, marks) for student in students],
    )  # fmt: skip


def _columns(sheet: MarkSheet, marks: list[MarkOf]) -> list[Column]:
    """Cells are taken from a SheetRow, the order from its student."""
    questions = zip(sheet.questions, marks, strict=True)
    return [
        _column("class", _("Class"), attrgetter("school_class")),
        _column("student", _("Student"), attrgetter("student")),
        *(_column(f"q{q.pk}", question_title(q), mark, True) for q, mark in questions),
        _column("total", _("Total"), attrgetter("total"), True),
        _column("missing", _("Missing"), attrgetter("missing"), True),
    ]


def _column(
    name: str, title: str, value: Callable[[StudentMarks], object], is_number: bool = False
) -> Column:
    return Column(name, title, lambda row: value(row.student), value, is_number)


def _mark_of(question: int) -> MarkOf:
    def mark(student: StudentMarks) -> float | None:
        answer = student.answers.get(question)
        return None if answer is None else answer.record.mark

    return mark


def _row(student: StudentMarks, marks: list[MarkOf]) -> SheetRow:
    return SheetRow(student, [_text(mark(student)) for mark in marks], _text(student.total))


def _text(mark: float | None) -> str:
    return "–" if mark is None else f"{mark:g}"


def _named(students: list[StudentMarks], words: str) -> list[StudentMarks]:
    return [student for student in students if words.lower() in student.student.lower()]


def _of_class(students: list[StudentMarks], name: str) -> list[StudentMarks]:
    return [student for student in students if student.school_class == name]
