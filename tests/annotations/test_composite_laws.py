"""The composite and the mark: laws that hold for any rubric."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annotations.methods.composite import (
    CriterionSpec,
    RubricSpec,
    composite_and_mark,
    round_to_step,
)

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
