"""Every automatic metric Concord knows: what it is, for what, and how to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grading.methods import metrics_binary as binary
from grading.methods import metrics_labels as labels
from grading.methods import metrics_marks as marks
from grading.methods import metrics_meteor as meteor
from grading.methods import metrics_ranking as ranking
from grading.methods import metrics_regression as regression
from grading.methods import metrics_sets as sets
from grading.methods import metrics_text as text
from grading.methods.metrics_diversity import distinct
from grading.methods.metrics_value import MetricValue

Total = Callable[..., MetricValue]
EachItem = Callable[..., list[float | None]]


class OutputKind(StrEnum):
    """What is compared: a class, a mark on a scale, free text with a reference, several labels an
    item, or the scores by which the items of a query are ranked."""

    LABEL = "label"
    MARK = "mark"
    TEXT = "text"
    LABELS = "labels"
    RANKING = "ranking"


@dataclass(frozen=True)
class MetricEntry:
    """`low`–`high` is the range (None = no end); `options` are keywords it takes.

    `total` gives one number over all pairs, `each` one a pair (None: it has no value for a
    single item). `module` is the file in grading/metrics that wraps it for `evaluate`.
    """

    name: str
    title: Promise
    kinds: tuple[OutputKind, ...]
    use: Promise
    low: float | None
    high: float | None
    is_higher_better: bool
    total: Total
    each: EachItem | None
    options: tuple[str, ...] = ()
    module: str = ""
    is_default: bool = True
    is_by_query: bool = False  # `total` also takes `queries`: which ranking an item is of
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
LABELS, RANKING = OutputKind.LABELS, OutputKind.RANKING

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
        "mcc", _("Matthews’ correlation"), (LABEL,),
        _("One figure from the whole confusion matrix; fair where classes are of unequal size."),
        -1, 1, True, binary.mcc, None, is_default=False,
    ),
    MetricEntry(
        "sensitivity", _("Sensitivity"), (LABEL,),
        _("Of the class that counts, the share that was found; for screening, where a miss is grave."),
        0, 1, True, binary.sensitivity, None, ("positive",), is_default=False,
    ),
    MetricEntry(
        "specificity", _("Specificity"), (LABEL,),
        _("Of all else, the share that raised no false alarm. Read it beside sensitivity."),
        0, 1, True, binary.specificity, None, ("positive",), is_default=False,
    ),
    MetricEntry(
        "roc_auc", _("ROC-AUC"), (LABEL,),
        _("How well a score ranks one class above the rest, whatever the threshold; .5 is chance."),
        0, 1, True, binary.roc_auc, None, ("positive",), is_default=False,
    ),
    MetricEntry(
        "qwk", _("Quadratic weighted kappa"), (MARK,),
        _("Agreement of marks beyond chance; far misses weigh more. The usual figure for graders."),
        -1, 1, True, marks.qwk, None,
    ),
    MetricEntry(
        "adjacent", _("Adjacent agreement"), (MARK,),
        _("Share of marks at most one step apart; shows whether the misses are near ones."),
        0, 1, True, regression.adjacent, None, ("step",), is_default=False,
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
        "mse", _("Mean squared error"), (MARK,),
        _("What many models are trained on; in squared marks, so hard to read by itself."),
        0, None, False, regression.mse, None, is_default=False,
    ),
    MetricEntry(
        "r2", _("R²"), (MARK,),
        _("Share of the marks’ variance that is explained; below 0 the mean would have been better."),
        None, 1, True, regression.r2, None, is_default=False,
    ),
    MetricEntry(
        "pearson", _("Pearson’s correlation"), (MARK,),
        _("Whether marks rise together along a line; blind to a grader that is always too lenient."),
        -1, 1, True, regression.pearson, None, is_default=False,
    ),
    MetricEntry(
        "spearman", _("Spearman’s correlation"), (MARK,),
        _("Whether the order is the same; for scores that are on no common scale."),
        -1, 1, True, regression.spearman, None, is_default=False,
    ),
    MetricEntry(
        "kendall", _("Kendall’s τ-b"), (MARK,),
        _("Pairs in the right order less pairs in the wrong one; steadier than Spearman with few items."),
        -1, 1, True, regression.kendall, None, is_default=False,
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
        "meteor", _("METEOR"), (TEXT,),
        _("Shared words and word stems, what is missing weighs most; Chinese words also match in part."),
        0, 1, True, meteor.meteor, meteor.meteor_per_item, ("segmentation",), is_default=False,
        is_mean=True,
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
    MetricEntry(
        "distinct", _("Distinct-n"), (TEXT,),
        _("How little a system repeats itself, over all its outputs; needs no reference."),
        0, 1, True, distinct, None, ("n", "segmentation"), is_default=False,
    ),
    MetricEntry(
        "jaccard", _("Jaccard index"), (LABELS,),
        _("Shared labels among all labels of both sides, the mean over items."),
        0, 1, True, sets.jaccard, sets.jaccard_per_item, is_mean=True,
    ),
    MetricEntry(
        "hamming_loss", _("Hamming loss"), (LABELS,),
        _("Share of all yes-or-no decisions on labels that are wrong; small where labels are rare."),
        0, 1, False, sets.hamming_loss, None,
    ),
    MetricEntry(
        "ndcg", _("NDCG"), (RANKING,),
        _("Whether what is most relevant comes first; knows grades of relevance."),
        0, 1, True, ranking.ndcg, None, ("k",), is_by_query=True,
    ),
    MetricEntry(
        "mean_average_precision", _("Mean average precision"), (RANKING,),
        _("Precision at every relevant item; for lists that are read to the end."),
        0, 1, True, ranking.mean_average_precision, None, is_by_query=True,
    ),
    MetricEntry(
        "mrr", _("Mean reciprocal rank"), (RANKING,),
        _("How early the first relevant item comes; for when one is enough."),
        0, 1, True, ranking.mrr, None, is_by_query=True,
    ),
    MetricEntry(
        "precision_at_k", _("Precision at k"), (RANKING,),
        _("Share of relevant items among the first k that a reader looks at."),
        0, 1, True, ranking.precision_at_k, None, ("k",), is_by_query=True,
    ),
)  # fmt: skip

CATALOGUE: dict[str, MetricEntry] = {entry.name: entry for entry in ENTRIES}

REASONS: dict[str, Promise] = {
    "no_pairs": _("No item has both sides."),
    "one_value": _("Both sides use one value only, so agreement beyond chance is undefined."),
    "not_numbers": _("Some values are not numbers."),
    "class_never_used": _("The class in question does not occur."),
    "no_positive": _("It is not clear which class counts: name it."),
    "one_side_constant": _("One side has the same value throughout."),
    "one_reference": _("All references are the same, so there is nothing to explain."),
    "too_few": _("Too little to compute it from."),
    "nothing_relevant": _("No item is relevant to its query."),
    "too_many_classes": _("More than 200 classes: texts or marks, it seems, and no labels."),
}


DEFAULTS: dict[str, Any] = {
    "tolerance": 0.0,
    "average": "macro",
    "positive": None,
    "segmentation": "words",
    "step": 1.0,
    "n": 2,
    "k": 10,
}
"""What every option is where nothing is said."""


def reason_text(code: str) -> str:
    """The sentence for a reason code, in the reader's language; an unknown code as it is."""
    return str(REASONS.get(code, code))


def for_kind(kind: OutputKind) -> list[MetricEntry]:
    """The metrics that fit a kind of output, in catalogue order."""
    return [entry for entry in ENTRIES if kind in entry.kinds]
