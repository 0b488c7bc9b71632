"""Small figures on pages: intervals and durations."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.template import Context, Template
from django.utils.translation import override

from annotations.templatetags.figures import duration, minutes, spaced


def draw(arguments: str, **context: object) -> str:
    return Template("{% load figures %}{% interval " + arguments + " %}").render(Context(context))


def places(svg: str, shape: str) -> list[str]:
    return re.findall(rf'<\w+ class="interval-{shape}"[^>]*? (?:x1|cx)="([^"]+)"', svg)


def test_the_point_lies_where_the_number_is_on_its_axis() -> None:
    assert places(draw("72 70 75 0 100"), "point") == ["144.0"]
    assert places(draw("0 -1 1 -3 3"), "point") == ["100.0"]


def test_what_is_beyond_the_axis_stays_at_its_end() -> None:
    assert places(draw("1.4 0.2 1.9"), "point") == ["200.0"]


def test_an_undefined_estimate_draws_no_point_and_says_so() -> None:
    svg = draw("value low high", value=None, low=None, high=None)
    assert places(svg, "point") == []
    assert 'aria-label="undefined"' in svg


def test_a_missing_bound_draws_no_range() -> None:
    assert places(draw("0.5 low 0.6", low=None), "range") == []


def test_the_words_carry_what_the_picture_shows() -> None:
    assert 'aria-label="0.79 [0.74, 0.83], threshold 0.667"' in draw(
        "0.79 0.74 0.83 threshold=0.667"
    )


def test_a_language_with_another_decimal_sign_breaks_no_coordinate() -> None:
    with override("de"):
        assert places(draw("0.333"), "point") == ["66.6"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (29, "29 s"),
        (90, "2 min"),
        (3599, "1 h 0 min"),
        (4200, "1 h 10 min"),
        (None, ""),
    ],
)
def test_durations_are_said_in_two_units(seconds: int | None, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(900, "15 minutes"), (61, "1 minute"), (1, "1 minute")]
)
def test_a_wait_is_said_in_whole_minutes(seconds: int, words: str) -> None:
    assert minutes(timedelta(seconds=seconds)) == words


def test_digits_keep_apart_from_chinese() -> None:
    assert spaced("4小时，30\xa0分钟之前") == "4 小时，30 分钟之前"
    assert spaced("4\xa0hours ago") == "4\xa0hours ago"
