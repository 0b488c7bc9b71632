"""Metrics of answers from retrieved passages: by shared words, by an entailment model, or by a judge."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from grading.backends import entailment
from grading.methods import metrics_mean
from grading.methods import metrics_retrieved as retrieved
from grading.methods.metrics_retrieved import Supports
from grading.methods.metrics_value import MetricValue, as_number, is_missing
from grading.metrics.entries.kinds import EachItem, MetricEntry, OutputKind, Total

RETRIEVED = OutputKind.RETRIEVED
WAYS = ("words", "model", "judge")
Missing = Sequence[Any] | None
# answer, reference, question, passages, what supports → the value
One = Callable[[str, str, str, list[str], Supports], float | None]


def passages_of(value: Any) -> list[str]:
    """Passages in the order they were found: a list, a list written as JSON, or a text whose
    passages are parted by empty lines."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            pass
    if is_missing(value):
        return []
    parts = value if isinstance(value, list) else str(value).split("\n\n")
    return [str(part).strip() for part in parts if str(part).strip()]


def _metric(one: One, needs: str, has_reference: bool) -> tuple[Total, EachItem]:
    def each(
        p: Sequence[Any], r: Sequence[Any], *, questions: Missing = None, contexts: Missing = None,
        judged: Missing = None, way: str = "words", entailment_model: str = "",
    ) -> list[float | None]:  # fmt: skip
        if way == "judge":
            return [as_number(value) for value in judged or [None] * len(p)]
        supports = entailment.supports(entailment_model) if way == "model" else retrieved.shared_words
        blank = [None] * len(p)
        sides = zip(p, r if has_reference else blank, questions or blank, contexts or blank, strict=True)
        return [_one(one, row, has_reference, supports) for row in sides]

    def total(p: Sequence[Any], r: Sequence[Any], **more: Any) -> MetricValue:
        way = more.get("way", "words")
        column, reason = ("judged", "no_judge") if way == "judge" else (needs, f"no_{needs}")
        if more.get(column) is None:
            return MetricValue(None, 0, reason)
        return metrics_mean.mean(each(p, r, **more), {"way": way})

    return total, each


def _one(
    one: One, row: tuple[Any, Any, Any, Any], has_reference: bool, supports: Supports
) -> float | None:
    answer, reference, question, passages = row
    if is_missing(answer) or (has_reference and is_missing(reference)):
        return None
    texts = str(answer), str(reference or ""), str(question or "")
    return one(*texts, passages_of(passages), supports)


OPTIONS = ("way", "entailment_model")
COLUMNS = ("questions", "contexts", "judged")

ENTRIES: tuple[MetricEntry, ...] = (
    MetricEntry(
        "faithfulness", _("Faithfulness"), (RETRIEVED,),
        _("Share of the answer’s sentences that the passages bear out; low where it makes things up."),
        0, 1, True, *_metric(lambda a, r, q, c, s: retrieved.supported(a, c, s), "contexts", False),
        OPTIONS, is_mean=True, columns=COLUMNS, has_reference=False,
    ),
    MetricEntry(
        "answer_relevance", _("Answer relevance"), (RETRIEVED,),
        _("How far the answer takes up the question, true or not."),
        0, 1, True, *_metric(lambda a, r, q, c, s: retrieved.answer_relevance(a, q, s), "questions", False),
        OPTIONS, is_mean=True, columns=COLUMNS, has_reference=False,
    ),
    MetricEntry(
        "context_precision", _("Context precision"), (RETRIEVED,),
        _("Whether the passages that help come first among those found; judges the search."),
        0, 1, True, *_metric(lambda a, r, q, c, s: retrieved.context_precision(c, r, s), "contexts", True),
        OPTIONS, is_mean=True, columns=COLUMNS,
    ),
    MetricEntry(
        "context_recall", _("Context recall"), (RETRIEVED,),
        _("Share of the reference’s sentences that some passage bears out; judges the search."),
        0, 1, True, *_metric(lambda a, r, q, c, s: retrieved.supported(r, c, s), "contexts", True),
        OPTIONS, is_mean=True, columns=COLUMNS,
    ),
)  # fmt: skip
