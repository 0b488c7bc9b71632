"""The marks that a question can be given."""

from __future__ import annotations

from grading.methods.mark_scale import mark_scale


def test_full_mark_and_step_make_the_scale_whatever_was_given():
    assert mark_scale({1.0}, 2, 0.5).marks == (0, 0.5, 1, 1.5, 2)


def test_halves_are_told_from_the_marks_given():
    assert mark_scale({0.0, 1.5}, 2).marks == (0, 0.5, 1, 1.5, 2)
    assert mark_scale({0.0, 2.0}, 2).marks == (0, 1, 2)


def test_without_a_full_mark_the_highest_given_is_taken():
    scale = mark_scale({0.0, 3.0})
    assert (scale.full_mark, scale.marks) == (3, (0, 1, 2, 3))


def test_marks_on_no_step_can_be_given_again_and_no_others():
    assert mark_scale({0.0, 0.3, 1.0}, 1).marks == (0, 0.3, 1)


def test_a_scale_too_fine_to_choose_from_keeps_the_marks_that_were_given():
    assert mark_scale({0.0, 12.5}, 5000, 0.5).marks == (0, 12.5, 5000)


def test_only_zeros_are_a_scale_of_one_mark():
    assert mark_scale({0.0}).marks == (0,)


def test_a_mark_is_found_on_the_scale_in_spite_of_rounding():
    scale = mark_scale({0.3}, 1, 0.1)
    assert scale.nearest(0.1 + 0.2) == 0.3
    assert scale.nearest(0.25) is None
