"""Drafts and leases: what is entered survives, and work in progress stays with its rater."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.actions.leases import release_expired_leases
from annotations.actions.save_draft import save_draft
from annotations.models import Assignment, Draft
from tests.annotations.rating_base import RatingTestCase

pytestmark = pytest.mark.database


class SaveDraftTests(RatingTestCase):
    def save(self, slot: Assignment, **scores: float) -> None:
        save_draft(assignment=slot, rater=self.cast.bob, data={"scores": scores})

    def test_a_draft_is_overwritten_not_doubled(self):
        slot = self.claim(self.cast.bob)
        self.save(slot, c1=1)
        self.save(slot, c1=2)
        assert Draft.objects.get().data == {"scores": {"c1": 2}}

    def test_two_raters_have_a_draft_each(self):
        slot = self.claim(self.cast.bob)
        self.save(slot, c1=1)
        save_draft(assignment=slot, rater=self.cast.carol, data={})
        assert Draft.objects.count() == 2

    def test_working_renews_the_lease_of_everything_in_hand(self):
        slots = [self.claim(self.cast.bob) for _i in range(2)]
        Assignment.objects.update(lease_expires_at=timezone.now() + timedelta(seconds=1))
        self.save(slots[0], c1=1)
        soon = timezone.now() + timedelta(minutes=20)
        assert Assignment.objects.filter(state="claimed", lease_expires_at__gt=soon).count() == 2

    def test_a_draft_survives_the_loss_of_the_lease(self):
        slot = self.claim(self.cast.bob)
        self.save(slot, c1=1)
        Assignment.objects.filter(pk=slot.pk).update(
            lease_expires_at=timezone.now() - timedelta(minutes=1)
        )
        assert release_expired_leases(self.campaign) == 1
        slot.refresh_from_db()
        assert (slot.state, slot.rater, slot.lease_expires_at) == ("open", None, None)
        assert Draft.objects.count() == 1

    def test_leases_that_run_and_slots_that_are_done_are_left_alone(self):
        self.claim(self.cast.bob)
        self.rate(self.cast.carol)
        assert release_expired_leases(self.campaign) == 0
