"""The mark sheet (成绩单) as tables: by student with totals, answer by answer, by class."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotations.models import Question
from grading.methods.marks_of_record import ORIGINS
from grading.reports.blocks import Cell, Column, Report, Section, Table
from grading.reports.marks import MarkSheet, StudentMarks
from grading.reports.words import origin_words, reason_words

NO_ESTIMATE = (None, None, None)


def sheet_table(sheet: MarkSheet) -> Table:
    """Students down, questions across, totals at the end."""
    head = [Column("class", _("Class")), Column("student", _("Student"))]
    head += [Column(f"q{q.pk}", question_title(q), "mark") for q in sheet.questions]
    head += [Column("total", _("Total"), "mark"), Column("missing", _("Missing"), "count")]
    rows = [_row(sheet, student) for student in sheet.students]
    return Table("mark_sheet", _("Mark sheet"), head, rows)


def question_title(question: Question) -> str:
    """Its number, with the full mark where there is one."""
    full = "" if question.full_mark is None else f" ({float(question.full_mark):g})"
    return f"{question.key}{full}"


def _row(sheet: MarkSheet, student: StudentMarks) -> list[Cell]:
    marks = [
        student.answers[q.pk].record.mark if q.pk in student.answers else None
        for q in sheet.questions
    ]
    return [student.school_class, student.student, *marks, student.total, student.missing]


def answers_table(sheet: MarkSheet) -> Table:
    """One line an answer: the mark, where it comes from, why it is missing, and the best estimate."""
    keys = {question.pk: question.key for question in sheet.questions}
    head = [
        Column("class", _("Class")),
        Column("student", _("Student")),
        Column("question", _("Question")),
        Column("item", _("Item")),
        Column("mark", _("Mark of record"), "mark"),
        Column("origin", _("Origin")),
        Column("reason", _("Reason")),
        Column("estimate", _("Best estimate"), "number", 2),
        Column("low", _("Low"), "number", 2),
        Column("high", _("High"), "number", 2),
    ]
    rows = [
        [
            a.school_class, a.student, keys[a.question], a.key, a.record.mark,
            origin_words(a.record.origin), reason_words(a.record.reason),
            *(sheet.estimates.get(a.item) or NO_ESTIMATE)[:3],
        ]
        for a in sheet.answers
    ]  # fmt: skip
    return Table("marks_of_record", _("Marks of record"), head, rows)


def classes_table(sheet: MarkSheet) -> Table:
    """Complete totals by class: how many, mean, lowest, highest."""
    head = [
        Column("class", _("Class")),
        Column("students", _("Students"), "count"),
        Column("complete", _("With a total"), "count"),
        Column("mean", _("Mean total"), "mark"),
        Column("low", _("Lowest"), "mark"),
        Column("high", _("Highest"), "mark"),
    ]
    by_class = groupby(sheet.students, key=attrgetter("school_class"))
    rows = [_class_row(name, list(students)) for name, students in by_class]
    return Table("classes", _("By class"), head, rows)


def _class_row(name: str, students: Sequence[StudentMarks]) -> list[Cell]:
    totals = [s.total for s in students if s.total is not None]
    if not totals:
        return [name, len(students), 0, None, None, None]
    mean = sum(totals) / len(totals)
    return [name, len(students), len(totals), mean, min(totals), max(totals)]


def marks_report(sheet: MarkSheet) -> Report:
    """The marks as a report of their own, for the builders of files."""
    tables = [sheet_table(sheet), classes_table(sheet), answers_table(sheet)]
    facts = [
        (_("Campaign"), sheet.campaign.name),
        (_("Accepted machine"), sheet.machine or _("none")),
        (_("Report of"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
    ]
    return Report(
        title=_("Marks of record: %(campaign)s") % {"campaign": sheet.campaign.name},
        lede=origins_sentence(sheet),
        language=get_language() or "en",
        facts=facts,
        sections=[Section("marks", _("Marks of record"), blocks=tables)],
    )


def origins_sentence(sheet: MarkSheet) -> str:
    """How many marks come from where."""
    words = {name: sheet.origins.get(name, 0) for name in ORIGINS}
    if words["together"]:
        return (
            _(
                "%(adjudicated)s adjudicated, %(human)s by people, %(together)s by a person and the machine, "
                "%(machine)s by the machine, %(missing)s missing."
            )
            % words
        )
    return (
        _("%(adjudicated)s adjudicated, %(human)s by people, %(machine)s by the machine, %(missing)s missing.")
        % words
    )
