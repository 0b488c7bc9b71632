"""Metrics of a grader in use: robustness, fairness, efficiency."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from grading.methods import metrics_efficiency as efficiency
from grading.methods import metrics_fairness as fairness
from grading.methods import metrics_marks as marks
from grading.methods import metrics_robustness as robustness
from grading.metrics.entries.kinds import MetricEntry, OutputKind

MARK, CHANGED, RECORDED = OutputKind.MARK, OutputKind.CHANGED, OutputKind.RECORDED
BY_GROUP = ("groups", "clusters")

ENTRIES: tuple[MetricEntry, ...] = (
    MetricEntry(
        "error_gap", _("Difference of error by group"), (MARK,),
        _("Is one class, school or gender marked less exactly? The largest difference of a group to the rest."),
        0, None, False, fairness.error_gap, None, is_default=False, columns=BY_GROUP,
    ),
    MetricEntry(
        "mark_gap", _("Difference of mark by group"), (MARK,),
        _("Is one group marked more kindly than people mark it? The largest difference to the rest."),
        0, None, False, fairness.mark_gap, None, is_default=False, columns=BY_GROUP,
    ),
    MetricEntry(
        "score_change", _("Change of score"), (CHANGED,),
        _("How far scores move when only typos, punctuation or order of the text change."),
        0, None, False, robustness.score_change, marks.error_per_item,
    ),
    MetricEntry(
        "changed_share", _("Share of changed scores"), (CHANGED,),
        _("How many scores move at all; the same typo should cost nobody a mark."),
        0, 1, False, robustness.changed_share, robustness.changed_per_item, ("tolerance",),
        is_mean=True,
    ),
    MetricEntry(
        "latency", _("Latency"), (RECORDED,),
        _("Within how many seconds most answers came; the slow tail is what people feel."),
        0, None, False, efficiency.latency, None, ("percentile",), has_reference=False,
    ),
    MetricEntry(
        "throughput", _("Throughput"), (RECORDED,),
        _("Answers a second, from their times and how many were worked on at once."),
        0, None, True, efficiency.throughput, None, ("at_once",), has_reference=False,
    ),
    MetricEntry(
        "training_time", _("Training time"), (RECORDED,),
        _("Seconds of all recorded runs together."),
        0, None, False, efficiency.total_time, None, is_default=False, has_reference=False,
    ),
    MetricEntry(
        "peak_memory", _("Peak memory"), (RECORDED,),
        _("The largest of the recorded sizes, in their unit."),
        0, None, False, efficiency.peak_memory, None, is_default=False, has_reference=False,
    ),
)  # fmt: skip
