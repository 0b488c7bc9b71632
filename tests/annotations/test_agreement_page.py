"""The agreement page: what it says, who may read it, how many queries it takes."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.methods.coefficient import SENTENCES, Coefficient
from annotations.models import Rating
from annotations.views.agreement_words import (
    REASONS,
    coefficient_text,
    interval_text,
    reliability,
)
from tests import make
from tests.base import ConcordTestCase


class AgreementPageTests(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.dataset = make.a_dataset(cls.team)
        cls.questions = [make.a_question(cls.dataset, key, full_mark=10) for key in ("Q1", "Q2")]
        for question in cls.questions:
            make.items(question, 4)
        cls.raters = [cls.cast.bob, cls.cast.carol, cls.cast.frank]
        cls.campaign = make.a_campaign(
            cls.dataset, make.a_rubric(cls.team), cls.raters, k=3, slug="exam", kind="grading"
        )
        cls.rows = list(cls.campaign.campaign_items.all())
        cls.url = reverse("campaign-agreement", args=["exam"])

    def rate_all(self, odd: int = 0) -> None:
        """Bob and Carol agree, Frank differs by `odd` on criterion 1."""
        given = []
        for i, row in enumerate(self.rows):
            for rater in self.raters:
                shift = odd if rater == self.cast.frank else 0
                scores = {"c1": min(5, i % 4 + shift * (i % 2)), "c2": i % 5, "c3": (i * 2) % 5}
                given.append((row, rater, scores))
        make.ratings(given)

    def test_it_says_the_agreement_in_one_sentence(self):
        self.rate_all(odd=2)
        self.sign_in("alice")
        response = self.client.get(self.url)
        self.assertContains(response, "3 raters on 8 items agree on the composite with α = ")

    def test_every_criterion_and_the_composite_has_its_row(self):
        self.rate_all()
        self.sign_in("alice")
        response = self.client.get(self.url)
        names = [row.name for row in response.context["rows"]]
        assert names == ["Composite", "Criterion 1", "Criterion 2", "Criterion 3"]
        assert [row.key for row in response.context["questions"]] == ["Q1", "Q2"]

    def test_the_rater_who_differs_comes_first_and_is_marked(self):
        self.rate_all(odd=3)
        self.sign_in("alice")
        without = self.client.get(self.url, {"criterion": "c1"}).context["without"]
        assert without[0].name == "Frank"
        assert without[0].stands_out
        assert [row.stands_out for row in without[1:]] == [False, False]

    def test_the_heat_map_has_every_pair_with_its_items(self):
        self.rate_all(odd=1)
        self.sign_in("alice")
        heat = self.client.get(self.url).context["heat"]
        assert heat["labels"] == ["Bob", "Carol", "Frank"]
        bob = heat["rows"][0][1]
        assert bob[0] is None
        assert (bob[1].value, bob[1].items, bob[1].shade) == ("1.00", 8, "5")

    def test_disputed_items_are_listed_widest_first_and_open_the_item(self):
        self.rate_all()
        make_wide = Rating.objects.get(campaign_item=self.rows[5], rater=self.cast.frank)
        make_wider = Rating.objects.get(campaign_item=self.rows[2], rater=self.cast.frank)
        Rating.objects.filter(pk=make_wide.pk).update(composite=make_wide.composite + 0.1)
        Rating.objects.filter(pk=make_wider.pk).update(composite=make_wider.composite + 0.3)
        self.sign_in("alice")
        response = self.client.get(self.url)
        disputes = response.context["disputes"]
        assert [row.item.pk for row in disputes.rows] == [self.rows[2].pk, self.rows[5].pk]
        assert disputes.undecided == 2
        self.assertContains(response, f'href="../items/{self.rows[2].pk}/"')
        up = self.client.get(self.url, {"sort": "spread"}).context["disputes"]
        assert [row.item.pk for row in up.rows] == [self.rows[5].pk, self.rows[2].pk]
        one = self.client.get(self.url, {"question": "Q2"}).context["disputes"]
        assert [row.item.pk for row in one.rows] == [self.rows[5].pk]
        assert self.client.get(self.url, {"state": "decided"}).context["disputes"].rows == []

    def test_a_flagged_item_is_disputed(self):
        self.rate_all()
        Rating.objects.filter(campaign_item=self.rows[0], rater=self.cast.bob).update(
            flag_reason="no answer", composite=None, mark=None
        )
        self.sign_in("alice")
        (row,) = self.client.get(self.url).context["disputes"].rows
        assert (row.item.pk, row.flags, row.spread) == (self.rows[0].pk, 1, 0)

    def test_nonsense_in_the_address_is_ignored(self):
        self.rate_all()
        self.sign_in("alice")
        query = {"criterion": "<x>", "sort": "password", "page": "z", "question": "?", "state": "!"}
        assert self.client.get(self.url, query).status_code == 200

    def test_without_ratings_it_says_what_to_do(self):
        self.sign_in("alice")
        self.assertContains(self.client.get(self.url), "Nothing rated yet")

    def test_with_one_rater_it_says_why_it_is_undefined(self):
        make.a_rating(self.rows[0], self.cast.bob, {"c1": 1, "c2": 1, "c3": 1})
        self.sign_in("alice")
        response = self.client.get(self.url)
        self.assertContains(response, "Only one rater rated")
        self.assertContains(response, "There is no pair of raters yet")

    def test_text_of_students_is_escaped(self):
        item = self.rows[0].item
        item.text = "<script>alert(1)</script>"
        item.save()
        make.a_rating(self.rows[0], self.cast.bob, {"c1": 1, "c2": 1, "c3": 1})
        make.a_rating(self.rows[0], self.cast.carol, {"c1": 5, "c2": 1, "c3": 1})
        self.sign_in("alice")
        self.assertNotContains(self.client.get(self.url), "<script>alert")

    def test_readers_of_the_team_may_see_it_and_nobody_else(self):
        for name, status in [("alice", 200), ("dave", 200), ("erin", 200), ("victor", 200),
                             ("bob", 403), ("eve", 404)]:  # fmt: skip
            assert self.client_of(name).get(self.url).status_code == status, name

    def test_query_count_does_not_grow(self):
        self.sign_in("alice")
        make.a_rating(self.rows[0], self.cast.bob, {"c1": 1, "c2": 1, "c3": 1})
        make.a_rating(self.rows[0], self.cast.carol, {"c1": 4, "c2": 1, "c3": 1})
        few = self.queries()
        for row in self.rows[1:]:
            for i, rater in enumerate(self.raters):
                make.a_rating(row, rater, {"c1": i, "c2": 2 * i, "c3": 3})
        # One more: with two questions rated there is a table by question.
        assert self.queries() == few + 1

    def queries(self) -> int:
        with CaptureQueriesContext(connection) as captured:
            self.client.get(self.url)
        return len(captured)


def test_every_reason_can_be_translated():
    assert {code: str(text) for code, text in REASONS.items()} == SENTENCES


def test_coefficients_have_two_digits_and_a_leading_zero():
    assert [coefficient_text(v) for v in (0.794, 1.0, -0.123, -0.001, 0.999, None)] == [
        "0.79", "1.00", "−0.12", "0.00", "1.00", "–",
    ]  # fmt: skip
    assert interval_text(Coefficient("x", 0.5, -0.1, 0.9)) == "[−0.10, 0.90]"
    assert interval_text(Coefficient("x", 0.5)) == ""


def test_the_word_goes_by_the_lower_end_of_the_interval():
    words = [
        reliability(Coefficient("a", value, low, high))[1]
        for value, low, high in [
            (0.9, 0.81, 0.95), (0.9, 0.7, 0.95), (0.7, 0.5, 0.8), (0.5, 0.4, 0.6),
            (0.9, None, None), (None, None, None),
        ]
    ]  # fmt: skip
    assert words == [
        "reliable", "tentative", "not yet certain", "not reliable", "interval undefined", "undefined",
    ]  # fmt: skip
