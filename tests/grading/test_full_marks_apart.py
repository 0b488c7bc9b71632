"""Questions of 3, 5, 12 and 20 marks together: that a long question gets more marks is no agreement."""

from __future__ import annotations

from functools import cache

import numpy as np

from grading.exam_data import exam_data
from grading.exam_page import exam_page
from grading.methods.audit_agreement import audit_agreement
from grading.methods.exam_guarantee import Bar
from grading.methods.grader_measures import mean_qwk
from grading.metrics import compute
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import a_policy, raters_of

FULL = (3.0, 5.0, 12.0, 20.0)
EACH = 60


@cache
def marks() -> tuple[np.ndarray, ...]:
    """Full marks, two people who err by .12 of them and a machine that errs by .2, by question."""
    rng, full = np.random.default_rng(5), np.repeat(FULL, EACH)
    true = rng.uniform(0.2, 0.9, len(full))
    given = [np.clip(np.round((true + rng.normal(0, sd, len(full))) * full), 0, full) for sd in (0.12, 0.12, 0.2)]
    return full, *given


def test_pooled_kappa_is_what_the_questions_have() -> None:
    full, bob, _carol, machine = marks()
    by_question = mean_qwk(machine, bob, full.astype(str).tolist())
    raw = compute("qwk", machine.tolist(), bob.tolist()).value
    found = compute("qwk", machine.tolist(), bob.tolist(), full_marks=full.tolist()).value
    assert raw > by_question + 0.2
    assert abs(found - by_question) < 0.03


def test_kappa_with_one_full_mark_or_an_unknown_one_is_of_the_marks() -> None:
    plain = compute("qwk", [1, 2, 3], [1, 3, 3]).value
    assert compute("qwk", [1, 2, 3], [1, 3, 3], full_marks=[3, 3, 3]).value == plain
    assert compute("qwk", [1, 2, 3], [1, 3, 3], full_marks=[3, None, 8]).value == plain
    assert compute("qwk", [1, None, 3], [1, 3, 2], full_marks=[3, None, 6]).n == 2


def test_the_audit_of_a_grader_in_service_says_so_too() -> None:
    full, bob, _carol, machine = marks()
    chances = np.full(len(full), 0.5)
    found = audit_agreement(machine, bob, chances, 2 * len(full), full)
    assert abs(found.qwk - mean_qwk(machine, bob, full.astype(str).tolist())) < 0.03


class ExamTests(ConcordTestCase):
    def test_a_machine_that_is_worse_is_not_shown_to_be_as_good(self) -> None:
        """People agree at .71 in a question, the machine with them at .59; of raw marks .90 and .85."""
        full, bob, carol, machine = marks()
        dataset = make.a_dataset(self.team)
        items = [
            item
            for most in FULL
            for item in make.items(make.a_question(dataset, f"Q{most:g}", full_mark=most), EACH)
        ]
        rubric = make.a_rubric(self.team, (1,), high=20, kind="points")
        campaign = make.a_campaign(dataset, rubric, raters_of(self.cast), kind="grading")
        rows = {row.item_id: row for row in campaign.campaign_items.all()}
        given = [
            (rows[item.pk], rater, {"c1": float(one)})
            for item, *both in zip(items, bob, carol, strict=True)
            for rater, one in zip(raters_of(self.cast)[:2], both, strict=True)
        ]
        make.ratings(given)
        a_policy(campaign)
        make.a_scorer(self.team, {item: float(one) for item, one in zip(items, machine, strict=True)}, "grader")
        data = exam_data(campaign)
        found = exam_page(data, data.values_of("grader"), Bar(), 1.0, None).agreement
        questions = full.astype(str).tolist()
        assert abs(found.people - mean_qwk(bob, carol, questions)) < 0.03
        assert found.difference < -0.08
        assert found.high < 0
