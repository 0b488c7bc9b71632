"""A password forgotten: a lead makes a link, the member sets a new one."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from django.contrib.admin.models import LogEntry
from django.test import Client

from annotations.actions.password_links import (
    make_password_link,
    tokens,
    why_no_password_link,
)
from annotations.models import Membership, User
from tests.base import PASSWORD, ConcordTestCase

NEW = "a quite different staple"


class PasswordLinkTests(ConcordTestCase):
    def ask(self, name: str, member: User):
        return self.client_of(name).post(f"/teams/school/members/{member.pk}/password/")

    def link(self) -> str:
        return urlsplit(self.ask("alice", self.cast.bob).context["link"]).path

    def open(self, link: str, client: Client | None = None):
        return (client or self.client).get(link, follow=True)

    def set_password(self, link: str):
        page = self.open(link)
        if page.status_code != 200:
            return page
        data = {"new_password1": NEW, "new_password2": NEW}
        return self.client.post(page.request["PATH_INFO"], data, follow=True)

    def has_password(self, password: str) -> bool:
        return User.objects.get(pk=self.cast.bob.pk).check_password(password)

    def test_the_member_sets_a_password_and_is_signed_in(self) -> None:
        response = self.set_password(self.link())
        self.assertContains(response, "Your password has been changed.")
        assert int(self.client.session["_auth_user_id"]) == self.cast.bob.pk
        assert self.has_password(NEW)

    def test_opening_it_changes_nothing_and_the_secret_leaves_the_address(self) -> None:
        link = self.link()
        page = self.open(link)
        assert link.split("/")[-2] not in page.request["PATH_INFO"]
        assert self.has_password(PASSWORD)

    def test_it_works_once(self) -> None:
        link = self.link()
        self.set_password(link)
        self.assertContains(self.open(link, Client()), "no longer works", status_code=410)

    def test_it_expires(self) -> None:
        link = self.link()
        later = datetime.now() + timedelta(days=4)
        with patch.object(tokens, "_now", return_value=later):
            self.assertContains(self.open(link), "no longer works", status_code=410)

    def test_it_dies_when_the_person_gets_other_rights(self) -> None:
        link = self.link()
        Membership.objects.create(team=self.cast.elsewhere, user=self.cast.bob, role="lead")
        assert self.set_password(link).status_code == 410
        assert self.has_password(PASSWORD)

    def test_it_dies_when_the_person_signs_in(self) -> None:
        link = self.link()
        Client().post("/sign-in/", {"username": "bob", "password": PASSWORD})
        assert self.open(link).status_code == 410

    def test_a_new_link_ends_the_older_one(self) -> None:
        older, newer = self.link(), self.link()
        assert self.open(older, Client()).status_code == 410
        self.assertContains(self.set_password(newer), "Your password has been changed.")

    def test_a_lead_takes_an_open_link_back(self) -> None:
        link, page = self.link(), f"/teams/school/members/{self.cast.bob.pk}/"
        self.assertContains(self.client_of("alice").get(page), "a link made by Alice")
        response = self.client_of("alice").post(f"{page}password/withdraw/", follow=True)
        self.assertNotContains(response, "a link made by Alice")
        assert self.set_password(link).status_code == 410
        assert self.has_password(PASSWORD)

    def test_a_link_that_was_used_is_open_no_more(self) -> None:
        self.set_password(self.link())
        page = self.client_of("alice").get(f"/teams/school/members/{self.cast.bob.pk}/")
        self.assertNotContains(page, "a link made by Alice")

    def test_nobody_but_a_lead_of_the_team_takes_one_back(self) -> None:
        link = self.link()
        for name, status in (("carol", 403), ("erin", 403), ("eve", 404)):
            path = f"/teams/school/members/{self.cast.bob.pk}/password/withdraw/"
            assert self.client_of(name).post(path).status_code == status, name
        self.assertContains(self.set_password(link), "Your password has been changed.")

    def test_a_made_up_link_is_refused(self) -> None:
        for path in ("/password/x/y/", "/password/MQ/set-password/"):
            assert self.open(path).status_code == 410, path

    def test_nobody_but_a_lead_of_the_team_makes_one(self) -> None:
        for name, status in (("carol", 403), ("erin", 403), ("eve", 404)):
            assert self.ask(name, self.cast.bob).status_code == status, name

    def test_people_of_other_teams_are_not_found(self) -> None:
        assert self.ask("alice", self.cast.eve).status_code == 404

    def test_there_is_none_for_people_with_rights_beyond_the_team(self) -> None:
        Membership.objects.create(team=self.team, user=self.cast.eve, role="rater")
        for name, right in (("bob", "is_superuser"), ("carol", "is_staff")):
            User.objects.filter(username=name).update(**{right: True})
        for member in (self.cast.eve, self.cast.bob, self.cast.carol):
            response = self.ask("alice", member)
            self.assertRedirects(response, f"/teams/school/members/{member.pk}/")
            page = self.client_of("alice").get(response.url)
            self.assertContains(page, "has rights beyond this team")
            self.assertNotContains(page, "Make the link")

    def test_there_is_none_for_members_of_a_team_that_the_lead_does_not_lead(self) -> None:
        bob, elsewhere = self.cast.bob, self.cast.elsewhere
        for role in ("engineer", "rater"):
            membership = Membership.objects.create(team=elsewhere, user=bob, role=role)
            assert why_no_password_link(team=self.team, user=bob, by=self.cast.alice), role
            membership.delete()
        Membership.objects.create(team=elsewhere, user=bob, role="rater")
        Membership.objects.create(team=elsewhere, user=self.cast.alice, role="lead")
        assert not why_no_password_link(team=self.team, user=bob, by=self.cast.alice)

    def test_who_made_it_for_whom_stays_on_record(self) -> None:
        make_password_link(team=self.team, user=self.cast.bob, by=self.cast.alice)
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_id) == (self.cast.alice, str(self.cast.bob.pk))

    def test_the_sign_in_page_says_whom_to_ask(self) -> None:
        self.assertContains(self.client.get("/sign-in/"), "Password forgotten?")
