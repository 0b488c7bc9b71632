"""Every automatic metric Concord knows: what it is, for what, and how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grading.methods import metrics_labels as labels
from grading.methods import metrics_marks as marks
from grading.methods import metrics_text as text
from grading.methods.metrics_value import MetricValue

Total = Callable[..., MetricValue]
EachItem = Callable[..., list[float | None]]


class OutputKind(StrEnum):
    """What is compared: classes, marks on a scale, or free text with a reference."""

    LABEL = "label"
    MARK = "mark"
    TEXT = "text"


@dataclass(frozen=True)
class MetricEntry:
    """`low`–`high` is the range (`high` None = no upper end); `options` are keywords it takes.

    `total` gives one number over all pairs, `each` one a pair (None: it has no value for a
    single item). `module` is the file in grading/metrics that wraps it for `evaluate`.
    """

    name: str
    title: Promise
    kinds: tuple[OutputKind, ...]
    use: Promise
    low: float
    high: float | None
    is_higher_better: bool
    total: Total
    each: EachItem | None
    options: tuple[str, ...] = ()
    module: str = ""
    is_default: bool = True
    is_mean: bool = False  # the total is the mean of the items' values


def _pairwise(score: text.PairScore) -> tuple[Total, EachItem]:
    return (
        lambda p, r: text.mean_of_pairs(score, p, r),
        lambda p, r: text.each_pair(score, p, r),
    )


def _rouge(which: str) -> tuple[Total, EachItem]:
    def total(p: Any, r: Any, *, segmentation: str = "words") -> MetricValue:
        return text.mean_of_pairs(text.rouge_pair(which, segmentation), p, r)

    def each(p: Any, r: Any, *, segmentation: str = "words") -> list[float | None]:
        return text.each_pair(text.rouge_pair(which, segmentation), p, r)

    return total, each


def _each_bleu(p: Any, r: Any) -> list[float | None]:
    return text.each_pair(text.bleu_pair, p, r)


def _each_chrf(p: Any, r: Any) -> list[float | None]:
    return text.each_pair(text.chrf_pair, p, r)


LABEL, MARK, TEXT = OutputKind.LABEL, OutputKind.MARK, OutputKind.TEXT

ENTRIES: tuple[MetricEntry, ...] = (
    MetricEntry(
        "accuracy", _("Accuracy"), (LABEL, MARK),
        _("Share of items where the output is the label, or the mark is within the tolerance."),
        0, 1, True, labels.accuracy, labels.right_per_item, ("tolerance",),
    ),
    MetricEntry(
        "precision", _("Precision"), (LABEL,),
        _("Of what was given a label, the share that deserves it; for when a false alarm is costly."),
        0, 1, True, labels.precision, None, ("average", "positive"),
    ),
    MetricEntry(
        "recall", _("Recall"), (LABEL,),
        _("Of what deserves a label, the share that got it; for when a miss is costly."),
        0, 1, True, labels.recall, None, ("average", "positive"),
    ),
    MetricEntry(
        "f1", _("F1"), (LABEL,),
        _("Precision and recall in one number; use it when classes are of unequal size."),
        0, 1, True, labels.f1, None, ("average", "positive"),
    ),
    MetricEntry(
        "confusion_matrix", _("Confusion matrix"), (LABEL, MARK),
        _("Which label or mark is taken for which; its number is the share on the diagonal."),
        0, 1, True, labels.confusion_matrix, None,
    ),
    MetricEntry(
        "qwk", _("Quadratic weighted kappa"), (MARK,),
        _("Agreement of marks beyond chance; far misses weigh more. The usual figure for graders."),
        -1, 1, True, marks.qwk, None,
    ),
    MetricEntry(
        "mae", _("Mean absolute error"), (MARK,),
        _("How many marks the output is off on average."),
        0, None, False, marks.mae, marks.error_per_item,
    ),
    MetricEntry(
        "rmse", _("Root mean squared error"), (MARK,),
        _("As the mean absolute error, but large misses weigh more."),
        0, None, False, marks.rmse, None,
    ),
    MetricEntry(
        "bleu", _("BLEU"), (TEXT,),
        _("Shared runs of words with the reference; for translation. Chinese by character (sacrebleu “zh”)."),
        0, 100, True, text.bleu, _each_bleu,
    ),
    MetricEntry(
        "rouge1", _("ROUGE-1"), (TEXT,),
        _("Shared words with the reference, F1; for summaries. Chinese is cut into words or characters."),
        0, 1, True, *_rouge("1"), ("segmentation",), "rouge", is_mean=True,
    ),
    MetricEntry(
        "rouge2", _("ROUGE-2"), (TEXT,),
        _("Shared pairs of neighbouring words with the reference, F1; for summaries."),
        0, 1, True, *_rouge("2"), ("segmentation",), "rouge", is_mean=True,
    ),
    MetricEntry(
        "rougeL", _("ROUGE-L"), (TEXT,),
        _("Longest shared sequence of words with the reference, F1; for summaries and answers."),
        0, 1, True, *_rouge("L"), ("segmentation",), "rouge", is_mean=True,
    ),
    MetricEntry(
        "chrf", _("chrF"), (TEXT,),
        _("Shared runs of characters with the reference; needs no words, good for Chinese."),
        0, 100, True, text.chrf, _each_chrf,
    ),
    MetricEntry(
        "exact_match", _("Exact match"), (TEXT, LABEL),
        _("Share of outputs that are the reference word for word; for short factual answers."),
        0, 1, True, *_pairwise(text.exact), is_default=False, is_mean=True,
    ),
    MetricEntry(
        "edit_distance", _("Edit distance"), (TEXT,),
        _("Characters to change to reach the reference, as a share of the longer text."),
        0, 1, False, *_pairwise(text.edit_distance), is_default=False, is_mean=True,
    ),
)  # fmt: skip

CATALOGUE: dict[str, MetricEntry] = {entry.name: entry for entry in ENTRIES}

REASONS: dict[str, Promise] = {
    "no_pairs": _("No item has both sides."),
    "one_value": _("Both sides use one value only, so agreement beyond chance is undefined."),
    "not_numbers": _("Some values are not numbers."),
    "class_never_used": _("The class in question does not occur."),
    "too_many_classes": _("More than 200 classes: texts or marks, it seems, and no labels."),
}


DEFAULTS: dict[str, Any] = {
    "tolerance": 0.0,
    "average": "macro",
    "positive": None,
    "segmentation": "words",
}
"""What every option is where nothing is said."""


def reason_text(code: str) -> str:
    """The sentence for a reason code, in the reader's language; an unknown code as it is."""
    return str(REASONS.get(code, code))


def for_kind(kind: OutputKind) -> list[MetricEntry]:
    """The metrics that fit a kind of output, in catalogue order."""
    return [entry for entry in ENTRIES if kind in entry.kinds]
