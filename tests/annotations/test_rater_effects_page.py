"""The raters page: who is severe, who may read it, what it says when there is nothing to say."""

from __future__ import annotations

import csv
import io

from django.db.models import F
from django.urls import reverse

from annotations.models import CriterionScore, Question, Rating
from annotations.models.rating_table import rating_table
from annotations.rater_numbers import rater_numbers, severities
from annotations.views.rater_effects_words import headline
from tests import make
from tests.base import ConcordTestCase
from tests.queries import queries_of


class RatersCase(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.dataset = make.a_dataset(cls.team)
        make.items(make.a_question(cls.dataset, "Q1", full_mark=10), 30)
        cls.raters = [cls.cast.bob, cls.cast.carol, cls.cast.frank]
        cls.campaign = make.a_campaign(
            cls.dataset, make.a_rubric(cls.team), cls.raters, k=3, slug="exam", kind="grading"
        )
        cls.rows = list(cls.campaign.campaign_items.all())
        cls.url = reverse("campaign-rater-effects", args=["exam"])


def test_where_nobody_stands_out_the_first_sentence_says_so():
    assert headline([("Bob", []), ("Frank", [])]).startswith("Nobody stands out")
    assert headline([("Bob", []), ("Frank", ["severe", "drift"])]).startswith(
        "1 of 2 raters stands out: Frank (severe, drift)."
    )


class RaterEffectsPageTests(RatersCase):
    def rate(self, rows: int = 30) -> None:
        """Frank gives one less on criterion 1 wherever he can; nobody is exact."""
        given = []
        for i, row in enumerate(self.rows[:rows]):
            for n, rater in enumerate(self.raters):
                c1 = 1 + (i * 7 + n * (i % 3 == 0)) % 4 - (rater == self.cast.frank)
                given.append((row, rater, {"c1": c1, "c2": (i + n * (i % 5 == 0)) % 5, "c3": (i * 2 + n) % 5}))
        make.ratings(given)

    def test_the_severe_rater_comes_last_and_is_told_what_to_do(self):
        self.rate()
        self.sign_in("alice")
        picture = self.client.get(self.url, {"criterion": "c1"}).context["picture"]
        frank = picture.rows[-1]
        assert frank.name == "Frank"
        assert -1.4 < frank.severity.value < -0.6
        assert frank.severity.high < 0
        assert [one.word for one in frank.advice][:1] == ["severe"]
        assert picture.rows[0].severity.value > 0

    def test_the_first_sentence_says_who_stands_out_as_what(self):
        self.rate()
        self.sign_in("alice")
        page = self.client.get(self.url, {"criterion": "c1"})
        self.assertContains(page, "3 of 3 raters stand out: ")
        self.assertContains(page, "Frank (severe)")

    def test_a_rater_who_treats_one_source_differently_stands_out(self):
        for i, row in enumerate(self.rows):
            row.stratum = "A" if i < 15 else "B"
            row.save()
        more = make.items(self.dataset.questions.get(), 30)
        rubric = self.campaign.rubrics.get().rubric
        rows = [*self.rows, *(make.a_campaign_item(self.campaign, item, rubric, 3, stratum="B" if i % 2 else "A")
                              for i, item in enumerate(more))]  # fmt: skip
        given = []
        for i, row in enumerate(rows):
            for n, rater in enumerate(self.raters):
                c1 = 1 + i % 3 + (i % 7 == n) + (row.stratum == "A" and rater == self.cast.bob)
                given.append((row, rater, {"c1": c1, "c2": i % 5, "c3": i % 4}))
        make.ratings(given)
        self.sign_in("alice")
        page = self.client.get(self.url, {"criterion": "c1"})
        assert page.context["picture"].biases[0].name == "Bob"
        assert "treats a group differently)" in page.context["picture"].headline

    def test_marks_come_first_in_grading_and_nonsense_falls_back(self):
        self.rate()
        self.sign_in("alice")
        response = self.client.get(self.url, {"criterion": "<x>"})
        assert response.context["chosen"] == "mark"
        assert list(response.context["choices"]) == ["mark", "composite", "c1", "c2", "c3"]

    def test_a_rater_who_turns_lenient_half_way_is_shown_to_have_changed(self):
        self.rate()
        late = [row.pk for row in self.rows[15:]]
        mine = Rating.objects.filter(rater=self.cast.bob, campaign_item__in=late)
        for rating in mine:
            Rating.objects.filter(pk=rating.pk).update(composite=rating.composite + 0.9)
        self.sign_in("alice")
        response = self.client.get(self.url, {"criterion": "composite"})
        (bob,) = [row for row in response.context["picture"].rows if row.name == "Bob"]
        assert bob.drift.alarm is not None
        assert "drift" in [one.word for one in bob.advice]
        self.assertContains(response, "more lenient from rating")

    def rate_in_two_groups(self, *subjects: str) -> str:
        """Bob and Carol on one question, Frank and Dave on another; the page."""
        other = make.a_question(self.dataset, "Q2", full_mark=10, school_subject=subjects[1])
        Question.objects.filter(key="Q1").update(school_subject=subjects[0])
        rubric = self.campaign.rubrics.get().rubric
        rows = [make.a_campaign_item(self.campaign, item, rubric) for item in make.items(other, 8)]
        people = [*self.raters, self.cast.dave]
        for pair, mine in ((people[:2], self.rows[:8]), (people[2:], rows)):
            for i, row in enumerate(mine):
                for n, rater in enumerate(pair):
                    make.a_rating(row, rater, {"c1": (i + n * (i % 3)) % 5, "c2": i % 4, "c3": 3})
        self.sign_in("alice")
        return self.client.get(self.url).content.decode()

    def test_groups_that_never_meet_are_pointed_out(self):
        page = self.rate_in_two_groups("history", "history")
        assert "Some raters share no items" in page
        assert "as they should" not in page

    def test_groups_of_different_school_subjects_are_as_they_should_be(self):
        page = self.rate_in_two_groups("history", "politics")
        assert "as they should" in page
        assert "Some raters share no items" not in page
        assert "group 2" in page

    def test_one_rater_is_told_why_there_is_nothing(self):
        make.a_rating(self.rows[0], self.cast.bob, {"c1": 1, "c2": 1, "c3": 1})
        self.sign_in("alice")
        self.assertContains(self.client.get(self.url), "Only one rater rated")

    def test_without_ratings_it_says_what_to_do(self):
        self.sign_in("alice")
        self.assertContains(self.client.get(self.url), "Nothing rated yet")

    def test_readers_of_the_team_may_see_it_and_raters_may_not(self):
        for name, status in [("alice", 200), ("victor", 200), ("bob", 403), ("eve", 404)]:
            assert self.client_of(name).get(self.url).status_code == status, name

    def test_query_count_does_not_grow(self):
        self.rate(5)
        few = queries_of(self.client_of("alice"), self.url)
        scores = {"c1": 1, "c2": 2, "c3": 3}
        make.ratings([(row, rater, scores) for row in self.rows[5:] for rater in self.raters])
        assert queries_of(self.client_of("alice"), self.url) == few


class AdjustedItemsTests(RatersCase):
    """Frank is severe: items that he and another rated gain by the adjustment."""

    def lines(self, **query) -> list[dict[str, str]]:
        self.sign_in("alice")
        response = self.client.get(reverse("campaign-adjusted-items", args=["exam"]), query)
        assert response.headers["Content-Disposition"].endswith('items.csv"')
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    def test_the_file_has_each_item_with_its_mean_and_its_adjusted_score(self):
        for i, row in enumerate(self.rows):
            fine = 2 + (i * 7) % 3
            pair = [(self.cast.bob, fine), (self.cast.frank, fine - 1)]
            if i % 2:
                pair = [(self.cast.bob, fine), (self.cast.carol, fine + (i % 5 == 0))]
            for rater, c1 in pair:
                make.a_rating(row, rater, {"c1": c1, "c2": 3, "c3": 3})
        found = {row["item"]: row for row in self.lines(criterion="c1")}
        gains = [
            float(found[row.item.key]["adjusted"]) - float(found[row.item.key]["mean"])
            for row in self.rows
        ]
        assert min(gains[0::2]) > max(gains[1::2]) + 0.2
        assert {row["ratings"] for row in found.values()} == {"2"}

    def test_where_nobody_shares_an_item_the_adjusted_score_is_empty(self):
        for row in self.rows:
            make.a_rating(row, self.cast.bob, {"c1": 3, "c2": 3, "c3": 3})
        assert {(row["mean"], row["adjusted"]) for row in self.lines(criterion="c1")} == {("3.0", "")}

    def test_without_a_rating_there_is_only_the_head(self):
        assert self.lines() == []

    def test_only_readers_of_the_team_get_it(self):
        url = reverse("campaign-adjusted-items", args=["exam"])
        for name, status in (("victor", 200), ("bob", 403), ("eve", 404)):
            assert self.client_of(name).get(url).status_code == status


class ClassCase(RatersCase):
    """Criterion 1 has two classes: Frank says yes to everything, the others are mostly right."""

    scale = "yes_no"

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        rubric = make.a_rubric(cls.team, publish=False)
        levels = [{"value": 0, "label": "no"}, {"value": 1, "label": "yes"}]
        rubric.criteria.filter(key="c1").update(scale=cls.scale, high=1, levels=levels)
        rubric.state = "published"
        rubric.save()
        cls.campaign.rubrics.update(rubric=rubric)
        cls.campaign.campaign_items.update(rubric=rubric)
        cls.rows = list(cls.campaign.campaign_items.all())

    def rate_classes(self) -> None:
        given = []
        for i, row in enumerate(self.rows):
            truth = i % 3 == 0
            said = (truth != (i == 4), truth != (i == 5), True)
            for rater, yes in zip(self.raters, said, strict=True):
                c3 = (i * 3 + i % 5 * (rater == self.cast.bob)) % 5
                given.append((row, rater, {"c1": float(yes), "c2": i % 4, "c3": c3}))
        make.ratings(given)

    def lines(self) -> list[dict[str, str]]:
        self.rate_classes()
        self.sign_in("alice")
        url = reverse("campaign-adjusted-items", args=["exam"])
        response = self.client.get(url, {"criterion": "c1"})
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))


