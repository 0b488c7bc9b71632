"""Dividing past papers into parts to learn from, to tune on and to test on, so that nothing leaks.

Rows of one group (a student, or a question) stay together, and so do equal answers to one question:
a copied answer in both parts would be a test that the grader has seen. Rows that hang together
over several such ties make one block. Blocks go, the largest first, where most of their marks
are lacking, so that every part has the same share of every mark as nearly as blocks allow.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
SHARES = (0.8, 0.1, 0.1)


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


def split(
    block: Ints, marks: Sequence[Hashable], *, shares: Sequence[float] = SHARES, seed: int = 0
) -> Ints:
    """(rows,) which part each row is in: 0 to learn from, 1 to tune on, 2 to test on (as `shares` has).

    Args:
        block: (rows,) from `blocks`; a block is never divided.
        marks: (rows,) whose shares are kept alike in every part.
        shares: of the rows, summing to 1.
    """
    rng = np.random.default_rng(seed)
    _marks, mark = np.unique(np.array([str(m) for m in marks]), return_inverse=True)
    _blocks, member = np.unique(block, return_inverse=True)
    table = np.zeros((len(_blocks), len(_marks)))
    np.add.at(table, (member, mark), 1)
    wanted = np.outer(np.array(shares), table.sum(axis=0))
    order = rng.permutation(len(table))
    order = order[np.argsort(-table.sum(axis=1)[order], kind="stable")]
    missing, part = wanted.copy(), np.zeros(len(table), dtype=np.int64)
    weight = table / table.sum(axis=0)  # a rare mark counts for more
    for one in order:
        need = missing @ weight[one]
        best = np.flatnonzero(need >= need.max() - 1e-9)
        part[one] = rng.choice(best)
        missing[part[one]] -= table[one]
    return part[member]
