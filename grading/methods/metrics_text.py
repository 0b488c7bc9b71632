"""Metrics of texts with a reference: exact match, edit distance, ROUGE-1/2/L, BLEU, chrF."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from grading.methods.metrics_value import MetricValue, paired
from grading.methods.segmentation import language, tokens

PairScore = Callable[[str, str], float]


def normalised(text: str) -> str:
    """NFKC (full-width = half-width), outer blanks off, inner blanks single."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def exact(prediction: str, reference: str) -> float:
    """1 where the two texts are the same after `normalised`, else 0."""
    return float(normalised(prediction) == normalised(reference))


def levenshtein(left: str, right: str) -> int:
    """Insertions, deletions and replacements of characters that turn one into the other.

    Bit-parallel (Myers 1999 in Hyyrö's form): one step of big-integer arithmetic for each
    character, so that texts of thousands of characters take milliseconds.
    """
    if not left or not right:
        return len(left) + len(right)
    masks: dict[str, int] = {}
    for i, character in enumerate(left):
        masks[character] = masks.get(character, 0) | 1 << i
    full, last = (1 << len(left)) - 1, 1 << (len(left) - 1)
    plus, minus, distance = full, 0, len(left)
    for character in right:
        match = masks.get(character, 0)
        diagonal = (((match & plus) + plus) ^ plus) | match | minus
        up, down = minus | ~(diagonal | plus) & full, plus & diagonal
        distance += bool(up & last) - bool(down & last)
        up = (up << 1) | 1
        plus = ((down << 1) | ~(diagonal | up)) & full
        minus = up & diagonal & full
    return distance


def edit_distance(prediction: str, reference: str) -> float:
    """Levenshtein distance ÷ length of the longer text, in [0, 1]; 0 = the same."""
    longer = max(len(prediction), len(reference))
    return levenshtein(prediction, reference) / longer if longer else 0.0


def common_subsequence(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence (bit-parallel, Hyyrö 2004)."""
    masks: dict[str, int] = {}
    for i, token in enumerate(left):
        masks[token] = masks.get(token, 0) | 1 << i
    full = (1 << len(left)) - 1
    state = full
    for token in right:
        match = state & masks.get(token, 0)
        state = ((state + match) | (state - match)) & full
    return len(left) - state.bit_count()


def rouge(prediction: Sequence[str], reference: Sequence[str], which: str) -> float:
    """F1 of ROUGE-1, -2 or -L over tokens (Lin 2004), in [0, 1]. `which` is "1", "2" or "L"."""
    if which == "L":
        return _f1(common_subsequence(prediction, reference), len(prediction), len(reference))
    left, right = _grams(prediction, int(which)), _grams(reference, int(which))
    return _f1((left & right).total(), left.total(), right.total())


def _grams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[i:] for i in range(n)), strict=False))


def _f1(hits: int, predicted: int, wanted: int) -> float:
    return 2 * hits / (predicted + wanted) if hits else 0.0


def rouge_pair(which: str, segmentation: str = "words") -> PairScore:
    """ROUGE of two texts; Chinese is cut as `segmentation` says (see segmentation.py)."""

    def score(prediction: str, reference: str) -> float:
        return rouge(tokens(prediction, segmentation), tokens(reference, segmentation), which)

    return score


def mean_of_pairs(
    score: PairScore, predictions: Sequence[Any], references: Sequence[Any]
) -> MetricValue:
    """The mean over the pairs where both texts are there."""
    values = [v for v in each_pair(score, predictions, references) if v is not None]
    if not values:
        return MetricValue(None, 0, "no_pairs")
    return MetricValue(sum(values) / len(values), len(values))


def each_pair(
    score: PairScore, predictions: Sequence[Any], references: Sequence[Any]
) -> list[float | None]:
    """The score of each pair, None where a side is missing."""
    kept, p, r = paired(predictions, references)
    values: list[float | None] = [None] * len(predictions)
    for i, left, right in zip(kept, p, r, strict=True):
        values[i] = score(str(left), str(right))
    return values


def bleu(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Corpus BLEU by sacrebleu (Post 2018), 0 to 100.

    Each pair is tokenised for its own language: sacrebleu's "zh" where either text is
    Chinese, its "13a" otherwise; so a corpus in one language gives sacrebleu's own number.
    """
    _, p, r = paired(predictions, references)
    if not p:
        return MetricValue(None, 0, "no_pairs")
    cut = [_bleu_tokens(str(a), str(b)) for a, b in zip(p, r, strict=True)]
    score = _sacrebleu_bleu(False).corpus_score([a for a, _ in cut], [[b for _, b in cut]])
    detail = {"brevity_penalty": score.bp, "precisions": list(score.precisions)}
    return MetricValue(float(score.score), len(p), detail=detail)


def bleu_pair(prediction: str, reference: str) -> float:
    """BLEU of one pair (effective order, exponential smoothing), 0 to 100."""
    left, right = _bleu_tokens(prediction, reference)
    return float(_sacrebleu_bleu(True).sentence_score(left, [right]).score)


def chrf(predictions: Sequence[Any], references: Sequence[Any]) -> MetricValue:
    """Corpus chrF2 by sacrebleu (Popović 2015), 0 to 100; needs no words, so no language."""
    _, p, r = paired(predictions, references)
    if not p:
        return MetricValue(None, 0, "no_pairs")
    score = _sacrebleu_chrf().corpus_score([str(v) for v in p], [[str(v) for v in r]])
    return MetricValue(float(score.score), len(p))


def chrf_pair(prediction: str, reference: str) -> float:
    """chrF2 of one pair, 0 to 100."""
    return float(_sacrebleu_chrf().sentence_score(prediction, [reference]).score)


def _bleu_tokens(prediction: str, reference: str) -> tuple[str, str]:
    is_chinese = "zh" in (language(prediction), language(reference))
    cut = _sacrebleu_tokenizer("zh" if is_chinese else "13a")
    return cut(prediction), cut(reference)


@lru_cache(maxsize=4)
def _sacrebleu_tokenizer(name: str) -> Callable[[str], str]:
    from sacrebleu.metrics.bleu import BLEU  # half a second to import: only when needed

    return BLEU(tokenize=name).tokenizer  # type: ignore[no-any-return]


@lru_cache(maxsize=2)
def _sacrebleu_bleu(is_effective: bool) -> Any:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(tokenize="none", force=True, effective_order=is_effective)


@lru_cache(maxsize=1)
def _sacrebleu_chrf() -> Any:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF()
