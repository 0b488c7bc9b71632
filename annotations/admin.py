"""Django's admin, for superusers who look after the installation. Leads never need it.

What must never change behind Concord's back (ratings, published rubrics) is not here.
"""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from annotations.models import Campaign, Dataset, Invitation, Membership, Team, User


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Accounts: make one, close one, set a new password for who forgot it."""

    list_display = ["username", "display_name", "is_active", "is_superuser", "last_login"]
    search_fields = ["username", "display_name"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["display_name", "language", "email"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "created_at"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    list_display = ["team", "role", "note", "created_by", "expires_at", "accepted_by"]
    list_filter = ["role"]
    exclude = ["token"]
    autocomplete_fields = ["team", "created_by", "accepted_by"]


class ReadOnlyAdmin(admin.ModelAdmin):
    """Looked at here, changed only by Concord's own pages."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Dataset)
class DatasetAdmin(ReadOnlyAdmin):
    list_display = ["name", "team", "created_by", "created_at"]
    list_select_related = ["team", "created_by"]
    search_fields = ["name"]


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ["name", "team", "kind", "state", "launched_at", "closed_at"]
    list_filter = ["kind", "state"]
    list_select_related = ["team"]
    search_fields = ["name", "slug"]
