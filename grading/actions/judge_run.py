"""Starting a run of an LLM judge, and what it will cost, roughly."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from annotations.models import Campaign, Scorer, User
from grading.actions.judge_items import Rubrics, items_in, judged_of
from grading.backends.judge_prompt import PROMPT_VERSION, scoring_messages
from grading.methods.token_guess import guessed_tokens
from grading.models import Endpoint, JudgeRun
from grading.models.endpoint import cost_of

SAMPLE = 100  # prompts that are written out for the estimate
TOKENS_A_CRITERION = 60  # of an answer: a reason of a sentence or two, and the score
LONGEST_PART = 45  # of the name of the scorer


@dataclass(frozen=True)
class JudgePlan:
    """What is asked for; see JudgeRun."""

    campaign: Campaign
    endpoint: Endpoint
    scope: str = JudgeRun.Scope.DRAWN
    sources: Sequence[str] = ()
    temperature: float = 0.0
    seed: int = 1
    checks: int = 0


@dataclass(frozen=True)
class Estimate:
    """`cost` None: the endpoint has no prices."""

    items: int
    requests: int
    tokens_in: int
    tokens_out: int
    cost: Decimal | None


def estimate_judge_run(plan: JudgePlan) -> Estimate:
    """From prompts of items all over the dataset. Raises ValidationError where nothing can be judged."""
    items = items_in(plan.campaign, plan.scope, plan.sources)
    rubrics = Rubrics(plan.campaign, items)
    ids = list(items.values_list("pk", flat=True))
    if not ids:
        raise ValidationError(_("There is nothing to judge here: no item fits."))
    some = items.filter(pk__in=ids[:: -(-len(ids) // SAMPLE)]).select_related("question")
    sizes, answers = [], []
    for item in some:
        judged = rubrics.of(item.question_id)
        messages = scoring_messages(
            judged.instruction, judged_of(item, item.question, judged.rubric)
        )
        sizes.append(sum(guessed_tokens(message["content"]) for message in messages))
        answers.append(TOKENS_A_CRITERION * len(judged.instruction.criteria))
    requests = len(ids) + 4 * min(plan.checks, len(ids))  # again, padded, a pair in both orders
    tokens_in = round(requests * sum(sizes) / len(sizes))
    tokens_out = round(requests * sum(answers) / len(answers))
    cost = cost_of(tokens_in, tokens_out, plan.endpoint.price_in, plan.endpoint.price_out)
    return Estimate(len(ids), requests, tokens_in, tokens_out, cost)


def start_judge_run(*, plan: JudgePlan, user: User | None) -> JudgeRun:
    """A run that waits for a worker; who calls queues it afterwards. Raises ValidationError."""
    items = items_in(plan.campaign, plan.scope, plan.sources)
    rubrics = Rubrics(plan.campaign, items)
    number = items.count()
    if not number:
        raise ValidationError(_("There is nothing to judge here: no item fits."))
    endpoint = plan.endpoint
    return JudgeRun.objects.create(
        campaign=plan.campaign, endpoint=endpoint, scorer=scorer_for(plan, rubrics.title),
        model=endpoint.model, prompt_version=PROMPT_VERSION, scope=plan.scope,
        sources=list(plan.sources), temperature=plan.temperature, seed=plan.seed,
        checks=plan.checks, price_in=endpoint.price_in, price_out=endpoint.price_out,
        currency=endpoint.currency, created_by=user, state=JudgeRun.State.WAITING, total=number,
    )  # fmt: skip


def scorer_for(plan: JudgePlan, rubric_title: str) -> Scorer:
    """The judge as a scorer of the team: model, prompt and rubric, and a temperature that is not 0.

    A scorer of another kind that has this name keeps it.
    """
    warmth = f" · t{plan.temperature:g}" if plan.temperature else ""
    name = f"{_cut(plan.endpoint.model)} · p{PROMPT_VERSION} · {_cut(rubric_title)}{warmth}"
    taken = Scorer.objects.filter(team=plan.campaign.team_id, name=name)
    if taken.exclude(kind=Scorer.Kind.JUDGE).exists():
        name = f"{name} (Concord)"
    is_grading = plan.campaign.kind == Campaign.Kind.GRADING
    scorer, _created = Scorer.objects.get_or_create(
        team_id=plan.campaign.team_id,
        name=name,
        defaults={
            "kind": Scorer.Kind.JUDGE,
            "scale": Scorer.Scale.MARK if is_grading else Scorer.Scale.SCORE,
        },
    )
    return scorer


def _cut(name: str) -> str:
    """A long name keeps its beginning and a digest, so that no two become one."""
    if len(name) <= LONGEST_PART:
        return name
    digest = hashlib.blake2b(name.encode(), digest_size=3).hexdigest()
    return f"{name[: LONGEST_PART - 8]}… {digest}"
