"""What a campaign has come to: verdicts, marks of record, ratings. And verdicts computed anew."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from annotations.models import Campaign, Question
from annotations.progress import campaign_progress
from config.queue import enqueue
from grading import jobs
from grading.actions.verdict import compute_verdicts
from grading.actions.verdict_run import is_at_work, shown_run, start_verdict_run, takes_long
from grading.api import schemas
from grading.api.door import allow_only, door, said
from grading.api.problems import Problem
from grading.methods.decision import worst
from grading.models import ApiToken, Verdict, VerdictRun
from grading.reports.marks import Answer, mark_sheet
from grading.reports.ratings import jsonl
from grading.verdict_data import NoVerdict
from grading.verdict_facts import EXIT, facts_of
from grading.verdict_list import changes_since

Scope = ApiToken.Scope


@door(Scope.RESULTS, "GET")
def read_verdicts(request: HttpRequest, token: ApiToken, slug: str) -> HttpResponse:
    """Those there are; `?candidate=` asks for one."""
    campaign = _campaign(token, slug)
    rows = _newest(campaign)
    name = request.GET.get("candidate")
    if name is not None:
        rows = [row for row in rows if row.candidate == name]
        if not rows:
            raise Problem(404, "no_verdict", _("There is no verdict on this candidate."))
    return said(_verdicts(request, campaign, rows))


@door(Scope.VERDICT, "POST")
def compute(request: HttpRequest, token: ApiToken, slug: str) -> HttpResponse:
    """At once, or by a worker where it takes long (202). Where nothing has changed, signed ones stay signed."""
    campaign = _campaign(token, slug)
    try:
        if takes_long(campaign):
            _send(start_verdict_run(campaign=campaign, user=token.user))
        else:
            compute_verdicts(campaign=campaign, by=token.user, keep_unchanged=True)
    except NoVerdict as problem:
        raise Problem(409, "no_verdict", str(problem)) from None
    found = _verdicts(request, campaign, _newest(campaign))
    return said(found, 202 if found.is_computing else 200)


@csrf_exempt
@login_not_required
def verdicts(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        allow_only(request, "GET", "HEAD", "POST")
    except Problem as problem:
        return problem.response()
    return (compute if request.method == "POST" else read_verdicts)(request, slug=slug)


def _send(run: VerdictRun) -> None:
    if run.state == VerdictRun.State.WAITING:
        enqueue(jobs.compute_verdicts, run.pk)


@door(Scope.RESULTS, "GET")
def marks(request: HttpRequest, token: ApiToken, slug: str) -> HttpResponse:
    campaign = _campaign(token, slug)
    if campaign.kind != Campaign.Kind.GRADING:
        raise Problem(409, "no_marks", _("This campaign is no exam: it has scores and no marks."))
    sheet = mark_sheet(campaign)
    questions = {question.pk: question for question in sheet.questions}
    rows = [_mark(answer, questions[answer.question]) for answer in sheet.answers]
    return said(schemas.MarksOfRecord(campaign=campaign.slug, machine=sheet.machine or None, marks=rows))


def _mark(answer: Answer, asked: Question) -> schemas.MarkOfRecord:
    record = answer.record
    is_there = record.mark is not None
    return schemas.MarkOfRecord(
        item=answer.key,
        question=asked.key,
        student=answer.student,
        school_class=answer.school_class,
        mark=record.mark,
        full_mark=None if asked.full_mark is None else float(asked.full_mark),
        origin=record.origin if is_there else None,
        reason=None if is_there else record.reason,
    )


@door(Scope.RESULTS, "GET")
def ratings(request: HttpRequest, token: ApiToken, slug: str) -> StreamingHttpResponse:
    """JSON lines, streamed."""
    return StreamingHttpResponse(jsonl(_campaign(token, slug)), content_type="application/x-ndjson")


def _campaign(token: ApiToken, slug: str) -> Campaign:
    """Of the token's team. Raises Problem."""
    rows = Campaign.objects.filter(team=token.team_id).select_related("team", "dataset")
    if found := rows.filter(slug=slug).first():
        return found
    raise Problem(404, "no_campaign", _("Your team has no such campaign; its name in addresses stands in the address of its page."))


def _newest(campaign: Campaign) -> list[Verdict]:
    rows: QuerySet[Verdict] = Verdict.objects.newest(campaign)
    return list(rows.select_related("signed_by", "campaign"))


def _verdicts(request: HttpRequest, campaign: Campaign, rows: Sequence[Verdict]) -> schemas.Verdicts:
    run = shown_run(campaign)
    is_computing = run is not None and (run.state == VerdictRun.State.WAITING or is_at_work(run))
    has_failed = run is not None and not is_computing and run.state != VerdictRun.State.CANCELLED
    is_of_now = rows and not is_computing and not has_failed
    outcome = worst([row.outcome for row in rows]) if is_of_now else None
    ratings = campaign_progress([campaign.pk])[campaign.pk]
    return schemas.Verdicts(
        campaign=campaign.slug,
        state=campaign.state,  # type: ignore[arg-type]
        ratings_done=ratings.done,
        ratings_planned=ratings.total,
        outcome=outcome,
        exit=None if outcome is None else EXIT[outcome],
        is_computing=is_computing,
        has_failed=has_failed,
        verdicts=[_verdict(request, row) for row in rows],
    )


def _verdict(request: HttpRequest, row: Verdict) -> schemas.VerdictOut:
    page = request.build_absolute_uri(reverse("verdict-detail", args=[row.campaign.slug, row.pk]))
    facts = facts_of(row) | {"computed_at": row.created_at, "changes": changes_since(row), "page": page}
    return schemas.VerdictOut.model_validate(facts)
