"""POST /api/v1/generate/<name>: a generator in service writes."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from grading.actions.serve_generate import BadValues, generate_text
from grading.api import schemas
from grading.api.door import body_of, door, read, said
from grading.api.problems import Problem, away
from grading.backends.endpoint_errors import EndpointError
from grading.endpoint_words import problem_text
from grading.models import ApiToken, ServedGenerator
from grading.service.client import TooSlow, place


@door("generate", "POST")
def generate(request: HttpRequest, token: ApiToken, name: str) -> HttpResponse:
    answering = Q(endpoint__isnull=False) | Q(version__isnull=False)
    rows = ServedGenerator.objects.filter(answering, team=token.team_id, ended_at=None, name=name)
    generator = rows.select_related("endpoint", "version__grader", "version__template", "template").first()
    if generator is None:
        raise Problem(404, "no_generator", _("Your team has no generator of this name in service."))
    asked = read(body_of(request), schemas.GenerateIn)
    values = {**asked.values, **({} if asked.input is None else {"input": asked.input})}
    try:
        with place():
            reply = generate_text(generator=generator, values=values)
    except BadValues as problem:
        raise Problem(
            422, "places", _("The template needs these places, and no others: %(names)s.") % {"names": ", ".join(problem.places)}
        ) from None
    except EndpointError as error:
        seconds = int(min(60, error.retry_after or 10))
        raise away("endpoint", problem_text(error.code, error.detail), seconds) from None
    except TooSlow:
        raise away("too_slow", _("The text was not finished in time. Let the generator write fewer tokens."), 10) from None
    return said(
        schemas.Generated(
            text=reply.text, generator=generator.name, template=str(generator.template),
            model=generator.model, tokens_in=reply.tokens_in,
            tokens_out=reply.tokens_out,
        )
    )  # fmt: skip
