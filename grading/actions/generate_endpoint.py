"""Samples from an endpoint: threads ask, each answer comes as soon as it is there."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from functools import partial

from annotations.models import Question
from grading.actions.ask_many import Outcome, ask_many, failure
from grading.actions.endpoint import client_of
from grading.actions.generate_calls import Call, Wanted, questions_of
from grading.actions.run_life import beat
from grading.backends.endpoint import Asking, ChatEndpoint
from grading.backends.endpoint_errors import EndpointError
from grading.methods.prompt_text import UnknownPlace
from grading.models import GenerationRun, PromptTemplate
from grading.prompt_values import values_of


def sampled_by_endpoint(
    run: GenerationRun, wanted: list[Wanted]
) -> Generator[tuple[Call, Outcome], None, None]:
    """Each sample with what came of it; the value is a Reply. Raises EndpointError."""
    if run.endpoint is None:
        raise EndpointError("endpoint_gone")
    stop = threading.Event()
    client = client_of(run.endpoint, stop)
    return ask_many(
        _calls(run.template, wanted), partial(_ask, client, run), parallel=run.endpoint.parallel,
        stop=stop, beat=partial(beat, run),
    )  # fmt: skip


def _calls(template: PromptTemplate, wanted: list[Wanted]) -> Iterator[Call]:
    for question, number in questions_of(wanted):
        try:
            yield Call(question, number, messages_of(template, question))
        except UnknownPlace as place:
            yield Call(question, number, [], place.name)


def messages_of(template: PromptTemplate, question: Question) -> list[dict[str, str]]:
    """What a question makes of a template. Raises UnknownPlace."""
    return template.messages(values_of(question))


def _ask(client: ChatEndpoint, run: GenerationRun, call: Call) -> Outcome:
    """Runs in a thread."""
    if call.place:
        return Outcome(problem="no_place", detail=call.place, requests=0)
    asking = Asking(
        call.messages, temperature=run.temperature, seed=run.seed + call.sample,
        max_tokens=run.max_tokens,
    )  # fmt: skip
    try:
        reply = client.chat(asking)
    except EndpointError as error:
        return failure(error)
    return Outcome(
        reply, tokens_in=reply.tokens_in, tokens_out=reply.tokens_out, requests=reply.requests
    )
