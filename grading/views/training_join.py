"""A training set learnt together with others: chosen here, then previewed as every other source is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from annotations.access import BUILD
from annotations.formats.problems import BadFile
from annotations.views.item_import import located
from grading.access import get_training_set_or_404, joinable_sets, may_see_rows
from grading.actions.training_draft import first_look, start_draft
from grading.forms.training_join import JoinForm
from grading.models import TrainingOrigin


@login_required
def join(request: HttpRequest, pk: int) -> HttpResponse:
    base = get_training_set_or_404(request.user, pk, BUILD)
    if not may_see_rows(request.user, base):
        raise PermissionDenied
    sets = joinable_sets(request.user, team=base.team_id).exclude(pk=pk)
    form = JoinForm(request.POST or None, base=base, sets=sets)
    if request.method == "POST" and form.is_valid():
        draft = start_draft(user=request.user, origin=TrainingOrigin.FILE, **form.values())
        try:
            first_look(draft=draft)
            return redirect("training-draft", draft.pk)
        except BadFile as error:
            form.add_error("sets", located(error.problem))
    return render(request, "grading/training_join.html", {"set": base, "form": form, "is_any": sets.exists()})
