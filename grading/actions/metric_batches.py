"""The work of a metric run: values item by item in batches, then totals by candidate."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction

from annotations.models import AutomaticScore, Item, Scorer
from grading.actions.run_life import Cancelled, beat
from grading.fields import field_values
from grading.methods import metrics_mean
from grading.metrics import DEFAULTS, MetricEntry, MetricValue, compute, find, named, per_item
from grading.models import MetricResult, MetricRun

BATCH = 500
BATCH_OF_MODELS = 50  # a model takes seconds an item, and who cancels should not wait for minutes
LONGEST_NAME = 110  # of a scorer, with room for what tells it from a column of that name
MOST_CANDIDATES = 200
USUAL_COLUMNS = {"questions": "question.text", "contexts": "question.context"}
MODELS = ("encoder", "language_model", "entailment_model")


def compute_metric_run(*, run: MetricRun) -> None:
    """Both halves, from where an earlier attempt stopped. Raises Cancelled."""
    scorers = {name: scorer_for(run, name) for name in run.metrics if named(name).each}
    ids = list(run.dataset.items.order_by("pk").values_list("pk", flat=True))
    size = BATCH_OF_MODELS if asks_a_model(run) else BATCH
    for start in range(run.done, len(ids), size):
        score_batch(run, _items(ids[start : start + size]), scorers)
        _beat(run, done=min(start + size, len(ids)), total=len(ids), step=MetricRun.Step.VALUES)
    compute_totals(run, ids, scorers)


def asks_a_model(run: MetricRun) -> bool:
    """Whether it needs torch, and the machine for a while."""
    entries = [entry for name in run.metrics if (entry := find(name))]
    by_model = run.options.get("way") == "model"
    return any(entry.model or (by_model and "way" in entry.options) for entry in entries)


def score_batch(run: MetricRun, items: list[Item], scorers: dict[str, Scorer]) -> None:
    """Replace the batch's values; doing it twice changes nothing."""
    sides = _sides(run, items)
    more = {**run.options, **_columns(run, items)}
    fresh = []
    for name, scorer in scorers.items():
        values = per_item(name, *sides, **more) or []
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
    stored = {n: _stored(run, scorers[n]) for n in run.metrics if named(n).is_mean}
    results = []
    for candidate, members in _candidates(run, pairs):
        for name in run.metrics:
            _beat(run)
            found = _total(run, name, members, stored.get(name))
            results.append(_result(run, candidate, name, found))
    with transaction.atomic():
        MetricResult.objects.filter(run=run).delete()
        MetricResult.objects.bulk_create(results)


class Pair(NamedTuple):
    """An item's two sides, and what else totals read, in the order of `_total_columns`."""

    item: int
    source: str
    prediction: Any
    reference: Any
    columns: tuple[Any, ...]


Candidate = tuple[str, bool]  # its name, and whether it is the nameless source among others
WHOLE: Candidate = ("", False)


def _all_pairs(run: MetricRun, ids: list[int]) -> list[Pair]:
    pairs: list[Pair] = []
    for start in range(0, len(ids), BATCH):
        items = _items(ids[start : start + BATCH])
        columns = _columns(run, items)
        more = [columns.get(name, [None] * len(items)) for name in _total_columns(run)]
        pairs += [
            Pair(item.pk, item.source, p, r, tuple(rest))
            for item, p, r, *rest in zip(items, *_sides(run, items), *more, strict=True)
        ]
    return pairs


def _sides(run: MetricRun, items: list[Item]) -> tuple[list[Any], list[Any]]:
    """A run without a reference holds its metrics against nothing."""
    reference = field_values(items, run.reference) if run.reference else [None] * len(items)
    return field_values(items, run.prediction), reference


