"""Answers from retrieved passages: was the right thing found, and does the answer keep to it?

All four rest on one question, "does this passage support this sentence?", answered by a `Supports`:
an entailment model, or `shared_words` where there is none. Definitions follow RAGAS (Es et al. 2024)
with the language model replaced by that question:

- context precision: mean of the precision at every passage that supports a sentence of the reference;
- context recall: share of the reference's sentences that some passage supports;
- faithfulness: share of the answer's sentences that some passage supports;
- answer relevance: how far the answer takes up the question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grading.methods.segmentation import tokens
from grading.methods.sentences import sentences

Pair = tuple[str, str]  # what is given, what should follow from it
Supports = Callable[[Sequence[Pair]], list[float]]
ENOUGH = 0.5
EMPTY = frozenset(
    ["的", "了", "是", "在", "和", "与", "或", "也", "都", "就", "而", "及", "以", "于", "对", "把", "被", "从", "到", "为", "因为", "所以", "但", "但是", "这", "那", "其", "之", "上", "中", "下", "吗", "呢", "吧", "什么", "怎么", "为什么", "哪些", "哪", "谁", "请", "the", "a", "an", "of", "to", "in", "on", "at", "by", "for", "and", "or", "is", "are", "was", "were", "be", "been", "it", "its", "this", "that", "these", "those", "with", "as", "from", "not", "do", "does", "did", "what", "why", "how", "when", "where", "which", "who", "whom", "whose"]
)


def shared_words(pairs: Sequence[Pair]) -> list[float]:
    """The lexical fallback: the share of the second text's words that stand in the first.

    Words that carry no content do not count. It knows no other wording and no "not".
    """
    return [_shared(given, claim) for given, claim in pairs]


def _shared(given: str, claim: str) -> float:
    wanted = _content(claim)
    return len(wanted & set(tokens(given))) / len(wanted) if wanted else 0.0


def _content(text: str) -> set[str]:
    words = set(tokens(text))
    return words - EMPTY or words


def context_precision(
    passages: Sequence[str], reference: str, supports: Supports
) -> float | None:
    """In [0, 1]; 0 where no passage helps, None without passages or reference."""
    claims = sentences(reference)
    if not passages or not claims:
        return None
    table = _table(passages, claims, supports)
    useful = [max(row) >= ENOUGH for row in table]
    at = [sum(useful[: i + 1]) / (i + 1) for i, is_useful in enumerate(useful) if is_useful]
    return sum(at) / len(at) if at else 0.0


def supported(text: str, passages: Sequence[str], supports: Supports) -> float | None:
    """Share of the text's sentences that a passage supports: context recall of a reference,
    faithfulness of an answer. None without passages or sentences."""
    claims = sentences(text)
    if not passages or not claims:
        return None
    table = _table(passages, claims, supports)
    borne_out = [max(row[i] for row in table) >= ENOUGH for i in range(len(claims))]
    return sum(borne_out) / len(claims)


def answer_relevance(answer: str, question: str, supports: Supports) -> float | None:
    """How far the answer takes up the question, in [0, 1]; None without a question.

    By words: the share of the question's words in the answer. By a model: the probability for
    (question, answer), which asks for one trained on questions and answers (QNLI).
    """
    if not question.strip():
        return None
    if not answer.strip():
        return 0.0
    pair = (answer, question) if supports is shared_words else (question, answer)
    return supports([pair])[0]


def _table(
    passages: Sequence[str], claims: Sequence[str], supports: Supports
) -> list[list[float]]:
    """(passages, claims): how much each passage supports each claim."""
    flat = supports([(passage, claim) for passage in passages for claim in claims])
    width = len(claims)
    return [flat[i * width : (i + 1) * width] for i in range(len(passages))]
