"""Which metric when: the catalogue by kind of output."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from annotations.method_notes import NOTES
from grading.metrics import MetricEntry, OutputKind, for_kind, own_metrics, problem_text
from grading.metrics.entries.words import KINDS


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    kinds = [
        {"key": kind, "title": KINDS[kind][0], "when": KINDS[kind][1], "rows": _rows(kind)}
        for kind in OutputKind
    ]
    problems = [problem_text(problem) for problem in own_metrics().problems]
    return render(request, "grading/metrics.html", {"kinds": kinds, "problems": problems})


def _rows(kind: OutputKind) -> list[dict[str, object]]:
    return [{"entry": entry, "note": _note(entry)} for entry in for_kind(kind)]


def _note(entry: MetricEntry) -> str:
    """The anchor on the methods page; metrics of one's own have none."""
    key = f"metric-{entry.name}"
    return key if key in NOTES else ""
