"""Endpoints: stored with their key apart, asked, tried, deleted."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from config.queue import QueueDown
from config.rate import seconds_to_wait
from grading.backends.endpoint import Asking, ChatEndpoint
from grading.backends.endpoint_errors import EndpointError
from grading.backends.endpoint_pace import Pace
from grading.endpoint_keys import forget_key, read_key, store_key
from grading.models import Endpoint

TRIAL_SECONDS = 30
SECONDS_WITHOUT_REDIS = 5
TRIAL = Asking(
    [{"role": "user", "content": 'Reply with the JSON object {"ok": true} and nothing else.'}],
    {
        "name": "trial",
        "schema": {
            "type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"],
            "additionalProperties": False,
        },
    },
    max_tokens=512,
)  # fmt: skip


def save_endpoint(*, endpoint: Endpoint, key: str | None) -> None:
    """Store it; a `key` of None leaves the stored one, "" forgets it.

    Its address may have changed to one that understands more or less, so that is found out anew.
    """
    before = endpoint.key_file
    if key is not None:
        endpoint.key_file = store_key(key) if key else ""
    endpoint.structure = Endpoint.Structure.SCHEMA
    endpoint.save()
    if before != endpoint.key_file:
        transaction.on_commit(lambda: forget_key(before))


def delete_endpoint(*, endpoint: Endpoint) -> None:
    """Runs that used it stay, with the name of the model."""
    key_file = endpoint.key_file
    endpoint.delete()
    transaction.on_commit(lambda: forget_key(key_file))


def client_of(
    endpoint: Endpoint, stop: threading.Event | None = None, *, is_patient: bool = True
) -> ChatEndpoint:
    """What asks it, at the pace that all processes keep to together. Raises EndpointError where the key
    has gone."""
    try:
        key = read_key(endpoint.key_file)
    except OSError:
        raise EndpointError("key_gone") from None
    elsewhere = partial(_seconds_until_room, endpoint.pk, endpoint.requests_per_minute, is_patient)
    return ChatEndpoint(
        endpoint.base_url, endpoint.model, key=key,
        timeout=endpoint.timeout if is_patient else min(endpoint.timeout, TRIAL_SECONDS),
        structure=endpoint.structure, pace=Pace(endpoint.requests_per_minute, stop, elsewhere),
        is_patient=is_patient,
    )  # fmt: skip


def _seconds_until_room(endpoint: int, per_minute: int | None, is_patient: bool) -> float:
    """Count one request. Who is not patient is told at once: raises EndpointError, QueueDown."""
    if not per_minute:
        return 0
    try:
        seconds = seconds_to_wait(f"endpoint:{endpoint}", per_minute)
    except QueueDown:
        if not is_patient:
            raise
        return SECONDS_WITHOUT_REDIS
    if seconds and not is_patient:
        raise EndpointError("busy", retry_after=seconds)
    return seconds


def remember_structure(endpoint: Endpoint, client: ChatEndpoint) -> None:
    """What the endpoint has been found to understand."""
    if client.structure != endpoint.structure:
        endpoint.structure = client.structure
        Endpoint.objects.filter(pk=endpoint.pk).update(structure=client.structure)


@dataclass(frozen=True)
class Trial:
    """What one small request brought: `text` and tokens, or the error."""

    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    error: EndpointError | None = None


def try_endpoint(endpoint: Endpoint) -> Trial:
    """Ask once for a small JSON; whoever waits for the page is told at once, without further tries."""
    try:
        client = client_of(endpoint, is_patient=False)
        reply = client.chat(TRIAL)
    except EndpointError as error:
        return Trial(error=error)
    remember_structure(endpoint, client)
    return Trial(reply.text[:1000], reply.tokens_in, reply.tokens_out)
