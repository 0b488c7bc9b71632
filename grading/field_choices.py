"""What a dataset has to compare: the addresses offered, and a sensible first choice."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from annotations.models import Dataset, Scorer
from grading.metrics import OutputKind

LOOKED_AT = 300  # items read to learn the keys of their metadata
LABEL_WORDS = ("label", "gold", "expected", "target", "标签", "标注", "正确")


@dataclass(frozen=True)
class FieldChoice:
    """An address with its name for people; `is_number`: a scorer or a mark."""

    address: str
    title: str
    is_number: bool = False


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
    """Marks in an exam, texts where there are references, labels otherwise."""
    if dataset.questions.filter(full_mark__isnull=False).exists():
        return OutputKind.MARK
    if dataset.questions.exclude(reference="").exists():
        return OutputKind.TEXT
    return OutputKind.LABEL


def suggested_sides(choices: list[FieldChoice], kind: OutputKind) -> tuple[str, str]:
    """(prediction, reference) to begin with; "" where nothing suggests itself."""
    addresses = {choice.address for choice in choices}
    if kind is OutputKind.TEXT:
        return "text", "question.reference" if "question.reference" in addresses else ""
    if kind is OutputKind.MARK:
        scorers = [c.address for c in choices if c.address.startswith("scorer.")]
        return (scorers or [""])[0], "reference_mark" if "reference_mark" in addresses else ""
    keys = [c.address for c in choices if c.address.startswith("metadata.")]
    gold = [k for k in keys if any(word in k.lower() for word in LABEL_WORDS)]
    others = [k for k in keys if k not in gold]
    return (others or [""])[0], (gold or [""])[0]


def address_title(address: str) -> str:
    """An address in words, without looking at any data."""
    plain = {
        "text": _("the response"),
        "question.reference": _("the reference answer"),
        "reference_mark": _("the past mark"),
    }
    return plain.get(address) or address.partition(".")[2] or address
