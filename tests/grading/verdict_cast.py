"""Campaigns with known answers, for the tests of verdicts."""

from __future__ import annotations

import numpy as np

from annotations.models import Campaign, Item, Scorer
from grading.models import DecisionPolicy
from tests import make
from tests.base import Cast

RATERS = ("bob", "carol", "frank")


def an_evaluation(
    cast: Cast,
    *,
    n: int = 30,
    quality: dict[str, float] | None = None,
    k: int = 3,
    seed: int = 1,
    **policy,
) -> Campaign:
    """n items a system, `quality` on 0–5, rated by three raters who differ by a little noise."""
    rng = np.random.default_rng(seed)
    dataset = make.a_dataset(cast.team)
    question = make.a_question(dataset)
    for source, level in (quality or {"good": 4.2, "poor": 1.4}).items():
        true = [float(np.clip(rng.normal(level, 0.9), 0, 5)) for _i in range(n)]
        values = [{"source": source, "metadata": {"true": one, "label": "a", "got": "a"}} for one in true]
        make.several_items(question, values)
    campaign = make.a_campaign(dataset, make.a_rubric(cast.team), raters_of(cast), k=k)
    rate_all(campaign, cast, rng, k)
    a_policy(campaign, **policy)
    return campaign


def raters_of(cast: Cast) -> list:
    return [getattr(cast, name) for name in RATERS]


def rate_all(
    campaign: Campaign, cast: Cast, rng: np.random.Generator, k: int, limit: int = 10**6
) -> None:
    """Each live item by k raters, on every criterion near its true quality."""
    rows, given = campaign.campaign_items.select_related("item"), []
    for number, row in enumerate(rows.order_by("position")[:limit]):
        for rater in [raters_of(cast)[(number + i) % 3] for i in range(k)]:
            true = row.item.metadata["true"]
            scores = {
                f"c{i}": float(np.clip(round(true + rng.normal(0, 0.3)), 0, 5)) for i in (1, 2, 3)
            }
            given.append((row, rater, scores))
    make.ratings(given)


def a_policy(campaign: Campaign, **policy) -> DecisionPolicy:
    estimand = "right_marks" if campaign.kind == "grading" else "mean_composite"
    values = {"estimand": estimand, "threshold": 0.6, "agreement_floor": 0.667, **policy}
    with make.as_draft(campaign):
        return DecisionPolicy.objects.create(campaign=campaign, **values)


def a_grading(
    cast: Cast, *, n: int = 40, wrong: int = 2, k: int = 2, name: str = "grader", **policy
) -> tuple[Campaign, Scorer]:
    """n answers marked 0–4 alike by k raters; the machine is one mark off on `wrong` of them."""
    dataset = make.a_dataset(cast.team)
    question = make.a_question(dataset, full_mark=4, school_subject="history")
    answers = make.several_items(question, [{"source": f"s{i}", "reference_mark": i % 5} for i in range(n)])
    rubric = make.a_rubric(cast.team, weights=(1, 1), high=2, kind="points")
    campaign = make.a_campaign(dataset, rubric, raters_of(cast), k=k, kind="grading")
    given = []
    for i, row in enumerate(campaign.campaign_items.select_related("item")):
        mark = row.item.reference_mark
        scores = {"c1": min(2, mark), "c2": max(0, mark - 2)}
        given += [(row, raters_of(cast)[(i + j) % 3], scores) for j in range(k)]
    make.ratings(given)
    scorer = make.a_scorer(cast.team, _machine(answers, wrong), name=name)
    a_policy(campaign, **policy)
    return campaign, scorer


def _machine(answers: list[Item], wrong: int) -> dict[Item, float]:
    return {
        item: float(item.reference_mark if i >= wrong else (item.reference_mark + 1) % 5)
        for i, item in enumerate(answers)
    }
