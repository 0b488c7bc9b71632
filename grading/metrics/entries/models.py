"""Metrics that ask a language model in a local folder: BERTScore, perplexity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from grading.backends import bertscore, perplexity
from grading.methods import metrics_mean
from grading.methods.metrics_value import MetricValue, is_missing, paired
from grading.metrics.entries.kinds import MetricEntry, OutputKind

TEXT, OPEN = OutputKind.TEXT, OutputKind.OPEN


def _bertscores(
    p: Sequence[Any], r: Sequence[Any], encoder: str, layer: int, idf: bool
) -> tuple[list[int], bertscore.Scores | None]:
    kept, left, right = paired(p, r)
    if not kept:
        return kept, None
    sides = [str(text) for text in left], [str(text) for text in right]
    return kept, bertscore.scores(*sides, folder=encoder, layer=layer, is_idf=idf)


def bert_score(
    p: Sequence[Any], r: Sequence[Any], *, encoder: str = "", layer: int = 0, idf: bool = False
) -> MetricValue:
    """The mean F1; precision, recall and the settings are in `detail`."""
    _kept, found = _bertscores(p, r, encoder, layer, idf)
    if found is None:
        return MetricValue(None, 0, "no_pairs")
    detail = {"precision": float(found.precision.mean()), "recall": float(found.recall.mean())}
    detail |= {"layer": found.layer, "idf": idf, "cut_short": found.cut_short}
    return metrics_mean.mean(found.f1.tolist(), detail)


def bert_score_per_item(
    p: Sequence[Any], r: Sequence[Any], *, encoder: str = "", layer: int = 0, idf: bool = False
) -> list[float | None]:
    kept, found = _bertscores(p, r, encoder, layer, idf)
    values: list[float | None] = [None] * len(p)
    for i, value in zip(kept, [] if found is None else found.f1.tolist(), strict=True):
        values[i] = value
    return values


def perplexity_total(p: Sequence[Any], _r: Any, *, language_model: str = "") -> MetricValue:
    """exp of the mean surprise of a token over all outputs, each token weighing the same."""
    losses = perplexity.losses(_said(p), folder=language_model)
    tokens = sum(loss.tokens for loss in losses)
    if not tokens:
        return MetricValue(None, len(losses), "too_few")
    value = math.exp(sum(loss.total for loss in losses) / tokens)
    return MetricValue(value, len(losses), detail={"tokens": tokens})


def perplexity_per_item(
    p: Sequence[Any], _r: Any, *, language_model: str = ""
) -> list[float | None]:
    found = iter(perplexity.losses(_said(p), folder=language_model))
    each = [None if is_missing(text) else next(found) for text in p]
    return [math.exp(loss.total / loss.tokens) if loss and loss.tokens else None for loss in each]


def _said(p: Sequence[Any]) -> list[str]:
    return [str(text) for text in p if not is_missing(text)]


ENTRIES: tuple[MetricEntry, ...] = (
    MetricEntry(
        "bertscore", _("BERTScore"), (TEXT,),
        _("Nearness in meaning to the reference, word by word, by an encoder; knows other wordings."),
        -1, 1, True, bert_score, bert_score_per_item, ("encoder", "layer", "idf"),
        is_default=False, is_mean=True, model="encoder",
    ),
    MetricEntry(
        "perplexity", _("Perplexity"), (OPEN,),
        _("How much the outputs surprise a language model; high for broken language."),
        1, None, False, perplexity_total, perplexity_per_item, ("language_model",),
        is_default=False, has_reference=False, model="language_model",
    ),
)  # fmt: skip
