"""Starting a run of a generator, and what it will cost, roughly."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from annotations.models import Dataset, User
from grading.actions.generate import messages_of
from grading.actions.judge_run import Estimate
from grading.methods.prompt_text import UnknownPlace
from grading.methods.token_guess import guessed_tokens
from grading.models import Endpoint, GenerationRun, PromptTemplate
from grading.models.endpoint import cost_of

SAMPLE = 100


@dataclass(frozen=True)
class GenerationPlan:
    """What is asked for; see GenerationRun."""

    dataset: Dataset
    endpoint: Endpoint
    template: PromptTemplate
    source: str
    samples: int = 1
    temperature: float = 0.7
    seed: int = 1
    max_tokens: int = 1024


def estimate_generation_run(plan: GenerationPlan) -> Estimate:
    """The most it can cost: answers as long as they may be. Raises ValidationError where nothing can be
    asked."""
    check_plan(plan)
    number = plan.dataset.questions.count()
    step = -(-number // SAMPLE)
    ids = list(plan.dataset.questions.order_by("pk").values_list("pk", flat=True))[::step]
    try:
        sizes = [
            sum(guessed_tokens(message["content"]) for message in messages_of(plan.template, question))
            for question in plan.dataset.questions.filter(pk__in=ids)
        ]
    except UnknownPlace as place:
        raise ValidationError(
            _("The template has a place {%(name)s}, for which some questions say nothing.")
            % {"name": place.name}
        ) from place
    requests = number * plan.samples
    tokens_in, tokens_out = round(requests * sum(sizes) / len(sizes)), requests * plan.max_tokens
    cost = cost_of(tokens_in, tokens_out, plan.endpoint.price_in, plan.endpoint.price_out)
    return Estimate(requests, requests, tokens_in, tokens_out, cost)


def check_plan(plan: GenerationPlan) -> None:
    """Raises ValidationError where there is no question, or the source is somebody else's."""
    if not plan.dataset.questions.exists():
        raise ValidationError(_("The dataset has no questions to ask."))
    same = {
        "model": plan.endpoint.model, "template": plan.template, "temperature": plan.temperature,
        "seed": plan.seed, "max_tokens": plan.max_tokens,
    }  # fmt: skip
    runs = GenerationRun.objects.filter(dataset=plan.dataset, source=plan.source)
    is_taken = plan.dataset.items.filter(source=plan.source).exists()
    if (is_taken and not runs.exists()) or runs.exclude(**same).exists():
        raise ValidationError(
            _("The dataset has items of “%(source)s” made in another way. Choose another name for the source.")
            % {"source": plan.source}
        )


def start_generation_run(*, plan: GenerationPlan, user: User | None) -> GenerationRun:
    """A run that waits for a worker; who calls queues it afterwards. Raises ValidationError."""
    check_plan(plan)
    plan.template.freeze()
    endpoint = plan.endpoint
    return GenerationRun.objects.create(
        dataset=plan.dataset, endpoint=endpoint, template=plan.template, model=endpoint.model,
        source=plan.source, samples=plan.samples, temperature=plan.temperature, seed=plan.seed,
        max_tokens=plan.max_tokens, price_in=endpoint.price_in, price_out=endpoint.price_out,
        currency=endpoint.currency, created_by=user, state=GenerationRun.State.WAITING,
        total=plan.dataset.questions.count() * plan.samples,
    )  # fmt: skip
