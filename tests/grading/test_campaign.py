"""The list of campaigns and the page of one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.models import CampaignRater
from grading.models import DecisionPolicy, Verdict
from tests import make
from tests.base import ConcordTestCase

LIST = "/campaigns/"

pytestmark = pytest.mark.database


class ListTests(ConcordTestCase):
    def a_campaign(self, n: int = 2, **kwargs):
        dataset = make.a_dataset(self.team)
        make.items(make.a_question(dataset), n)
        return make.a_campaign(dataset, make.a_rubric(self.team), [self.cast.bob], k=1, **kwargs)

    def test_it_shows_state_and_progress(self):
        self.sign_in("alice")
        campaign = self.a_campaign(name="Spring")
        make.a_rating(campaign.campaign_items.first(), self.cast.bob, {"c1": 3, "c2": 3, "c3": 3})
        response = self.client.get(LIST)
        self.assertContains(response, "Spring")
        self.assertContains(response, "50 %")

    def test_filters_are_in_the_address(self):
        self.sign_in("alice")
        self.a_campaign(name="Open one")
        self.a_campaign(name="Closed one", state="closed")
        response = self.client.get(LIST, {"state": "closed"})
        assert [campaign.name for campaign, _p in response.context["listing"].page] == ["Closed one"]
        response = self.client.get(LIST, {"q": "open"})
        assert [campaign.name for campaign, _p in response.context["listing"].page] == ["Open one"]

    def test_nonsense_in_the_address_is_ignored(self):
        self.sign_in("alice")
        self.a_campaign()
        assert len(self.client.get(LIST, {"sort": "x", "page": "x"}).context["listing"].page) == 1

    def test_a_filter_that_makes_no_sense_finds_nothing_and_says_so(self):
        self.sign_in("alice")
        self.a_campaign()
        self.assertContains(self.client.get(LIST, {"state": "x"}), "No campaign matches.")

    def test_the_empty_list_says_what_to_do_first(self):
        self.sign_in("alice")
        self.assertContains(self.client.get(LIST), "Set up a campaign")
        self.sign_in("victor")
        self.assertNotContains(self.client.get(LIST), "Set up a campaign")

    def test_outsiders_and_mere_raters_see_none_of_it(self):
        self.a_campaign(name="Spring")
        for name in ("eve", "bob"):
            self.assertNotContains(self.client_of(name).get(LIST), "Spring")

    def test_the_query_count_does_not_grow(self):
        self.sign_in("alice")
        counts = []
        for more in (1, 6):
            for _i in range(more):
                self.a_campaign()
            with CaptureQueriesContext(connection, ) as queries:
                self.client.get(LIST)
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def test_a_name_with_markup_is_escaped(self):
        self.sign_in("alice")
        self.a_campaign(name="<script>alert(1)</script>")
        self.assertNotContains(self.client.get(LIST), "<script>alert(1)")


class PageTests(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        question = make.a_question(self.dataset, "7b", school_subject="history")
        self.items = make.items(question, 6)
        raters = [self.cast.bob, self.cast.carol]
        self.campaign = make.a_campaign(self.dataset, make.a_rubric(self.team), raters)
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.create(campaign=self.campaign, estimand="mean_composite")
        self.sign_in("alice")

    def rate(self, n: int, apart: float = 0, **kwargs) -> None:
        """Both raters on the first n items; carol gives `apart` more."""
        for i, item in enumerate(self.campaign.campaign_items.all()[:n]):
            level = i % 3
            scores = {f"c{c}": level for c in (1, 2, 3)}
            make.a_rating(item, self.cast.bob, scores, **kwargs)
            make.a_rating(item, self.cast.carol, {k: v + apart for k, v in scores.items()}, **kwargs)

    def page(self, name: str = "alice"):
        client = self.client_of(name)
        return client.get(reverse("campaign-detail", args=[self.campaign.slug]))

    def matters(self) -> str:
        return " ".join(m.sentence for m in self.page().context["matters"])

    def test_a_viewer_is_asked_for_nothing(self):
        self.rate(2, apart=2)
        assert self.page().context["matters"]
        response = self.page("victor")
        assert response.context["matters"] == []
        self.assertNotContains(response, "Compute it")

    def test_nothing_rated_yet_is_said_and_nothing_is_zero(self):
        response = self.page()
        self.assertContains(response, "0 % rated")
        self.assertContains(response, "agreement cannot be told yet")
        self.assertContains(response, "no verdict has been computed yet")

    def test_in_chinese_no_blank_stands_behind_a_clause(self):
        url = reverse("campaign-detail", args=[self.campaign.slug])
        headers = {"Accept-Language": "zh-hans"}
        page = self.client_of("alice").get(url, headers=headers).content.decode()
        sentence = page.partition('<p class="campaign-sentence"')[2].partition("</p>")[0]
        assert sentence.count("；") >= 2
        assert not re.search(r"；(</?\w+\s*>)?\s", sentence)

    def test_the_sentence_has_share_and_agreement_with_interval(self):
        self.rate(6)
        response = self.page()
        self.assertContains(response, "Everything is rated")
        found = response.context["agreement"].found
        assert found.value == 1.0

    def test_the_newest_verdict_is_named(self):
        Verdict.objects.create(
            campaign=self.campaign, candidate="model-a", outcome="fail", inputs_digest="x",
            method="m", code_version="1",
        )  # fmt: skip
        self.assertContains(self.page(), "model-a")
        self.assertContains(self.page(), "outcome-fail")

    def test_progress_by_question_and_by_rater(self):
        self.rate(3)
        response = self.page()
        question = response.context["questions"][0]
        assert (question.key, question.done, question.total) == ("7b", 6, 12)
        assert {(str(r.place.user), r.done, r.seconds) for r in response.context["raters"]} == {
            ("Bob", 3, 20.0), ("Carol", 3, 20.0),
        }  # fmt: skip

    def test_the_chart_counts_ratings_by_the_readers_clock(self):
        self.rate(2)
        self.campaign.ratings.update(created_at=datetime(2026, 3, 4, 16, 30, tzinfo=UTC))
        with timezone.override("Asia/Shanghai"):
            chart = self.page().context["chart"]
        assert [(bar.start, bar.count) for bar in chart.bars] == [(datetime(2026, 3, 5, 0), 4)]

    def test_disputed_items_are_counted_and_settled_ones_are_not(self):
        self.rate(2, apart=2)
        assert "On 2 items the ratings are 25 points" in self.matters()
        first = self.campaign.campaign_items.first()
        first.adjudications.create(adjudicator=self.cast.dave, composite=0.5)
        assert "On 1 item the ratings are 25 points" in self.matters()

    def test_a_flag_is_shown(self):
        item = self.campaign.campaign_items.first()
        make.a_rating(item, self.cast.bob, {"c1": 1, "c2": 1, "c3": 1}, flag_reason="unreadable")
        assert "1 item was flagged" in self.matters()

    def test_raters_away_with_work_left_are_named(self):
        self.campaign.assignments.update(planned_for=self.cast.bob)
        CampaignRater.objects.filter(user=self.cast.bob).update(
            last_seen_at=timezone.now() - timedelta(hours=30)
        )
        assert "Away with 12 ratings left: Bob." in self.matters()

    def test_nobody_left_to_rate_is_said(self):
        self.campaign.raters.update(state="stopped")
        assert "Nobody is left to rate." in self.matters()

    def test_items_that_no_rater_may_take_are_counted(self):
        item = self.campaign.campaign_items.first()
        for rater in (self.cast.bob, self.cast.carol):
            item.skips.create(rater=rater, reason="cannot read it")
        assert "1 item has an open rating that none of the raters may take." in self.matters()

    def test_the_queue_being_down_is_said(self):
        assert "queue is down" in self.matters() or "No worker" in self.matters()

    def test_only_the_lead_gets_buttons(self):
        self.assertContains(self.page(), "Pause")
        for name in ("victor", "dave", "erin"):
            response = self.page(name)
            assert response.status_code == 200
            self.assertNotContains(response, "<form method=\"post\" action=\"/campaigns/")

    def test_raters_and_outsiders_do_not_get_in(self):
        assert self.page("bob").status_code == 403
        assert self.page("eve").status_code == 404

    def test_a_campaign_without_a_policy_says_so(self):
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.all().delete()
        self.assertContains(self.page(), "without a policy there can be no verdict")

    def test_readers_of_a_draft_see_its_plan(self):
        self.campaign.state = "draft"
        self.campaign.save()
        self.assertContains(self.page("victor"), "has not been launched yet")

    def test_the_query_count_does_not_grow_with_ratings(self):
        counts = []
        for n in (1, 5):
            self.rate(n) if n == 1 else self.rate_rest()
            with CaptureQueriesContext(connection) as queries:
                self.page()
            counts.append(len(queries))
        assert counts[0] == counts[1]

    def rate_rest(self) -> None:
        for item in self.campaign.campaign_items.all()[1:5]:
            for rater in (self.cast.bob, self.cast.carol):
                make.a_rating(item, rater, {"c1": 2, "c2": 1, "c3": 4})
