"""A sample grows by the same random numbers, and its probabilities grow with it."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.exceptions import ValidationError

from annotations.actions.campaigns import create_campaign
from annotations.actions.extend_sample import extend_sample
from annotations.actions.launch_campaign import launch_campaign
from annotations.models import CampaignRater, CampaignRubric
from tests import make
from tests.base import ConcordTestCase

pytestmark = pytest.mark.database


class ExtendTests(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        self.question = make.a_question(self.dataset)
        for number in range(40):
            make.an_item(self.question, group_keys={"class": "A" if number < 30 else "B"})

    def launched(self, **plan):
        campaign = create_campaign(
            dataset=self.dataset, name="Exam", kind="evaluation", by=self.cast.alice
        )
        CampaignRubric.objects.create(campaign=campaign, rubric=make.a_rubric(self.team))
        for user in (self.cast.bob, self.cast.carol):
            CampaignRater.objects.create(campaign=campaign, user=user)
        campaign.plan = {**campaign.plan, "seed": 5, **plan}
        campaign.save()
        return launch_campaign(campaign=campaign, by=self.cast.alice)

    def drawn(self, campaign) -> set[int]:
        return set(campaign.campaign_items.values_list("item_id", flat=True))

    def test_what_was_drawn_stays_and_the_rest_comes_at_the_end(self):
        campaign = self.launched(design="random", n=10)
        before, last = self.drawn(campaign), campaign.campaign_items.last().position
        campaign = extend_sample(campaign=campaign, n=16)
        assert before < self.drawn(campaign)
        assert len(self.drawn(campaign)) == 16
        new = campaign.campaign_items.exclude(item_id__in=before)
        assert min(new.values_list("position", flat=True)) > last

    def test_all_items_get_the_probability_of_the_larger_sample(self):
        campaign = extend_sample(campaign=self.launched(design="random", n=10), n=16)
        assert set(campaign.campaign_items.values_list("probability", flat=True)) == {0.4}

    def test_an_extended_sample_is_the_one_a_larger_plan_would_have_drawn(self):
        grown = extend_sample(campaign=self.launched(design="random", n=10), n=16)
        assert self.drawn(grown) == self.drawn(self.launched(design="random", n=16))

    def test_strata_keep_their_own_probabilities(self):
        plan = {"design": "stratified", "by": "group.class", "n": 8}
        campaign = extend_sample(campaign=self.launched(**plan), n=20)
        found = Counter(campaign.campaign_items.values_list("stratum", "probability"))
        assert found == {("A", 0.5): 15, ("B", 0.5): 5}

    def test_new_items_are_planned_and_loads_stay_even(self):
        campaign = extend_sample(campaign=self.launched(design="random", n=10), n=16)
        loads = Counter(campaign.assignments.values_list("planned_for_id", flat=True))
        assert sorted(loads.values()) == [16, 16]

    def test_a_sample_cannot_shrink(self):
        with self.assertRaisesMessage(ValidationError, "can only grow"):
            extend_sample(campaign=self.launched(design="random", n=10), n=10)

    def test_all_items_cannot_be_more(self):
        with self.assertRaisesMessage(ValidationError, "already"):
            extend_sample(campaign=self.launched(), n=50)

    def test_more_than_there_are_is_refused(self):
        with self.assertRaisesMessage(ValidationError, "there are only 40"):
            extend_sample(campaign=self.launched(design="random", n=10), n=41)

    def test_a_dataset_that_has_grown_is_refused(self):
        campaign = self.launched(design="random", n=10)
        make.an_item(self.question)
        with self.assertRaisesMessage(ValidationError, "40 items then, 41 now"):
            extend_sample(campaign=campaign, n=16)

    def test_a_draft_and_a_closed_campaign_are_refused(self):
        campaign = self.launched(design="random", n=10)
        for state, words in (("closed", "closed"), ("draft", "not been launched")):
            campaign.state = state
            campaign.save()
            with self.assertRaisesMessage(ValidationError, words):
                extend_sample(campaign=campaign, n=16)
