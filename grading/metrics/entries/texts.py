"""Metrics of texts with a reference."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from grading.methods import metrics_meteor as meteor
from grading.methods import metrics_text as text
from grading.methods.metrics_value import MetricValue
from grading.metrics.entries.kinds import EachItem, MetricEntry, OutputKind, Total

LABEL, TEXT = OutputKind.LABEL, OutputKind.TEXT


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


ENTRIES: tuple[MetricEntry, ...] = (
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
)  # fmt: skip
