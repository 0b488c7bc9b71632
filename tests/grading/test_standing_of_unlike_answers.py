"""Answers against the bar where some were likelier to be drawn, or wrong marks gather in some papers."""

from __future__ import annotations

import numpy as np
import pytest

from grading.exam_data import exam_data
from grading.exam_page import exam_page
from grading.methods.bar_standing import Standing, standing
from grading.methods.exam_guarantee import Bar, upper_bound
from tests.base import ConcordTestCase
from tests.grading.test_selective_grading import an_exam

RUNS = 400


def held(is_wrong: np.ndarray, bar: Bar, paper: np.ndarray | None, weight: np.ndarray | None = None) -> Standing:
    return standing(is_wrong.astype(float), np.zeros(len(is_wrong)), bar, paper, weight)


@pytest.mark.parametrize(
    ("rates", "shares", "counts", "allowed"),
    [((0.04, 0.005), (0.9, 0.1), (200, 200), 14), ((0.13, 0.005), (0.2, 0.8), (20, 380), 10)],
)
def test_an_uneven_sample_shows_a_bar_that_is_not_kept_as_seldom_as_promised(rates, shares, counts, allowed) -> None:
    """The true error is about what the bar asks for in the first, a fifth above it in the second."""
    rng, bar = np.random.default_rng(1), Bar(questions=5, wrong_allowed=allowed)
    group = np.repeat([0, 1], counts)
    weight, truth = (np.array(shares) / counts)[group], float(np.dot(rates, shares))
    found = [held(rng.random(400) < np.array(rates)[group], bar, None, weight) for _run in range(RUNS)]
    assert np.mean([one.bound < truth for one in found]) <= 0.07
    assert np.mean([one.is_shown for one in found]) <= 0.07
    assert np.mean([one.error for one in found]) == pytest.approx(truth, rel=0.1)


@pytest.mark.parametrize(("papers", "error", "together"), [(100, 0.05, 0.3), (200, 0.05, 0.5)])
def test_wrong_marks_that_gather_in_some_papers_tell_less(papers: int, error: float, together: float) -> None:
    rng, bar = np.random.default_rng(2), Bar(questions=5, wrong_allowed=14)
    like = 1 / together - 1
    paper, out = np.repeat(np.arange(papers), 5), []
    for _run in range(RUNS):
        rate = rng.beta(error * like, (1 - error) * like, papers)
        out.append(held(rng.random(len(paper)) < rate[paper], bar, paper))
    assert np.mean([one.bound < error for one in out]) <= 0.07
    assert np.mean([not one.low <= error <= one.high for one in out]) <= 0.07


def test_even_answers_of_different_papers_are_counted_as_they_are() -> None:
    for wrong in (0, 1, 7, 50):
        one = held(np.arange(50) < wrong, Bar(), np.arange(50), np.full(50, 3.0))
        assert one.bound == pytest.approx(upper_bound(wrong, 50))
        assert one.error == wrong / 50


def test_marks_that_were_drawn_nobody_knows_how_count_alike() -> None:
    wrong = np.arange(50) < 5
    assert held(wrong, Bar(), None, np.full(50, np.nan)) == held(wrong, Bar(), None)


class PageTest(ConcordTestCase):
    def test_the_page_weighs_the_answers_as_they_were_drawn(self):
        campaign = an_exam(self.cast)  # wrong on the first twelve of sixty
        rows = campaign.campaign_items.order_by("pk")
        rows.update(probability=0.9)
        campaign.campaign_items.filter(pk__in=[row.pk for row in rows[:12]]).update(probability=0.3)
        data = exam_data(campaign)
        page = exam_page(data, data.values_of("grader"), Bar(), 1.0, None)
        assert page.rows[0].standing.wrong == 12
        assert page.rows[0].standing.error == pytest.approx(36 / 84)
