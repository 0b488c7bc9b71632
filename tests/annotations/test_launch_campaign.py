"""Launching turns the plan into items and slots, once, and freezes it."""

from __future__ import annotations

from collections import Counter

from django.core.exceptions import ValidationError

from annotations.actions.campaigns import create_campaign
from annotations.actions.launch_campaign import launch_campaign
from annotations.models import (
    Assignment,
    Campaign,
    CampaignItem,
    CampaignRater,
    CampaignRubric,
)
from tests import make
from tests.base import ConcordTestCase


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
        with self.assertRaises(ValidationError) as refused:
            self.launch(campaign)
        return refused.exception.messages[0]

    def test_every_item_gets_exactly_its_slots(self):
        campaign = self.launch()
        self.assertEqual(campaign.state, Campaign.State.RUNNING)
        slots = Counter(campaign.assignments.values_list("campaign_item_id", flat=True))
        self.assertEqual(len(slots), 20)
        self.assertEqual(set(slots.values()), {2})

    def test_the_plan_is_balanced_and_gives_no_item_twice_to_one_rater(self):
        rows = self.launch().assignments.values_list("campaign_item_id", "planned_for_id")
        self.assertEqual(len(set(rows)), 40)
        loads = Counter(user for _item, user in rows)
        self.assertEqual(sorted(loads.values()), [13, 13, 14])

    def test_raters_are_active_where_nobody_is_trained(self):
        states = self.launch().raters.values_list("state", flat=True)
        self.assertEqual(set(states), {CampaignRater.State.ACTIVE})

    def test_work_goes_question_by_question(self):
        items = self.launch().campaign_items.order_by("position")
        keys = list(items.values_list("item__question__key", flat=True))
        self.assertEqual(keys, ["1"] * 10 + ["2"] * 10)

    def test_shuffled_work_mixes_the_questions(self):
        campaign = self.launch(self.draft(order=Campaign.Order.SHUFFLED))
        keys = list(campaign.campaign_items.values_list("item__question__key", flat=True))
        self.assertNotEqual(keys, sorted(keys))

    def test_slots_repeat_their_items_position(self):
        for slot in self.launch().assignments.select_related("campaign_item"):
            self.assertEqual(slot.position, slot.campaign_item.position)

    def test_a_random_sample_stores_its_probability_seed_and_frame(self):
        campaign = self.launch(self.draft(plan={"design": "random", "n": 5}))
        rows = campaign.campaign_items.all()
        self.assertEqual(rows.count(), 5)
        self.assertEqual({row.probability for row in rows}, {0.25})
        self.assertEqual(len({row.random_number for row in rows}), 5)
        self.assertEqual((campaign.plan["frame_size"], campaign.plan["seed"]), (20, 5))
        self.assertEqual(len(campaign.plan["frame_digest"]), 64)

    def test_the_same_seed_draws_the_same_items(self):
        plan = {"design": "random", "n": 5}
        one, two = (self.launch(self.draft(plan=plan)) for _ in range(2))
        drawn = [set(c.campaign_items.values_list("item_id", flat=True)) for c in (one, two)]
        self.assertEqual(*drawn)

    def test_a_stratified_sample_stores_stratum_and_its_probability(self):
        plan = {"design": "stratified", "n": 8, "by": "group.class", "allocation": "equal"}
        campaign = self.launch(self.draft(plan=plan))
        found = Counter(campaign.campaign_items.values_list("stratum", "probability"))
        self.assertEqual(found, {("A", 4 / 12): 4, ("B", 4 / 8): 4})

    def test_a_share_is_rated_more_than_once(self):
        campaign = self.launch(self.draft(overlap_share=0.5, ratings_per_item=3))
        slots = Counter(campaign.assignments.values_list("campaign_item_id", flat=True))
        self.assertEqual(Counter(slots.values()), {3: 10, 1: 10})

    def test_raters_get_only_their_school_subject(self):
        self.campaign.raters.filter(user=self.cast.bob).update(school_subjects=["history"])
        slots = self.launch().assignments.filter(planned_for=self.cast.bob)
        subjects = set(
            slots.values_list("campaign_item__item__question__school_subject", flat=True)
        )
        self.assertEqual(subjects, {"history"})

    def test_each_question_gets_its_own_rubric_or_the_common_one(self):
        special = make.a_rubric(self.team)
        CampaignRubric.objects.create(
            campaign=self.campaign, question=self.questions[1], rubric=special
        )
        items = self.launch().campaign_items
        found = set(items.values_list("item__question__key", "rubric_id"))
        self.assertEqual(found, {("1", self.rubric.pk), ("2", special.pk)})

    def test_practice_items_are_not_drawn(self):
        practice = self.dataset.items.first()
        CampaignItem.objects.create(
            campaign=self.campaign, item=practice, rubric=self.rubric, purpose="seed"
        )
        campaign = self.launch()
        live = campaign.campaign_items.filter(purpose="live")
        self.assertEqual(live.count(), 19)
        self.assertFalse(live.filter(item=practice).exists())
        self.assertEqual(campaign.plan["excluded"], [practice.key])

    def test_a_second_launch_is_refused_and_adds_nothing(self):
        self.launch()
        self.assertIn("has been launched", self.refusal())
        self.assertEqual(Assignment.objects.filter(campaign=self.campaign).count(), 40)

    def test_a_draft_rubric_is_refused_by_name(self):
        CampaignRubric.objects.filter(campaign=self.campaign).delete()
        draft = make.a_rubric(self.team, publish=False, name="Half done")
        CampaignRubric.objects.create(campaign=self.campaign, rubric=draft)
        self.assertIn("Half done", self.refusal())

    def test_a_question_without_a_rubric_is_refused_by_number(self):
        CampaignRubric.objects.filter(campaign=self.campaign).update(question=self.questions[0])
        self.assertIn("No rubric for question 2", self.refusal())

    def test_too_few_raters_are_refused_with_the_question(self):
        campaign = self.draft(ratings_per_item=4)
        self.assertIn("needs 4 different raters an item, but only 3", self.refusal(campaign))

    def test_nobody_is_refused(self):
        self.campaign.raters.all().delete()
        self.assertIn("at least one rater", self.refusal())

    def test_an_empty_dataset_is_refused(self):
        campaign = self.draft()
        Campaign.objects.filter(pk=campaign.pk).update(dataset=make.a_dataset(self.team))
        self.assertIn("no items", self.refusal(campaign))

    def test_a_refused_launch_writes_nothing(self):
        campaign = self.draft(plan={"design": "random", "n": 21})
        self.assertIn("there are only 20", self.refusal(campaign))
        self.assertFalse(campaign.campaign_items.exists())
        campaign.refresh_from_db()
        self.assertEqual(campaign.state, Campaign.State.DRAFT)
