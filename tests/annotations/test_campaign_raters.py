"""Raters join and leave while a campaign runs, and the work left stays evenly shared."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.exceptions import ValidationError

from annotations.actions import campaign_raters as raters
from annotations.actions.campaigns import create_campaign
from annotations.actions.launch_campaign import launch_campaign
from annotations.models import (
    Assignment,
    CampaignItem,
    CampaignRater,
    CampaignRubric,
    Gold,
    Skip,
)
from tests import make
from tests.base import ConcordTestCase

pytestmark = pytest.mark.database


class RaterTests(ConcordTestCase):
    def setUp(self) -> None:
        dataset = make.a_dataset(self.team)
        make.items(make.a_question(dataset), 12)
        self.campaign = create_campaign(
            dataset=dataset, name="Exam", kind="grading", by=self.cast.alice
        )
        CampaignRubric.objects.create(campaign=self.campaign, rubric=make.a_rubric(self.team))
        raters.choose_raters(
            campaign=self.campaign,
            chosen={user.pk: ((), ()) for user in (self.cast.bob, self.cast.carol)},
        )

    def launch(self, k: int = 1) -> None:
        self.campaign.ratings_per_item = k
        self.campaign.save()
        self.campaign = launch_campaign(campaign=self.campaign, by=self.cast.alice)

    def open_loads(self) -> Counter:
        open_slots = self.campaign.assignments.filter(state=Assignment.State.OPEN)
        return Counter(open_slots.values_list("planned_for__username", flat=True))

    def rate(self, user, n: int) -> None:
        """`user` submits the first n of their own slots."""
        mine = self.campaign.assignments.filter(planned_for=user, state="open")[:n]
        for slot in mine:
            Assignment.objects.filter(pk=slot.pk).update(state="submitted", rater=user)

    def test_only_raters_of_the_team_can_be_chosen(self):
        with self.assertRaisesMessage(ValidationError, "role “rater”"):
            raters.choose_raters(campaign=self.campaign, chosen={self.cast.eve.pk: ((), ())})

    def test_choosing_again_replaces_the_choice(self):
        raters.choose_raters(campaign=self.campaign, chosen={self.cast.bob.pk: (["history"], [])})
        row = self.campaign.raters.get()
        assert (row.user, row.school_subjects) == (self.cast.bob, ["history"])

    def test_the_choice_is_frozen_by_the_launch(self):
        self.launch()
        with self.assertRaisesMessage(ValidationError, "has been launched"):
            raters.choose_raters(campaign=self.campaign, chosen={self.cast.bob.pk: ((), ())})

    def test_a_new_rater_takes_an_equal_part_of_what_is_left(self):
        self.launch()
        self.rate(self.cast.bob, 3)
        raters.add_raters(campaign=self.campaign, users=[self.cast.frank])
        assert self.open_loads() == {"bob": 3, "carol": 3, "frank": 3}

    def test_a_rater_who_is_there_already_is_refused(self):
        self.launch()
        with self.assertRaisesMessage(ValidationError, "already"):
            raters.add_raters(campaign=self.campaign, users=[self.cast.bob])

    def test_an_outsider_is_refused(self):
        self.launch()
        with pytest.raises(ValidationError):
            raters.add_raters(campaign=self.campaign, users=[self.cast.eve])

    def test_a_stopped_raters_open_work_is_shared_out(self):
        self.launch()
        raters.stop_rater(campaign=self.campaign, user=self.cast.bob)
        assert self.open_loads() == {"carol": 12}

    def test_what_a_stopped_rater_holds_is_given_back(self):
        self.launch()
        slot = self.campaign.assignments.filter(planned_for=self.cast.bob).first()
        Assignment.objects.filter(pk=slot.pk).update(state="claimed", rater=self.cast.bob)
        raters.stop_rater(campaign=self.campaign, user=self.cast.bob)
        slot.refresh_from_db()
        assert (slot.state, slot.rater, slot.planned_for) == ("open", None, self.cast.carol)

    def test_what_a_stopped_rater_has_submitted_stays(self):
        self.launch()
        self.rate(self.cast.bob, 2)
        raters.stop_rater(campaign=self.campaign, user=self.cast.bob)
        assert self.campaign.assignments.filter(rater=self.cast.bob).count() == 2

    def test_nobody_gets_an_item_that_they_have_rated(self):
        self.launch(k=2)  # bob and carol share every item
        self.rate(self.cast.carol, 12)
        raters.add_raters(campaign=self.campaign, users=[self.cast.frank])
        raters.stop_rater(campaign=self.campaign, user=self.cast.bob)
        assert self.open_loads() == {"frank": 12}

    def test_nobody_gets_an_item_that_they_gave_back(self):
        self.launch()
        item = self.campaign.assignments.filter(planned_for=self.cast.bob)[0].campaign_item
        Skip.objects.create(campaign_item=item, rater=self.cast.bob, reason="cannot read it")
        raters.replan_open_slots(self.campaign)
        assert item.assignments.get().planned_for == self.cast.carol

    def test_a_slot_that_nobody_may_take_is_planned_for_nobody(self):
        self.launch(k=2)
        self.rate(self.cast.carol, 12)
        raters.stop_rater(campaign=self.campaign, user=self.cast.bob)
        assert self.open_loads() == {None: 12}

    def test_a_stop_can_be_taken_back(self):
        self.launch()
        raters.stop_rater(campaign=self.campaign, user=self.cast.bob)
        raters.readmit_rater(campaign=self.campaign, user=self.cast.bob)
        assert self.open_loads() == {"bob": 6, "carol": 6}
        state = self.campaign.raters.get(user=self.cast.bob).state
        assert state == CampaignRater.State.ACTIVE

    def test_stopping_twice_is_refused(self):
        self.launch()
        raters.stop_rater(campaign=self.campaign, user=self.cast.bob)
        with self.assertRaisesMessage(ValidationError, "not rating"):
            raters.stop_rater(campaign=self.campaign, user=self.cast.bob)

    def test_a_closed_campaign_takes_nobody(self):
        self.launch()
        self.campaign.state = "closed"
        self.campaign.save()
        with self.assertRaisesMessage(ValidationError, "closed"):
            raters.add_raters(campaign=self.campaign, users=[self.cast.frank])

    def test_where_raters_are_trained_a_new_one_starts_in_training(self):
        item = self.campaign.dataset.items.first()
        rubric = self.campaign.rubrics.get().rubric
        row = CampaignItem.objects.create(
            campaign=self.campaign, item=item, rubric=rubric, purpose="practice"
        )
        Gold.objects.create(campaign_item=row, scores={"c1": 3, "c2": 3, "c3": 3})
        self.launch()
        raters.add_raters(campaign=self.campaign, users=[self.cast.frank])
        states = set(self.campaign.raters.values_list("state", flat=True))
        assert states == {CampaignRater.State.TRAINING}
        practice = self.campaign.assignments.filter(kind="practice")
        assert practice.values("planned_for").distinct().count() == 3
