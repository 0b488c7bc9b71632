"""Deleting versions that came to nothing: what goes is shown first, and a POST of their ids does it."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from annotations.access import BUILD
from grading.access_graders import get_grader_or_404
from grading.actions.version_delete import delete_versions, why_not_delete
from grading.actions.version_files import leftovers, size_of
from grading.grader_rows import staged
from grading.models import Grader, ModelVersion
from grading.version_page import kind_words
from grading.version_stage import has_failed


class Going(NamedTuple):
    """A version with what goes with it: `points` of the learning curve, bytes on disk."""

    version: ModelVersion
    kind: str
    points: int
    size: int


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """`version`: numbers of those to be shown; without any, all that failed or were cancelled."""
    grader = get_grader_or_404(request.user, pk, BUILD)
    if request.method == "POST":
        return _delete(request, grader)
    numbers = _numbers(request.GET, "version")
    asked = [one for one in staged(grader.versions.all()) if one.number in numbers or (not numbers and has_failed(one))]
    problems = {one.pk: why_not_delete(one) for one in asked}
    going = [_going(one) for one in asked if not problems[one.pk]]
    context = {
        "grader": grader,
        "going": going,
        "staying": [why for why in problems.values() if why],
        "size": sum(one.size for one in going),
    }
    return render(request, "grading/version_delete.html", context)


def _going(version: ModelVersion) -> Going:
    run = getattr(version, "fine_tuning", None)
    points = run.points.count() if run else 0
    return Going(version, kind_words(version), points, size_of(leftovers(version)))


def _delete(request: HttpRequest, grader: Grader) -> HttpResponse:
    try:
        names = delete_versions(grader=grader, ids=_numbers(request.POST, "id"))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("grader-detail", grader.pk)
    if names:
        words = {"names": pgettext("between names", ", ").join(names)}
        messages.success(request, _("Deleted: %(names)s.") % words)
    else:
        messages.info(request, _("Nothing was deleted: these versions are not there any more."))
    return redirect("grader-detail", grader.pk)


def _numbers(said: QueryDict, name: str) -> list[int]:
    return [int(n) for n in said.getlist(name) if n.isascii() and n.isdecimal() and len(n) < 9]
