"""Invite by link; accept with an account one has, or with a new one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from annotations import access
from annotations.actions import invitations
from annotations.forms.accounts import NewAccountForm
from annotations.forms.team import InvitationForm
from annotations.models import Invitation

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def invite(request: HttpRequest, slug: str) -> HttpResponse:
    team = access.get_team_or_404(request.user, slug, access.LEAD)
    form = InvitationForm(request.POST or None)
    context = {"team": team, "form": form}
    if request.method == "POST" and form.is_valid():
        context["invitation"] = invitation = invitations.invite(
            team=team,
            role=form.cleaned_data["role"],
            note=form.cleaned_data["note"],
            expires_at=form.expires_at(),
            by=request.user,
        )
        context["link"] = request.build_absolute_uri(reverse("invitation", args=[invitation.token]))
    return render(request, "annotations/team_invite.html", context)


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    team = access.get_team_or_404(request.user, slug, access.LEAD)
    invitations.revoke_invitation(invitation=access.get_team_invitation_or_404(team, pk))
    messages.success(request, _("The link has been taken back and no longer works."))
    return redirect("team-detail", team.slug)


@never_cache
@login_not_required
def accept(request: HttpRequest, token: str) -> HttpResponse:
    invitation = access.get_invitation_or_404(token)
    if not invitation.is_open:
        return _closed(request, invitation)
    if request.user.is_authenticated:
        return _join(request, invitation)
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _join_as_new(request, invitation, form)
    return render(request, "annotations/invitation.html", {"invitation": invitation, "form": form})


def _join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method != "POST":
        return render(request, "annotations/invitation.html", {"invitation": invitation})
    try:
        is_new = invitations.accept_invitation(invitation=invitation, user=request.user)
    except invitations.InvitationClosed:
        return _closed(request, invitation)
    return _welcome(request, invitation, is_new)


def _join_as_new(
    request: HttpRequest, invitation: Invitation, form: NewAccountForm
) -> HttpResponse:
    try:
        user = form.save(commit=False)
        invitations.join_with_new_account(invitation=invitation, user=user)
    except invitations.InvitationClosed:
        return _closed(request, invitation)
    login(request, user, backend=MODEL_BACKEND)
    return _welcome(request, invitation, is_new=True)


def _welcome(request: HttpRequest, invitation: Invitation, is_new: bool) -> HttpResponse:
    words = {"team": invitation.team, "role": invitation.get_role_display()}
    if is_new:
        messages.success(request, _("You are now in %(team)s as %(role)s.") % words)
    else:
        messages.info(
            request,
            _("You already are in %(team)s as %(role)s; the link still works for somebody else.")
            % words,
        )
    return redirect("/")


def _closed(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    invitation.refresh_from_db()
    return render(
        request, "annotations/invitation_closed.html", {"invitation": invitation}, status=410
    )
