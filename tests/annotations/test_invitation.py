"""Invitations by link: made, accepted, used up, expired, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.actions.invitations import InvitationClosed, accept_invitation
from annotations.models import Invitation, Membership, User
from tests.base import ConcordTestCase

ACCOUNT = {
    "username": "wang",
    "display_name": "王老师",
    "password1": "a quite different staple",
    "password2": "a quite different staple",
}


class InvitationCase(ConcordTestCase):
    def an_invitation(self, **values) -> Invitation:
        values = {"team": self.team, "role": "rater", "created_by": self.cast.alice, **values}
        return Invitation.objects.create(**values)

    def url(self, invitation: Invitation) -> str:
        return f"/invitations/{invitation.token}/"

    def roles(self, user: User) -> set[str]:
        return set(self.team.memberships.filter(user=user).values_list("role", flat=True))


class InviteTests(InvitationCase):
    def invite(self, **data):
        return self.client.post(
            "/teams/school/invite/", {"role": "viewer", "note": "王老师", "days": 7, **data}
        )

    def test_a_lead_gets_a_link_with_role_and_end(self) -> None:
        self.sign_in("alice")
        response = self.invite()
        invitation = Invitation.objects.get()
        self.assertContains(response, f"http://testserver/invitations/{invitation.token}/")
        assert invitation.role == "viewer"
        days = (invitation.expires_at - timezone.now()) / timedelta(days=1)
        assert abs(days - 7) < 0.01

    def test_tokens_are_long_and_differ(self) -> None:
        tokens = {self.an_invitation().token for _i in range(5)}
        assert len(tokens) == 5
        assert min(map(len, tokens)) >= 32

    def test_others_cannot_invite(self) -> None:
        for name, status in (("bob", 403), ("erin", 403), ("victor", 403), ("eve", 404)):
            self.sign_in(name)
            assert self.invite(role="lead").status_code == status, name
        assert not Invitation.objects.exists()

    def test_an_unknown_role_is_refused(self) -> None:
        self.sign_in("alice")
        assert self.invite(role="emperor").status_code == 200
        assert not Invitation.objects.exists()

    def test_open_links_are_listed_to_leads_only(self) -> None:
        invitation = self.an_invitation(note="for 王老师")
        self.assertContains(self.client_of("alice").get("/teams/school/"), invitation.token)
        self.assertNotContains(self.client_of("bob").get("/teams/school/"), invitation.token)


class AcceptTests(InvitationCase):
    def test_a_guest_makes_an_account_and_is_in(self) -> None:
        invitation = self.an_invitation()
        response = self.client.post(self.url(invitation), ACCOUNT, follow=True)
        user = User.objects.get(username="wang")
        assert self.roles(user) == {"rater"}
        assert int(self.client.session["_auth_user_id"]) == user.pk
        self.assertContains(response, "You are now in School as rater.")

    def test_the_page_says_who_invites_into_what_as_what(self) -> None:
        response = self.client.get(self.url(self.an_invitation(note="secret note")))
        for words in ("School", "Alice", "rater"):
            self.assertContains(response, words)
        self.assertNotContains(response, "secret note")

    def test_somebody_with_an_account_signs_in_and_joins(self) -> None:
        invitation = self.an_invitation()
        self.sign_in("eve")
        self.assertContains(self.client.get(self.url(invitation)), "Join as Eve")
        self.client.post(self.url(invitation))
        assert self.roles(self.cast.eve) == {"rater"}

    def test_opening_the_page_alone_changes_nothing(self) -> None:
        invitation = self.an_invitation()
        self.client_of("eve").get(self.url(invitation))
        assert self.roles(self.cast.eve) == set()
        invitation.refresh_from_db()
        assert invitation.is_open

    def test_a_second_guest_is_told_that_it_is_used(self) -> None:
        invitation = self.an_invitation()
        self.client_of("eve").post(self.url(invitation))
        response = self.client.post(self.url(invitation), ACCOUNT)
        self.assertContains(response, "Somebody has used it", status_code=410)
        assert not User.objects.filter(username="wang").exists()

    def test_the_guest_who_used_it_is_shown_the_way(self) -> None:
        invitation = self.an_invitation()
        client = self.client_of("eve")
        client.post(self.url(invitation))
        response = client.get(self.url(invitation))
        self.assertContains(response, "You have used it already", status_code=410)

    def test_an_expired_link_says_so(self) -> None:
        invitation = self.an_invitation(expires_at=timezone.now() - timedelta(seconds=1))
        response = self.client.post(self.url(invitation), ACCOUNT)
        self.assertContains(response, "expired", status_code=410)
        assert not User.objects.filter(username="wang").exists()

    def test_a_wrong_token_finds_nothing(self) -> None:
        assert self.client.get("/invitations/nonsense/").status_code == 404

    def test_who_has_the_role_already_does_not_use_the_link_up(self) -> None:
        invitation = self.an_invitation()
        self.client_of("bob").post(self.url(invitation))
        invitation.refresh_from_db()
        assert invitation.is_open

    def test_a_second_role_is_added_to_the_first(self) -> None:
        invitation = self.an_invitation(role="adjudicator")
        self.client_of("bob").post(self.url(invitation))
        assert self.roles(self.cast.bob) == {"rater", "adjudicator"}

    def test_a_link_that_closed_since_the_page_was_read_lets_nobody_in(self) -> None:
        stale = self.an_invitation()
        accept_invitation(invitation=Invitation.objects.get(), user=self.cast.eve)
        newcomer = User.objects.create_user("late")
        with pytest.raises(InvitationClosed):
            accept_invitation(invitation=stale, user=newcomer)
        assert not Membership.objects.filter(user=newcomer).exists()

    def test_a_taken_name_is_refused_whatever_its_case(self) -> None:
        invitation = self.an_invitation()
        response = self.client.post(self.url(invitation), {**ACCOUNT, "username": "BOB"})
        self.assertContains(response, "This user name is taken.")
        invitation.refresh_from_db()
        assert invitation.is_open

    def test_an_account_made_here_has_no_rights_beyond_the_team(self) -> None:
        self.client.post(
            self.url(self.an_invitation()), {**ACCOUNT, "is_staff": "on", "is_superuser": "on"}
        )
        user = User.objects.get(username="wang")
        assert not (user.is_staff)
        assert not (user.is_superuser)


class RevokeTests(InvitationCase):
    def revoke(self, name: str, invitation: Invitation):
        url = f"/teams/school/invitations/{invitation.pk}/revoke/"
        return self.client_of(name).post(url)

    def test_a_link_taken_back_no_longer_works(self) -> None:
        invitation = self.an_invitation()
        self.assertRedirects(self.revoke("alice", invitation), "/teams/school/")
        response = self.client.post(self.url(invitation), ACCOUNT)
        assert response.status_code == 410

    def test_others_cannot_take_it_back(self) -> None:
        invitation = self.an_invitation()
        assert self.revoke("bob", invitation).status_code == 403
        assert self.revoke("eve", invitation).status_code == 404
        invitation.refresh_from_db()
        assert invitation.is_open

    def test_a_link_of_another_team_is_not_found(self) -> None:
        invitation = self.an_invitation(team=self.cast.elsewhere)
        assert self.revoke("alice", invitation).status_code == 404

    def test_a_used_one_keeps_its_date(self) -> None:
        invitation = self.an_invitation(accepted_by=self.cast.bob, accepted_at=timezone.now())
        before = invitation.expires_at
        self.revoke("alice", invitation)
        invitation.refresh_from_db()
        assert invitation.expires_at == before