class YesOrNoTests(ClassCase):
    def test_the_rater_who_always_says_yes_is_the_least_accurate(self):
        self.rate_classes()
        self.sign_in("alice")
        response = self.client.get(self.url, {"criterion": "c1"})
        frank, rows = response.context["classes"].raters[0]
        assert frank.name == "Frank"
        assert [row.name for row in rows] == ["no", "yes"]
        assert rows[0].cells[1][0] == 1.0
        self.assertContains(response, "Accuracy by class")
        assert self.client.get(self.url, {"criterion": "c2"}).context["classes"] is None

    def test_the_file_says_what_each_item_probably_is(self):
        assert [row["class"] for row in self.lines()][:3] == ["yes", "no", "no"]

    def test_yes_or_no_has_a_severity_too(self):
        self.rate_classes()
        self.sign_in("alice")
        picture = self.client.get(self.url, {"criterion": "c1"}).context["picture"]
        assert (picture.rows[0].name, picture.rows[0].severity.value > 0) == ("Frank", True)

    def test_one_value_used_is_said_and_not_drawn(self):
        for row in self.rows[:5]:
            for rater in self.raters:
                make.a_rating(row, rater, {"c1": 1, "c2": 3, "c3": 3})
        self.sign_in("alice")
        classes = self.client.get(self.url, {"criterion": "c1"}).context["classes"]
        assert classes.reason.code == "one_value"
        assert classes.raters == []


class NamedCategoryTests(ClassCase):
    """Nobody gives more or less of a name; accuracy by class is all there is."""

    scale = "categories"

    def test_the_page_has_accuracy_and_no_severity(self):
        self.rate_classes()
        self.sign_in("alice")
        page = self.client.get(self.url, {"criterion": "c1"})
        assert page.context["picture"].rows == []
        self.assertContains(page, "Of named categories nobody gives more or less")
        self.assertContains(page, "Accuracy by class")
        self.assertNotContains(page, "Difference to the others")

    def test_the_file_has_neither_mean_nor_adjusted_score(self):
        assert {(row["mean"], row["adjusted"]) for row in self.lines()} == {("", "")}

    def test_the_numbers_behind_the_names_do_not_make_a_halo(self):
        self.rate_classes()
        before = self.halos()
        assert None not in before
        CriterionScore.objects.filter(criterion__key="c1").update(value=1 - F("value"))
        assert self.halos() == before

    def halos(self) -> list[float | None]:
        table = rating_table(self.campaign)
        return [one.halo.value for one in rater_numbers(table, severities(table, "composite"))]
