"""The demo's evaluation: a hundred made-up customer-service replies by two systems."""

from __future__ import annotations

import json
from typing import Any

from django.utils import timezone

from annotations.actions.launch_campaign import launch_campaign
from annotations.actions.rubrics import publish_rubric
from annotations.models import (
    Campaign,
    CampaignRater,
    CampaignRubric,
    Criterion,
    Dataset,
    Item,
    Question,
    Rubric,
    Team,
    User,
)
from grading.actions.demo_ratings import Truth, rate
from grading.actions.metric_batches import compute_metric_run
from grading.actions.metric_run import start_metric_run
from grading.actions.run_life import claim_run, finish_run
from grading.actions.verdict import compute_verdicts
from grading.demo.exam import FOLDER
from grading.models import DecisionPolicy, Gate, MetricRun


def evaluation(team: Team, people: dict[str, User], raters: list[User]) -> Campaign:
    """A hundred customer-service replies by two systems, each rated by three of five raters."""
    content = json.loads((FOLDER / "service.json").read_text("utf-8"))
    dataset, truth = _service_dataset(team, people["lead"], content)
    campaign = Campaign.objects.create(
        team=team,
        dataset=dataset,
        name="客服回复评测（演示）",
        slug="demo-service",
        kind=Campaign.Kind.EVALUATION,
        ratings_per_item=3,
        order=Campaign.Order.SHUFFLED,
        is_reference_shown=False,
        plan={"design": "all", "seed": 20260703},
        created_by=people["lead"],
        guidelines=content["rubric"]["guidelines"],
    )
    rubric = _service_rubric(team, people["lead"], content["rubric"])
    CampaignRubric.objects.create(campaign=campaign, rubric=rubric)
    CampaignRater.objects.bulk_create(CampaignRater(campaign=campaign, user=u) for u in raters)
    DecisionPolicy.objects.create(
        campaign=campaign,
        estimand=DecisionPolicy.Estimand.MEAN_COMPOSITE,
        threshold=0.7,
        agreement_floor=0.667,
    )
    Gate.objects.create(
        campaign=campaign,
        metric="accuracy",
        prediction="metadata.recognised",
        reference="metadata.label",
        threshold=0.8,
    )
    launch_campaign(campaign=campaign, by=people["lead"])
    rate(campaign, truth, raters, share=1.0, seed=3, days=4)
    campaign.state, campaign.closed_at = Campaign.State.CLOSED, timezone.now()
    campaign.save()
    _recognition_metrics(dataset, people["lead"])
    compute_verdicts(campaign=campaign, by=people["lead"])
    return campaign


def _recognition_metrics(dataset: Dataset, lead: User) -> None:
    """How well each system recognised the request, over all replies."""
    run = start_metric_run(
        dataset=dataset,
        user=lead,
        metrics=["accuracy", "f1", "confusion_matrix"],
        prediction="metadata.recognised",
        reference="metadata.label",
        options={},
    )
    claimed = claim_run(MetricRun, run.pk, "")
    assert claimed is not None
    compute_metric_run(run=claimed)
    finish_run(claimed, MetricRun.State.DONE)


def _service_dataset(team: Team, lead: User, content: dict[str, Any]) -> tuple[Dataset, Truth]:
    dataset = Dataset.objects.create(
        team=team, name=content["dataset"], description=content["description"], created_by=lead
    )
    rows: list[Item] = []
    qualities: list[list[float]] = []
    for i, request in enumerate(content["requests"]):
        question = Question.objects.create(
            dataset=dataset, key=f"R{i + 1:02d}", position=i, text=request["text"]
        )
        for reply in request["replies"]:
            rows.append(
                Item(
                    dataset=dataset,
                    question=question,
                    key=f"{question.key}/{reply['system']}",
                    position=len(rows),
                    text=reply["text"],
                    source=reply["system"],
                    group_keys={"request": request["label"]},
                    metadata={"label": request["label"], "recognised": reply["recognised"]},
                )
            )
            qualities.append(reply["quality"])
    items = Item.objects.bulk_create(rows)
    keys = [str(i) for i in range(3)]
    return dataset, {
        item.pk: dict(zip(keys, map(float, quality), strict=True))
        for item, quality in zip(items, qualities, strict=True)
    }


def _service_rubric(team: Team, lead: User, content: dict[str, Any]) -> Rubric:
    rubric = Rubric.objects.create(
        team=team,
        name=content["name"],
        guidelines=content["guidelines"],
        pass_mark=0.6,
        created_by=lead,
    )
    for i, row in enumerate(content["criteria"]):
        levels = [
            {"value": value, "label": str(value), "descriptor": text}
            for value, text in enumerate(row["levels"])
        ]
        Criterion.objects.create(
            rubric=rubric,
            key=f"c{i + 1}",
            name=row["name"],
            position=i,
            weight=row["weight"],
            scale=Criterion.Scale.LIKERT,
            low=0,
            high=5,
            levels=levels,
        )
    publish_rubric(rubric=rubric, by=lead)
    return rubric
