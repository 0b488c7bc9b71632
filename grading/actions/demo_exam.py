"""The demo's exam: a dataset of made-up answers, a finished campaign and a half-marked one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from annotations.actions.launch_campaign import launch_campaign
from annotations.actions.rubrics import rubrics_for_questions
from annotations.models import (
    AutomaticScore,
    Campaign,
    CampaignRater,
    CampaignRubric,
    Dataset,
    Item,
    Question,
    Scorer,
    Team,
    User,
)
from grading.actions.demo_ratings import Truth, adjudicate_differences, rate
from grading.actions.verdict import compute_verdicts, sign_verdict
from grading.demo.exam import Answer, answers, confidences, exam
from grading.models import DecisionPolicy

GRADER, GRADER_BEFORE = "grader-v2（演示）", "grader-v1（演示）"
CONFIDENCE = "grader-v2（演示）置信度"


def exam_dataset(team: Team, lead: User) -> tuple[Dataset, Truth]:
    """The exam's dataset, and the true marks of the scoring points by item id and position."""
    content, written = exam(), answers()
    dataset, items = written_dataset(
        team, lead, (content["dataset"], content["description"]), written, [content["class"]]
    )
    _scores(team, GRADER, Scorer.Scale.MARK, items, [answer.machine for answer in written])
    _scores(team, GRADER_BEFORE, Scorer.Scale.MARK, items, [answer.machine_before for answer in written])
    _scores(team, CONFIDENCE, Scorer.Scale.SCORE, items, confidences(written))
    return dataset, truth_of(items, written)


def truth_of(items: Sequence[Item], written: Sequence[Answer]) -> Truth:
    """Item id → the true marks of the scoring points by their position."""
    return {
        item.pk: {str(i): value for i, value in enumerate(answer.points)}
        for item, answer in zip(items, written, strict=True)
    }


def written_dataset(
    team: Team,
    lead: User,
    named: tuple[str, str],
    written: Sequence[Answer],
    classes: Sequence[str],
    past_marks: Sequence[float] | None = None,
) -> tuple[Dataset, list[Item]]:
    """A dataset of that name and description, one item an answer; the students sit in the classes in turn."""
    name, description = named
    dataset = Dataset.objects.create(
        team=team, name=name, description=description, created_by=lead
    )
    asked = {answer.question for answer in written}
    content = [one for one in exam()["questions"] if one["key"] in asked]
    questions = {one["key"]: _question(dataset, i, one) for i, one in enumerate(content)}
    items = Item.objects.bulk_create(
        Item(
            dataset=dataset,
            question=questions[answer.question],
            key=f"{answer.student}/{answer.question}",
            position=i,
            text=answer.text,
            source=answer.student,
            reference_mark=None if past_marks is None else past_marks[i],
            group_keys={
                "class": classes[int(answer.student[-2:]) % len(classes)],
                "school_subject": questions[answer.question].school_subject,
            },
        )
        for i, answer in enumerate(written)
    )
    return dataset, items


def _question(dataset: Dataset, position: int, content: dict[str, Any]) -> Question:
    points = [{"text": p["text"], "marks": p["marks"]} for p in content["points"]]
    plain = {
        name: content[name]
        for name in ("key", "school_subject", "full_mark", "step", "text", "reference")
    }
    return Question.objects.create(
        dataset=dataset, position=position, scoring_points=points, **plain
    )


def _scores(team: Team, name: str, scale: str, items: list[Item], marks: list[float]) -> Scorer:
    scorer = Scorer.objects.create(team=team, name=name, kind=Scorer.Kind.COLUMN, scale=scale)
    AutomaticScore.objects.bulk_create(
        AutomaticScore(item=item, scorer=scorer, value=mark)
        for item, mark in zip(items, marks, strict=True)
    )
    return scorer


def exam_campaign(
    dataset: Dataset,
    people: dict[str, User],
    raters: list[User],
    threshold: float = 0.85,
    **kwargs: Any,
) -> Campaign:
    """A draft in which two people mark each answer; `threshold` of right marks is asked of a grader."""
    campaign = Campaign.objects.create(
        team=dataset.team,
        dataset=dataset,
        kind=Campaign.Kind.GRADING,
        ratings_per_item=2,
        created_by=people["lead"],
        guidelines="先看采分点，再看作答；同一采分点换一种说法也给分，写错别字不扣分。",
        **kwargs,
    )
    for question, rubric in rubrics_for_questions(dataset=dataset, by=people["lead"]).items():
        CampaignRubric.objects.create(campaign=campaign, question=question, rubric=rubric)
    CampaignRater.objects.bulk_create(CampaignRater(campaign=campaign, user=u) for u in raters)
    DecisionPolicy.objects.create(
        campaign=campaign,
        estimand=DecisionPolicy.Estimand.RIGHT_MARKS,
        threshold=threshold,
        agreement_floor=0.667,
    )
    return campaign


def finished_exam(
    dataset: Dataset, truth: Truth, people: dict[str, User], raters: list[User]
) -> Campaign:
    """A finished campaign: a sample of the exam marked twice, differences adjudicated."""
    campaign = exam_campaign(
        dataset,
        people,
        raters,
        name="期末阅卷验证（已完成，演示）",
        slug="demo-exam-finished",
        plan={
            "design": "stratified",
            "n": 150,
            "by": "question",
            "allocation": "proportional",
            "seed": 20260701,
        },
    )
    launch_campaign(campaign=campaign, by=people["lead"])
    rate(campaign, truth, raters, share=1.0, seed=1, days=3)
    adjudicate_differences(campaign, truth, people["adjudicator"])
    campaign.state, campaign.closed_at = Campaign.State.CLOSED, timezone.now()
    campaign.save()
    for verdict in compute_verdicts(campaign=campaign, by=people["lead"]):
        if verdict.candidate == GRADER:
            sign_verdict(
                verdict=verdict, by=people["lead"], note="演示：同意用于下次月考，由人复核低分卷。"
            )
    return campaign


def half_marked_exam(
    dataset: Dataset, truth: Truth, people: dict[str, User], raters: list[User]
) -> Campaign:
    """A running campaign over all answers, half of it done."""
    campaign = exam_campaign(
        dataset,
        people,
        raters,
        name="期末阅卷（进行中，演示）",
        slug="demo-exam",
        plan={"design": "all", "seed": 20260702},
    )
    launch_campaign(campaign=campaign, by=people["lead"])
    rate(campaign, truth, raters, share=0.5, seed=2, days=2)
    return campaign
