"""Which items and pairs test a judge for bias: drawn by the seed of the run, so that a run taken up again
goes on with the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db.models import QuerySet

from annotations.models import Item

MOST_READ = 5_000  # items among which pairs are looked for


def drawn_items(ids: Sequence[int], number: int, seed: int) -> list[int]:
    """At most `number` of them."""
    order = np.random.default_rng(seed).permutation(len(ids))
    return [ids[place] for place in order[:number]]


def drawn_pairs(items: QuerySet[Item], number: int, seed: int) -> list[tuple[int, int]]:
    """At most `number` pairs of different answers to one question, as many questions as there are in turn;
    no item is in two pairs."""
    if not number:
        return []
    ids = drawn_items(list(items.values_list("pk", flat=True)), MOST_READ, seed)
    rows = {pk: (question, text) for pk, question, text in _texts(items, ids)}
    waiting: dict[int, tuple[int, str]] = {}
    by_question: dict[int, list[tuple[int, int]]] = {}
    for pk in ids:
        question, text = rows[pk]
        other = waiting.get(question)
        if other is None:
            waiting[question] = (pk, text)
        elif other[1] != text:
            by_question.setdefault(question, []).append((other[0], pk))
            del waiting[question]
    longest = max(map(len, by_question.values()), default=0)
    in_turn = [pairs[turn] for turn in range(longest) for pairs in by_question.values() if turn < len(pairs)]
    return in_turn[:number]


def _texts(items: QuerySet[Item], ids: list[int]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for start in range(0, len(ids), 500):
        some = items.filter(pk__in=ids[start : start + 500])
        found += some.values_list("pk", "question_id", "text")
    return found
