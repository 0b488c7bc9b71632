"""Dividing past papers into parts to learn from, to tune on and to test on, so that nothing leaks.

Rows of one group (a student, a question, or an exam of both) stay together, and so do equal long answers to one
question: a copied answer in both parts would be a test that the grader has seen. Short answers come
alike without copying, among new students too; tied, they would hang whole classes together. Rows that
hang together over several such ties make one block. Blocks go, the largest first, where most of their marks
are lacking, so that every part has the same share of every mark as nearly as blocks allow.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SHARES = (0.8, 0.1, 0.1)
COPIED_FROM = 20
"""Characters from which two equal answers are taken to be a copy."""
SIZE_COUNTS = 0.3
"""How much the size of a part counts beside its marks. With nothing, 150 rows with many rare marks were
divided 133 / 7 / 10 instead of 120 / 15 / 15; with more, marks are spread less evenly."""


@dataclass(frozen=True)
class SplitPlan:
    """`by` "student", "question" or "both"; `shares` of what is learnt from, tuned on and tested on sum to 1."""

    by: str
    shares: tuple[float, ...] = SHARES
    seed: int = 0


def blocks(*ties: Sequence[Hashable | None]) -> Ints:
    """(rows,) the number of the block of each row; rows that share a value of any tie are in one.

    Args:
        ties: one value a row each, such as students, or (question, answer) pairs; None ties nothing.
    """
    count = len(ties[0])
    rows: list[int] = []
    nodes: list[int] = []
    known: dict[tuple[int, Hashable], int] = {}
    for number, tie in enumerate(ties):
        for row, value in enumerate(tie):
            if value is not None:
                rows.append(row)
                nodes.append(count + known.setdefault((number, value), len(known)))
    size = count + len(known)
    graph = coo_matrix((np.ones(len(rows)), (rows, nodes)), shape=(size, size))
    _count, labels = connected_components(graph, directed=False)
    _names, first = np.unique(labels[:count], return_inverse=True)
    return first.astype(np.int64)


def copies(
    questions: Sequence[Hashable], answers: Sequence[str], *, least: int = COPIED_FROM
) -> list[Hashable | None]:
    """(rows,) a tie for `blocks`: question and answer where it is at least so long, else None."""
    pairs = zip(questions, answers, strict=True)
    return [(question, text) if len(text) >= max(1, least) else None for question, text in pairs]


def split(
    block: Ints, marks: Sequence[Hashable], *, shares: Sequence[float] = SHARES, seed: int = 0
) -> Ints:
    """(rows,) which part each row is in: 0 to learn from, 1 to tune on, 2 to test on (as `shares` has).

    Args:
        block: (rows,) from `blocks`; a block is never divided.
        marks: (rows,) whose shares are kept alike in every part.
        shares: of the rows, summing to 1; a part with none gets no rows.
    """
    used = np.flatnonzero(np.array(shares) > 0)
    return np.asarray(used[_divided(block, marks, np.array(shares)[used], seed)], dtype=np.int64)


def _divided(block: Ints, marks: Sequence[Hashable], shares: Floats, seed: int) -> Ints:
    rng = np.random.default_rng(seed)
    _marks, mark = np.unique(np.array([str(m) for m in marks]), return_inverse=True)
    _blocks, member = np.unique(block, return_inverse=True)
    table = np.zeros((len(_blocks), len(_marks) + 1))
    np.add.at(table, (member, mark), 1)
    table[:, -1] = size = table.sum(axis=1)
    wanted = np.outer(shares, table.sum(axis=0))
    order = rng.permutation(len(table))
    order = order[np.argsort(-size[order], kind="stable")]
    missing, part = wanted.copy(), np.zeros(len(table), dtype=np.int64)
    weight = table / table.sum(axis=0)  # a rare mark counts for more
    weight[:, -1] *= SIZE_COUNTS * len(_marks)
    for one in order:
        need = missing @ weight[one]
        best = np.flatnonzero(need >= need.max() - 1e-9)
        part[one] = rng.choice(best)
        missing[part[one]] -= table[one]
    _fill_empty(part, size, len(shares))
    return part[member]


def _fill_empty(part: Ints, size: Floats, parts: int) -> None:
    """Where there are few blocks, a part without any gets the smallest of those of the largest part."""
    for empty in set(range(parts)) - set(part.tolist()):
        largest = int(np.argmax(np.bincount(part, minlength=parts)))
        mine = np.flatnonzero(part == largest)
        if len(mine) > 1:
            part[mine[np.argmin(size[mine])]] = empty
