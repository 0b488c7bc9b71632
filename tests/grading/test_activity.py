"""Bars of ratings over time."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.methods.activity import HEIGHT, WIDTH, activity

NOON = datetime(2026, 3, 4, 12, 30)


def test_nothing_is_no_chart():
    assert activity({}) is None


def test_one_day_is_shown_by_hour_with_its_gaps():
    chart = activity({NOON: 1, NOON + timedelta(minutes=10): 1, NOON + timedelta(hours=2): 1})
    assert chart.unit == "hour"
    assert [bar.count for bar in chart.bars] == [2, 0, 1]
    assert chart.bars[0].height == HEIGHT
    assert chart.bars[0].start == datetime(2026, 3, 4, 12)


def test_a_month_is_shown_by_day_and_a_year_by_week():
    assert activity({NOON: 1, NOON + timedelta(days=30): 1}).unit == "day"
    assert activity({NOON: 1, NOON + timedelta(days=300): 1}).unit == "week"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.integers(0, 500_000), st.integers(1, 9), min_size=1, max_size=50))
def test_every_rating_is_in_one_bar_and_all_bars_fit(found):
    chart = activity({NOON + timedelta(minutes=m): count for m, count in found.items()})
    assert sum(bar.count for bar in chart.bars) == sum(found.values())
    assert max(bar.x + bar.width for bar in chart.bars) <= WIDTH + 0.1
    assert all(0 <= bar.y <= HEIGHT for bar in chart.bars)
