"""A link to set a new password: a lead makes it, the member opens it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from annotations import access
from annotations.actions import password_links


@never_cache
@require_POST
def make(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Shown once, on this page: the link is stored nowhere."""
    team = access.get_team_or_404(request.user, slug, access.LEAD)
    user = access.get_member_or_404(team, pk)
    try:
        parts = password_links.make_password_link(team=team, user=user, by=request.user)
    except password_links.PasswordLinkRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("team-member", team.slug, user.pk)
    context = {
        "team": team,
        "member": user,
        "link": request.build_absolute_uri(reverse("password-set", args=parts)),
        "until": user.password_link.until,
    }
    return render(request, "annotations/password_link.html", context)


@require_POST
def withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    team = access.get_team_or_404(request.user, slug, access.LEAD)
    user = access.get_member_or_404(team, pk)
    password_links.withdraw_password_link(user=user, by=request.user)
    messages.success(request, _("The link has been taken back and no longer works."))
    return redirect("team-member", team.slug, user.pk)


@method_decorator(login_not_required, name="dispatch")
class SetPassword(auth_views.PasswordResetConfirmView):
    """The link takes its secret out of the address before the form is shown, and signs in at the end."""

    template_name = "annotations/password_set.html"
    token_generator = password_links.tokens
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"
    success_url = "/"

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        messages.success(self.request, _("Your password has been changed."))
        return super().form_valid(form)

    def render_to_response(self, context: dict, **kwargs) -> TemplateResponse:
        return super().render_to_response(context, status=200 if self.validlink else 410, **kwargs)
