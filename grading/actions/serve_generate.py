"""Generators in service: put there, taken out, and asked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from grading.actions.deploy import require_loaded, require_trained
from grading.actions.endpoint import client_of
from grading.backends.endpoint import Asking, Reply
from grading.backends.endpoint_errors import EndpointError
from grading.grader_data import prompt_of
from grading.methods.prompt_text import places
from grading.models import Grader, ModelVersion, ServedGenerator
from grading.service import client


class BadValues(ValueError):
    """What was sent does not fill exactly the `places` of the template."""

    def __init__(self, places: list[str]) -> None:
        super().__init__(places)
        self.places = places


def serve_generator(*, generator: ServedGenerator) -> None:
    """From now on programs can ask for it; its template is frozen. A version is loaded first. Raises
    ValidationError, and then nothing has changed."""
    version = generator.version
    if version is not None:
        require_loaded(version, client.load_generator)
    with transaction.atomic():
        if version is not None:  # under the lock of who retires it
            Grader.objects.select_for_update(no_key=True).get(pk=version.grader_id)
            version.refresh_from_db(fields=["retired_at"])
            require_trained(version)
        try:
            with transaction.atomic():
                generator.save()
        except IntegrityError:
            raise ValidationError(_("A generator of this name is in service already.")) from None
        generator.template.freeze()


def end_generator(*, generator: ServedGenerator) -> None:
    """Nobody can ask for it any more; ending twice changes nothing."""
    rows = ServedGenerator.objects.filter(pk=generator.pk, ended_at=None)
    rows.update(ended_at=timezone.now())


def generate_text(*, generator: ServedGenerator, values: Mapping[str, str]) -> Reply:
    """One answer of its endpoint or version; who waits is not made to wait for further tries. Raises
    BadValues, EndpointError, and what client.generate raises."""
    wanted = places(generator.template.text)
    if set(values) != set(wanted):
        raise BadValues(wanted)
    reply = _reply(generator, values)
    ServedGenerator.objects.filter(pk=generator.pk).update(
        requests=F("requests") + 1,
        tokens_in=F("tokens_in") + reply.tokens_in,
        tokens_out=F("tokens_out") + reply.tokens_out,
    )
    return reply


def _reply(generator: ServedGenerator, values: Mapping[str, str]) -> Reply:
    if generator.version is not None:
        return Reply(**client.generate(generator.version.pk, _asked(generator, generator.version, values)))
    if generator.endpoint is None:
        raise EndpointError("endpoint_gone")
    asking = Asking(
        generator.template.messages(dict(values)), temperature=generator.temperature,
        max_tokens=generator.max_tokens,
    )  # fmt: skip
    return client_of(generator.endpoint, is_patient=False).chat(asking)


def _asked(
    generator: ServedGenerator, version: ModelVersion, values: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "prompt": prompt_of(version).filled(values), "temperature": generator.temperature,
        "max_tokens": generator.max_tokens, "seed": secrets.randbelow(2**31),
    }  # fmt: skip
