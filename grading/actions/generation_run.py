"""Starting a run of a generator, and what it will cost, roughly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotations.models import Dataset, Question, User
from grading.actions.generate_endpoint import messages_of
from grading.actions.generate_version import prompt_for
from grading.actions.judge_run import Estimate
from grading.methods.prompt_text import UnknownPlace
from grading.methods.token_guess import guessed_tokens
from grading.models import Endpoint, GenerationRun, ModelVersion, PromptTemplate
from grading.models.endpoint import cost_of

SAMPLE = 100


@dataclass(frozen=True)
class GenerationPlan:
    """What is asked for; see GenerationRun. An endpoint answers, or a version, and then the template is the
    version's."""

    dataset: Dataset
    endpoint: Endpoint | None
    template: PromptTemplate
    source: str
    samples: int = 1
    temperature: float = 0.7
    seed: int = 1
    max_tokens: int = 1024
    version: ModelVersion | None = None

    @property
    def model(self) -> str:
        return self.endpoint.model if self.endpoint else str(self.version)

    def named(self) -> GenerationPlan:
        """With the model's name as that of the source, where there is none."""
        return self if self.source else replace(self, source=self.model)

    @property
    def prices(self) -> dict[str, Any]:
        """None for a version: what it costs nobody tells."""
        names = ("price_in", "price_out", "currency")
        return {name: getattr(self.endpoint, name) for name in names} if self.endpoint else {}


def estimate_generation_run(plan: GenerationPlan) -> Estimate:
    """The most it can cost: answers as long as they may be. Raises ValidationError where nothing can be
    asked."""
    check_plan(plan)
    number = plan.dataset.questions.count()
    step = -(-number // SAMPLE)
    ids = list(plan.dataset.questions.order_by("pk").values_list("pk", flat=True))[::step]
    try:
        sizes = [_tokens(plan, one) for one in plan.dataset.questions.filter(pk__in=ids)]
    except UnknownPlace as place:
        raise ValidationError(
            _("The template has a place {%(name)s}, for which some questions say nothing.")
            % {"name": place.name}
        ) from place
    requests = number * plan.samples
    tokens_in, tokens_out = round(requests * sum(sizes) / len(sizes)), requests * plan.max_tokens
    prices = plan.prices
    cost = cost_of(tokens_in, tokens_out, prices.get("price_in"), prices.get("price_out"))
    return Estimate(requests, requests, tokens_in, tokens_out, cost)


def _tokens(plan: GenerationPlan, question: Question) -> int:
    """Raises UnknownPlace."""
    if plan.version:
        return guessed_tokens(prompt_for(plan.template, question))
    messages = messages_of(plan.template, question)
    return sum(guessed_tokens(message["content"]) for message in messages)


def check_plan(plan: GenerationPlan) -> None:
    """Raises ValidationError where there is no question, or the source is somebody else's, or the version
    does not answer."""
    if not plan.dataset.questions.exists():
        raise ValidationError(_("The dataset has no questions to ask."))
    team = plan.dataset.team_id
    if plan.version and plan.version not in answering_versions(team):
        raise ValidationError(_("This version does not answer questions of this dataset."))
    same = {
        "model": plan.model, "template": plan.template, "temperature": plan.temperature,
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
    return GenerationRun.objects.create(
        dataset=plan.dataset, endpoint=plan.endpoint, version=plan.version, template=plan.template,
        model=plan.model, source=plan.source, samples=plan.samples, temperature=plan.temperature,
        seed=plan.seed, max_tokens=plan.max_tokens, created_by=user,
        state=GenerationRun.State.WAITING, total=plan.dataset.questions.count() * plan.samples,
        **plan.prices,
    )  # fmt: skip


def answering_versions(team: int) -> QuerySet[ModelVersion]:
    """The team's versions that can answer questions."""
    rows = ModelVersion.objects.filter(grader__team=team).writing().usable()
    return rows.select_related("grader", "template").order_by("grader__school_subject", "-number")
