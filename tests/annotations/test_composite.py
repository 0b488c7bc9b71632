"""The composite and the mark: values worked by hand, then laws that hold for any rubric."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotations.methods.composite import (
    CriterionSpec,
    RubricSpec,
    ScoreProblem,
    composite_and_mark,
    round_to_step,
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


# by hand ------------------------------------------------------------------------------


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


# laws ---------------------------------------------------------------------------------

STEPS = st.sampled_from([1.0, 0.5, 0.25, 0.1, 0.2, 2.0])


@st.composite
def criteria(draw: st.DrawFn, key: str, may_be_optional: bool = True) -> CriterionSpec:
    step, n = draw(STEPS), draw(st.integers(1, 12))
    low = draw(st.integers(-5, 5))
    values = tuple(round(low + i * step, 9) for i in range(n + 1))
    weight = draw(st.one_of(st.just(0.0), st.floats(0.01, 100)))
    required = draw(st.booleans()) if may_be_optional else True
    veto = draw(st.one_of(st.none(), st.sampled_from(values)))
    return CriterionSpec(key, values[0], values[-1], weight, values, required, veto)


@st.composite
def rated(draw: st.DrawFn, kind: str | None = None) -> tuple[RubricSpec, dict[str, float]]:
    """A rubric and scores that are allowed under it."""
    lines = tuple(draw(criteria(f"c{i}")) for i in range(draw(st.integers(1, 6))))
    full = draw(st.one_of(st.none(), st.sampled_from([1.0, 2.0, 2.5, 6.0, 10.0, 100.0])))
    spec = RubricSpec(kind or draw(st.sampled_from(["points", "weighted"])), lines, full, draw(STEPS))
    given_keys = [c for c in lines if c.is_required or draw(st.booleans())]
    return spec, {c.key: draw(st.sampled_from(c.values)) for c in given_keys}


@settings(max_examples=100, deadline=None)
@given(rated())
def test_composite_and_mark_stay_within_their_bounds(case):
    spec, scores = case
    result = composite_and_mark(spec, scores)
    assert result.composite is None or 0 <= result.composite <= 1
    if result.mark is not None:
        high = spec.full_mark or sum(max(0.0, c.high) for c in spec.criteria)
        assert 0 <= result.mark <= high + 1e-9


@settings(max_examples=100, deadline=None)
@given(rated(), st.randoms(use_true_random=False))
def test_the_order_of_criteria_and_scores_does_not_matter(case, random):
    spec, scores = case
    lines, pairs = list(spec.criteria), list(scores.items())
    random.shuffle(lines)
    random.shuffle(pairs)
    assert composite_and_mark(replace(spec, criteria=tuple(lines)), dict(pairs)) == composite_and_mark(spec, scores)


@settings(max_examples=100, deadline=None)
@given(rated("weighted"), st.floats(0.01, 1000))
def test_weights_count_only_in_proportion(case, factor):
    spec, scores = case
    scaled = replace(spec, criteria=tuple(replace(c, weight=c.weight * factor) for c in spec.criteria))
    before, after = composite_and_mark(spec, scores), composite_and_mark(scaled, scores)
    assert after.composite == pytest.approx(before.composite, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(rated("weighted"), st.sampled_from([2, 10]), st.integers(-7, 7))
def test_stretching_and_shifting_a_scale_changes_nothing(case, factor, shift):
    spec, scores = case

    def move(value):
        return None if value is None else value * factor + shift

    lines = tuple(
        replace(c, low=move(c.low), high=move(c.high), values=tuple(map(move, c.values)), veto_at=move(c.veto_at))
        for c in spec.criteria
    )
    moved = composite_and_mark(replace(spec, criteria=lines), {k: move(v) for k, v in scores.items()})
    assert moved.composite == pytest.approx(composite_and_mark(spec, scores).composite, abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(rated(), st.data())
def test_a_higher_score_never_lowers_the_result(case, data):
    spec, scores = case
    assume(scores)
    line = data.draw(st.sampled_from([c for c in spec.criteria if c.key in scores]))
    higher = data.draw(st.sampled_from([v for v in line.values if v >= scores[line.key]]))
    before, after = (composite_and_mark(spec, s) for s in (scores, {**scores, line.key: higher}))
    if before.composite is not None:
        assert after.composite is not None or before.is_vetoed
        assert after.composite is None or after.composite >= before.composite - 1e-12
    if before.mark is not None and after.mark is not None:
        assert after.mark >= before.mark


@settings(max_examples=100, deadline=None)
@given(rated())
def test_a_veto_is_zero_and_nothing_else_is_a_veto(case):
    spec, scores = case
    result = composite_and_mark(spec, scores)
    hit = any(c.veto_at is not None and c.key in scores and scores[c.key] <= c.veto_at for c in spec.criteria)
    assert result.is_vetoed == hit
    if hit:
        assert result.composite == 0
        assert result.mark in (0, None)


@settings(max_examples=100, deadline=None)
@given(rated("weighted"))
def test_the_best_scores_give_one_and_the_worst_give_zero(case):
    spec, scores = case
    spec = replace(spec, criteria=tuple(replace(c, veto_at=None) for c in spec.criteria))
    assume(any(c.weight > 0 and c.key in scores for c in spec.criteria))
    limits = {c.key: c for c in spec.criteria if c.key in scores}
    assert composite_and_mark(spec, {k: c.high for k, c in limits.items()}).composite == 1
    assert composite_and_mark(spec, {k: c.low for k, c in limits.items()}).composite == 0


@settings(max_examples=100, deadline=None)
@given(rated("weighted"))
def test_a_mark_is_a_multiple_of_the_step_or_the_full_mark(case):
    spec, scores = case
    mark = composite_and_mark(spec, scores).mark
    if mark is not None and mark != spec.full_mark:
        assert mark == pytest.approx(round(mark / spec.step) * spec.step, abs=1e-9)
        assert mark == round(mark, 9)


@settings(max_examples=100, deadline=None)
@given(st.floats(0, 1000), STEPS)
def test_rounding_moves_a_value_by_at_most_half_a_step(value, step):
    assert abs(round_to_step(value, step) - value) <= step / 2 + step * 1e-8 + 1e-9
    assert round_to_step(round_to_step(value, step), step) == round_to_step(value, step)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400), STEPS)
def test_a_half_always_goes_up(k, step):
    assert round_to_step((k + 0.5) * step, step) == pytest.approx((k + 1) * step)
