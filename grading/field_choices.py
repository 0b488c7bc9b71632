"""What a dataset has to compare: the addresses offered, and a sensible first choice."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotations.models import Dataset, Scorer
from grading.metrics import OutputKind
from grading.models import MetricRun

LOOKED_AT = 300  # items read to learn the keys of their metadata
LABEL_WORDS = ("label", "gold", "expected", "target", "标签", "标注", "正确")
RECORDED_WORDS = ("latency", "second", "time", "memory", "耗时", "用时", "秒", "延迟", "内存")
PASSAGE_WORDS = ("context", "passage", "retrieved", "检索", "片段", "段落")


@dataclass(frozen=True)
class FieldChoice:
    """An address with its name for people; `is_number`: a scorer or a mark."""

    address: str
    title: str
    is_number: bool = False


NONE = FieldChoice("", "–")


def field_choices(dataset: Dataset) -> list[FieldChoice]:
    """The addresses at which at least one item of the dataset has something."""
    choices = [FieldChoice("text", _("the response"))]
    if dataset.questions.exclude(reference="").exists():
        choices.append(FieldChoice("question.reference", _("the reference answer")))
    if dataset.items.filter(reference_mark__isnull=False).exists():
        choices.append(FieldChoice("reference_mark", _("the past mark"), True))
    choices += [FieldChoice(f"scorer.{s.name}", s.name, True) for s in scorers_of(dataset)]
    return choices + _keyed(dataset)


def _keyed(dataset: Dataset) -> list[FieldChoice]:
    found: dict[str, None] = {}
    rows = dataset.items.order_by("pk").values_list("metadata", "group_keys")[:LOOKED_AT]
    for metadata, groups in rows:
        found.update(dict.fromkeys(f"metadata.{key}" for key in metadata))
        found.update(dict.fromkeys(f"group.{key}" for key in groups))
    return [FieldChoice(address, address.partition(".")[2]) for address in sorted(found)]


def scorers_of(dataset: Dataset) -> list[Scorer]:
    """Scorers, other than metrics, with a score for the whole of an item of the dataset."""
    rows = Scorer.objects.filter(team=dataset.team).exclude(kind=Scorer.Kind.METRIC)
    return list(
        rows.filter(automatic_scores__item__dataset=dataset, automatic_scores__criterion="")
        .distinct()
        .order_by("name")
    )


def suggested_kind(dataset: Dataset) -> OutputKind:
    """Marks in an exam; answers from passages, texts with a reference, labels, or texts by themselves,
    whichever the dataset has."""
    if dataset.questions.filter(full_mark__isnull=False).exists():
        return OutputKind.MARK
    keys = [choice.address for choice in _keyed(dataset)]
    if _named_like(keys, PASSAGE_WORDS):
        return OutputKind.RETRIEVED
    if dataset.questions.exclude(reference="").exists():
        return OutputKind.TEXT
    return OutputKind.LABEL if _named_like(keys, LABEL_WORDS) else OutputKind.OPEN


def suggested_sides(choices: list[FieldChoice], kind: OutputKind) -> tuple[str, str]:
    """(prediction, reference) to begin with; "" where nothing suggests itself."""
    addresses = {choice.address for choice in choices}
    if kind in (OutputKind.TEXT, OutputKind.RETRIEVED, OutputKind.OPEN):
        return "text", "question.reference" if "question.reference" in addresses else ""
    if kind is OutputKind.MARK:
        scorers = [c.address for c in choices if c.address.startswith("scorer.")]
        return (scorers or [""])[0], "reference_mark" if "reference_mark" in addresses else ""
    if kind is OutputKind.CHANGED:
        scorers = [c.address for c in choices if c.address.startswith("scorer.")]
        return (scorers[1], scorers[0]) if len(scorers) > 1 else ("", "")
    keys = [c.address for c in choices if c.address.startswith("metadata.")]
    if kind is OutputKind.RECORDED:
        return (_named_like(keys, RECORDED_WORDS) or [""])[0], ""
    gold = _named_like(keys, LABEL_WORDS)
    others = [k for k in keys if k not in gold]
    return (others or [""])[0], (gold or [""])[0]


def column_choices(dataset: Dataset) -> dict[str, list[FieldChoice]]:
    """What a metric may read beside the two sides → where it can be, the likeliest first; an empty
    choice comes first where none is likely."""
    keyed = _keyed(dataset)
    groups = [choice for choice in keyed if choice.address.startswith("group.")]
    passages = _named_like([choice.address for choice in keyed], PASSAGE_WORDS)
    by_address = {choice.address: choice for choice in keyed}
    likely = [_plain_choice("question.context")] if dataset.questions.exclude(context="").exists() else []
    likely += [by_address.pop(address) for address in passages]
    scorers = {s: FieldChoice(f"scorer.{s.name}", s.name, True) for s in scorers_of(dataset)}
    judges = [choice for scorer, choice in scorers.items() if scorer.kind == Scorer.Kind.JUDGE]
    others = [choice for choice in keyed if choice not in groups]
    return {
        "questions": [_plain_choice("question.text"), *keyed],
        "contexts": [*(likely or [NONE]), *by_address.values()],
        "groups": [*(groups or [NONE]), *others, _plain_choice("source")],
        "clusters": [NONE, _plain_choice("source"), *keyed],
        "judged": [*(judges or [NONE]), *(c for c in scorers.values() if c not in judges)],
    }


def _plain_choice(address: str) -> FieldChoice:
    return FieldChoice(address, address_title(address))


def _named_like(addresses: list[str], words: tuple[str, ...]) -> list[str]:
    return [address for address in addresses if any(word in address.lower() for word in words)]


def address_title(address: str) -> str:
    """An address in words, without looking at any data."""
    plain = {
        "text": _("the response"),
        "question.reference": _("the reference answer"),
        "reference_mark": _("the past mark"),
        "question.text": _("the question"),
        "question.context": _("the context of the question"),
        "source": _("the source"),
    }
    return plain.get(address) or address.partition(".")[2] or address


def sides_title(run: MetricRun) -> str:
    """What a run compares, in words; a run without a reference judges one side by itself."""
    prediction = address_title(run.prediction)
    if not run.reference:
        return prediction
    sides = {"prediction": prediction, "reference": address_title(run.reference)}
    return _("%(prediction)s against %(reference)s") % sides
