# ruff: noqa: E402
"""The speed of the statistics, beside a peer or a limit.

    python bench/statistics.py [--repeats 3]

Agreement of 100,000 items × 5 raters, 2,000 bootstrap resamples beside 2,000 calls of the
`krippendorff` package on the same counts, REML of 100,000 items × 3 of 50 raters, and the campaign page
of 10,000 ratings. Medians; the package is timed on 20 calls.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# This file's own folder comes first on the path, where its name hides the library's.
sys.path[0] = str(ROOT)

import krippendorff
import numpy as np

from annotations.methods.alpha_bootstrap import bootstrap_alphas, patterns
from annotations.methods.krippendorff_alpha import krippendorff_alpha
from annotations.methods.leave_one_rater_out import leave_one_rater_out
from annotations.methods.long_table import LongTable, long_table
from annotations.methods.rater_effects import rater_effects

RESAMPLES, PEER_CALLS = 2_000, 20


def made_up(items: int, raters: int, each: int, seed: int = 1) -> tuple[np.ndarray, ...]:
    """Columns item, rater, value (0–5) of a spread design."""
    rng = np.random.default_rng(seed)
    item = np.repeat(np.arange(items), each)
    rater = (np.arange(items)[:, None] * 7 + np.arange(each) * 11) % raters
    truth, severity = rng.normal(2.5, 1.3, items), rng.normal(0, 0.3, raters)
    value = truth[item] - severity[rater.ravel()] + rng.normal(0, 0.6, len(item))
    return item, rater.ravel(), np.clip(np.round(value), 0, 5)


def timed(work: Callable[[], object], repeats: int) -> float:
    seconds = []
    for _run in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds))


def agreement(repeats: int) -> float:
    columns = made_up(100_000, 5, 5)

    def work() -> None:
        table = long_table(*columns, domain=[0, 1, 2, 3, 4, 5])
        krippendorff_alpha(table, "ordinal")
        leave_one_rater_out(table, "ordinal")

    return timed(work, repeats)


def bootstrap(items: int, repeats: int) -> tuple[float, float]:
    """Seconds of 2,000 resamples, ours and the package's."""
    table = long_table(*made_up(items, 5, 5), domain=[0, 1, 2, 3, 4, 5])
    rows, counts = patterns(table), _counts(table)
    ours = timed(lambda: bootstrap_alphas(rows, "ordinal", RESAMPLES, 7), repeats)
    rng = np.random.default_rng(7)
    draws = [counts[rng.integers(0, len(counts), len(counts))] for _call in range(PEER_CALLS)]
    peer = timed(lambda: [_peer(draw) for draw in draws], 1)
    return ours, peer * RESAMPLES / PEER_CALLS


def _peer(counts: np.ndarray) -> float:
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="ordinal"))


def _counts(table: LongTable) -> np.ndarray:
    k = len(table.values)
    return np.bincount(table.item * k + table.code, minlength=table.item_count * k).reshape(-1, k)


def reml(repeats: int) -> float:
    columns = made_up(100_000, 50, 3)
    return timed(lambda: rater_effects(long_table(*columns)), repeats)


def campaign_page(repeats: int) -> tuple[float, float]:
    """Seconds of the first GET and the median of those after it, 5,000 items rated twice."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("collectstatic", "--noinput", verbosity=0)
    from annotations.models import User
    from bench.rated_campaign import rated_campaign

    campaign = rated_campaign(5_000)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="lead"))

    def work() -> None:
        answer = client.get(f"/campaigns/{campaign.slug}/")
        assert answer.status_code == 200, answer.status_code

    client.get("/campaigns/")
    return timed(work, 1), timed(work, repeats)


def line(name: str, seconds: float, limit: str, verdict: bool) -> None:
    print(f"| {name} | {1000 * seconds:,.0f} | {limit} | {'yes' if verdict else 'no'} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print("| what | ms | limit | kept |\n| --- | ---: | --- | --- |")
    took = agreement(repeats)
    line("α, jackknife, leave-one-rater-out, 100,000 × 5", took, "500", took < 0.5)
    for items in (1_000, 10_000, 100_000):
        ours, peer = bootstrap(items, repeats)
        limit = f"package {1000 * peer:,.0f} ÷ 500; it takes {peer / ours:,.0f} times as long"
        line(f"bootstrap, 2,000 resamples of {items:,} × 5", ours, limit, peer / ours >= 500)
    took = reml(repeats)
    line("REML, severities, 100,000 × 3, 50 raters", took, "5,000", took < 5)
    with tempfile.TemporaryDirectory(prefix="concord-statistics-") as folder:
        os.environ["CONCORD_VAR"] = folder
        first, again = campaign_page(repeats)
        line("campaign page of 10,000 ratings, first", first, "300", first < 0.3)
        line("the same again", again, "300", again < 0.3)


if __name__ == "__main__":
    main()
