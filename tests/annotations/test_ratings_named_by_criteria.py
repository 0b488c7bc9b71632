"""Columns named by a criterion of the campaign and a rater, as people name them."""

from __future__ import annotations

import pytest

from annotations.formats.rater_columns import named_parts


@pytest.mark.parametrize(
    ("names", "criteria", "expected"),
    [
        (["准确性（张三）", "完整性（张三）"], {"准确性", "完整性"}, [("张三", "准确性"), ("张三", "完整性")]),
        (["张三-准确性", "李四-准确性"], {"准确性", "完整性"}, [("张三", "准确性"), ("李四", "准确性")]),
        (["Tone_1", "Tone_2"], {"tone", "Facts"}, [("1", "Tone"), ("2", "Tone")]),
        (["ann_1", "ann_2"], {"Tone"}, [("ann_1", ""), ("ann_2", "")]),
        (["rater1_tone", "rater2_tone"], {"Tone"}, [("rater1", "tone"), ("rater2", "tone")]),
        (["Tone", "Facts"], {"Tone", "Facts"}, [("Tone", ""), ("Facts", "")]),
        ([], {"Tone"}, []),
    ],
)
def test_a_known_criterion_in_the_name_is_the_criterion(names, criteria, expected):
    assert [tuple(part) for part in named_parts(names, criteria).values()] == expected
