"""A campaign's life: draft, running, paused, closed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from annotations.actions import campaigns
from annotations.models import Campaign, CampaignRater, Dataset
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
        assert (campaign.state, list(campaign.plan)) == ("draft", ["seed"])
        assert isinstance(campaign.plan["seed"], int)

    def test_grading_goes_question_by_question_and_evaluation_is_shuffled(self):
        assert self.create().order == "by_question"
        assert self.create(kind="evaluation").order == "shuffled"

    def test_addresses_never_collide(self):
        names = ("Exam", "Exam", "exam", "New", "期中（历史）", "期中历史", "……", "？！")
        slugs = [self.create(name).slug for name in names]
        assert slugs[:3] == ["exam", "exam-2", "exam-3"]
        assert slugs[3] == "new-2"
        assert slugs[4:6] == ["期中历史", "期中历史-2"]
        assert slugs[6:] == ["campaign", "campaign-2"]

    def test_an_address_in_chinese_letters_is_found_and_names_the_files(self):
        campaign = self.create("期中历史")
        for path in ("report/", "gold/", "agreement/"):
            assert self.client_of("alice").get(f"/campaigns/{campaign.slug}/{path}").status_code == 200

    def test_with_another_dataset_raters_stay_and_their_questions_of_the_old_one_go(self):
        campaign, other = self.create(), make.a_dataset(self.team)
        limits = {"school_subjects": ["history"], "question_keys": ["1"]}
        CampaignRater.objects.create(campaign=campaign, user=self.cast.bob, **limits)

        def point_to(dataset: Dataset) -> CampaignRater:
            campaigns.change_basics(campaign=campaign, dataset=dataset, name="Exam", kind="grading")
            return campaign.raters.get()

        assert point_to(self.dataset).question_keys == ["1"]
        bob = point_to(other)
        assert (bob.user, bob.school_subjects, bob.question_keys) == (self.cast.bob, [], [])

    def test_pause_and_resume(self):
        campaign = campaigns.pause_campaign(campaign=self.in_state("running"))
        assert campaign.state == "paused"
        assert campaigns.resume_campaign(campaign=campaign).state == "running"

    def test_only_a_running_campaign_can_be_paused(self):
        for state in ("draft", "paused", "closed"):
            with pytest.raises(ValidationError):
                campaigns.pause_campaign(campaign=self.in_state(state))

    def test_a_closed_campaign_cannot_be_resumed(self):
        with pytest.raises(ValidationError):
            campaigns.resume_campaign(campaign=self.in_state("closed"))

    def test_closing_asks_for_the_name(self):
        campaign = self.in_state("running")
        with self.assertRaisesMessage(ValidationError, "Spring exam"):
            campaigns.close_campaign(campaign=campaign, typed_name="spring")
        closed = campaigns.close_campaign(campaign=campaign, typed_name=" Spring exam ")
        assert closed.state == "closed"
        assert closed.closed_at is not None

    def test_a_draft_can_be_deleted_and_nothing_else(self):
        draft = self.create()
        campaigns.delete_draft(campaign=draft)
        assert not Campaign.objects.filter(slug=draft.slug).exists()
        with pytest.raises(ValidationError):
            campaigns.delete_draft(campaign=self.in_state("running"))
