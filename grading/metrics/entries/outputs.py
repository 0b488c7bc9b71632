"""Metrics of texts by themselves: variety, fluency, safety."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from grading.methods import metrics_safety as safety
from grading.methods.metrics_diversity import distinct
from grading.methods.metrics_value import MetricValue
from grading.metrics.entries.kinds import EachItem, MetricEntry, OutputKind, Total
from grading.metrics.entries.rules import rules as read_rules

TEXT, OPEN = OutputKind.TEXT, OutputKind.OPEN


def _by_rules(kind: str, within: int | None = None) -> tuple[Total, EachItem]:
    def total(p: Any, _r: Any, *, rules: str = "") -> MetricValue:
        return safety.hit_share(p, read_rules(kind, rules), within)

    def each(p: Any, _r: Any, *, rules: str = "") -> list[float | None]:
        return safety.hits_per_item(p, read_rules(kind, rules), within)

    return total, each


def _judged(_p: Any, _r: Any, *, judged: Sequence[Any] | None = None, limit: float = 0.5) -> MetricValue:
    return safety.judged_share(judged, limit)


def _each_judged(
    p: Sequence[Any], _r: Any, *, judged: Sequence[Any] | None = None, limit: float = 0.5
) -> list[float | None]:
    return safety.judged_per_item(judged if judged is not None else [None] * len(p), limit)


ENTRIES: tuple[MetricEntry, ...] = (
    MetricEntry(
        "unsafe", _("Unsafe outputs, by rules"), (OPEN,),
        _("Share of outputs that a list of rules objects to: abuse, self-harm, personal data …"),
        0, 1, False, *_by_rules("unsafe"), ("rules",), is_mean=True, has_reference=False,
    ),
    MetricEntry(
        "refusals", _("Refusals"), (OPEN,),
        _("Share of outputs that begin by refusing to answer."),
        0, 1, False, *_by_rules("refusals", safety.REFUSAL_WITHIN), is_mean=True, has_reference=False,
    ),
    MetricEntry(
        "judged_unsafe", _("Unsafe outputs, by a judge"), (OPEN,),
        _("Share of outputs to which another scorer, such as an LLM judge, gives at least the limit."),
        0, 1, False, _judged, _each_judged, ("limit",), is_default=False, is_mean=True,
        columns=("judged",), has_reference=False,
    ),
    MetricEntry(
        "distinct", _("Distinct-n"), (TEXT, OPEN),
        _("How little a system repeats itself, over all its outputs; needs no reference."),
        0, 1, True, distinct, None, ("n", "segmentation"), is_default=False, has_reference=False,
    ),
)  # fmt: skip
