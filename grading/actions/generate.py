"""The work of a generator's run: every sample asked for once, its answer stored as an item."""

from __future__ import annotations

from contextlib import closing

from django.db import transaction
from django.db.models import Max

from annotations.formats.question_rows import KEY_LENGTH, digest
from annotations.models import Dataset, Item
from grading.actions.ask_many import Outcome
from grading.actions.generate_calls import Call, samples_wanted
from grading.actions.generate_endpoint import sampled_by_endpoint
from grading.actions.generate_version import sampled_by_version
from grading.actions.run_life import Cancelled, beat, count_answer, restart_count
from grading.models import GeneratedAnswer, GenerationRun


def carry_out_generation_run(*, run: GenerationRun) -> None:
    """Sample what is missing. Raises EndpointError; VersionMissing, OutOfMemory; Cancelled."""
    run.answers.exclude(problem="").delete()
    wanted, sampled = samples_wanted(run), set(run.answers.values_list("question", "sample"))
    missing = [one for one in wanted if one not in sampled]
    restart_count(run, len(wanted) - len(missing), len(wanted))
    sample = sampled_by_version if run.version else sampled_by_endpoint
    with closing(sample(run, missing)) as stream:
        for call, outcome in stream:
            _store(run, call, outcome)
    if beat(run):
        raise Cancelled


@transaction.atomic
def _store(run: GenerationRun, call: Call, outcome: Outcome) -> None:
    is_cut = bool(outcome.value and outcome.value.is_cut)
    item = None if outcome.problem else _item(run, call, outcome.value.text, is_cut)
    GeneratedAnswer.objects.update_or_create(
        run=run, question=call.question, sample=call.sample,
        defaults={
            "item": item, "is_cut": is_cut, "problem": outcome.problem, "detail": outcome.detail,
            "tokens_in": outcome.tokens_in, "tokens_out": outcome.tokens_out,
        },
    )  # fmt: skip
    count_answer(
        run, requests=outcome.requests, tokens_in=outcome.tokens_in,
        tokens_out=outcome.tokens_out, is_failed=bool(outcome.problem),
    )  # fmt: skip


def _item(run: GenerationRun, call: Call, text: str, is_cut: bool) -> Item:
    """The item of a sample; one that is there already under this key is kept as it is."""
    Dataset.objects.select_for_update(no_key=True).get(pk=run.dataset_id)
    last = Item.objects.filter(dataset=run.dataset_id).aggregate(last=Max("position"))["last"]
    metadata = {
        "model": run.model, "prompt template": str(run.template), "sample": str(call.sample),
        "temperature": f"{run.temperature:g}", "seed": str(run.seed + call.sample),
    }  # fmt: skip
    item, _made = Item.objects.get_or_create(
        dataset_id=run.dataset_id,
        key=item_key(run.source, call.question.key, call.sample),
        defaults={
            "question": call.question, "source": run.source, "text": text,
            "position": 0 if last is None else last + 1,
            "metadata": metadata | ({"cut at": f"{run.max_tokens} tokens"} if is_cut else {}),
        },
    )  # fmt: skip
    return item


def item_key(source: str, question_key: str, sample: int) -> str:
    """Source and question, as an import makes it, and the number of every sample after the first."""
    key = f"{source}/{question_key}" + ("" if sample == 1 else f"-{sample}")
    return key if len(key) <= KEY_LENGTH else digest(key)
