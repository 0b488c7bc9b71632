"""One's own tokens: make (shown this once), look over, revoke."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import BUILD, teams_where
from grading.access_service import get_token_or_404, tokens_where
from grading.actions.api_tokens import make_token, revoke_token
from grading.forms.api_token import ApiTokenForm


@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    teams = teams_where(request.user, BUILD).order_by("name")
    if not teams:
        raise PermissionDenied
    form = ApiTokenForm(request.POST or None, teams=teams)
    made, text = None, ""
    if request.method == "POST" and form.is_valid():
        made, text = make_token(user=request.user, **form.cleaned_data)
        form = ApiTokenForm(teams=teams)
    context = {"tokens": tokens_where(request.user), "form": form, "made": made, "text": text}
    return render(request, "grading/token_list.html", context)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_token_or_404(request.user, pk)
    revoke_token(token=token)
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("token-list")
