"""manage.py exam --campaign SLUG [--scorer NAME] [--json]: every way of marking against the bar."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from grading.exam_data import exam_data
from grading.exam_page import ExamPage, exam_page
from grading.forms.exam import SelectiveForm
from grading.management.exam_options import add_exam_options, exam_form
from grading.management.exam_text import exam_data_of, exam_lines
from grading.selective_data import calibration, sure_answers


class Command(BaseCommand):
    help = (
        "The exam guarantee: the machine, each person, double marking and machine-plus-people against "
        "the bar of an exam; non-inferiority; hours. The numbers of the page."
    )
    # It only reads; checking every page first would slow it down.
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_exam_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            form = exam_form(options)
            page = _page(form)
            if options["is_json"]:
                names = {"campaign": form.campaign.slug, "machine": form.cleaned_data["machine"]}
                text = json.dumps(
                    {**names, **exam_data_of(page, form.bar())}, ensure_ascii=False, allow_nan=False
                )
            else:
                text = "\n".join(exam_lines(page))
            self.stdout.write(text)


def _page(form: SelectiveForm) -> ExamPage:
    chosen, bar = form.cleaned_data, form.bar()
    data = exam_data(form.campaign)
    found = calibration(data, chosen["machine"], chosen["confidence"], bar.tolerance)
    accepted = sure_answers(found, bar, **form.choice())
    return exam_page(data, found.machine, bar, chosen["machine_seconds"], accepted)
