"""The cast: alice leads, bob, carol and frank rate, dave adjudicates, erin engineers,
victor views, and eve is an outsider who leads another team."""

from __future__ import annotations

import pytest
from django.test import Client, TestCase

from annotations.models import Membership, Role, Team, User

CAST = {
    "alice": Role.LEAD,
    "bob": Role.RATER,
    "carol": Role.RATER,
    "frank": Role.RATER,
    "dave": Role.ADJUDICATOR,
    "erin": Role.ENGINEER,
    "victor": Role.VIEWER,
}
PASSWORD = "correct horse battery"


class Cast:
    """The team "school" with everybody in it, and eve's team "elsewhere"."""

    def __init__(self) -> None:
        self.team = Team.objects.create(name="School", slug="school")
        self.elsewhere = Team.objects.create(name="Elsewhere", slug="elsewhere")
        for name, role in CAST.items():
            setattr(self, name, self.add(name, role, self.team))
        self.eve = self.add("eve", Role.LEAD, self.elsewhere)

    def add(self, name: str, role: str, team: Team) -> User:
        user = User.objects.create_user(name, password=PASSWORD, display_name=name.title())
        Membership.objects.create(team=team, user=user, role=role)
        return user

    alice: User
    bob: User
    carol: User
    frank: User
    dave: User
    erin: User
    victor: User


class ConcordTestCase(TestCase):
    """A test with the cast at hand as `self.cast`; `self.sign_in("alice")` signs in."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = Cast()
        cls.team = cls.cast.team

    def sign_in(self, name: str) -> None:
        self.client.force_login(getattr(self.cast, name), backend="django.contrib.auth.backends.ModelBackend")

    def client_of(self, name: str) -> Client:
        client = Client()
        client.force_login(getattr(self.cast, name), backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()
