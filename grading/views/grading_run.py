"""A grading run: its progress, what it marked, how sure it was, and where it may be wrong."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, IntegerField, QuerySet, Value
from django.db.models.functions import Floor, Least
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from annotations.access import BUILD, has_role, may_see_scores
from annotations.models import AutomaticScore
from grading.access_graders import get_grading_run_or_404
from grading.actions import run_life
from grading.models import GradingRun
from grading.reports.blocks import Column, Figure, Table
from grading.reports.charts import bars

SHOWN, LOOKED_AT = 10, 200
BANDS = 5
LEAST_SHOWN = 0.005  # of the probabilities of an answer


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_grading_run_or_404(request.user, pk)
    context = _context(request, run)
    if run.done and context["may_see"]:
        context |= {"figures": _figures(run), "unsure": _unsure(run)}
    return render(request, "grading/grading_run.html", context)


@login_required
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    run = get_grading_run_or_404(request.user, pk)
    response = render(request, "grading/_grading_run_progress.html", _context(request, run))
    if not run.is_active:
        response["HX-Refresh"] = "true"
    return response


def _context(request: HttpRequest, run: GradingRun) -> dict[str, object]:
    return {
        "run": run,
        "version": run.version,
        "grader": run.version.grader,
        "dataset": run.dataset,
        "can_resume": run_life.is_stuck(run),
        "can_build": has_role(request.user, run.dataset.team_id, BUILD),
        "may_see": may_see_scores(request.user, run.dataset),
    }


def _scores(run: GradingRun, scorer_id: int | None) -> QuerySet[AutomaticScore]:
    """Of the answers of this run; other runs of the version may have marked others."""
    return AutomaticScore.objects.filter(scorer=scorer_id, criterion="", item__in=run.grades.values("item"))


def _figures(run: GradingRun) -> list[Figure]:
    of_marks = _scores(run, run.version.scorer_id).order_by("value").values_list("value")
    marks = of_marks.annotate(n=Count("pk"))
    band = Least(Floor(F("value") * BANDS), Value(BANDS - 1), output_field=IntegerField())
    of_bands = _scores(run, run.version.confidence_scorer_id).annotate(band=band).order_by()
    sure = dict(of_bands.values_list("band").annotate(n=Count("pk")))
    wide = 100 // BANDS
    named = [(f"{b * wide}–{(b + 1) * wide} %", sure.get(b, 0)) for b in range(BANDS)]
    return [
        _bars("marks", _("Marks given"), [(f"{mark:g}", n) for mark, n in marks]),
        _bars("sure", _("How sure it was"), named),
    ]


def _bars(key: str, title: str, rows: list[tuple[str, int]]) -> Figure:
    most = max((n for _name, n in rows), default=1) or 1
    drawn = bars([(name, float(n), 0) for name, n in rows], title=title, low=0, high=most)
    columns = [Column("name", title), Column("n", _("Answers"), "count")]
    return Figure(key, title, drawn, Table(key, title, columns, rows))


def _unsure(run: GradingRun) -> list[dict[str, object]]:
    """The answers of which it was least sure, with what it took into account."""
    scores = _scores(run, run.version.confidence_scorer_id).order_by("value", "item_id")
    sure = dict(scores.values_list("item_id", "value")[:LOOKED_AT])
    marked = _scores(run, run.version.scorer_id).filter(item__in=sure)
    marks = dict(marked.values_list("item_id", "value"))
    grades = run.grades.filter(item__in=sure).select_related("item__question")
    found = [
        {"grade": grade, "item": grade.item, "mark": f"{marks.get(grade.item_id, 0):g}",
         "confidence": sure[grade.item_id], "probabilities": _likely(grade.probabilities)}
        for grade in grades
    ]  # fmt: skip
    found.sort(key=lambda row: row["confidence"])  # type: ignore[arg-type,return-value]
    different = {(row["item"].question_id, row["item"].text): row for row in reversed(found)}  # type: ignore[attr-defined]
    return sorted(different.values(), key=lambda row: row["confidence"])[:SHOWN]  # type: ignore[arg-type,return-value]


def _likely(probabilities: dict[str, float]) -> list[tuple[str, float]]:
    """By mark, without those that it all but rules out."""
    rows = sorted(probabilities.items(), key=lambda pair: float(pair[0]))
    return [(mark, p) for mark, p in rows if p >= LEAST_SHOWN]
