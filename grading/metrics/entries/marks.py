"""Metrics of marks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from grading.methods import metrics_marks as marks
from grading.methods import metrics_regression as regression
from grading.metrics.entries.kinds import MetricEntry, OutputKind

MARK = OutputKind.MARK

ENTRIES: tuple[MetricEntry, ...] = (
    MetricEntry(
        "qwk", _("Quadratic weighted kappa"), (MARK,),
        _("Agreement of marks beyond chance; far misses weigh more. The usual figure for graders."),
        -1, 1, True, marks.qwk, None, known=("full_marks",),
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
)  # fmt: skip
