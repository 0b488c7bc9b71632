"""The wizard: every step is kept in the draft, and the review launches it."""

from __future__ import annotations

from django.urls import reverse

from annotations.models import Campaign
from grading.models import DecisionPolicy
from tests import make
from tests.grading.wizard_case import GATES, POLICY, WizardCase


class BasicsTests(WizardCase):
    def test_a_draft_is_made_and_the_next_step_opened(self):
        data = {"name": "Spring", "kind": "grading", "dataset": self.dataset.pk}
        response = self.client.post(reverse("campaign-create"), data)
        campaign = Campaign.objects.get()
        self.assertRedirects(response, self.url(campaign, "rubric"))
        assert (campaign.name, campaign.state, campaign.created_by) == ("Spring", "draft", self.cast.alice)

    def test_what_is_missing_is_said(self):
        response = self.client.post(reverse("campaign-create"), {"kind": "grading"})
        self.assertContains(response, "This field is required")
        assert not Campaign.objects.exists()

    def test_without_a_dataset_the_page_says_what_to_do_first(self):
        self.dataset.delete()
        response = self.client.get(reverse("campaign-create"))
        self.assertContains(response, "Import a file")

    def test_another_teams_dataset_cannot_be_chosen(self):
        other = make.a_dataset(self.cast.elsewhere)
        data = {"name": "Spring", "kind": "grading", "dataset": other.pk}
        self.client.post(reverse("campaign-create"), data)
        assert not Campaign.objects.exists()

    def test_another_dataset_starts_the_choices_anew(self):
        campaign = self.filled()
        other = make.a_dataset(self.team)
        self.post(campaign, "basics", name="Spring", kind="grading", dataset=other.pk)
        campaign.refresh_from_db()
        assert campaign.dataset == other
        assert not campaign.rubrics.exists()

    def test_only_leads_may_begin(self):
        self.sign_in("victor")
        response = self.client.get(reverse("campaign-create"))
        self.assertContains(response, "Only the lead of a team can start", status_code=403)


class ReviewTests(WizardCase):
    def test_every_choice_is_a_sentence_and_the_work_is_counted(self):
        campaign = self.filled(design="random", n="20")
        response = self.client.get(self.url(campaign, "review"))
        self.assertContains(response, "20 items at random, seed 7.")
        self.assertContains(response, "“Common v1” judges every question.")
        review = response.context["review"]
        assert review.plan.ratings == 40
        assert sorted(load.ratings for load in review.loads) == [13, 13, 14]

    def test_missing_choices_are_problems_and_the_button_is_off(self):
        response = self.client.get(self.url(self.create(), "review"))
        assert len(response.context["review"].problems) == 3  # raters, rubric, policy
        self.assertContains(response, "disabled")

    def test_a_plan_that_can_never_pass_is_said_before_the_launch(self):
        campaign = self.filled()
        DecisionPolicy.objects.filter(campaign=campaign).update(threshold=0.995)
        response = self.client.get(self.url(campaign, "review"))
        self.assertContains(response, "This plan can hardly end in “pass”.")
        self.assertContains(response, "at a threshold of 99.5.", msg_prefix="0–100 as in the step before")

    def test_the_launch_runs_the_campaign(self):
        campaign = self.filled()
        response = self.client.post(reverse("campaign-launch", args=[campaign.slug]), follow=True)
        campaign.refresh_from_db()
        assert campaign.state == "running"
        assert campaign.assignments.count() == 60
        self.assertContains(response, "raters can begin")

    def test_a_launch_without_a_policy_is_refused_in_the_review(self):
        campaign = self.filled()
        DecisionPolicy.objects.all().delete()
        response = self.client.post(reverse("campaign-launch", args=[campaign.slug]), follow=True)
        self.assertContains(response, "Fix the policy first")
        campaign.refresh_from_db()
        assert campaign.state == "draft"

    def test_the_policy_is_frozen_by_the_launch(self):
        campaign = self.filled()
        self.client.post(reverse("campaign-launch", args=[campaign.slug]))
        response = self.post(campaign, "policy", **{**POLICY, "threshold": "10"}, **GATES)
        self.assertRedirects(response, reverse("campaign-detail", args=[campaign.slug]))
        assert DecisionPolicy.objects.get(campaign=campaign).threshold == 0.5


class DraftTests(WizardCase):
    def test_a_draft_is_taken_up_where_it_was_left(self):
        campaign = self.create()
        self.post(campaign, "rubric", way="one", rubric=self.rubric.pk)
        response = self.client.get(reverse("campaign-detail", args=[campaign.slug]))
        self.assertRedirects(response, self.url(campaign, "sample"))

    def test_saving_can_stay_on_the_step(self):
        campaign = self.create()
        response = self.post(campaign, "rubric", way="one", rubric=self.rubric.pk, stay="")
        self.assertRedirects(response, self.url(campaign, "rubric"))

    def test_a_draft_can_be_deleted(self):
        campaign = self.create()
        self.client.post(reverse("campaign-delete", args=[campaign.slug]))
        assert not Campaign.objects.exists()

    def test_every_step_opens_and_only_for_leads(self):
        campaign = self.filled()
        steps = ("basics", "rubric", "sample", "raters", "policy", "review")
        for step in steps:
            assert self.client.get(self.url(campaign, step)).status_code == 200, step
        for name, status in (("bob", 403), ("victor", 403), ("eve", 404)):
            client = self.client_of(name)
            assert {client.get(self.url(campaign, s)).status_code for s in steps} == {status}

    def test_an_unknown_step_is_not_found(self):
        assert self.client.get(self.url(self.create(), "nonsense")).status_code == 404
