"""The work of a metric run: values item by item in batches, then totals by candidate."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from annotations.models import AutomaticScore, Item, Scorer
from grading.fields import field_values
from grading.metrics import CATALOGUE, DEFAULTS, MetricValue, compute, per_item
from grading.models import MetricResult, MetricRun

BATCH = 500
LONGEST_NAME = 110  # of a scorer, with room for what tells it from a column of that name
MOST_CANDIDATES = 200


class Cancelled(Exception):
    """Somebody asked the run to stop."""


def compute_metric_run(*, run: MetricRun) -> None:
    """Both halves, from where an earlier attempt stopped. Raises Cancelled."""
    scorers = {name: scorer_for(run, name) for name in run.metrics if CATALOGUE[name].each}
    ids = list(run.dataset.items.order_by("pk").values_list("pk", flat=True))
    for start in range(run.done, len(ids), BATCH):
        score_batch(run, _items(ids[start : start + BATCH]), scorers)
        _beat(run, done=min(start + BATCH, len(ids)), total=len(ids), step=MetricRun.Step.VALUES)
    compute_totals(run, ids, scorers)


def score_batch(run: MetricRun, items: list[Item], scorers: dict[str, Scorer]) -> None:
    """Replace the batch's values; doing it twice changes nothing."""
    sides = field_values(items, run.prediction), field_values(items, run.reference)
    fresh = []
    for name, scorer in scorers.items():
        values = per_item(name, *sides, **run.options) or []
        fresh += [
            AutomaticScore(item=item, scorer=scorer, value=value)
            for item, value in zip(items, values, strict=True)
            if value is not None
        ]
    with transaction.atomic():
        AutomaticScore.objects.filter(
            scorer__in=scorers.values(), item__in=items, criterion=""
        ).delete()
        AutomaticScore.objects.bulk_create(fresh, batch_size=BATCH)


def compute_totals(run: MetricRun, ids: list[int], scorers: dict[str, Scorer]) -> None:
    """One MetricResult a metric and candidate; earlier ones of this run are replaced."""
    pairs = _all_pairs(run, ids)
    _beat(run, step=MetricRun.Step.TOTALS)
    stored = {n: _stored(run, scorers[n]) for n in run.metrics if CATALOGUE[n].is_mean}
    results = []
    for candidate, members in _candidates(run, pairs):
        for name in run.metrics:
            _beat(run)
            found = _total(run, name, members, stored.get(name))
            results.append(_result(run, candidate, name, found))
    with transaction.atomic():
        MetricResult.objects.filter(run=run).delete()
        MetricResult.objects.bulk_create(results)


Pair = tuple[int, str, Any, Any, int]  # item id, source, prediction, reference, question id
Candidate = tuple[str, bool]  # its name, and whether it is the nameless source among others
WHOLE: Candidate = ("", False)


def _all_pairs(run: MetricRun, ids: list[int]) -> list[Pair]:
    pairs: list[Pair] = []
    for start in range(0, len(ids), BATCH):
        items = _items(ids[start : start + BATCH])
        sides = field_values(items, run.prediction), field_values(items, run.reference)
        pairs += [
            (item.pk, item.source, p, r, item.question_id) for item, p, r in zip(items, *sides, strict=True)
        ]
    return pairs


def _candidates(run: MetricRun, pairs: list[Pair]) -> list[tuple[Candidate, list[Pair]]]:
    """In grading the scorer (or the answers themselves); in evaluation each source and the whole."""
    if run.dataset.questions.filter(full_mark__isnull=False).exists():
        prefix, _, scorer = run.prediction.partition(".")
        return [((scorer if prefix == "scorer" else "", False), pairs)]
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair[1], []).append(pair)
    if len(groups) > MOST_CANDIDATES:
        return [(WHOLE, pairs)]
    if len(groups) <= 1:
        return [((name, False), members) for name, members in groups.items()]
    return [*(((name, not name), groups[name]) for name in sorted(groups)), (WHOLE, pairs)]


def _stored(run: MetricRun, scorer: Scorer) -> dict[int, float]:
    rows = AutomaticScore.objects.filter(
        scorer=scorer, criterion="", item__dataset=run.dataset
    )
    return dict(rows.values_list("item_id", "value"))


def _total(
    run: MetricRun, name: str, members: list[Pair], stored: dict[int, float] | None
) -> MetricValue:
    """`stored`: the items' values, for a metric whose total is their mean."""
    if stored is None:
        sides = [m[2] for m in members], [m[3] for m in members]
        return compute(name, *sides, queries=[m[4] for m in members], **run.options)
    values = [stored[m[0]] for m in members if m[0] in stored]
    if not values:
        return MetricValue(None, 0, "no_pairs")
    return MetricValue(sum(values) / len(values), len(values))


def _result(run: MetricRun, candidate: Candidate, name: str, found: MetricValue) -> MetricResult:
    source, is_nameless = candidate
    return MetricResult(
        run=run, candidate=source, is_nameless=is_nameless, metric=name, value=found.value,
        n=found.n, reason=found.reason, detail=found.detail,
    )  # fmt: skip


def scorer_for(run: MetricRun, metric: str) -> Scorer:
    """The metric's scorer in the team; a column of a file with its name keeps that name."""
    name = scorer_name(run, metric)
    taken = Scorer.objects.filter(team=run.dataset.team, name=name)
    if taken.exclude(kind=Scorer.Kind.METRIC).exists():
        name = f"{name} (Concord)"
    scorer, _created = Scorer.objects.get_or_create(
        team=run.dataset.team,
        name=name,
        defaults={
            "kind": Scorer.Kind.METRIC,
            "scale": Scorer.Scale.SCORE,
            "is_higher_better": CATALOGUE[metric].is_higher_better,
        },
    )
    return scorer


def scorer_name(run: MetricRun, metric: str) -> str:
    """ "rougeL" for text against the reference, "accuracy · intent / gold" for other fields.

    Options that change the values are in it, so that a run with others overwrites nothing that a
    policy was promised.
    """
    name = metric
    if (run.prediction, run.reference) != ("text", "question.reference"):
        sides = [side.partition(".")[2] or side for side in (run.prediction, run.reference)]
        name = f"{metric} · {sides[0]} / {sides[1]}"
    given = [(option, run.options.get(option)) for option in CATALOGUE[metric].options]
    told = "".join(f" · {o} {v}" for o, v in given if v not in (None, DEFAULTS[o]))
    return f"{name[: LONGEST_NAME - len(told)]}{told}"


def _items(ids: list[int]) -> list[Item]:
    return list(Item.objects.filter(pk__in=ids).select_related("question").order_by("pk"))


def _beat(run: MetricRun, **fields: Any) -> None:
    """Write the progress; stop when asked to."""
    rows = MetricRun.objects.filter(pk=run.pk)
    rows.update(beat_at=timezone.now(), **fields)
    if rows.filter(is_cancel_requested=True).exists():
        raise Cancelled
