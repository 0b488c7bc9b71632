"""What leads do to a running campaign, and what others may not."""

from __future__ import annotations

from django.urls import reverse

from annotations.actions.campaigns import create_campaign
from annotations.actions.launch_campaign import launch_campaign
from annotations.models import CampaignRater, CampaignRubric
from tests import make
from tests.base import ConcordTestCase


class ActionTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")
        dataset = make.a_dataset(self.team)
        make.items(make.a_question(dataset), 20)
        campaign = create_campaign(
            dataset=dataset, name="Spring exam", kind="evaluation", by=self.cast.alice
        )
        CampaignRubric.objects.create(campaign=campaign, rubric=make.a_rubric(self.team))
        for user in (self.cast.bob, self.cast.carol):
            CampaignRater.objects.create(campaign=campaign, user=user)
        campaign.plan |= {"design": "random", "n": 8}
        self.campaign = launch_campaign(campaign=self.saved(campaign), by=self.cast.alice)

    def saved(self, campaign):
        campaign.save()
        return campaign

    def post(self, verb: str, **data):
        url = reverse(f"campaign-{verb}", args=[self.campaign.slug])
        response = self.client.post(url, data, follow=True)
        self.campaign.refresh_from_db()
        return response

    def place(self, user) -> CampaignRater:
        return self.campaign.raters.get(user=user)

    def test_pause_and_resume(self):
        self.post("pause")
        assert self.campaign.state == "paused"
        self.post("resume")
        assert self.campaign.state == "running"

    def test_a_refusal_is_a_sentence_on_the_page(self):
        self.assertContains(self.post("resume"), "Only a paused campaign can be resumed.")

    def test_closing_needs_the_name(self):
        self.assertContains(self.post("close", name="no"), "type the campaign&#x27;s name exactly")
        assert self.campaign.state == "running"
        self.post("close", name="Spring exam")
        assert self.campaign.state == "closed"

    def test_a_closed_campaign_cannot_be_resumed(self):
        self.post("close", name="Spring exam")
        self.post("resume")
        assert self.campaign.state == "closed"

    def test_the_sample_is_extended(self):
        self.assertContains(self.post("extend", n="12"), "12 items now")
        assert self.campaign.campaign_items.count() == 12

    def test_a_number_that_is_none_is_refused(self):
        self.assertContains(self.post("extend", n="many"), "Say how many items")

    def test_raters_are_added_stopped_and_readmitted(self):
        self.post("raters", users=[self.cast.frank.pk])
        assert self.place(self.cast.frank).state == "active"
        self.post("raters", stop=self.place(self.cast.bob).pk)
        assert self.place(self.cast.bob).state == "stopped"
        self.post("raters", readmit=self.place(self.cast.bob).pk)
        assert self.place(self.cast.bob).state == "active"

    def test_adding_nobody_is_refused(self):
        self.assertContains(self.post("raters"), "Choose at least one rater.")

    def test_an_outsider_cannot_be_added(self):
        self.post("raters", users=[self.cast.eve.pk])
        assert not self.campaign.raters.filter(user=self.cast.eve).exists()

    def test_a_rater_of_another_campaign_cannot_be_stopped_here(self):
        self.assertContains(self.post("raters", stop="nobody"), "not rating in this campaign")
        url = reverse("campaign-raters", args=[self.campaign.slug])
        assert self.client.post(url, {"stop": "999999"}).status_code == 404

    def test_a_launched_campaign_cannot_be_deleted(self):
        self.assertContains(self.post("delete"), "Only a draft can be deleted.")

    def test_nobody_but_the_lead_may_do_any_of_it(self):
        names = ("launch", "pause", "resume", "close", "delete", "extend", "raters")
        urls = [reverse(f"campaign-{name}", args=[self.campaign.slug]) for name in names]
        for person, status in (
            ("bob", 403), ("dave", 403), ("erin", 403), ("victor", 403), ("eve", 404),
        ):  # fmt: skip
            client = self.client_of(person)
            assert {client.post(url).status_code for url in urls} == {status}, person

    def test_they_are_posts(self):
        for name in ("launch", "pause", "resume", "close", "delete", "extend", "raters"):
            url = reverse(f"campaign-{name}", args=[self.campaign.slug])
            assert self.client.get(url).status_code == 405
