"""Loads the demo: an exam half marked, the same exam finished, and an evaluation of two systems.

Everything in it is made up. Ratings are simulated with raters of differing severity; the marks,
verdicts and reports on top of them are computed by the same code as real ones.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from annotations.actions.launch_campaign import launch_campaign
from annotations.actions.rubrics import publish_rubric, rubrics_for_questions
from annotations.models import (
    AutomaticScore,
    Campaign,
    CampaignRater,
    CampaignRubric,
    Criterion,
    Dataset,
    Item,
    Membership,
    Question,
    Role,
    Rubric,
    Scorer,
    Team,
    User,
)
from grading.actions.demo_ratings import adjudicate_differences, rate
from grading.demo.exam import FOLDER, answers, exam
from grading.models import DecisionPolicy, Gate

PASSWORD = "concord-demo"
PEOPLE = [
    ("lead", "李老师（组长）", Role.LEAD),
    ("rater1", "王芳", Role.RATER),
    ("rater2", "张伟", Role.RATER),
    ("rater3", "刘洋", Role.RATER),
    ("rater4", "陈静", Role.RATER),
    ("rater5", "赵敏", Role.RATER),
    ("adjudicator", "周老师（仲裁）", Role.ADJUDICATOR),
    ("engineer", "孙工", Role.ENGINEER),
    ("viewer", "马校长", Role.VIEWER),
]
GRADER, GRADER_BEFORE = "grader-v2（演示）", "grader-v1（演示）"


class DemoExists(RuntimeError):
    """The demo's team is there already; it is never loaded twice."""


@transaction.atomic
def load_demo() -> Team:
    """Create the demo's team, people, datasets, rubrics and campaigns. Raises DemoExists."""
    if Team.objects.filter(slug="demo").exists():
        raise DemoExists
    team = Team.objects.create(name="演示学校 Demo school", slug="demo")
    people = _people(team)
    raters = [people[f"rater{i}"] for i in range(1, 6)]
    dataset, truth = exam_dataset(team, people["lead"])
    finished_exam(dataset, truth, people, raters)
    half_marked_exam(dataset, truth, people, raters)
    evaluation(team, people, raters)
    _write_accounts()
    return team


def _people(team: Team) -> dict[str, User]:
    """The demo's people. They share one password, so it is hashed once."""
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(username=name, display_name=shown, password=password) for name, shown, _role in PEOPLE
    )
    Membership.objects.bulk_create(
        Membership(team=team, user=user, role=role)
        for user, (_name, _shown, role) in zip(users, PEOPLE, strict=True)
    )
    return {user.username: user for user in users}


def _write_accounts() -> None:
    names = ", ".join(name for name, _shown, _role in PEOPLE)
    text = f"Demo accounts (password {PASSWORD}): {names}"
    settings.MEDIA_ROOT.parent.mkdir(parents=True, exist_ok=True)
    (settings.MEDIA_ROOT.parent / "demo-accounts.txt").write_text(text)


def exam_dataset(team: Team, lead: User) -> tuple[Dataset, dict[int, tuple[float, ...]]]:
    """The exam's dataset, and the true marks of the scoring points by item id."""
    content = exam()
    dataset = Dataset.objects.create(
        team=team, name=content["dataset"], description=content["description"], created_by=lead
    )
    questions = {q["key"]: _question(dataset, i, q) for i, q in enumerate(content["questions"])}
    written = answers()
    items = Item.objects.bulk_create(
        Item(
            dataset=dataset,
            question=questions[answer.question],
            key=f"{answer.student}/{answer.question}",
            position=i,
            text=answer.text,
            source=answer.student,
            group_keys={"class": content["class"], "school_subject": questions[answer.question].school_subject},
        )
        for i, answer in enumerate(written)
    )
    _machine_marks(team, GRADER, items, [answer.machine for answer in written])
    _machine_marks(team, GRADER_BEFORE, items, [answer.machine_before for answer in written])
    return dataset, {item.pk: a.points for item, a in zip(items, written, strict=True)}


def _question(dataset: Dataset, position: int, content: dict[str, Any]) -> Question:
    points = [{"text": p["text"], "marks": p["marks"]} for p in content["points"]]
    plain = {name: content[name] for name in ("key", "school_subject", "full_mark", "step", "text", "reference")}
    return Question.objects.create(
        dataset=dataset, position=position, scoring_points=points, **plain
    )


def _machine_marks(team: Team, name: str, items: list[Item], marks: list[float]) -> Scorer:
    scorer = Scorer.objects.create(
        team=team, name=name, kind=Scorer.Kind.COLUMN, scale=Scorer.Scale.MARK
    )
    AutomaticScore.objects.bulk_create(
        AutomaticScore(item=item, scorer=scorer, value=mark)
        for item, mark in zip(items, marks, strict=True)
    )
    return scorer


def _exam_campaign(dataset: Dataset, people: dict[str, User], raters: list[User], **kwargs: Any) -> Campaign:
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
        threshold=0.85,
        agreement_floor=0.667,
    )
    return campaign


def finished_exam(dataset: Dataset, truth: dict[int, tuple[float, ...]], people: dict[str, User], raters: list[User]) -> Campaign:
    """A finished campaign: a sample of the exam marked twice, differences adjudicated."""
    campaign = _exam_campaign(
        dataset, people, raters,
        name="期末阅卷验证（已完成，演示）",
        slug="demo-exam-finished",
        plan={"design": "stratified", "n": 150, "by": "question", "allocation": "proportional", "seed": 20260701},
    )
    launch_campaign(campaign=campaign, by=people["lead"])
    rate(campaign, _points_of(truth), raters, share=1.0, seed=1, days=3)
    adjudicate_differences(campaign, _points_of(truth), people["adjudicator"])
    campaign.state, campaign.closed_at = Campaign.State.CLOSED, timezone.now()
    campaign.save()
    return campaign


def half_marked_exam(dataset: Dataset, truth: dict[int, tuple[float, ...]], people: dict[str, User], raters: list[User]) -> Campaign:
    """A running campaign over all answers, half of it done."""
    campaign = _exam_campaign(
        dataset, people, raters,
        name="期末阅卷（进行中，演示）",
        slug="demo-exam",
        plan={"design": "all", "seed": 20260702},
    )
    launch_campaign(campaign=campaign, by=people["lead"])
    rate(campaign, _points_of(truth), raters, share=0.5, seed=2, days=2)
    return campaign


def _points_of(truth: dict[int, tuple[float, ...]]) -> dict[int, dict[str, float]]:
    return {
        item: {str(i): value for i, value in enumerate(points)} for item, points in truth.items()
    }


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
    return campaign


def _service_dataset(team: Team, lead: User, content: dict[str, Any]) -> tuple[Dataset, dict[int, dict[str, float]]]:
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
        team=team, name=content["name"], guidelines=content["guidelines"], pass_mark=0.6, created_by=lead
    )
    for i, row in enumerate(content["criteria"]):
        levels = [
            {"value": value, "label": str(value), "descriptor": text}
            for value, text in enumerate(row["levels"])
        ]
        Criterion.objects.create(
            rubric=rubric, key=f"c{i + 1}", name=row["name"], position=i, weight=row["weight"],
            scale=Criterion.Scale.LIKERT, low=0, high=5, levels=levels,
        )
    publish_rubric(rubric=rubric, by=lead)
    return rubric
