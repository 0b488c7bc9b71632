"""What a plan settles: rates get surer near their ends, few raters limit everything."""

from __future__ import annotations

from annotations.actions.campaigns import create_campaign
from annotations.models import CampaignRater, CampaignRubric
from grading.actions.campaign_review import Settling, pace_of, review_campaign
from grading.models import DecisionPolicy
from tests import make
from tests.base import ConcordTestCase


class SettlingTests(ConcordTestCase):
    def settling(self, kind: str, items: int, threshold: float, sources: int = 1) -> Settling:
        dataset = make.a_dataset(self.team)
        question = make.a_question(dataset)
        for number in range(items):
            make.an_item(question, source=f"s{number % sources}")
        campaign = create_campaign(dataset=dataset, name="x", kind=kind, by=self.cast.alice)
        CampaignRubric.objects.create(campaign=campaign, rubric=make.a_rubric(self.team))
        for user in (self.cast.bob, self.cast.carol, self.cast.frank):
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
