"""Marking on request: ask the service, decide who needs a person, store all of it at once."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from annotations.methods.scales import scale_values
from grading.actions.serve_queue import send_to_people
from grading.actions.served_questions import Asked, questions_for
from grading.methods.mark_scale import mark_scale
from grading.models import ApiToken, Deployment, ModelVersion, ServedAnswer, ServedRequest
from grading.service import client

Why = ServedAnswer.Why
Graded = dict[str, Any] | None
CHANCE = secrets.SystemRandom().random  # nobody can foretell what will be audited


@dataclass(frozen=True)
class Paper:
    """One answer of a request. Without a full mark only a question that was learnt can be marked."""

    key: str
    text: str
    answer: str
    full_mark: float | None = None
    step: float = 1.0
    reference: str = ""
    scoring_points: Sequence[dict[str, Any]] = ()
    student: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    external_id: str = ""

    def message(self) -> dict[str, Any]:
        """As grading/service/messages.py has it."""
        marks = () if self.full_mark is None else mark_scale((), self.full_mark, self.step).marks
        points = [point["text"] for point in self.scoring_points]
        return {
            "key": self.key, "text": self.text, "reference": self.reference, "marks": list(marks),
            "scoring_points": points, "answer": self.answer,
            "point_marks": [point["marks"] for point in self.scoring_points],
        }  # fmt: skip


Pair = tuple[Paper, Graded]


@dataclass(frozen=True)
class Call:
    """Who asks whom. The same `key` of a token is one request."""

    deployment: Deployment
    version: ModelVersion
    token: ApiToken
    key: str
    body_digest: str
    began: float  # time.perf_counter


class PaperProblem(ValueError):
    """`place`: of the answer in the request. `code`: "unknown_question" (and nothing to go by for
    people), "no_scale" (full mark and step make none), "no_point_scale" (nor do the marks of the scoring
    point number `point`) or "other_full_mark" (`learnt` is the one the grader knows)."""

    def __init__(self, place: int, code: str, learnt: float = 0, point: int | None = None) -> None:
        super().__init__(code)
        self.place, self.code, self.learnt, self.point = place, code, learnt, point


class KeyUsed(ValueError):
    """The idempotency key belongs to another body."""


def same_request(token: ApiToken, key: str, body_digest: str) -> ServedRequest | None:
    """What was answered under this key. Raises KeyUsed."""
    if not key:
        return None
    found = ServedRequest.objects.filter(token=token, idempotency_key=key).first()
    if found and found.body_digest != body_digest:
        raise KeyUsed(key)
    return found


def mark_and_store(call: Call, papers: Sequence[Paper]) -> ServedRequest:
    """Mark the papers and keep request and answers.

    Raises PaperProblem, KeyUsed, and what client.grade raises; then nothing is stored.
    """
    graded = client.grade(call.version.pk, [paper.message() for paper in papers])
    return store_marked(call, papers, graded)


def store_marked(
    call: Call,
    papers: Sequence[Paper],
    graded: Sequence[Graded],
    draw: Callable[[], float] = CHANCE,
) -> ServedRequest:
    """Keep what the version said; `draw` decides which answers are audited. Raises PaperProblem, KeyUsed."""
    pairs = list(zip(papers, graded, strict=True))
    for place, (paper, one) in enumerate(pairs):
        _check(place, paper, one)
    try:
        return _store(call, pairs, draw)
    except IntegrityError:
        # The same request a moment earlier: what it stored is the answer.
        if found := same_request(call.token, call.key, call.body_digest):
            return found
        raise


def _check(place: int, paper: Paper, graded: Graded) -> None:
    if graded is None:
        if paper.full_mark is None or not (paper.text.strip() or paper.key.strip()):
            raise PaperProblem(place, "unknown_question")
        has_scale = _has_scale(paper.full_mark, paper.step)
    else:
        has_scale = len(graded["marks"]) > 1 and round(graded["marks"][-1], 2) > 0
    if not has_scale:
        raise PaperProblem(place, "no_scale")
    if graded is None:
        _check_points(place, paper)
    if graded and paper.full_mark is not None and paper.full_mark != graded["marks"][-1]:
        raise PaperProblem(place, "other_full_mark", graded["marks"][-1])


def _has_scale(full_mark: float, step: float) -> bool:
    """Whether people can be asked for a mark: questions keep hundredths."""
    try:
        are_hundredths = (round(full_mark, 2), round(step, 2)) == (full_mark, step)
        return are_hundredths and len(scale_values(0.0, full_mark, step)) > 1
    except ValueError:
        return False


def _check_points(place: int, paper: Paper) -> None:
    for number, point in enumerate(paper.scoring_points):
        if not _has_point_scale(point["marks"], paper.step):
            raise PaperProblem(place, "no_point_scale", point=number)


def _has_point_scale(marks: float, step: float) -> bool:
    """Whether people can be asked for this part of the mark."""
    try:
        values = scale_values(0.0, marks, min(step, marks))
    except ValueError:
        return False
    return values[-1] == marks


@transaction.atomic
def _store(call: Call, pairs: Sequence[Pair], draw: Callable[[], float]) -> ServedRequest:
    deployment = call.deployment
    subject = deployment.grader.school_subject
    meant = [_meant(*pair) for pair in pairs]
    questions = questions_for(deployment.queue.dataset, subject, meant)
    request = ServedRequest.objects.create(
        grader=deployment.grader, deployment=deployment, version=call.version, token=call.token,
        idempotency_key=call.key, body_digest=call.body_digest, seconds=time.perf_counter() - call.began,
    )  # fmt: skip
    answers = [
        _answer(request, place, *pair, questions[asked.name], draw)
        for place, (pair, asked) in enumerate(zip(pairs, meant, strict=True))
    ]
    ServedAnswer.objects.bulk_create(answers)
    drawn = [answer for answer in answers if answer.needs_person or answer.is_audited]
    send_to_people(drawn, [answer.audit_probability for answer in drawn])
    return request


def _meant(paper: Paper, graded: Graded) -> Asked:
    """The question as it was learnt, or as the request describes it."""
    if graded is not None:
        name, full_mark = (graded["key"], graded["text"]), graded["marks"][-1]
    else:
        name, full_mark = (paper.key, paper.text), paper.full_mark or 0.0
    return Asked(*name, full_mark, paper.step, paper.reference, paper.scoring_points)


def _answer(
    request: ServedRequest,
    place: int,
    paper: Paper,
    graded: Graded,
    question: Any,
    draw: Callable[[], float],
) -> ServedAnswer:
    said = {} if graded is None else _said(graded)
    why = _why(request.deployment, graded)
    chance = 1.0 if why else request.deployment.audit_share
    is_audited = not why and draw() < chance
    return ServedAnswer(
        request=request, position=place, question=question, text=paper.answer, student=paper.student,
        groups=dict(paper.groups), external_id=paper.external_id, why=why, is_audited=is_audited,
        audit_probability=chance, **said,
    )  # fmt: skip


def _said(graded: dict[str, Any]) -> dict[str, Any]:
    told = zip(graded["marks"], graded["probabilities"], strict=True)
    return {
        "mark": graded["mark"],
        "confidence": round(graded["confidence"], 6),
        "probabilities": [[mark, round(chance, 6)] for mark, chance in told],
    }


def _why(deployment: Deployment, graded: Graded) -> str:
    if graded is None:
        return Why.UNKNOWN_QUESTION
    is_sure = deployment.threshold is None or graded["confidence"] >= deployment.threshold
    return "" if is_sure else Why.LOW_CONFIDENCE
