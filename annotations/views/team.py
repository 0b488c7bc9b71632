"""Teams: list, make, members and their roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from annotations import access
from annotations.actions.password_links import open_password_link, why_no_password_link
from annotations.actions.teams import TeamRefusal, create_team, remove_member, set_roles
from annotations.forms.team import MemberForm, TeamForm
from annotations.lists import Column, Filter, Listing, holding, listing_of, minute
from annotations.models import Membership, Role, Team, User

TEAM_COLUMNS = [
    Column("team", gettext_lazy("Team"), lambda row: row["team"].name, ("name",)),
    Column("roles", gettext_lazy("Your roles"), lambda row: ", ".join(row["roles"])),
    Column("people", gettext_lazy("People"), lambda row: row["team"].people, ("people",), True),
]
MEMBER_COLUMNS = [
    Column("name", gettext_lazy("Name"), lambda row: row["user"], ("shown_name",)),
    Column("roles", gettext_lazy("Roles"), lambda row: ", ".join(map(str, row["roles"]))),
    Column("joined", gettext_lazy("Joined"), lambda row: minute(row["user"].joined), ("joined",)),
]


@require_safe
def team_list(request: HttpRequest) -> HttpResponseBase:
    roles: dict[int, list[str]] = {}
    for row in Membership.objects.filter(user=request.user).order_by("id"):
        roles.setdefault(row.team_id, []).append(row.get_role_display())
    teams = Team.objects.filter(pk__in=roles)
    teams = teams.annotate(people=Count("memberships__user", distinct=True))
    listing = listing_of(
        request, teams, TEAM_COLUMNS, filters=[Filter("q", _("Search"), holding("name"))], usual="team",
        dress=lambda rows: [{"team": team, "roles": roles[team.pk]} for team in rows],
    )  # fmt: skip
    if listing.is_file:
        return listing.as_file("teams")
    return render(request, "annotations/team_list.html", {"listing": listing})


def team_create(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        team = create_team(name=form.cleaned_data["name"], by=request.user)
        return redirect("team-detail", team.slug)
    return render(request, "annotations/team_create.html", {"form": form})


@require_safe
def team_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    team = access.get_team_or_404(request.user, slug)
    is_lead = access.has_role(request.user, team.pk, access.LEAD)
    listing = members_of(request, team)
    if listing.is_file:
        return listing.as_file(team.name)
    context = {
        "team": team,
        "listing": listing,
        "number": access.members_of(team).count(),
        "is_lead": is_lead,
        "invitations": access.open_invitations(team) if is_lead else [],
    }
    return render(request, "annotations/team_detail.html", context)


def members_of(request: HttpRequest, team: Team) -> Listing:
    """Rows of {"user": User, "roles": [label, …]}, in the order of joining unless asked otherwise."""

    def in_role(users: QuerySet[User], role: str) -> QuerySet[User]:
        return users.filter(pk__in=team.memberships.filter(role=role).values("user"))

    def with_roles(users: list[User]) -> list[dict[str, Any]]:
        held = set(team.memberships.filter(user__in=users).values_list("user", "role"))
        return [
            {"user": user, "roles": [role.label for role in Role if (user.pk, role) in held]}
            for user in users
        ]

    filters = [
        Filter("q", _("Search"), holding("shown_name")),
        Filter("role", _("Role"), in_role, Role.choices),
    ]
    return listing_of(
        request, access.members_of(team), MEMBER_COLUMNS, filters=filters, usual="joined",
        dress=with_roles,
    )  # fmt: skip


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
    context = {
        "team": team, "member": user, "form": form,
        "password_refusal": refusal, "password_link": open_password_link(user),
    }  # fmt: skip
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
