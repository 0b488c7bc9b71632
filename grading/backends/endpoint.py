"""A model behind OpenAI's chat protocol (vLLM, Ollama, a provider), asked with patience.

Too many requests, errors of the server and time-outs are tried again with growing pauses; what the
endpoint asks for in Retry-After is kept to. JSON is asked for by a schema; an endpoint that does not
understand this is asked for any JSON, and then for plain text: `structure` says where it stands.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grading.backends.endpoint_errors import TRIES, EndpointError
from grading.backends.endpoint_http import post_json
from grading.backends.endpoint_pace import Pace
from grading.backends.storable import storable
from grading.methods.token_guess import guessed_tokens

STRUCTURES = ("schema", "object", "text")
LONGEST_PAUSE = 120.0  # seconds, whatever Retry-After says
OPTIONAL = ("temperature", "seed", "max_tokens", "max_completion_tokens")

Messages = Sequence[dict[str, str]]


@dataclass(frozen=True)
class Reply:
    """`tokens` are as the endpoint counts them, or guessed where it does not. `is_cut`: stopped at the
    length allowed. `requests` counts all that were answered or refused on the way here."""

    text: str
    tokens_in: int
    tokens_out: int
    is_cut: bool = False
    requests: int = 1


@dataclass(frozen=True)
class Asking:
    """`schema`: of the JSON that is wanted, {"name", "schema"}; None for a text."""

    messages: Messages
    schema: dict[str, Any] | None = None
    temperature: float = 0.0
    seed: int | None = None
    max_tokens: int = 2048


class ChatEndpoint:
    """Safe to be asked by several threads at once."""

    def __init__(
        self, base_url: str, model: str, *, key: str = "", timeout: float = 120,
        structure: str = "schema", pace: Pace | None = None, pause: float = 1.0,
        is_patient: bool = True,
    ) -> None:  # fmt: skip
        """`pause`: seconds before the second try; each further one takes twice as long. Who is not
        patient does not try again."""
        self.url = f"{base_url.rstrip('/')}/chat/completions"
        self.model, self.structure = model, structure
        self._key, self._timeout, self._pause = key, timeout, pause
        self._tries = TRIES if is_patient else {}
        self._pace = pace or Pace()
        self._names: dict[str, str | None] = {}  # setting → its name here; None: not understood

    def chat(self, asking: Asking) -> Reply:
        """The model's answer. Raises EndpointError, Stopped."""
        tries: dict[str, int] = {}
        requests, structure = 0, self.structure
        while True:
            payload = self._payload(asking, structure)
            self._pace.wait()
            requests += 1
            try:
                data = post_json(self.url, payload, key=self._key, timeout=self._timeout)
                reply = _reply(data, asking, requests)
            except EndpointError as error:
                if error.code == "bad_request" and self._forgets(error.param, payload):
                    continue
                if error.code == "bad_request" and "response_format" in payload:
                    structure = STRUCTURES[STRUCTURES.index(structure) + 1]
                    continue
                tries[error.code] = tries.get(error.code, 0) + 1
                if tries[error.code] >= self._tries.get(error.code, 1):
                    raise
                self._pace.pause(self._seconds(error, sum(tries.values())))
            else:
                if asking.schema is not None:
                    self.structure = structure
                return reply

    def _seconds(self, error: EndpointError, number: int) -> float:
        """As asked for, or doubling, with some chance so that not all come back at once."""
        if error.retry_after is not None:
            return min(LONGEST_PAUSE, error.retry_after)
        return min(LONGEST_PAUSE, self._pause * 2.0 ** (number - 1) * random.uniform(1, 1.25))

    def _payload(self, asking: Asking, structure: str) -> dict[str, Any]:
        payload: dict[str, Any] = {"model": self.model, "messages": list(asking.messages)}
        settings = {
            "temperature": asking.temperature, "seed": asking.seed, "max_tokens": asking.max_tokens,
        }  # fmt: skip
        for name, value in settings.items():
            here = self._names.get(name, name)
            if value is not None and here is not None:
                payload[here] = value
        if asking.schema is not None and structure == "schema":
            wanted = {"strict": True, **asking.schema}
            payload["response_format"] = {"type": "json_schema", "json_schema": wanted}
        elif asking.schema is not None and structure == "object":
            payload["response_format"] = {"type": "json_object"}
        return payload

    def _forgets(self, blamed: str, payload: dict[str, Any]) -> bool:
        """Whether the setting that is blamed can be left out, or called by its newer name."""
        if blamed not in OPTIONAL or blamed not in payload:
            return False
        if blamed == "max_tokens":
            self._names["max_tokens"] = "max_completion_tokens"
        else:
            self._names["max_tokens" if blamed == "max_completion_tokens" else blamed] = None
        return True


def _reply(data: dict[str, Any], asking: Asking, requests: int) -> Reply:
    try:
        choice = data["choices"][0]
        text = storable(_text(choice["message"]["content"]))
        finish = choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise EndpointError("no_choices") from None
    if finish == "content_filter":
        raise EndpointError("filtered")
    if not text.strip():
        raise EndpointError("empty")
    usage = data.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    asked = sum(guessed_tokens(message["content"]) for message in asking.messages)
    tokens_in = _count(usage.get("prompt_tokens"), asked)
    tokens_out = _count(usage.get("completion_tokens"), guessed_tokens(text))
    return Reply(text, tokens_in, tokens_out, finish == "length", requests)


def _text(content: Any) -> str:
    """A text, or the texts among its parts."""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content)
    return content if isinstance(content, str) else ""


def _count(told: Any, guessed: int) -> int:
    is_count = isinstance(told, int) and not isinstance(told, bool) and 0 <= told < 10**8
    return told if is_count else guessed
