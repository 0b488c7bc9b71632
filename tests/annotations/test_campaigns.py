"""A campaign's life: draft, running, paused, closed."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from annotations.actions import campaigns
from annotations.models import Campaign
from tests import make
from tests.base import ConcordTestCase


class LifeTests(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)

    def create(self, name: str = "Spring exam", kind: str = "grading") -> Campaign:
        return campaigns.create_campaign(
            dataset=self.dataset, name=name, kind=kind, by=self.cast.alice
        )

    def in_state(self, state: str) -> Campaign:
        campaign = self.create()
        Campaign.objects.filter(pk=campaign.pk).update(state=state)
        return Campaign.objects.get(pk=campaign.pk)

    def test_a_new_campaign_is_a_draft_over_all_items_with_a_seed(self):
        campaign = self.create()
        self.assertEqual((campaign.state, campaign.plan["design"]), ("draft", "all"))
        self.assertIsInstance(campaign.plan["seed"], int)

    def test_grading_goes_question_by_question_and_evaluation_is_shuffled(self):
        self.assertEqual(self.create().order, "by_question")
        self.assertEqual(self.create(kind="evaluation").order, "shuffled")

    def test_addresses_never_collide(self):
        slugs = [self.create(name).slug for name in ("Exam", "Exam", "exam", "New", "历史", "政治")]
        self.assertEqual(slugs[:3], ["exam", "exam-2", "exam-3"])
        self.assertEqual(slugs[3], "new-2")
        self.assertEqual(slugs[4:], ["campaign", "campaign-2"])

    def test_pause_and_resume(self):
        campaign = campaigns.pause_campaign(campaign=self.in_state("running"))
        self.assertEqual(campaign.state, "paused")
        self.assertEqual(campaigns.resume_campaign(campaign=campaign).state, "running")

    def test_only_a_running_campaign_can_be_paused(self):
        for state in ("draft", "paused", "closed"):
            with self.assertRaises(ValidationError):
                campaigns.pause_campaign(campaign=self.in_state(state))

    def test_a_closed_campaign_cannot_be_resumed(self):
        with self.assertRaises(ValidationError):
            campaigns.resume_campaign(campaign=self.in_state("closed"))

    def test_closing_asks_for_the_name(self):
        campaign = self.in_state("running")
        with self.assertRaisesMessage(ValidationError, "Spring exam"):
            campaigns.close_campaign(campaign=campaign, typed_name="spring")
        closed = campaigns.close_campaign(campaign=campaign, typed_name=" Spring exam ")
        self.assertEqual(closed.state, "closed")
        self.assertIsNotNone(closed.closed_at)

    def test_a_draft_can_be_deleted_and_nothing_else(self):
        draft = self.create()
        campaigns.delete_draft(campaign=draft)
        self.assertFalse(Campaign.objects.filter(slug=draft.slug).exists())
        with self.assertRaises(ValidationError):
            campaigns.delete_draft(campaign=self.in_state("running"))
