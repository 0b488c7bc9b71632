"""The composite and the mark: values worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from annotations.methods.composite import (
    CriterionSpec,
    RubricSpec,
    ScoreProblem,
    composite_and_mark,
)

REPLY = RubricSpec(
    "weighted",
    (
        CriterionSpec("correct", 0, 5, 40),
        CriterionSpec("polite", 0, 5, 30),
        CriterionSpec("useful", 1, 5, 30),
    ),
)


def points(*marks: float, full: float | None = None, step: float = 1.0) -> RubricSpec:
    criteria = tuple(CriterionSpec(f"c{i}", 0, m) for i, m in enumerate(marks, start=1))
    return RubricSpec("points", criteria, full, step)


def composite(spec: RubricSpec, **scores: float) -> float | None:
    return composite_and_mark(spec, scores).composite


def test_a_weighted_composite_is_the_weighted_mean_of_the_normalised_scores():
    assert composite(REPLY, correct=4, polite=5, useful=3) == pytest.approx(0.32 + 0.30 + 0.15)


def test_a_scale_that_starts_at_one_is_normalised_from_one():
    assert composite(REPLY, correct=0, polite=0, useful=1) == 0


def test_weights_need_not_sum_to_a_hundred():
    doubled = replace(
        REPLY, criteria=tuple(replace(c, weight=c.weight * 2) for c in REPLY.criteria)
    )
    assert composite(doubled, correct=4, polite=5, useful=3) == pytest.approx(0.77)


def test_a_composite_of_three_fifths_reaches_a_pass_mark_of_three_fifths():
    spec = RubricSpec("weighted", tuple(CriterionSpec(f"c{i}", 0, 10, 1) for i in range(3)))
    assert composite(spec, c0=6, c1=6, c2=6) == 0.6
    assert composite(replace(spec, criteria=spec.criteria[:1]), c0=6) == 0.6


def test_a_weighted_rubric_gives_a_mark_rounded_half_up_to_the_step():
    spec = replace(REPLY, full_mark=10.0, step=0.5)
    assert composite_and_mark(spec, {"correct": 4, "polite": 5, "useful": 3}).mark == 7.5
    assert composite_and_mark(replace(spec, step=1.0), {"correct": 4, "polite": 5, "useful": 3}).mark == 8
    half = RubricSpec("weighted", (CriterionSpec("a", 0, 4, 1),), 2.0, 1.0)
    assert composite_and_mark(half, {"a": 1}).mark == 1  # .5 goes up
    assert composite_and_mark(half, {"a": 3}).mark == 2  # 1.5 goes up


def test_rounding_up_never_goes_beyond_the_full_mark():
    spec = RubricSpec("weighted", (CriterionSpec("a", 0, 5, 1),), 2.5, 1.0)
    assert composite_and_mark(spec, {"a": 5}).mark == 2.5


def test_points_are_added_and_half_marks_kept():
    result = composite_and_mark(points(2, 2, 1, full=5, step=0.5), {"c1": 1.5, "c2": 2, "c3": 0.5})
    assert (result.mark, result.composite) == (4.0, 0.8)


def test_points_beyond_the_full_mark_are_capped():
    result = composite_and_mark(points(2, 2, 2, full=4), {"c1": 2, "c2": 2, "c3": 2})
    assert (result.mark, result.composite) == (4, 1)


def test_deductions_never_take_the_mark_below_zero():
    spec = RubricSpec("points", (CriterionSpec("a", 0, 2), CriterionSpec("slips", -3, 0)), 2.0)
    assert composite_and_mark(spec, {"a": 1, "slips": -3}).mark == 0


def test_tenths_of_a_mark_add_up_exactly():
    spec = points(0.1, 0.2, 0.3, full=1, step=0.1)
    assert composite_and_mark(spec, {"c1": 0.1, "c2": 0.2, "c3": 0.0}).mark == 0.3


def test_without_a_full_mark_the_highest_points_stand_for_it():
    result = composite_and_mark(points(2, 3), {"c1": 1, "c2": 3})
    assert (result.mark, result.composite) == (4, 0.8)


def test_points_that_can_only_be_deducted_have_no_composite():
    spec = RubricSpec("points", (CriterionSpec("slips", -3, 0),))
    assert composite_and_mark(spec, {"slips": -1}) == composite_and_mark(spec, {"slips": 0})
    assert composite_and_mark(spec, {"slips": -1}).composite is None


def test_a_missing_optional_criterion_leaves_numerator_and_denominator():
    optional = replace(REPLY.criteria[2], is_required=False)
    spec = replace(REPLY, criteria=(*REPLY.criteria[:2], optional))
    assert composite(spec, correct=5, polite=0) == pytest.approx(40 / 70)


def test_a_missing_optional_scoring_point_does_not_shrink_the_question():
    spec = points(2, 3, full=5)
    spec = replace(spec, criteria=(spec.criteria[0], replace(spec.criteria[1], is_required=False)))
    assert composite_and_mark(spec, {"c1": 2}).composite == 0.4
    assert composite_and_mark(replace(spec, full_mark=None), {"c1": 2}).composite == 1


@pytest.mark.parametrize("kind", ["points", "weighted"])
def test_where_nothing_was_scored_the_composite_is_undefined(kind):
    spec = RubricSpec(kind, (CriterionSpec("a", 0, 1, is_required=False),), 5.0)
    result = composite_and_mark(spec, {})
    assert (result.composite, result.mark) == (None, None)


def test_a_veto_makes_the_composite_and_the_mark_zero():
    safety = CriterionSpec("safe", 0, 1, 0, (0, 1), True, 0)
    spec = replace(REPLY, criteria=(*REPLY.criteria, safety), full_mark=10.0)
    scores = {"correct": 5, "polite": 5, "useful": 5}
    assert composite_and_mark(spec, {**scores, "safe": 1}).composite == 1
    result = composite_and_mark(spec, {**scores, "safe": 0})
    assert (result.composite, result.mark, result.is_vetoed) == (0, 0, True)


def test_a_veto_counts_even_where_no_scored_criterion_has_a_weight():
    safety = CriterionSpec("safe", 0, 1, 0, (0, 1), True, 0)
    other = CriterionSpec("a", 0, 5, 100, is_required=False)
    result = composite_and_mark(RubricSpec("weighted", (safety, other)), {"safe": 0})
    assert (result.composite, result.is_vetoed) == (0, True)


def test_a_criterion_without_weight_changes_nothing():
    extra = CriterionSpec("extra", 0, 5, 0)
    spec = replace(REPLY, criteria=(*REPLY.criteria, extra))
    assert composite(spec, correct=4, polite=5, useful=3, extra=0) == pytest.approx(0.77)


@pytest.mark.parametrize(
    ("scores", "code", "key"),
    [
        ({"correct": 4, "polite": 5}, "missing", "useful"),
        ({"correct": 4, "polite": 5, "useful": 3, "style": 1}, "unknown", "style"),
        ({"correct": 6, "polite": 5, "useful": 3}, "not_on_scale", "correct"),
        ({"correct": math.nan, "polite": 5, "useful": 3}, "not_on_scale", "correct"),
        ({"correct": math.inf, "polite": 5, "useful": 3}, "not_on_scale", "correct"),
        ({"correct": "4", "polite": 5, "useful": 3}, "not_on_scale", "correct"),
        ({"correct": None, "polite": 5, "useful": 3}, "not_on_scale", "correct"),
        ({"correct": True, "polite": 5, "useful": 3}, "not_on_scale", "correct"),
        ({"correct": [4], "polite": 5, "useful": 3}, "not_on_scale", "correct"),
    ],
)
def test_a_score_that_is_missing_unknown_or_off_the_scale_is_refused(scores, code, key):
    with pytest.raises(ScoreProblem) as caught:
        composite_and_mark(REPLY, scores)
    assert (caught.value.code, caught.value.key) == (code, key)


def test_only_listed_values_are_on_a_scale_that_lists_them():
    spec = RubricSpec("weighted", (CriterionSpec("a", 0, 2, 1, (0, 0.5, 2)),))
    assert composite(spec, a=0.5) == 0.25
    with pytest.raises(ScoreProblem):
        composite_and_mark(spec, {"a": 1})


def test_a_sum_of_tenths_is_on_a_scale_of_tenths():
    tenths = tuple(round(i / 10, 1) for i in range(11))
    spec = RubricSpec("weighted", (CriterionSpec("a", 0, 1, 1, tenths),))
    assert composite(spec, a=0.1 + 0.2) == pytest.approx(0.3)


def test_numpy_numbers_are_numbers():
    spec = RubricSpec("weighted", (CriterionSpec("a", 0, 4, 1),))
    assert composite(spec, a=np.int64(2)) == composite(spec, a=np.float64(2)) == 0.5
