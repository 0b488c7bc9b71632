"""What a plan settles: rates get surer near their ends, few raters limit everything."""

from __future__ import annotations

import pytest
from django.urls import reverse

from annotations.actions.campaigns import create_campaign
from annotations.models import CampaignRater, CampaignRubric, Role
from grading.actions.campaign_review import Review, Settling, pace_of, review_campaign
from grading.models import DecisionPolicy
from tests import make
from tests.base import ConcordTestCase


class SettlingTests(ConcordTestCase):
    def settling(self, kind: str, items: int, threshold: float, sources: int = 1, raters: int = 3) -> Settling:
        dataset = make.a_dataset(self.team)
        question = make.a_question(dataset)
        for number in range(items):
            make.an_item(question, source=f"s{number % sources}")
        campaign = create_campaign(dataset=dataset, name="x", kind=kind, by=self.cast.alice)
        CampaignRubric.objects.create(campaign=campaign, rubric=make.a_rubric(self.team))
        more = [self.cast.add(f"rater{number}", Role.RATER, self.team) for number in range(3, raters)]
        for user in (self.cast.bob, self.cast.carol, self.cast.frank, *more)[:raters]:
            CampaignRater.objects.create(campaign=campaign, user=user)
        estimand = "right_marks" if kind == "grading" else "mean_composite"
        with make.as_draft(campaign):
            DecisionPolicy.objects.create(campaign=campaign, estimand=estimand, threshold=threshold)
        return review_campaign(campaign).settling

    def test_a_rate_is_settled_nearer_to_one_than_to_the_middle(self):
        found = self.settling("grading", 80, 0.7)
        assert found.passes_above is not None
        assert found.passes_above - 0.7 < 0.7 - found.fails_below

    def test_a_bar_that_no_candidate_clears_is_found(self):
        assert self.settling("grading", 12, 0.98).passes_above is None

    def test_few_raters_are_named_as_the_limit(self):
        assert self.settling("evaluation", 60, 0.6).do_raters_limit

    def test_it_says_how_many_raters_would_be_enough(self):
        found = self.settling("grading", 80, 0.6, raters=2)
        assert found.is_wider_than_scale
        assert found.passes_above is None
        enough = self.settling("grading", 80, 0.6, raters=found.raters_wanted)
        assert enough.passes_above is not None
        assert enough.raters_wanted is None

    def test_the_candidate_with_the_fewest_items_decides(self):
        assert self.settling("evaluation", 25, 0.6, sources=2).smallest_n == 12

    def test_the_pace_is_a_guess_until_it_is_measured(self):
        dataset = make.a_dataset(self.team)
        make.items(make.a_question(dataset), 20)
        campaign = make.a_campaign(dataset, make.a_rubric(self.team), [self.cast.bob], k=1)
        assert pace_of(campaign) == (30.0, False)
        for item in campaign.campaign_items.all():
            make.a_rating(item, self.cast.bob, {"c1": 1, "c2": 1, "c3": 1}, active_seconds=12)
        assert pace_of(campaign) == (12.0, True)


class MissingTests(ConcordTestCase):
    def test_everything_that_is_missing_is_said_at_once(self):
        dataset = make.a_dataset(self.team)
        make.an_item(make.a_question(dataset))
        campaign = create_campaign(dataset=dataset, name="x", kind="grading", by=self.cast.alice)
        text = " ".join(review_campaign(campaign).problems)
        assert "choose at least one rater" in text
        assert "No rubric yet" in text

    def test_a_rubric_that_is_no_more_than_a_draft_is_said_beside_the_raters(self):
        dataset = make.a_dataset(self.team)
        make.an_item(make.a_question(dataset))
        campaign = create_campaign(dataset=dataset, name="x", kind="grading", by=self.cast.alice)
        rubric = make.a_rubric(self.team, publish=False)
        CampaignRubric.objects.create(campaign=campaign, rubric=rubric)
        text = " ".join(review_campaign(campaign).problems)
        assert "choose at least one rater" in text
        assert "Publish the rubric first" in text


class DesignTests(ConcordTestCase):
    """Two pairs of raters who share no item: rightly apart in two subjects, a warning within one."""

    def review(self, subjects: tuple[str, str], share: float = 1.0) -> Review:
        dataset = make.a_dataset(self.team)
        for key, subject in zip(("1", "2"), subjects, strict=True):
            make.items(make.a_question(dataset, key, school_subject=subject), 10)
        self.campaign = create_campaign(dataset=dataset, name="x", kind="evaluation", by=self.cast.alice)
        CampaignRubric.objects.create(campaign=self.campaign, rubric=make.a_rubric(self.team))
        fourth = self.cast.add("grace", "rater", self.team)
        people = (self.cast.bob, self.cast.carol, self.cast.frank, fourth)
        for place, user in enumerate(people):
            keys = ["1" if place < 2 else "2"]
            CampaignRater.objects.create(campaign=self.campaign, user=user, question_keys=keys)
        self.campaign.overlap_share = share
        self.campaign.save()
        return review_campaign(self.campaign)

    def page(self):
        self.sign_in("alice")
        return self.client.get(reverse("campaign-setup", args=[self.campaign.slug, "review"]))

    def test_teachers_of_two_subjects_are_rightly_apart(self):
        review = self.review(("history", "politics"))
        assert review.apart == []
        assert [(s.school_subject, s.raters) for s in review.subjects] == [("history", 2), ("politics", 2)]
        assert review.efficiency == pytest.approx(1.0)
        self.assertNotContains(self.page(), "share no item")

    def test_within_one_subject_the_page_says_what_it_costs(self):
        (apart,) = self.review(("history", "history")).apart
        assert apart.groups == (("Bob", "Carol"), ("Frank", "Grace"))
        page = self.page()
        self.assertContains(page, "history: the raters form 2 groups that share no item.")
        self.assertContains(page, "no adjustment crosses")

    def test_where_nobody_shares_an_item_only_that_is_said(self):
        assert not self.review(("history", "history"), share=0.0).is_shared
        page = self.page()
        self.assertContains(page, "Nobody rates the same item")
        self.assertNotContains(page, "share no item")
