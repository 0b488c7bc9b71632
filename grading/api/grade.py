"""POST /api/v1/grade/<school subject>: mark one or many answers."""

from __future__ import annotations

import hashlib
import time

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from grading.actions import serve_grade
from grading.actions.serve_grade import Call, KeyUsed, Paper, PaperProblem
from grading.api import schemas
from grading.api.answers import links_of
from grading.api.door import body_of, bytes_of, door, read, said
from grading.api.problems import Problem
from grading.models import ApiToken, Deployment, Grader, ServedAnswer, ServedRequest

LONGEST_KEY = 200


@door("grade", "POST")
def grade(request: HttpRequest, token: ApiToken, school_subject: str) -> HttpResponse:
    began = time.perf_counter()
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY:
        raise Problem(400, "idempotency_key", _("The idempotency key is too long."))
    digest = hashlib.sha256(request.get_full_path().encode() + b"\0" + bytes_of(request)).hexdigest()
    try:
        served = serve_grade.same_request(token, key, digest)
        if served is None:
            papers = _papers(request)
            deployment = _deployment(request, token, school_subject)
            call = Call(deployment, deployment.version, token, key, digest, began)
            served = serve_grade.mark_and_store(call, papers)
    except KeyUsed:
        raise Problem(
            422, "idempotency_key", _("This idempotency key was used for another request.")
        ) from None
    except PaperProblem as problem:
        raise _of_paper(problem, is_one="answers" not in body_of(request)) from None
    except ValidationError as problem:
        raise Problem(409, "queue", " ".join(problem.messages)) from None
    return said(_graded(request, served))


def _papers(request: HttpRequest) -> list[Paper]:
    """Of a single answer, or of several under "answers"."""
    content = body_of(request)
    if isinstance(content, dict) and "answers" in content:
        answers = read(content, schemas.Answers).answers
    else:
        answers = [read(content, schemas.Answer)]
    return [_paper(answer) for answer in answers]


def _paper(answer: schemas.Answer) -> Paper:
    asked = answer.question
    points = [point.model_dump() for point in asked.scoring_points]
    return Paper(
        asked.key, asked.text, answer.answer, asked.full_mark, asked.step, asked.reference, points,
        answer.student, answer.groups, answer.external_id,
    )  # fmt: skip


def _deployment(request: HttpRequest, token: ApiToken, school_subject: str) -> Deployment:
    """The one in force, or the latest of the version that is asked for."""
    grader = Grader.objects.filter(team=token.team_id, school_subject=school_subject).first()
    if grader is None:
        raise Problem(404, "no_grader", _("Your team has no grader for “%(subject)s”.") % {"subject": school_subject})
    rows = grader.deployments.select_related("version", "queue__dataset", "grader__team")
    number = request.GET.get("version")
    if number is None:
        found = rows.active().first()
    else:
        found = rows.filter(version__number=number).first() if number.isdecimal() else None
    if found is None:
        raise Problem(404, "not_in_service", _("No such version is or was in service."))
    return found


def _of_paper(problem: PaperProblem, is_one: bool) -> Problem:
    detail = {
        "no_point_scale": _("The marks of this scoring point make no scale of 2 to 201 marks."),
        "unknown_question": _("This question was not learnt; people can mark it if you send its text and full mark."),
        "no_scale": _("Full mark and step must give 2 to 201 marks, in hundredths of a mark."),
        "other_full_mark": _("The grader has learnt this question with the full mark %(mark)s.") % {"mark": f"{problem.learnt:g}"},
    }[problem.code]  # fmt: skip
    place = "" if is_one else f"/answers/{problem.place}"
    pointer = f"{place}/question" + ("" if problem.point is None else f"/scoring_points/{problem.point}/marks")
    return Problem(422, problem.code, detail, errors=[{"pointer": pointer, "detail": detail}])


def _graded(request: HttpRequest, served: ServedRequest) -> schemas.GradedRequest:
    return schemas.GradedRequest(
        version=served.version.number,
        school_subject=served.grader.school_subject,
        answers=[_answer(request, row) for row in served.answers.select_related("question")],
    )


def _answer(request: HttpRequest, answer: ServedAnswer) -> schemas.Graded:
    return schemas.Graded(
        id=answer.public_id,
        external_id=answer.external_id,
        mark=answer.mark,
        full_mark=float(answer.question.full_mark or 0),
        confidence=answer.confidence,
        probabilities=[schemas.Chance(mark=m, probability=p) for m, p in answer.probabilities],
        needs_person=answer.needs_person,
        why=answer.why or None,
        links=links_of(request, answer),
    )
