"""Metrics of classes, of several labels an item, and of rankings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from grading.methods import metrics_binary as binary
from grading.methods import metrics_labels as labels
from grading.methods import metrics_ranking as ranking
from grading.methods import metrics_sets as sets
from grading.metrics.entries.kinds import MetricEntry, OutputKind

LABEL, MARK = OutputKind.LABEL, OutputKind.MARK
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
        0, 1, True, labels.confusion_matrix, None, has_figure=False,
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
        0, 1, True, ranking.ndcg, None, ("k",), columns=("queries",),
    ),
    MetricEntry(
        "mean_average_precision", _("Mean average precision"), (RANKING,),
        _("Precision at every relevant item; for lists that are read to the end."),
        0, 1, True, ranking.mean_average_precision, None, columns=("queries",),
    ),
    MetricEntry(
        "mrr", _("Mean reciprocal rank"), (RANKING,),
        _("How early the first relevant item comes; for when one is enough."),
        0, 1, True, ranking.mrr, None, columns=("queries",),
    ),
    MetricEntry(
        "precision_at_k", _("Precision at k"), (RANKING,),
        _("Share of relevant items among the first k that a reader looks at."),
        0, 1, True, ranking.precision_at_k, None, ("k",), columns=("queries",),
    ),
)  # fmt: skip
