"""The interval closing in: the looks, what is kept, and the picture on the campaign's page."""

from __future__ import annotations

import re
from unittest import mock

import pytest

from annotations.models import Adjudication, Campaign, Rating
from grading import verdict_course
from grading.actions.verdict import compute_verdict, compute_verdicts
from grading.course_picture import course_picture
from grading.methods.rating_steps import MOST, rating_steps
from grading.models import Gate
from grading.verdict_course import Course, Look, course_of
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import a_grading, an_evaluation


@pytest.mark.parametrize("ratings", [1, 7, 24, 25, 26, 99, 250, 251, 1234, 10_000, 99_999])
def test_looks_are_few_even_and_round(ratings: int) -> None:
    steps = rating_steps(ratings)
    step = steps[0]
    assert steps == list(range(step, ratings + 1, step))
    assert len(steps) <= MOST
    assert re.fullmatch("[125]0*", str(step))
    assert ratings - steps[-1] < step


def test_the_last_look_may_be_at_all_ratings() -> None:
    assert rating_steps(0, with_last=True) == []
    assert rating_steps(23, with_last=True)[-1] == 23
    assert rating_steps(10_100, with_last=True)[-2:] == [10_000, 10_100]


class Looks(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(cls.cast, n=20)

    def course(self, name: str | None = None, *, is_complete: bool = True) -> Course:
        found = course_of(self.campaign, name, is_complete=is_complete)
        assert found is not None
        return found

    def last(self, campaign: Campaign, candidate: str) -> tuple:
        found = course_of(campaign, candidate, is_complete=True)
        assert found is not None
        look = found.looks[-1]
        return look.estimate, look.low, look.high

    def test_the_last_look_is_the_verdicts_interval(self) -> None:
        like = compute_verdict(campaign=self.campaign, candidate="poor", by=None).evidence
        ends = like["estimate"]["intervals"]["like"]
        expected = (ends["estimate"], ends["low"], ends["high"])
        assert self.last(self.campaign, "poor") == pytest.approx(expected)

    def test_in_grading_it_is_the_share_of_right_marks_adjudications_included(self) -> None:
        campaign, scorer = a_grading(self.cast, n=12)
        item = campaign.campaign_items.first()
        Adjudication.objects.create(
            campaign_item=item, adjudicator=self.cast.dave, scores={}, composite=0, mark=3
        )
        verdict = compute_verdict(campaign=campaign, candidate=scorer.name, by=None)
        ends = verdict.evidence["estimate"]["intervals"]["like"]
        assert self.last(campaign, scorer.name) == pytest.approx(
            (ends["estimate"], ends["low"], ends["high"])
        )

    def test_it_narrows_as_ratings_come(self) -> None:
        laid = [look for look in self.course("good").looks if look.low is not None]
        widths = [look.high - look.low for look in laid]
        assert sum(widths[-3:]) < sum(widths[:3])

    def test_a_look_knows_nothing_of_later_ratings(self) -> None:
        before = self.course("good").looks
        last = Rating.objects.filter(campaign=self.campaign).order_by("-pk").first()
        Rating.objects.filter(pk=last.pk).update(composite=0.0)
        with mock.patch.object(verdict_course.cache, "get", return_value=None):
            after = self.course("good").looks
        assert after[:-1] == before[:-1]

    def test_looks_are_kept_until_the_next_is_due(self) -> None:
        self.course()
        with mock.patch.object(verdict_course, "_looks", side_effect=verdict_course._looks) as looks:
            self.course()
            assert looks.call_count == 0
            Rating.objects.filter(campaign=self.campaign).first().delete()
            self.course()
            assert looks.call_count == 1

    def test_a_changed_rating_makes_new_looks(self) -> None:
        self.course()
        with mock.patch.object(verdict_course, "_looks", side_effect=verdict_course._looks) as looks:
            rating = Rating.objects.filter(campaign=self.campaign).first()
            Rating.objects.filter(pk=rating.pk).update(state="withdrawn")
            make.a_rating(self.reopened(rating), rating.rater, {"c1": 1, "c2": 1, "c3": 1})
            self.course()
            assert looks.call_count == 1

    def reopened(self, rating: Rating):
        slot = rating.assignment
        type(slot).objects.filter(pk=slot.pk).update(state="open", rater=None)
        return rating.campaign_item

    def test_an_unknown_candidate_is_the_first_one(self) -> None:
        assert self.course("nobody").chosen == "good"
        assert self.course("poor").chosen == "poor"


class Page(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(cls.cast, n=8)
        cls.url = f"/campaigns/{cls.campaign.slug}/"

    def page(self, **query: str) -> str:
        self.sign_in("alice")
        return self.client.get(self.url, query).content.decode()

    def test_the_picture_stands_with_its_table_and_says_what_it_is_worth(self) -> None:
        page = self.page()
        assert '<polygon class="band"' in page
        assert "the verdict decides" in page
        slot = self.campaign.assignments.filter(state="submitted").first()
        type(slot).objects.filter(pk=slot.pk).update(state="open", rater=None)
        assert "For information; decided when the sample is complete." in self.page()

    def test_another_candidate_can_be_chosen_without_javascript(self) -> None:
        assert '<option value="poor" selected>' in self.page(candidate="poor")

    def test_a_candidate_that_no_gate_rejected_is_shown_first(self) -> None:
        with make.as_draft(self.campaign):
            Gate.objects.create(
                campaign=self.campaign, metric="accuracy", threshold=0.5,
                prediction="metadata.got", reference="metadata.label",
            )  # fmt: skip
        for item in self.campaign.dataset.items.filter(source="good"):
            item.metadata["got"] = "b"
            item.save()
        compute_verdicts(campaign=self.campaign, by=None)
        assert '<option value="poor" selected>' in self.page()

    def test_looks_that_take_long_come_after_the_page_or_by_a_link(self) -> None:
        with mock.patch.object(verdict_course, "AT_ONCE", 10):
            page = self.page()
            assert '<polygon class="band"' not in page
            assert 'hx-trigger="load" hx-select="#course-section"' in page
            assert "Compute the picture" in page
            assert '<polygon class="band"' in self.page(course="1")
            assert '<polygon class="band"' in self.page()  # kept from now on

    def test_before_there_is_an_interval_it_says_what_is_missing(self) -> None:
        kept = Rating.objects.filter(campaign=self.campaign).order_by("pk")[:1]
        Rating.objects.filter(campaign=self.campaign).exclude(pk__in=[r.pk for r in kept]).delete()
        page = self.page()
        assert "There is no interval yet" in page
        assert '<polygon class="band"' not in page

    def test_a_candidates_name_is_data(self) -> None:
        self.campaign.dataset.items.filter(source="good").update(source="<script>x</script>")
        assert "<script>x" not in self.page()


def test_the_axis_is_the_whole_scale_whatever_the_numbers() -> None:
    looks = [Look(10, None, None, None), Look(20, 0.9, 0.0, 1.0)]
    picture = course_picture(Course(["a"], "a", looks), 0.95)
    assert picture is not None
    y = {text: float(at) for at, text in picture.y_ticks}
    assert picture.looks[1].y_low == f"{y['0']:.1f}"
    assert picture.looks[1].y_high == f"{y['100']:.1f}"
    assert y["100"] < float(picture.y_threshold) < float(picture.y_word)
    assert picture.looks[0].y is None


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.7, 0.8, "wholly above"), (0.5, 0.69, "wholly below"), (0.6, 0.7, "within")],
)
def test_the_sentence_says_where_the_interval_stands(low: float, high: float, said: str) -> None:
    picture = course_picture(Course(["a"], "a", [Look(20, 0.65, low, high)]), 0.7)
    assert picture is not None
    assert said in picture.sentence
