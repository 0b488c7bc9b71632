"""Appeals wait in the list of disputed items until somebody has marked or decided the item anew."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from annotations.actions.adjudication import adjudicate
from annotations.actions.open_campaign import add_to_open_campaign
from annotations.models import Appeal, CampaignRater, Rating
from annotations.models.dispute import dispute_order, next_undecided
from tests import make
from tests.base import ConcordTestCase
from tests.queries import queries_of

DECIDED = {"score:c1": "5", "score:c2": "0", "score:c3": "3"}


class AppealTests(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.dataset = make.a_dataset(cls.team)
        cls.question = make.a_question(cls.dataset, "Q1", full_mark=10)
        make.items(cls.question, 4)
        raters = [cls.cast.bob, cls.cast.carol]
        cls.campaign = make.a_campaign(cls.dataset, make.a_rubric(cls.team), raters, slug="exam")
        cls.rows = list(cls.campaign.campaign_items.all())
        for row, width in zip(cls.rows[:2], (1, 3), strict=True):
            make.a_rating(row, cls.cast.bob, {"c1": 1, "c2": 2, "c3": 3})
            make.a_rating(row, cls.cast.carol, {"c1": 1 + width, "c2": 2, "c3": 3})

    def disputes(self, who: str = "dave", **query: str):
        url = reverse("campaign-agreement", args=["exam"])
        return self.client_of(who).get(url, query).context["disputes"]

    def listed(self, **query: str) -> list[int]:
        return [row.item.pk for row in self.disputes(**query).rows]

    def appeal(self, row: int, mark: float | None = 4) -> Appeal:
        return Appeal.objects.create(item=self.rows[row].item, mark=mark, text="Look again.")

    def test_an_appeal_comes_first_even_where_nobody_has_rated(self) -> None:
        self.appeal(3)
        order = [self.rows[i].pk for i in (3, 1, 0)]
        assert self.listed() == order
        assert dispute_order(self.campaign) == order
        assert next_undecided(self.campaign, order[1]) == order[0]
        assert self.disputes().undecided == 3
        assert self.disputes().rows[0].appeal.text == "Look again."
        assert self.listed(question="Q1", sort="ratings")[0] == self.rows[3].pk

    def test_it_is_listed_with_the_mark_it_is_against_but_not_to_who_still_rates(self) -> None:
        self.appeal(3)
        url = reverse("campaign-agreement", args=["exam"])
        self.assertContains(self.client_of("dave").get(url), "appeal against 4 of 10")
        CampaignRater.objects.create(campaign=self.campaign, user=self.cast.alice)
        page = self.client_of("alice").get(url)
        self.assertContains(page, "appeal</span>")
        self.assertNotContains(page, "against 4")

    def test_a_campaign_without_a_rating_lists_its_appeals(self) -> None:
        self.appeal(3)
        self.campaign.ratings.all().delete()
        assert self.listed() == [self.rows[3].pk]

    def test_the_final_word_answers_it_and_a_later_appeal_asks_again(self) -> None:
        self.appeal(3)
        url = reverse("campaign-item", args=["exam", self.rows[3].pk])
        self.assertContains(self.client_of("dave").get(url), "no answer yet")
        self.client_of("dave").post(url, DECIDED)
        self.assertNotContains(self.client_of("dave").get(url), "no answer yet")
        assert self.listed(state="undecided") == [self.rows[i].pk for i in (1, 0)]
        self.appeal(3)
        assert self.listed(state="undecided")[0] == self.rows[3].pk

    def test_a_later_rating_answers_it_and_an_earlier_or_a_flag_does_not(self) -> None:
        self.appeal(1)
        assert self.disputes().rows[0].appeal
        flag = make.a_rating(self.rows[3], self.cast.bob, {"c1": 1, "c2": 1, "c3": 1})
        Rating.objects.filter(pk=flag.pk).update(flag_reason="no text", composite=None)
        self.appeal(3)
        Rating.objects.filter(pk=flag.pk).update(created_at=timezone.now() + timedelta(minutes=1))
        assert self.rows[3].pk in self.listed()
        make.a_rating(self.rows[3], self.cast.carol, {"c1": 1, "c2": 1, "c3": 1})
        assert [row.appeal is None for row in self.disputes().rows if row.item.pk == self.rows[3].pk] == [True]

    def test_the_lead_is_told_of_it_until_it_is_answered(self) -> None:
        self.appeal(3)
        self.assertContains(self.client_of("alice").get("/campaigns/exam/"), "1 appeal has no answer yet.")
        self.client_of("dave").post(reverse("campaign-item", args=["exam", self.rows[3].pk]), DECIDED)
        self.assertNotContains(self.client_of("alice").get("/campaigns/exam/"), "has no answer yet")

    def test_a_decision_spares_raters_an_item_of_an_open_ended_campaign_alone(self) -> None:
        scores = {"c1": 1, "c2": 1, "c3": 1}
        adjudicate(campaign_item=self.rows[3], adjudicator=self.cast.dave, scores=scores)
        assert self.rows[3].assignments.filter(state="open").exists()
        self.campaign.plan = {"design": "open"}
        self.campaign.save()
        item = make.an_item(self.question)
        (row,) = add_to_open_campaign(campaign=self.campaign, drawn=[(item, None)])
        adjudicate(campaign_item=row, adjudicator=self.cast.dave, scores={"c1": 1})
        assert not row.assignments.exists()

    def test_the_number_of_queries_does_not_grow_with_appeals(self) -> None:
        url = reverse("campaign-agreement", args=["exam"])
        self.appeal(3)
        self.sign_in("dave")
        one = queries_of(self.client, url)
        self.appeal(2)
        self.appeal(1)
        assert queries_of(self.client, url) == one
