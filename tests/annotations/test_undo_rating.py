"""Undo: the last rating is withdrawn, its slot and its scores come back."""

from __future__ import annotations

import pytest

from annotations.actions.claim_assignment import held_assignments
from annotations.actions.undo_rating import undo_rating
from annotations.models import Assignment, CampaignRater, Draft, Rating
from tests.annotations.rating_base import SCORES, RatingTestCase

pytestmark = pytest.mark.database


class UndoRatingTests(RatingTestCase):
    def undo(self, user=None) -> Assignment | None:
        return undo_rating(campaign_rater=self.place(user or self.cast.bob))

    def test_the_rating_is_withdrawn_and_kept(self):
        done = self.rate(self.cast.bob)
        slot = self.undo()
        assert slot.pk == done.slot.assignment.pk
        assert Rating.objects.get().state == "withdrawn"
        slot.refresh_from_db()
        assert (slot.state, slot.rater) == ("claimed", self.cast.bob)

    def test_the_scores_come_back_as_a_draft(self):
        self.rate(self.cast.bob, note="hm")
        self.undo()
        assert Draft.objects.get().data["scores"] == SCORES
        assert Draft.objects.get().data["note"] == "hm"

    def test_the_item_stands_before_those_claimed_since(self):
        first, second = self.claim(self.cast.bob), self.claim(self.cast.bob)
        self.submit(first, self.cast.bob)
        self.undo()
        held = held_assignments(self.place(self.cast.bob))
        assert [slot.pk for slot in held] == [first.pk, second.pk]

    def test_rated_again_it_is_the_next_revision(self):
        self.rate(self.cast.bob)
        slot = self.undo()
        done = self.submit(slot, self.cast.bob, scores={**SCORES, "c1": 1.0})
        assert Rating.objects.get(pk=done.rating_id).revision == 2
        assert Rating.objects.filter(state="current").count() == 1

    def test_undone_twice_the_one_before_comes_back(self):
        first, second = self.rate(self.cast.bob), self.rate(self.cast.bob)
        assert self.undo().pk == second.slot.assignment.pk
        assert self.undo().pk == first.slot.assignment.pk
        assert self.undo() is None

    def test_only_own_ratings_are_undone(self):
        self.rate(self.cast.carol)
        assert self.undo() is None
        assert Rating.objects.get().state == "current"

    def test_practice_is_not_undone(self):
        self.rate(self.cast.bob)
        Rating.objects.update(kind="practice")
        assert self.undo() is None

    def test_a_stopped_rater_takes_nothing_back(self):
        self.rate(self.cast.bob)
        CampaignRater.objects.update(state="stopped")
        assert self.undo() is None
        assert Rating.objects.get().state == "current"

    def test_after_the_close_nothing_is_undone(self):
        self.rate(self.cast.bob)
        self.set(state="closed")
        assert self.undo() is None
        assert Rating.objects.get().state == "current"