def _columns(run: MetricRun, items: list[Item]) -> dict[str, list[Any]]:
    """What metrics read beside the two sides, from the addresses that the run's options name."""
    addresses = run.options.get("columns", {})
    found = {name: field_values(items, address) for name, address in addresses.items() if address}
    full_marks = [item.question.full_mark for item in items]
    return {"queries": [item.question_id for item in items], "full_marks": full_marks, **found}


def _total_columns(run: MetricRun) -> list[str]:
    """What is needed once more for totals that are no mean of the items' values."""
    given = {"queries", "full_marks", *(name for name, address in run.options.get("columns", {}).items() if address)}
    totals = [named(name) for name in run.metrics if not named(name).is_mean]
    wanted = {column for one in totals for column in (*one.columns, *one.known)}
    return sorted(wanted & given)


def _candidates(run: MetricRun, pairs: list[Pair]) -> list[tuple[Candidate, list[Pair]]]:
    """In grading the scorer (or the answers themselves); in evaluation each source and the whole."""
    if run.dataset.questions.filter(full_mark__isnull=False).exists():
        prefix, _, scorer = run.prediction.partition(".")
        return [((scorer if prefix == "scorer" else "", False), pairs)]
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.source, []).append(pair)
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
        sides = [m.prediction for m in members], [m.reference for m in members]
        names = _total_columns(run)
        columns = {column: [m.columns[i] for m in members] for i, column in enumerate(names)}
        return compute(name, *sides, **{**run.options, **columns})
    values = [stored[m.item] for m in members if m.item in stored]
    way = {"way": run.options.get("way", DEFAULTS["way"])} if "way" in named(name).options else {}
    is_share = set(values) <= {0.0, 1.0}
    return metrics_mean.share(values, way) if is_share else metrics_mean.mean(values, way)


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
            "is_higher_better": named(metric).is_higher_better,
        },
    )
    return scorer


def scorer_name(run: MetricRun, metric: str) -> str:
    """ "rougeL" for text against the reference, "accuracy · intent / gold" for other fields.

    Options and columns that change the values are in it, so that a run with others overwrites nothing that a
    policy was promised.
    """
    name, entry = metric, named(metric)
    if (run.prediction, run.reference) != ("text", "question.reference" * bool(run.reference)):
        sides = [side.partition(".")[2] or side or "–" for side in (run.prediction, run.reference)]
        name = f"{metric} · {sides[0]} / {sides[1]}"
    told = "".join(f" · {said}" for said in [*_told_options(run, entry), *_told_columns(run, entry)])
    return f"{name[: max(len(metric), LONGEST_NAME - len(told))]}{told}"[:LONGEST_NAME]


def _told_options(run: MetricRun, entry: MetricEntry) -> list[str]:
    given = [(option, run.options.get(option)) for option in entry.options]
    return [f"{o} {_short(o, v)}" for o, v in given if v not in (None, DEFAULTS[o])]


def _short(option: str, value: Any) -> str:
    """A folder by its own name and a few signs that tell it from others of that name."""
    if option not in MODELS:
        return str(value)
    return f"{Path(value).name[:20]}#{hashlib.sha256(str(value).encode()).hexdigest()[:4]}"


def _told_columns(run: MetricRun, entry: MetricEntry) -> list[str]:
    """The columns that are read, where they are not the usual ones; a judge is read in its way only."""
    given = dict(run.options.get("columns", {}))
    if "way" in entry.options:
        is_judged = run.options.get("way") == "judge"
        given = {name: a for name, a in given.items() if (name == "judged") == is_judged}
    unusual = {n: given[n] for n in entry.columns if given.get(n) not in (None, "", USUAL_COLUMNS.get(n))}
    return [f"{name} {address.partition('.')[2] or address}" for name, address in unusual.items()]


def _items(ids: list[int]) -> list[Item]:
    return list(Item.objects.filter(pk__in=ids).select_related("question").order_by("pk"))


def _beat(run: MetricRun, **progress: Any) -> None:
    """Write the progress; stop when asked to."""
    if beat(run, **progress):
        raise Cancelled
