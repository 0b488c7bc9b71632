"""An item of a campaign: scores, trail, the final word, what machines gave."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.actions.adjudication import adjudicate
from annotations.methods.composite import ScoreProblem
from annotations.models import Adjudication, CampaignRater, Membership, Rating, Role
from annotations.models.dispute import dispute_order, disputes_of, neighbours, next_undecided
from annotations.models.rating_table import rating_table
from tests import make
from tests.base import ConcordTestCase


class CampaignItemTestCase(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.dataset = make.a_dataset(cls.team)
        question = make.a_question(cls.dataset, "Q1", full_mark=10, reference="The reference.")
        make.items(question, 4)
        cls.campaign = make.a_campaign(
            cls.dataset, make.a_rubric(cls.team), [cls.cast.bob, cls.cast.carol], slug="exam"
        )
        cls.rows = list(cls.campaign.campaign_items.all())
        # Differences on criterion 1 (40 %): 1, 3, 0, 2 of 5.
        for row, width in zip(cls.rows, (1, 3, 0, 2), strict=True):
            make.a_rating(row, cls.cast.bob, {"c1": 1, "c2": 2, "c3": 3}, note="as <b>written</b>")
            make.a_rating(row, cls.cast.carol, {"c1": 1 + width, "c2": 2, "c3": 3})

    def url(self, row: int, name: str = "campaign-item") -> str:
        return reverse(name, args=["exam", self.rows[row].pk])

    def decide(self, row: int, who: str = "dave", **data: str):
        scores = {"score:c1": "5", "score:c2": "0", "score:c3": "3"}
        return self.client_of(who).post(self.url(row), {**scores, **data})


class CampaignItemPageTests(CampaignItemTestCase):
    def test_it_shows_every_raters_scores_and_where_they_differ(self):
        self.sign_in("dave")
        response = self.client.get(self.url(1))
        rows = response.context["rows"]
        assert [row.scores for row in rows] == [[1, 4], [2, 2], [3, 3]]
        assert [row.is_disputed for row in rows] == [True, False, False]
        self.assertContains(response, "The reference.")
        self.assertContains(response, "as &lt;b&gt;written&lt;/b&gt;")

    def test_an_item_that_only_the_severe_rater_saw_is_adjusted_upwards(self):
        self.rows[0].ratings.filter(rater=self.cast.carol).delete()
        self.sign_in("dave")
        response = self.client.get(self.url(0))
        composite, mark = response.context["adjusted"]
        assert composite.mean == pytest.approx(38)
        assert composite.adjusted > composite.mean
        assert mark.adjusted > mark.mean
        self.assertContains(response, "adjusted for the raters’ severities", count=2)

    def test_where_severities_are_undefined_there_is_no_adjusted_score(self):
        self.campaign.ratings.filter(rater=self.cast.carol).delete()
        self.sign_in("dave")
        self.assertNotContains(self.client.get(self.url(0)), "adjusted for the raters")

    def test_the_trail_shows_what_was_changed(self):
        first = self.rows[1].ratings.get(rater=self.cast.bob)
        Rating.objects.filter(pk=first.pk).update(state="superseded")
        again = Rating.objects.create(
            campaign=self.campaign, campaign_item=self.rows[1], assignment=first.assignment,
            rater=self.cast.bob, kind="live", revision=2, composite=0.5,
        )  # fmt: skip
        for score in first.scores.all():
            value = 4 if score.criterion.key == "c1" else score.value
            again.scores.create(criterion=score.criterion, value=value)
        self.sign_in("victor")
        context = self.client.get(self.url(1)).context
        bob = [entry for entry in context["trail"] if entry.rating.rater == self.cast.bob]
        assert [entry.changes for entry in bob][1] == [("Criterion 1", 1, 4)]
        assert [rating.pk for rating in context["counted"] if rating.rater == self.cast.bob] == [
            again.pk
        ]

    def test_it_leads_through_the_disputed_items_widest_first(self):
        order = [self.rows[i].pk for i in (1, 3, 0)]
        assert dispute_order(self.campaign) == order
        assert disputes_of(rating_table(self.campaign)).campaign_item.tolist() == order
        assert neighbours(self.campaign, order[1]) == (order[0], order[2])
        assert neighbours(self.campaign, order[2]) == (order[1], None)
        assert neighbours(self.campaign, self.rows[2].pk) == (None, order[0])

    def test_readers_of_the_team_may_look_and_only_judges_decide(self):
        for name, status in [("alice", 200), ("dave", 200), ("erin", 200), ("victor", 200),
                             ("bob", 403), ("eve", 404)]:  # fmt: skip
            assert self.client_of(name).get(self.url(0)).status_code == status, name
        for name, status in [("victor", 403), ("erin", 403), ("bob", 403), ("eve", 404),
                             ("dave", 302), ("alice", 302)]:  # fmt: skip
            assert self.decide(0, name).status_code == status, name
        assert Adjudication.objects.count() == 2

    def test_an_item_of_another_campaign_is_not_found(self):
        other = make.a_campaign(self.dataset, make.a_rubric(self.team), [], slug="other")
        url = reverse("campaign-item", args=["exam", other.campaign_items.first().pk])
        assert self.client_of("alice").get(url).status_code == 404

    def test_a_lead_who_still_has_to_rate_it_sees_no_scores(self):
        CampaignRater.objects.create(campaign=self.campaign, user=self.cast.alice)
        row = make.a_campaign_item(
            self.campaign, make.an_item(self.dataset.questions.first()), self.rows[0].rubric
        )
        make.a_rating(row, self.cast.bob, {"c1": 4, "c2": 4, "c3": 4}, note="secret note")
        url = reverse("campaign-item", args=["exam", row.pk])
        page = self.client_of("alice").get(url)
        self.assertContains(page, "may still meet this item")
        self.assertNotContains(page, "secret note")
        scores = {"score:c1": "5", "score:c2": "0", "score:c3": "3"}
        assert self.client_of("alice").post(url, scores).status_code == 403
        self.assertContains(self.client_of("dave").get(url), "secret note")

    def test_query_count_does_not_grow_with_raters(self):
        self.sign_in("dave")
        few = self.queries(self.url(0))
        row = make.a_campaign_item(
            self.campaign, make.an_item(self.dataset.questions.first()), self.rows[0].rubric, k=3
        )
        for rater in (self.cast.bob, self.cast.carol, self.cast.frank):
            make.a_rating(row, rater, {"c1": 4, "c2": 4, "c3": 4})
        assert self.queries(reverse("campaign-item", args=["exam", row.pk])) == few

    def queries(self, url: str) -> int:
        """Of the second look: severities are computed once for the newest rating and kept."""
        self.client.get(url)
        with CaptureQueriesContext(connection) as captured:
            self.client.get(url)
        return len(captured)


class AdjudicationTests(CampaignItemTestCase):
    def test_it_stores_scores_composite_mark_and_note(self):
        response = self.decide(1, note="The second point is there.")
        self.assertRedirects(response, self.url(1))
        decision = Adjudication.objects.get()
        assert decision.campaign_item == self.rows[1]
        assert decision.adjudicator == self.cast.dave
        assert decision.scores == {"c1": 5, "c2": 0, "c3": 3}
        assert decision.composite == pytest.approx(0.58)
        assert decision.mark == 6
        assert decision.note == "The second point is there."

    def test_a_second_decision_is_a_new_row_and_the_newest_counts(self):
        self.decide(1)
        self.decide(1, **{"score:c1": "0"})
        assert Adjudication.objects.count() == 2
        page = self.client_of("dave").get(self.url(1))
        assert [row.definitive for row in page.context["rows"]] == [0, 0, 3]

    def test_store_and_next_goes_to_the_most_disputed_undecided_item(self):
        self.assertRedirects(self.decide(1, and_next="1"), self.url(3))
        self.assertRedirects(self.decide(0, and_next="1"), self.url(3))
        self.assertRedirects(self.decide(3, and_next="1"), self.url(3))
        assert next_undecided(self.campaign, self.rows[3].pk) is None

    def test_a_missing_score_is_refused_at_its_criterion_and_nothing_is_lost(self):
        response = self.decide(1, **{"score:c2": "", "note": "kept"})
        self.assertContains(response, "This criterion has no score yet.")
        self.assertContains(response, "kept")
        assert not Adjudication.objects.exists()

    def test_a_score_off_the_scale_is_refused(self):
        assert self.decide(1, **{"score:c2": "7"}).status_code == 200
        assert not Adjudication.objects.exists()

    def test_the_action_refuses_unknown_criteria_and_gold_items(self):
        with pytest.raises(ScoreProblem):
            adjudicate(campaign_item=self.rows[0], adjudicator=self.cast.dave, scores={"x": 1})
        self.rows[0].purpose = "practice"
        with pytest.raises(ValidationError):
            adjudicate(
                campaign_item=self.rows[0],
                adjudicator=self.cast.dave,
                scores={"c1": 1, "c2": 1, "c3": 1},
            )

    def test_a_decided_item_is_marked_on_the_agreement_page(self):
        self.decide(1)
        url = reverse("campaign-agreement", args=["exam"])
        disputes = self.client_of("alice").get(url, {"state": "undecided"}).context["disputes"]
        assert [row.item.pk for row in disputes.rows] == [self.rows[3].pk, self.rows[0].pk]


class RevealTests(CampaignItemTestCase):
    def setUp(self) -> None:
        make.a_scorer(self.team, {self.rows[1].item: 7.25}, name="machine X")

    def test_automatic_scores_are_hidden_until_asked_for(self):
        self.assertNotContains(self.client_of("dave").get(self.url(1)), "machine X")
        with self.assertLogs("annotations.views.campaign_item", "WARNING") as logs:
            page = self.client_of("dave").post(self.url(1, "campaign-item-reveal"))
        self.assertContains(page, "machine X")
        self.assertContains(page, "7.25")
        assert f"user {self.cast.dave.pk}" in logs.output[0]

    def test_htmx_gets_the_scores_alone(self):
        page = self.client_of("dave").post(
            self.url(1, "campaign-item-reveal"), headers={"HX-Request": "true"}
        )
        self.assertContains(page, "machine X")
        self.assertNotContains(page, "<html")

    def test_only_judges_may_ask(self):
        for name, status in [("victor", 403), ("bob", 403), ("eve", 404), ("alice", 200)]:
            client = self.client_of(name)
            assert client.post(self.url(1, "campaign-item-reveal")).status_code == status, name
        assert self.client_of("alice").get(self.url(1, "campaign-item-reveal")).status_code == 405

    def test_a_judge_who_has_to_rate_the_item_may_not(self):
        Membership.objects.create(team=self.team, user=self.cast.dave, role=Role.RATER)
        CampaignRater.objects.create(campaign=self.campaign, user=self.cast.dave)
        row = make.a_campaign_item(
            self.campaign, make.an_item(self.dataset.questions.first()), self.rows[0].rubric
        )
        url = reverse("campaign-item-reveal", args=["exam", row.pk])
        assert self.client_of("dave").post(url).status_code == 403
