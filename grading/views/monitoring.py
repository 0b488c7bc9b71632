"""How a grader in service fares; its alarms are seen to here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.access import BUILD, has_role, may_see_scores
from grading import monitoring_page
from grading.access_graders import get_grader_or_404
from grading.access_service import get_alarm_or_404
from grading.actions.alarms import acknowledge, save_watch
from grading.confidence_picture import confidence_figure
from grading.forms.watch import WatchForm
from grading.models import Feedback, Grader, Watch

MOST_FEEDBACK = 20


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    grader = get_grader_or_404(request.user, pk)
    current = grader.deployments.active().select_related("version").first()
    hours = monitoring_page.hours_of(grader)
    alarms = monitoring_page.alarms_of(grader)
    figures = monitoring_page.figures_of(hours)
    sure = figures["confidence"]
    context = {
        "grader": grader,
        "current": current,
        "hours": list(reversed(hours))[:48],
        "open_alarms": [one for one in alarms if not one[0].acknowledged_at],
        "seen_alarms": [one for one in alarms if one[0].acknowledged_at],
        "figures": figures,
        "sure_figure": confidence_figure(sure) if sure else None,
        "courses": monitoring_page.courses(hours),
        "marks": monitoring_page.mark_bars(hours),
        "feedback": _feedback(request, grader),
        "watch": Watch.objects.filter(grader=grader).first(),
        "can_build": has_role(request.user, grader.team_id, BUILD),
    }
    return render(request, "grading/monitoring.html", context)


def _feedback(request: HttpRequest, grader: Grader) -> list[Feedback]:
    """Not for whom the machine's mark beside it could sway."""
    current = grader.deployments.select_related("queue__dataset").first()
    if current is None or not may_see_scores(request.user, current.queue.dataset):
        return []
    return list(monitoring_page.feedback_of(grader)[:MOST_FEEDBACK])


@require_http_methods(["GET", "POST"])
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    grader = get_grader_or_404(request.user, pk, BUILD)
    stored = Watch.objects.filter(grader=grader).first() or Watch(grader=grader)
    form = WatchForm(request.POST or None, instance=stored)
    if request.method == "POST" and form.is_valid():
        save_watch(watch=form.save(commit=False), secret=form.cleaned_data["secret"])
        messages.success(request, _("Saved. Alarms go there from now on."))
        return redirect("grader-monitoring", grader.pk)
    return render(request, "grading/monitoring_watch.html", {"grader": grader, "form": form})


@require_POST
def see_to(request: HttpRequest, pk: int, alarm_pk: int) -> HttpResponse:
    alarm = get_alarm_or_404(request.user, pk, alarm_pk)
    acknowledge(alarm=alarm, by=request.user, note=request.POST.get("note", "")[:1000])
    return redirect("grader-monitoring", pk)
