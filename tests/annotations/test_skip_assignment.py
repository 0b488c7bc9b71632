"""Skipping: the slot goes on, the rater is not asked again, and the lead hears of stuck items."""

from __future__ import annotations

import pytest

from annotations.actions.leases import FREE
from annotations.actions.skip_assignment import skip_assignment
from annotations.actions.stuck_items import stuck_items
from annotations.models import Assignment, CampaignRater, Skip
from tests import make
from tests.annotations.rating_base import RatingTestCase

pytestmark = pytest.mark.database


class SkipAssignmentTests(RatingTestCase):
    def skip(self, slot: Assignment, user) -> bool:
        place = self.place(user)
        return skip_assignment(assignment=slot, campaign_rater=place, reason="I know the student")

    def plan(self, *users) -> None:
        """Slot 0 of every item for the first, slot 1 for the second."""
        for slot, user in enumerate(users):
            Assignment.objects.filter(slot=slot).update(planned_for=user)

    def test_the_slot_is_open_again_and_the_reason_kept(self):
        slot = self.claim(self.cast.bob)
        assert self.skip(slot, self.cast.bob)
        slot.refresh_from_db()
        assert (slot.state, slot.rater, slot.planned_for) == ("open", None, None)
        assert Skip.objects.get().reason == "I know the student"

    def test_a_planned_slot_goes_to_who_has_least_left(self):
        self.plan(self.cast.bob, self.cast.carol)
        slot = self.claim(self.cast.bob)
        self.skip(slot, self.cast.bob)
        slot.refresh_from_db()
        assert slot.planned_for == self.cast.frank  # carol has the other slot of this item
        assert self.claim(self.cast.frank).pk == slot.pk

    def test_where_nobody_is_left_the_item_is_stuck(self):
        self.plan(self.cast.bob, self.cast.carol)
        CampaignRater.objects.filter(user=self.cast.frank).update(state="stopped")
        slot = self.claim(self.cast.bob)
        self.skip(slot, self.cast.bob)
        slot.refresh_from_db()
        assert slot.planned_for is None
        assert list(stuck_items(self.campaign)) == []  # carol has not met it yet
        other = slot.campaign_item.assignments.exclude(pk=slot.pk).get()
        assert self.claim(self.cast.carol).pk == other.pk
        assert list(stuck_items(self.campaign)) == [slot.campaign_item]

    def test_more_ratings_than_raters_are_stuck_in_the_end(self):
        CampaignRater.objects.exclude(user=self.cast.bob).update(state="failed")
        for _i in range(3):
            self.rate(self.cast.bob)
        assert stuck_items(self.campaign).count() == 3

    def test_an_item_that_nobody_is_chosen_for_is_stuck_from_the_start(self):
        CampaignRater.objects.update(school_subjects=["history"])
        assert stuck_items(self.campaign).count() == 3

    def test_only_the_holder_can_skip(self):
        slot = self.claim(self.cast.bob)
        assert not self.skip(slot, self.cast.carol)
        assert Skip.objects.count() == 0

    def test_a_skip_after_the_lease_ran_out_counts_all_the_same(self):
        self.plan(self.cast.bob, self.cast.carol)
        slot = self.claim(self.cast.bob)
        Assignment.objects.filter(pk=slot.pk).update(**FREE)
        assert self.skip(slot, self.cast.bob)
        slot.refresh_from_db()
        assert slot.planned_for == self.cast.frank
        assert self.claim(self.cast.bob).campaign_item_id != slot.campaign_item_id

    def test_nothing_is_skipped_where_the_campaign_does_not_run(self):
        slot = self.claim(self.cast.bob)
        for state in ("paused", "closed"):
            self.set(state=state)
            assert not self.skip(slot, self.cast.bob)
        slot.refresh_from_db()
        assert (slot.state, slot.rater) == ("claimed", self.cast.bob)

    def test_a_rated_item_cannot_be_skipped(self):
        slot = self.claim(self.cast.bob)
        self.submit(slot, self.cast.bob)
        assert not self.skip(slot, self.cast.bob)

    def test_a_practice_item_cannot_be_skipped(self):
        row = make.a_campaign_item(
            self.campaign, make.an_item(self.question), self.rubric, k=0, purpose="practice"
        )
        slot = Assignment.objects.create(
            campaign=self.campaign, campaign_item=row, kind="practice", slot=0, state="claimed",
            rater=self.cast.bob, planned_for=self.cast.bob,
        )  # fmt: skip
        assert not self.skip(slot, self.cast.bob)
