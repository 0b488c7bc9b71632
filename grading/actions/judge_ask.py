"""One question to a judge, with one more try where its answer cannot be used. Runs in threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from grading.actions.ask_many import Outcome, failure
from grading.backends.endpoint import Asking, ChatEndpoint
from grading.backends.endpoint_errors import EndpointError
from grading.backends.judge_answer import Unusable, judgement_in, preference_in
from grading.backends.judge_prompt import (
    Instruction,
    Judged,
    complaint_messages,
    preference_messages,
    preference_schema,
    scoring_messages,
    scoring_schema,
)

TOKENS = 2048  # room for models that think aloud
TOKENS_A_CRITERION = 300
SWAPPED = {"A": "B", "B": "A", "tie": "tie"}
NAMES = {"A": "first", "B": "second", "tie": "tie"}


def ask_scores(
    client: ChatEndpoint, instruction: Instruction, judged: Judged, settings: dict[str, Any]
) -> Outcome:
    """The value is a Judgement."""
    asking = Asking(
        scoring_messages(instruction, judged), scoring_schema(instruction), **settings,
        max_tokens=TOKENS + TOKENS_A_CRITERION * len(instruction.criteria),
    )  # fmt: skip
    return _read(client, instruction, asking, lambda text: judgement_in(text, instruction))


def ask_preferences(
    client: ChatEndpoint, instruction: Instruction, judged: Judged, other: str,
    settings: dict[str, Any],
) -> Outcome:  # fmt: skip
    """The value is which response is preferred, "first", "second" or "tie", with `judged` shown first and
    with `other` shown first."""
    schema, turned = preference_schema(), replace(judged, response=other)
    outcomes = []
    for one, two in ((judged, other), (turned, judged.response)):
        messages = preference_messages(instruction, one, two)
        asking = Asking(messages, schema, **settings, max_tokens=TOKENS)
        outcomes.append(_read(client, instruction, asking, preference_in))
        if outcomes[-1].problem:
            return _sum(outcomes, None)
    first, second = (outcome.value for outcome in outcomes)
    return _sum(outcomes, (NAMES[first], NAMES[SWAPPED[second]]))


def _read(
    client: ChatEndpoint, instruction: Instruction, asking: Asking, read: Callable[[str], Any]
) -> Outcome:
    """What `read` makes of the answer; what it cannot use is complained of once."""
    outcomes: list[Outcome] = []
    for _attempt in range(2):
        try:
            reply = client.chat(asking)
        except EndpointError as error:
            outcomes.append(failure(error))
            break
        spent = Outcome(
            reply=reply.text, tokens_in=reply.tokens_in, tokens_out=reply.tokens_out,
            requests=reply.requests,
        )  # fmt: skip
        try:
            value = read(reply.text)
        except Unusable as problem:
            code = "answer_cut" if reply.is_cut else f"answer_{problem.code}"
            detail = ": ".join(problem.values.values())
            outcomes.append(replace(spent, problem=code, detail=detail))
            complaint = problem.complaint(instruction)
            messages = complaint_messages(instruction, asking.messages, reply.text, complaint)
            asking = replace(asking, messages=messages)
        else:
            outcomes.append(replace(spent, value=value))
            break
    return _sum(outcomes, outcomes[-1].value)


def _sum(outcomes: list[Outcome], value: Any) -> Outcome:
    """The last outcome at the price of all."""
    return replace(
        outcomes[-1],
        value=value,
        tokens_in=sum(one.tokens_in for one in outcomes),
        tokens_out=sum(one.tokens_out for one in outcomes),
        requests=sum(one.requests for one in outcomes),
    )
