"""The work of a generator's run: every sample asked for once, its answer stored as an item."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Max

from annotations.formats.items import KEY_LENGTH, digest
from annotations.models import Dataset, Item, Question
from grading.actions.ask_many import Outcome, ask_many, failure
from grading.actions.endpoint import client_of
from grading.actions.run_life import Cancelled, beat, count_answer, restart_count
from grading.backends.endpoint import Asking, ChatEndpoint
from grading.backends.endpoint_errors import EndpointError
from grading.methods.prompt_text import UnknownPlace
from grading.models import GeneratedAnswer, GenerationRun, PromptTemplate
from grading.prompt_values import values_of

BATCH = 200


@dataclass(frozen=True)
class Task:
    """What is asked, ready for a thread; `place` is one of the template for which the question says nothing."""

    question: Question
    sample: int
    messages: list[dict[str, str]]
    place: str = ""


def carry_out_generation_run(*, run: GenerationRun) -> None:
    """Sample what is missing. Raises EndpointError, Cancelled."""
    if run.endpoint is None:
        raise EndpointError("endpoint_gone")
    run.answers.exclude(problem="").delete()
    questions = list(run.dataset.questions.order_by("position", "pk").values_list("pk", flat=True))
    sampled = set(run.answers.values_list("question", "sample"))
    wanted = [(pk, number) for number in range(1, run.samples + 1) for pk in questions]
    missing = [one for one in wanted if one not in sampled]
    restart_count(run, len(wanted) - len(missing), len(wanted))
    stop = threading.Event()
    client = client_of(run.endpoint, stop)
    stream = ask_many(
        _tasks(run.template, missing), partial(_ask, client, run), parallel=run.endpoint.parallel, stop=stop,
        beat=partial(beat, run),
    )  # fmt: skip
    with closing(stream):
        for task, outcome in stream:
            _store(run, task, outcome)
    if beat(run):
        raise Cancelled


def _tasks(template: PromptTemplate, missing: list[tuple[int, int]]) -> Iterator[Task]:
    for start in range(0, len(missing), BATCH):
        some = missing[start : start + BATCH]
        found = Question.objects.in_bulk({pk for pk, _number in some})
        yield from (_task(template, found[pk], number) for pk, number in some if pk in found)


def _task(template: PromptTemplate, question: Question, number: int) -> Task:
    try:
        return Task(question, number, messages_of(template, question))
    except UnknownPlace as place:
        return Task(question, number, [], place.name)


def messages_of(template: PromptTemplate, question: Question) -> list[dict[str, str]]:
    """What a question makes of a template. Raises UnknownPlace."""
    prompt = [{"role": "user", "content": template.filled(values_of(question))}]
    system = template.system.strip()
    return [{"role": "system", "content": system}, *prompt] if system else prompt


def _ask(client: ChatEndpoint, run: GenerationRun, task: Task) -> Outcome:
    """Runs in a thread; the value is a Reply."""
    if task.place:
        return Outcome(problem="no_place", detail=task.place, requests=0)
    asking = Asking(
        task.messages, temperature=run.temperature, seed=run.seed + task.sample,
        max_tokens=run.max_tokens,
    )  # fmt: skip
    try:
        reply = client.chat(asking)
    except EndpointError as error:
        return failure(error)
    return Outcome(
        reply, tokens_in=reply.tokens_in, tokens_out=reply.tokens_out, requests=reply.requests
    )


@transaction.atomic
def _store(run: GenerationRun, task: Task, outcome: Outcome) -> None:
    is_cut = bool(outcome.value and outcome.value.is_cut)
    item = None if outcome.problem else _item(run, task, outcome.value.text, is_cut)
    GeneratedAnswer.objects.update_or_create(
        run=run, question=task.question, sample=task.sample,
        defaults={
            "item": item, "is_cut": is_cut, "problem": outcome.problem, "detail": outcome.detail,
            "tokens_in": outcome.tokens_in, "tokens_out": outcome.tokens_out,
        },
    )  # fmt: skip
    count_answer(
        run, requests=outcome.requests, tokens_in=outcome.tokens_in,
        tokens_out=outcome.tokens_out, is_failed=bool(outcome.problem),
    )  # fmt: skip


def _item(run: GenerationRun, task: Task, text: str, is_cut: bool) -> Item:
    """The item of a sample; one that is there already under this key is kept as it is."""
    Dataset.objects.select_for_update().get(pk=run.dataset_id)
    last = Item.objects.filter(dataset=run.dataset_id).aggregate(last=Max("position"))["last"]
    metadata = {
        "model": run.model, "prompt template": str(run.template), "sample": str(task.sample),
        "temperature": f"{run.temperature:g}", "seed": str(run.seed + task.sample),
    }  # fmt: skip
    item, _made = Item.objects.get_or_create(
        dataset_id=run.dataset_id,
        key=item_key(run.source, task.question.key, task.sample),
        defaults={
            "question": task.question, "source": run.source, "text": text,
            "position": 0 if last is None else last + 1,
            "metadata": metadata | ({"cut at": f"{run.max_tokens} tokens"} if is_cut else {}),
        },
    )  # fmt: skip
    return item


def item_key(source: str, question_key: str, sample: int) -> str:
    """Source and question, as an import makes it, and the number of every sample after the first."""
    key = f"{source}/{question_key}" + ("" if sample == 1 else f"-{sample}")
    return key if len(key) <= KEY_LENGTH else digest(key)
