"""The work of a judge's run: every item asked about once, answers stored as they come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from annotations.methods.composite import Result, composite_and_mark
from annotations.models import AutomaticScore, Campaign, Item
from annotations.models.rating_table import COMPOSITE
from grading.actions.ask_many import Outcome, ask_many
from grading.actions.endpoint import client_of, remember_structure
from grading.actions.judge_ask import ask_preferences, ask_scores
from grading.actions.judge_checks import drawn_items, drawn_pairs
from grading.actions.judge_items import JudgedRubric, Rubrics, items_in, judged_of
from grading.actions.judge_run import JudgePlan, scorer_for
from grading.actions.run_life import Cancelled, beat, count_answer, restart_count
from grading.backends.endpoint import ChatEndpoint
from grading.backends.endpoint_errors import EndpointError
from grading.models import JudgeAnswer, JudgePair, JudgeRun

BATCH = 200
LONGEST_REPLY = 8_000
Kind = JudgeAnswer.Kind


@dataclass(frozen=True)
class Call:
    """One thing to ask: a `kind` of JudgeAnswer about `item`, or, with `other`, which of the two is better."""

    kind: str
    item: Item
    judged: JudgedRubric
    other: Item | None = None


def carry_out_judge_run(*, run: JudgeRun) -> None:
    """Ask for all that is not answered yet. Raises EndpointError, ValidationError, Cancelled."""
    if run.endpoint is None:
        raise EndpointError("endpoint_gone")
    items = items_in(run.campaign, run.scope, run.sources)
    rubrics = Rubrics(run.campaign, items)
    _keep_scorer(run, rubrics)
    todo = _Todo(run, items, rubrics)
    restart_count(run, todo.done, todo.total)
    stop = threading.Event()
    client = client_of(run.endpoint, stop)
    stream = ask_many(
        todo.calls(), partial(_ask, client, run), parallel=run.endpoint.parallel, stop=stop,
        beat=partial(beat, run),
    )  # fmt: skip
    try:
        with closing(stream):
            for call, outcome in stream:
                _store(run, call, outcome)
    finally:
        remember_structure(run.endpoint, client)
    if beat(run):
        raise Cancelled


def _keep_scorer(run: JudgeRun, rubrics: Rubrics) -> None:
    """A scorer that was deleted meanwhile is made again."""
    if run.scorer is None and run.endpoint is not None:
        plan = JudgePlan(run.campaign, run.endpoint, temperature=run.temperature)
        run.scorer = scorer_for(plan, rubrics.title)
        JudgeRun.objects.filter(pk=run.pk).update(scorer=run.scorer)


class _Todo:
    """What the run has to ask and what it has been answered; what failed is forgotten and asked again."""

    def __init__(self, run: JudgeRun, items: QuerySet[Item], rubrics: Rubrics) -> None:
        run.answers.exclude(problem="").delete()
        run.pairs.exclude(problem="").delete()
        self._rubrics = rubrics
        answered = set(run.answers.values_list("item", "kind"))
        paired = set(run.pairs.values_list("first", "second"))
        ids = list(items.values_list("pk", flat=True))
        checked = drawn_items(ids, run.checks, run.seed)
        pairs = drawn_pairs(items, run.checks, run.seed)
        asked = [(pk, Kind.PLAIN) for pk in ids]
        asked += [(pk, kind) for kind in (Kind.AGAIN, Kind.PADDED) for pk in checked]
        self._answers = [one for one in asked if one not in answered]
        self._pairs = [pair for pair in pairs if pair not in paired]
        self.total = len(asked) + len(pairs)
        self.done = self.total - len(self._answers) - len(self._pairs)

    def calls(self) -> Iterator[Call]:
        for start in range(0, len(self._answers), BATCH):
            some = self._answers[start : start + BATCH]
            items = _loaded({pk for pk, _kind in some})
            yield from (self._call(kind, items[pk]) for pk, kind in some if pk in items)
        items = _loaded({pk for pair in self._pairs for pk in pair})
        for first, second in self._pairs:
            if first in items and second in items:
                yield self._call("", items[first], items[second])

    def _call(self, kind: str, item: Item, other: Item | None = None) -> Call:
        return Call(kind, item, self._rubrics.of(item.question_id), other)


def _loaded(ids: set[int]) -> dict[int, Item]:
    return Item.objects.select_related("question").in_bulk(ids)


def _ask(client: ChatEndpoint, run: JudgeRun, call: Call) -> Outcome:
    """Runs in a thread: everything it reads has been loaded."""
    instruction, question = call.judged.instruction, call.item.question
    text = call.item.text
    if call.kind == Kind.PADDED:
        text = f"{text.rstrip()}\n{instruction.words['padding']}"
    judged = judged_of(call.item, question, call.judged.rubric, text)
    settings = {"temperature": run.temperature, "seed": run.seed}
    if call.other is not None:
        return ask_preferences(client, instruction, judged, call.other.text, settings)
    return ask_scores(client, instruction, judged, settings)


@transaction.atomic
def _store(run: JudgeRun, call: Call, outcome: Outcome) -> None:
    if call.other is not None:
        first, second = outcome.value or ("", "")
        JudgePair.objects.update_or_create(
            run=run, first=call.item, second=call.other,
            defaults={
                "preferred": first, "preferred_swapped": second, "problem": outcome.problem,
            },
        )  # fmt: skip
    else:
        _store_answer(run, call, outcome)
    count_answer(
        run, requests=outcome.requests, tokens_in=outcome.tokens_in,
        tokens_out=outcome.tokens_out, is_failed=bool(outcome.problem),
    )  # fmt: skip


def _store_answer(run: JudgeRun, call: Call, outcome: Outcome) -> None:
    scores = outcome.value.scores if outcome.value else {}
    result = Result(None, None)
    if outcome.value:
        result = composite_and_mark(call.judged.marks.spec_for(call.item.question), scores)
    JudgeAnswer.objects.update_or_create(
        run=run, item=call.item, kind=call.kind,
        defaults={
            "scores": scores, "composite": result.composite, "mark": result.mark,
            "problem": outcome.problem, "detail": outcome.detail,
            "reply": outcome.reply[:LONGEST_REPLY],
            "tokens_in": outcome.tokens_in, "tokens_out": outcome.tokens_out,
        },
    )  # fmt: skip
    if outcome.value and call.kind == Kind.PLAIN:
        _store_scores(run, call.item, scores, outcome.value.reasons, result)


def _store_scores(
    run: JudgeRun, item: Item, scores: dict[str, float], reasons: dict[str, str], result: Result
) -> None:
    """The whole is the mark in a grading and the composite in an evaluation; in a grading the composite
    stands beside it. They replace what the same judge gave before."""
    values: dict[str, float | None] = dict(scores)
    if run.campaign.kind == Campaign.Kind.GRADING:
        values = {COMPOSITE: result.composite, **values, "": result.mark}
    else:
        values[""] = result.composite
    AutomaticScore.objects.filter(scorer=run.scorer, item=item).delete()
    AutomaticScore.objects.bulk_create(
        AutomaticScore(
            scorer=run.scorer, item=item, criterion=key, value=value, note=reasons.get(key, "")
        )
        for key, value in values.items()
        if value is not None
    )
