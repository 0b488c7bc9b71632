"""The demo's grader in service: asked for two days and audited by people, until answers come that are not like
those it learnt from."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from annotations.models import Assignment, Campaign, CampaignRater, Item, User
from grading.actions.api_tokens import make_token
from grading.actions.demo_ratings import Truth, criteria_of, submit
from grading.actions.deploy import Terms, switch
from grading.actions.monitor import monitor_grader
from grading.actions.serve_feedback import give_feedback
from grading.actions.serve_grade import Call, Paper, store_marked
from grading.actions.serve_queue import item_key
from grading.backends.papers import Paper as Asked
from grading.backends.trained import TrainedGrader
from grading.demo.exam import Answer, chatty, history
from grading.models import (
    Alarm,
    ApiToken,
    Deployment,
    Feedback,
    Grader,
    ModelVersion,
    ServedAnswer,
    ServedRequest,
)
from grading.service.messages import said_of
from grading.version_stage import proof_of

TERMS = Terms(threshold=0.6, audit_share=0.2, agreement_floor=0.6)
TRIAL = "演示：先在两个班试用，结果只供老师参考。"
APPEAL = "我写了两个方面，请老师再看一下。"
BEGIN, SWITCH, CHATTY = 48, 39, 15
"""Hours ago: the first version began to serve, the second took over, students began to type on phones."""
LOOK = 3  # every so many hours people mark what waits, and monitoring looks
MOST_STUDENTS = 6  # in the request of an hour, with both questions each
CLASSES = ["八年级（1）班", "八年级（2）班", "八年级（3）班"]
CAREFUL = (0, 3)  # of the raters: here one person's mark must do


@dataclass
class InService:
    """A version in service, asked by the holder of `token`. `truth`: of all answers that people mark."""

    deployment: Deployment
    token: ApiToken
    rng: np.random.Generator
    truth: Truth = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.grader = TrainedGrader.load(self.deployment.version.folder)


def put_in_service(version: ModelVersion, people: dict[str, User], raters: Sequence[User]) -> None:
    """The version before on trial, then `version` on its verdict: requests, audit, the hourly look."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    token, _text = make_token(
        team=version.grader.team, user=people["engineer"], name="学校成绩系统（演示）",
        scopes=["feedback", "grade", "read"],
    )  # fmt: skip
    by, careful = people["lead"], {index: raters[index] for index in CAREFUL}
    written, crowds, rng = _by_student(), np.random.default_rng(6), np.random.default_rng(5)
    assert version.parent is not None
    trial = replace(TERMS, override_reason=TRIAL)
    first = _switched(version.parent, trial, by, list(careful.values()), _ago(now, BEGIN))
    service = InService(first, token, rng)
    for hours in range(BEGIN - 1, 0, -1):
        if hours < SWITCH and service.deployment == first:
            later = _switched(version, TERMS, by, (), _ago(now, SWITCH))
            service = InService(later, token, rng, service.truth)
        at = _ago(now, hours)
        students = int(crowds.integers(0, MOST_STUDENTS, endpoint=True))
        papers = [answer for _n in range(students) for answer in written.pop()]
        _ask(service, papers, at, is_chatty=hours < CHATTY)
        if hours % LOOK == 0:
            _people_mark(service, careful, at)
            _look(version.grader, at)
    _look(version.grader, at)
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    _feedback(service)


def _ago(now: datetime, hours: float) -> datetime:
    return now - timedelta(hours=hours)


def _by_student() -> list[list[Answer]]:
    """The answers of a whole year, student by student."""
    found: dict[str, list[Answer]] = {}
    for answer in history(200, seed=26, cohort="2026届"):
        found.setdefault(answer.student, []).append(answer)
    return list(found.values())


def _switched(
    version: ModelVersion, terms: Terms, by: User, raters: Sequence[User], at: datetime
) -> Deployment:
    """As if it had been put in service at that time. The service itself need not run for it."""
    Deployment.objects.active().filter(grader=version.grader).update(ended_at=at, ended_by=by)
    made = switch(version, proof_of(version), by, terms, raters)
    Deployment.objects.filter(pk=made.pk).update(created_at=at)
    Campaign.objects.filter(pk=made.queue_id, launched_at__gt=at).update(launched_at=at)
    return made


def _ask(service: InService, written: Sequence[Answer], at: datetime, is_chatty: bool) -> None:
    """One request of that time, marked by the version here; none where nobody has written."""
    if not written:
        return
    learnt = {question.key: question for question in service.grader.questions}
    papers = [
        Asked(learnt[one.question], chatty(one.text, n) if is_chatty else one.text)
        for n, one in enumerate(written)
    ]
    told = service.grader.grade(papers, with_neighbours=False)
    deployment, rng = service.deployment, service.rng
    request = store_marked(
        Call(deployment, deployment.version, service.token, "", "", time.perf_counter()),
        [
            Paper(
                paper.question.key, paper.question.text, paper.answer, student=one.student,
                groups={"class": CLASSES[int(one.student[-2:]) % len(CLASSES)]},
            )
            for paper, one in zip(papers, written, strict=True)
        ],
        [one and said_of(paper.question, one) for paper, one in zip(papers, told, strict=True)],
        rng.random,
    )
    seconds = round(float(rng.lognormal(-3.5, 0.4)), 4)
    ServedRequest.objects.filter(pk=request.pk).update(created_at=at, seconds=seconds)
    for answer in request.answers.exclude(item=None).select_related("request", "question"):
        Item.objects.filter(pk=answer.item_id).update(key=item_key(answer))
        points = enumerate(written[answer.position].points)
        service.truth[answer.item_id] = {str(i): mark for i, mark in points}


def _people_mark(service: InService, raters: dict[int, User], at: datetime) -> None:
    """All that waits, in turn, in the hours before. `raters` by their places among the demo's raters."""
    queue = service.deployment.queue
    waiting = Assignment.objects.filter(campaign=queue, state=Assignment.State.OPEN)
    slots = list(waiting.select_related("campaign_item__item__question").order_by("position"))
    criteria = criteria_of(queue)
    for turn, (index, rater) in enumerate(raters.items()):
        mine = slots[turn :: len(raters)]
        times = [_ago(at, LOOK * (1 - (n + 1) / (len(mine) + 1))) for n in range(len(mine))]
        submit(service.rng, mine, rater, index, service.truth, criteria, times)
    CampaignRater.objects.filter(campaign=queue).update(last_seen_at=at)


def _look(grader: Grader, at: datetime) -> None:
    """The hourly look of that hour; what it raises and clears was raised and cleared then."""
    began = timezone.now()
    monitor_grader(grader, at)
    Alarm.objects.filter(grader=grader, raised_at__gte=began).update(raised_at=at)
    Alarm.objects.filter(grader=grader, cleared_at__gte=began).update(cleared_at=at)


def _feedback(service: InService) -> None:
    """One agrees with the highest, one appeals against the lowest mark above 0 that nobody has looked at."""
    alone = ServedAnswer.objects.filter(request__deployment=service.deployment, item=None, mark__gt=0)
    ordered = alone.order_by("mark", "pk")
    appealed, agreed = ordered.first(), ordered.last()
    assert appealed is not None
    assert agreed is not None
    give_feedback(answer=agreed, kind=Feedback.Kind.AGREE, text="", token=service.token)
    give_feedback(answer=appealed, kind=Feedback.Kind.APPEAL, text=APPEAL, token=service.token)
