"""Verdicts in sentences, and the picture's coordinates."""

from __future__ import annotations

import pytest

from grading.methods.decision import WORST_FIRST
from grading.models import Verdict
from grading.verdict_advice import advice
from grading.verdict_picture import Line, picture
from grading.verdict_plainly import plainly
from grading.verdict_sentences import SENTENCES, sentence
from grading.verdict_words import coefficient, hundred, in_a_row, limit, span

ENDS = {"estimate": 0.862, "low": 0.821, "high": 0.9, "reason": None}
GATES = [
    {
        "metric": "accuracy",
        "value": 0.74,
        "threshold": 0.8,
        "is_at_least": True,
        "is_passed": False,
    },
    {"metric": "mae", "value": 1.5, "threshold": 1.0, "is_at_least": False, "is_passed": False},
    {"metric": "bleu", "value": None, "threshold": 1.0, "is_at_least": True, "is_passed": None},
]


def verdict(reason: str, **more) -> Verdict:
    evidence = {
        "estimand": "mean_composite",
        "threshold": 0.7,
        "decision": {"outcome": "undecided", "reason": reason, "leaning": "pass"},
        "gates": GATES,
        "agreement": {
            "coefficient": "krippendorff_alpha",
            "value": 0.61,
            "low": 0.52,
            "high": 0.7,
            "floor": 0.667,
            "reason": "no_overlap",
        },
        "estimate": {"reason": "too_few_items", "intervals": {"like": ENDS}},
        "sample": {"waiting": 12, "drawn": 100},
        "advice": None,
        **more,
    }
    return Verdict(candidate="A", evidence=evidence)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (
            "above",
            "A passes: the mean composite is 86.2 [82.1, 90.0], wholly above the threshold of 70.",
        ),
        ("below", "A fails"),
        ("straddles", "the threshold of 70 lies within"),
        ("unfinished", "12 of 100 items still wait for their rating. As it stands"),
        (
            "gate_failed",
            "Accuracy is 0.74, at least 0.8 was asked for; Mean absolute error is 1.5, at most 1 was allowed",
        ),
        ("agreement_below_floor", "Krippendorff’s α is 0.61 [0.52, 0.70]"),
        ("agreement_unknown", "no item was rated by two raters"),
        ("gate_unknown", "a gate could not be computed (BLEU)"),
        ("no_estimate", "there is no estimate with an interval"),
    ],
)
def test_every_reason_has_its_sentence(reason: str, expected: str) -> None:
    assert expected in sentence(verdict(reason))


def test_no_reason_is_without_a_sentence() -> None:
    assert len(SENTENCES) == 11
    assert set(WORST_FIRST) == set(Verdict.Outcome.values)


def test_an_unfinished_verdict_without_numbers_shows_none() -> None:
    text = sentence(verdict("unfinished", estimate={"reason": "too_few_items", "intervals": {}}))
    assert "As it stands" not in text


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            {"kind": "more_ratings", "ratings": 60, "items": 30, "assured_ratings": 90},
            "90 ratings make that 80 % sure.",
        ),
        (
            {"kind": "more_ratings", "ratings": 60, "items": 30, "assured_ratings": None},
            "Even all items",
        ),
        (
            {"kind": "more_raters", "raters": 3, "items": 0, "ratings": 0, "assured_ratings": None},
            "About 3 more raters on the same items would.",
        ),
        (
            {"kind": "more_raters", "raters": 1, "items": 9, "ratings": 18, "assured_ratings": 30},
            "About 1 more rater and 18 more ratings on 9 more items would, if the estimate stays where "
            "it is. 30 ratings make that 80 % sure.",
        ),
        ({"kind": "too_close"}, "so close to the threshold"),
    ],
)
def test_what_would_decide_is_said(found: dict, expected: str) -> None:
    assert expected in advice(verdict("straddles", advice=found).evidence)


def test_more_ratings_after_the_end_are_called_a_second_look() -> None:
    found = {"kind": "more_ratings", "ratings": 60, "items": 30, "assured_ratings": 90}
    assert "is a second look" in advice(verdict("straddles", advice=found).evidence)
    assert "second look" not in advice(verdict("unfinished", advice=found).evidence)


def test_a_decided_verdict_needs_no_advice() -> None:
    assert advice(verdict("above").evidence) == ""


def test_numbers_are_written_as_people_read_them() -> None:
    assert (hundred(0.8625), hundred(None), limit(0.667), limit(0.7)) == ("86.2", "–", "66.7", "70")
    assert [coefficient(x) for x in (0.741, -0.2, 1.0, 0.0, -0.001)] == [
        "0.74",
        "−0.20",
        "1.00",
        "0.00",
        "0.00",
    ]
    assert span({"estimate": 0.5, "low": None, "high": None}) == "50.0"


def test_sentences_stand_in_a_row_without_empty_ones() -> None:
    assert in_a_row() == ""
    assert in_a_row("One.", "", "Two.", "Three.") == "One. Two. Three."


def test_the_threshold_leaves_names_and_numbers_free() -> None:
    drawn = picture([Line("A", ENDS, "pass"), Line("B", ENDS, "pass")], 0.7).lines
    for line in drawn:
        assert float(line.y_clear) > float(line.y_text)
        assert float(line.y_clear) < float(line.y_low) < float(line.y_high) < float(line.y_next)
    assert float(drawn[0].y_next) < float(drawn[1].y_text)


def test_a_floor_is_written_as_it_was_set() -> None:
    assert "the floor of 0.667" in sentence(verdict("agreement_below_floor"))


def test_the_picture_spans_the_whole_scale_and_knows_no_comma() -> None:
    drawn = picture([Line("A", ENDS, "pass"), Line("B", {"estimate": None}, "side", False)], 0.7)
    first, second = drawn.lines
    assert (first.x_low, first.x_high) == ("631.1", "688.0")
    assert (second.x_value, second.x_low) == (None, None)
    assert [tick["text"] for tick in drawn.ticks] == ["0", "20", "40", "60", "80", "100"]
    assert drawn.label == "A: 86.2 [82.1, 90.0]; B: –; threshold 70"


def test_long_names_are_cut_by_their_width() -> None:
    chinese, latin = picture(
        [Line("客" * 40, ENDS, "pass"), Line("x" * 27, ENDS, "pass")], 0.7
    ).lines
    assert chinese.short_name == "客" * 13 + "…"
    assert latin.short_name == "x" * 27


def plain_words(ends: dict, **more) -> str:
    found = {"estimand": "right_marks", "confidence": 0.95, **more}
    return plainly(verdict("above", **found, estimate={"intervals": {"like": ends}}).evidence)


def test_shares_of_right_marks_are_counted_out_of_a_hundred():
    words = plain_words({"estimate": 0.947, "low": 0.918, "high": 0.966})
    assert words.startswith("Of 100 marks, about 95 are right and 5 wrong; with 95 % confidence between 92 and 97")


def test_what_rounds_to_all_right_keeps_its_digit():
    words = plain_words({"estimate": 0.996, "low": 0.982, "high": 0.999})
    assert "about 99.6 are right and 0.4 wrong" in words
    assert "between 98.2 and 99.9" in words


def test_a_mean_says_what_its_brackets_are():
    assert "come to between 82 and 90 of 100" in plain_words(ENDS, estimand="mean_composite")


@pytest.mark.parametrize("reason", ["gate_failed", "agreement_below_floor", "no_estimate"])
def test_a_verdict_without_its_estimate_in_the_sentence_says_nothing_of_it(reason):
    assert plainly(verdict(reason, confidence=0.95).evidence) == ""
