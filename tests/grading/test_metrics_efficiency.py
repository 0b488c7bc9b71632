"""Latency, throughput and sizes from recorded figures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from grading.metrics import compute

SECONDS = list(np.random.default_rng(2).gamma(2, 0.2, 400))


def test_latency_is_the_percentile_with_an_interval_of_order_statistics():
    found = compute("latency", SECONDS, percentile=90)
    ranked = np.sort(SECONDS)
    assert found.value == pytest.approx(np.percentile(SECONDS, 90)) == found.detail["p90"]
    low, high = (int(np.searchsorted(ranked, found.detail[end])) for end in ("low", "high"))
    # the chance that the true percentile lies between these two ranks
    coverage = stats.binom.cdf(high, 400, 0.9) - stats.binom.cdf(low, 400, 0.9)
    assert 0.95 <= coverage < 0.975


def test_few_answers_give_no_upper_end():
    found = compute("latency", [0.1, 0.2, 0.3])
    assert found.detail["high"] is None
    assert found.value == pytest.approx(0.29)


def test_throughput_counts_what_is_worked_on_at_once():
    assert compute("throughput", [0.5, 0.5, 1.0]).value == 1.5
    assert compute("throughput", [0.5, 0.5, 1.0], at_once=4).value == 6
    assert compute("throughput", [0.0]).reason == "too_few"


def test_training_time_adds_up_and_memory_takes_the_peak():
    assert compute("training_time", [60, "90.5", None, ""]).value == 150.5
    assert compute("peak_memory", [512, 2048, 1024]).value == 2048


@pytest.mark.parametrize("figures", [["fast"], [-1.0]])
def test_what_is_no_time_is_said(figures):
    assert compute("latency", figures).reason == "not_numbers"
    assert compute("latency", []).reason == "no_pairs"
