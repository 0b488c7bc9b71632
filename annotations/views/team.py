"""Teams: list, make, members and their roles."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotations import access
from annotations.actions.password_links import why_no_password_link
from annotations.actions.teams import TeamRefusal, create_team, remove_member, set_roles
from annotations.forms.team import MemberForm, TeamForm
from annotations.models import Membership, Role, Team, User


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    mine = Membership.objects.filter(user=request.user).select_related("team").order_by("id")
    roles: dict[int, list[str]] = {}
    for membership in mine:
        roles.setdefault(membership.team_id, []).append(membership.get_role_display())
    teams = Team.objects.filter(pk__in=roles).order_by("name")
    teams = teams.annotate(people=Count("memberships__user", distinct=True))
    rows = [{"team": team, "roles": roles[team.pk]} for team in teams]
    return render(request, "annotations/team_list.html", {"rows": rows})


def team_create(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        team = create_team(name=form.cleaned_data["name"], by=request.user)
        return redirect("team-detail", team.slug)
    return render(request, "annotations/team_create.html", {"form": form})


@require_safe
def team_detail(request: HttpRequest, slug: str) -> HttpResponse:
    team = access.get_team_or_404(request.user, slug)
    is_lead = access.has_role(request.user, team.pk, access.LEAD)
    context = {
        "team": team,
        "members": members_of(team),
        "is_lead": is_lead,
        "invitations": access.open_invitations(team) if is_lead else [],
    }
    return render(request, "annotations/team_detail.html", context)


def members_of(team: Team) -> list[dict]:
    """[{"user": User, "roles": [Membership, …]}, …] in the order of joining."""
    people: dict[int, dict] = {}
    for row in team.memberships.select_related("user").order_by("id"):
        people.setdefault(row.user_id, {"user": row.user, "roles": []})["roles"].append(row)
    order = list(Role)
    for person in people.values():
        person["roles"].sort(key=lambda row: order.index(row.role))
    return list(people.values())


def member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A member's roles, and the way out of the team."""
    team = access.get_team_or_404(request.user, slug, access.LEAD)
    user = access.get_member_or_404(team, pk)
    if "remove" in request.POST:
        return _remove(request, team, user)
    roles = list(team.memberships.filter(user=user).values_list("role", flat=True))
    data = request.POST if request.method == "POST" else None
    form = MemberForm(data, initial={"roles": roles})
    if form.is_valid() and _save_roles(request, team, user, form):
        return redirect("team-detail", team.slug)
    refusal = why_no_password_link(team=team, user=user, by=request.user)
    context = {"team": team, "member": user, "form": form, "password_refusal": refusal}
    return render(request, "annotations/team_member.html", context)


def _save_roles(request: HttpRequest, team: Team, user: User, form: MemberForm) -> bool:
    try:
        set_roles(team=team, user=user, roles=form.cleaned_data["roles"])
    except TeamRefusal as refusal:
        form.add_error("roles", str(refusal))
        return False
    messages.success(request, _("The roles of %(name)s have been saved.") % {"name": user})
    return True


def _remove(request: HttpRequest, team: Team, user: User) -> HttpResponse:
    try:
        remove_member(team=team, user=user)
    except TeamRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("team-member", team.slug, user.pk)
    messages.success(request, _("%(name)s is no longer in the team.") % {"name": user})
    if user == request.user:
        return redirect("team-list")
    return redirect("team-detail", team.slug)
