"""Launching turns the plan into items and slots, once, and freezes it."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.actions.campaign_plan import plan_of
from annotations.actions.campaigns import create_campaign
from annotations.actions.launch_campaign import launch_campaign
from annotations.models import (
    Assignment,
    Campaign,
    CampaignItem,
    CampaignRater,
    CampaignRubric,
    Item,
    Question,
)
from tests import make
from tests.base import ConcordTestCase

pytestmark = pytest.mark.database


class LaunchTests(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        self.questions = [
            make.a_question(self.dataset, key, position=place, school_subject=subject)
            for place, (key, subject) in enumerate([("1", "history"), ("2", "politics")])
        ]
        for question in self.questions:
            for number in range(10):
                make.an_item(question, group_keys={"class": "A" if number < 6 else "B"})
        self.rubric = make.a_rubric(self.team)
        self.campaign = self.draft()

    def draft(self, **changes) -> Campaign:
        campaign = create_campaign(
            dataset=self.dataset, name="Exam", kind="grading", by=self.cast.alice
        )
        CampaignRubric.objects.create(campaign=campaign, rubric=self.rubric)
        for user in (self.cast.bob, self.cast.carol, self.cast.frank):
            CampaignRater.objects.create(campaign=campaign, user=user)
        plan = changes.pop("plan", {})
        for name, value in changes.items():
            setattr(campaign, name, value)
        campaign.plan = {**campaign.plan, "seed": 5, **plan}
        campaign.save()
        return campaign

    def launch(self, campaign: Campaign | None = None) -> Campaign:
        return launch_campaign(campaign=campaign or self.campaign, by=self.cast.alice)

    def refusal(self, campaign: Campaign | None = None) -> str:
        with pytest.raises(ValidationError) as refused:
            self.launch(campaign)
        return refused.value.messages[0]

    def test_every_item_gets_exactly_its_slots(self):
        campaign = self.launch()
        assert campaign.state == Campaign.State.RUNNING
        slots = Counter(campaign.assignments.values_list("campaign_item_id", flat=True))
        assert len(slots) == 20
        assert set(slots.values()) == {2}

    def test_the_plan_is_balanced_and_gives_no_item_twice_to_one_rater(self):
        rows = self.launch().assignments.values_list("campaign_item_id", "planned_for_id")
        assert len(set(rows)) == 40
        loads = Counter(user for _item, user in rows)
        assert sorted(loads.values()) == [13, 13, 14]

    def test_raters_are_active_where_nobody_is_trained(self):
        states = self.launch().raters.values_list("state", flat=True)
        assert set(states) == {CampaignRater.State.ACTIVE}

    def test_work_goes_question_by_question(self):
        items = self.launch().campaign_items.order_by("position")
        keys = list(items.values_list("item__question__key", flat=True))
        assert keys == ["1"] * 10 + ["2"] * 10

    def test_shuffled_work_mixes_the_questions(self):
        campaign = self.launch(self.draft(order=Campaign.Order.SHUFFLED))
        keys = list(campaign.campaign_items.values_list("item__question__key", flat=True))
        assert keys != sorted(keys)

    def test_slots_repeat_their_items_position(self):
        for slot in self.launch().assignments.select_related("campaign_item"):
            assert slot.position == slot.campaign_item.position

    def test_a_random_sample_stores_its_probability_seed_and_frame(self):
        campaign = self.launch(self.draft(plan={"design": "random", "n": 5}))
        rows = campaign.campaign_items.all()
        assert rows.count() == 5
        assert {row.probability for row in rows} == {0.25}
        assert len({row.random_number for row in rows}) == 5
        assert (campaign.plan["frame_size"], campaign.plan["seed"]) == (20, 5)
        assert len(campaign.plan["frame_digest"]) == 64

    def test_the_same_seed_draws_the_same_items(self):
        plan = {"design": "random", "n": 5}
        one, two = (self.launch(self.draft(plan=plan)) for _ in range(2))
        drawn = [set(c.campaign_items.values_list("item_id", flat=True)) for c in (one, two)]
        assert drawn[0] == drawn[1]

    def test_a_stratified_sample_stores_stratum_and_its_probability(self):
        plan = {"design": "stratified", "n": 8, "by": "group.class", "allocation": "equal"}
        campaign = self.launch(self.draft(plan=plan))
        found = Counter(campaign.campaign_items.values_list("stratum", "probability"))
        assert found == {("A", 4 / 12): 4, ("B", 4 / 8): 4}

    def test_a_share_is_rated_more_than_once(self):
        campaign = self.launch(self.draft(overlap_share=0.5, ratings_per_item=3))
        slots = Counter(campaign.assignments.values_list("campaign_item_id", flat=True))
        assert Counter(slots.values()) == {3: 10, 1: 10}

    def test_raters_get_only_their_school_subject(self):
        self.campaign.raters.filter(user=self.cast.bob).update(school_subjects=["history"])
        slots = self.launch().assignments.filter(planned_for=self.cast.bob)
        subjects = set(
            slots.values_list("campaign_item__item__question__school_subject", flat=True)
        )
        assert subjects == {"history"}

    def test_each_question_gets_its_own_rubric_or_the_common_one(self):
        special = make.a_rubric(self.team)
        CampaignRubric.objects.create(
            campaign=self.campaign, question=self.questions[1], rubric=special
        )
        items = self.launch().campaign_items
        found = set(items.values_list("item__question__key", "rubric_id"))
        assert found == {("1", self.rubric.pk), ("2", special.pk)}

    def test_planning_asks_as_often_for_a_thousand_questions_as_for_two(self):
        with CaptureQueriesContext(connection) as few:
            plan_of(self.campaign)
        more = Question.objects.bulk_create(
            Question(dataset=self.dataset, key=f"q{n}") for n in range(1_100)
        )
        Item.objects.bulk_create(
            Item(dataset=self.dataset, question=question, key=question.key) for question in more
        )
        with CaptureQueriesContext(connection) as many:
            assert len(plan_of(self.campaign).sample) == 1_120
        assert len(many) == len(few)

    def test_practice_items_are_not_drawn(self):
        practice = self.dataset.items.first()
        CampaignItem.objects.create(
            campaign=self.campaign, item=practice, rubric=self.rubric, purpose="seed"
        )
        campaign = self.launch()
        live = campaign.campaign_items.filter(purpose="live")
        assert live.count() == 19
        assert not live.filter(item=practice).exists()
        assert campaign.plan["excluded"] == [practice.key]

    def test_a_second_launch_is_refused_and_adds_nothing(self):
        self.launch()
        assert "has been launched" in self.refusal()
        assert Assignment.objects.filter(campaign=self.campaign).count() == 40

    def test_a_draft_rubric_is_refused_by_name(self):
        CampaignRubric.objects.filter(campaign=self.campaign).delete()
        draft = make.a_rubric(self.team, publish=False, name="Half done")
        CampaignRubric.objects.create(campaign=self.campaign, rubric=draft)
        assert "Half done" in self.refusal()

    def test_a_question_without_a_rubric_is_refused_by_number(self):
        CampaignRubric.objects.filter(campaign=self.campaign).update(question=self.questions[0])
        assert "No rubric for question 2" in self.refusal()

    def test_too_few_raters_are_refused_with_the_question(self):
        campaign = self.draft(ratings_per_item=4)
        assert "needs 4 different raters an item, but only 3" in self.refusal(campaign)

    def test_nobody_is_refused(self):
        self.campaign.raters.all().delete()
        assert "at least one rater" in self.refusal()

    def test_an_empty_dataset_is_refused(self):
        campaign = self.draft()
        Campaign.objects.filter(pk=campaign.pk).update(dataset=make.a_dataset(self.team))
        assert "no items" in self.refusal(campaign)

    def test_a_refused_launch_writes_nothing(self):
        campaign = self.draft(plan={"design": "random", "n": 21})
        assert "there are only 20" in self.refusal(campaign)
        assert not campaign.campaign_items.exists()
        campaign.refresh_from_db()
        assert campaign.state == Campaign.State.DRAFT
