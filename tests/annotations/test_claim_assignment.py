"""Claiming: who gets which slot, and that nobody gets the wrong one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotations.actions.claim_assignment import claim_assignment, held_assignments, place_in_line
from annotations.actions.skip_assignment import skip_assignment
from annotations.models import Assignment, CampaignItem, CampaignRater, Rating
from tests import make
from tests.annotations.rating_base import RatingTestCase

LONG_AGO = timezone.now() - timedelta(days=3)

pytestmark = pytest.mark.database


class ClaimAssignmentTests(RatingTestCase):
    def plan(self, user, item_number: int, slot: int = 0) -> Assignment:
        row = CampaignItem.objects.get(campaign=self.campaign, item=self.items[item_number])
        assignment = row.assignments.get(slot=slot)
        assignment.planned_for = user
        assignment.save()
        return assignment

    def plan_all_for(self, user) -> None:
        Assignment.objects.filter(campaign=self.campaign).update(planned_for=user)

    def expire(self, slot: Assignment) -> None:
        Assignment.objects.filter(pk=slot.pk).update(lease_expires_at=LONG_AGO)

    def test_the_pool_is_offered_in_order(self):
        claimed = [self.claim(self.cast.bob) for _i in range(3)]
        assert [slot.position for slot in claimed] == [0, 1, 2]
        assert claimed[0].state == "claimed"
        assert claimed[0].rater_id == self.cast.bob.pk
        assert claimed[0].lease_expires_at > timezone.now()

    def test_nobody_gets_an_item_twice(self):
        for _i in range(3):
            self.claim(self.cast.bob)
        assert self.claim(self.cast.bob) is None

    def test_a_submitted_item_does_not_come_back(self):
        seen = [self.rate(self.cast.bob).slot.assignment.campaign_item_id for _i in range(3)]
        assert len(set(seen)) == 3
        assert self.claim(self.cast.bob) is None

    def test_own_planned_slots_come_before_the_pool(self):
        mine = self.plan(self.cast.bob, 2)
        assert self.claim(self.cast.bob).pk == mine.pk
        assert self.claim(self.cast.bob).position == 0

    def test_slots_planned_for_others_are_left_alone(self):
        self.plan_all_for(self.cast.carol)
        CampaignRater.objects.update(last_seen_at=timezone.now())
        assert self.claim(self.cast.bob) is None

    def test_slots_of_a_rater_long_away_go_to_the_others(self):
        self.plan_all_for(self.cast.carol)
        CampaignRater.objects.update(last_seen_at=LONG_AGO)
        assert self.claim(self.cast.bob).planned_for_id == self.cast.carol.pk

    def test_a_rater_who_never_came_is_away_since_joining(self):
        self.plan_all_for(self.cast.carol)
        assert self.claim(self.cast.bob) is None
        CampaignRater.objects.update(joined_at=LONG_AGO)
        assert self.claim(self.cast.bob) is not None

    def test_with_help_after_zero_hours_anybody_helps_at_once(self):
        self.set(help_after_hours=0)
        self.plan_all_for(self.cast.carol)
        CampaignRater.objects.update(last_seen_at=timezone.now())
        assert self.claim(self.cast.bob) is not None

    def test_with_help_never_absence_changes_nothing(self):
        self.set(help_after_hours=None)
        self.plan_all_for(self.cast.carol)
        CampaignRater.objects.update(last_seen_at=LONG_AGO)
        assert self.claim(self.cast.bob) is None

    def test_slots_of_a_stopped_rater_go_to_the_others_even_with_help_never(self):
        self.set(help_after_hours=None)
        self.plan_all_for(self.cast.carol)
        CampaignRater.objects.filter(user=self.cast.carol).update(state="stopped")
        assert self.claim(self.cast.bob) is not None

    def test_a_skipped_item_does_not_come_back(self):
        slot = self.claim(self.cast.bob)
        skip_assignment(assignment=slot, campaign_rater=self.place(self.cast.bob), reason="mine")
        rest = [self.claim(self.cast.bob) for _i in range(3)]
        assert rest[2] is None
        assert slot.campaign_item_id not in [s.campaign_item_id for s in rest[:2]]

    def test_an_item_whose_rating_was_sent_back_goes_to_somebody_else(self):
        done = self.rate(self.cast.bob)
        Rating.objects.update(state="returned")
        Assignment.objects.filter(pk=done.slot.assignment.pk).update(
            state="open", rater=None, claimed_at=None
        )
        others = [self.claim(self.cast.bob) for _i in range(3)]
        assert others[2] is None
        assert self.claim(self.cast.carol).campaign_item_id == done.slot.assignment.campaign_item_id

    def test_a_rating_sent_back_to_the_same_rater_is_offered_again(self):
        done = self.rate(self.cast.bob)
        Rating.objects.update(state="returned")
        Assignment.objects.filter(pk=done.slot.assignment.pk).update(
            state="open", rater=None, claimed_at=None, planned_for=self.cast.bob
        )
        assert self.claim(self.cast.bob).pk == done.slot.assignment.pk

    def test_an_expired_lease_goes_to_who_asks_next(self):
        self.set(help_after_hours=0)
        Assignment.objects.exclude(slot=0, position=0).delete()
        slot = self.claim(self.cast.bob)
        assert self.claim(self.cast.carol) is None
        self.expire(slot)
        assert self.claim(self.cast.carol).pk == slot.pk
        assert list(held_assignments(self.place(self.cast.bob))) == []

    def test_a_running_lease_is_respected(self):
        Assignment.objects.exclude(slot=0, position=0).delete()
        self.claim(self.cast.bob)
        assert self.claim(self.cast.carol) is None

    def test_only_own_school_subjects_are_offered(self):
        politics = make.a_question(self.dataset, key="2", school_subject="politics")
        row = make.a_campaign_item(
            self.campaign, make.an_item(politics), self.rubric, k=1, position=9
        )
        CampaignRater.objects.filter(user=self.cast.bob).update(school_subjects=["politics"])
        assert self.claim(self.cast.bob).campaign_item_id == row.pk
        assert self.claim(self.cast.bob) is None

    def test_only_own_questions_are_offered(self):
        other = make.a_question(self.dataset, key="2")
        row = make.a_campaign_item(self.campaign, make.an_item(other), self.rubric, k=1, position=9)
        CampaignRater.objects.filter(user=self.cast.bob).update(question_keys=["2"])
        assert self.claim(self.cast.bob).campaign_item_id == row.pk
        assert self.claim(self.cast.bob) is None

    def test_unwanted_items_are_passed_over(self):
        first = CampaignItem.objects.get(campaign=self.campaign, position=0)
        assert self.claim(self.cast.bob, exclude=[first.pk]).position == 1

    def test_a_campaign_that_does_not_run_gives_no_work(self):
        for state in ("draft", "paused", "closed"):
            self.set(state=state)
            assert self.claim(self.cast.bob) is None

    def test_a_rater_who_is_stopped_or_not_qualified_gets_no_work(self):
        for state in ("stopped", "failed", "training"):
            CampaignRater.objects.update(state=state)
            assert self.claim(self.cast.bob) is None

    def test_a_rating_of_a_file_says_nothing_of_where_the_rater_works(self):
        slot = self.claim(self.cast.bob)
        last = Assignment.objects.order_by("position").last()
        Assignment.objects.filter(pk=last.pk).update(state="submitted", rater=self.cast.bob, claimed_at=None)
        assert slot.position < last.position
        assert place_in_line(self.place(self.cast.bob)) == slot.position

    def test_looking_ahead_still_finds_what_was_reopened_behind(self):
        for _i in range(2):
            self.rate(self.cast.bob)
        Assignment.objects.filter(position=2).delete()
        carol = self.claim(self.cast.carol, after=2)
        assert carol.position == 0


class ManySlotsTests(RatingTestCase):
    def test_a_claim_costs_the_same_number_of_queries_however_much_was_rated(self):
        make.items(self.question, 20)
        for position, item in enumerate(self.dataset.items.all()[3:], start=3):
            make.a_campaign_item(self.campaign, item, self.rubric, k=2, position=position)
        place = self.place(self.cast.bob)
        for _i in range(15):
            self.rate(self.cast.bob)
        # place in line, own slots, pool, claim; on PostgreSQL the rater's row is locked first
        with self.assertNumQueries(4 + connection.features.has_select_for_update):
            claim_assignment(campaign_rater=place)
