"""METEOR (Banerjee and Lavie 2005), with a matching for Chinese.

Words are matched in stages, each over what the earlier ones left: the same word; for other
languages the same stem (Porter); for Chinese, where words have no endings, a word that is part of
the other and at least half as long (工业 and 工业化). No synonyms: that takes a dictionary that
would have to be fetched. Within a stage a word goes to the first free match that continues the
one before, else to the first free one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from grading.methods.metrics_text import each_pair, mean_of_pairs
from grading.methods.metrics_value import MetricValue
from grading.methods.segmentation import language, tokens

ALPHA, BETA, GAMMA = 0.9, 3.0, 0.5  # weight of recall, shape and size of the penalty
Matches = dict[int, int]  # place in the prediction → place in the reference


def meteor(
    predictions: Sequence[Any], references: Sequence[Any], *, segmentation: str = "words"
) -> MetricValue:
    """The mean METEOR of the pairs, in [0, 1]."""
    return mean_of_pairs(meteor_pair(segmentation), predictions, references)


def meteor_per_item(
    predictions: Sequence[Any], references: Sequence[Any], *, segmentation: str = "words"
) -> list[float | None]:
    """METEOR of each pair; None where a side is missing."""
    return each_pair(meteor_pair(segmentation), predictions, references)


def meteor_pair(segmentation: str = "words") -> Callable[[str, str], float]:
    """METEOR of two texts: harmonic mean of precision and recall, less a penalty for broken order."""

    def score(prediction: str, reference: str) -> float:
        left, right = tokens(prediction, segmentation), tokens(reference, segmentation)
        matches = matched(left, right)
        if not matches:
            return 0.0
        precision, recall = len(matches) / len(left), len(matches) / len(right)
        mean = precision * recall / (ALPHA * precision + (1 - ALPHA) * recall)
        return float(mean * (1 - GAMMA * (chunks(matches) / len(matches)) ** BETA))

    return score


def matched(left: Sequence[str], right: Sequence[str]) -> Matches:
    """Which words of the two texts are matched."""
    matches: Matches = {}
    for is_match in (str.__eq__, _is_near):
        taken = set(matches.values())
        free = [j for j in range(len(right)) if j not in taken]
        for i, word in enumerate(left):
            if i not in matches and free:
                fits = [j for j in free if is_match(word, right[j])]
                if fits:
                    follows = matches.get(i - 1, -2) + 1
                    matches[i] = follows if follows in fits else fits[0]
                    free.remove(matches[i])
    return matches


def chunks(matches: Matches) -> int:
    """Runs of matched words that stand together and in order on both sides."""
    return sum(matches.get(i - 1, -2) != j - 1 for i, j in matches.items())


@lru_cache(maxsize=100_000)
def _is_near(left: str, right: str) -> bool:
    if language(left) == language(right) == "zh":
        shorter, longer = sorted((left, right), key=len)
        return shorter in longer and 2 * len(shorter) >= len(longer)
    return _stem(left) == _stem(right)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return str(_stemmer().stem(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    from nltk.stem.porter import PorterStemmer  # comes with rouge-score; half a second to import

    return PorterStemmer()
