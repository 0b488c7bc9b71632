"""Blocks of raters: who rates the same kind of work and can be compared for severity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def rater_blocks(rater: Ints, work: NDArray[np.object_], raters: int) -> Ints:
    """The block of each rating: connected components of raters and kinds of work.

    Args:
        rater: (m,) codes below `raters`; work: (m,) any labels (school subject, question).
    """
    kinds, kind = np.unique(work.astype(str), return_inverse=True)
    parent = list(range(raters + len(kinds)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in set(zip(rater.tolist(), (kind + raters).tolist(), strict=True)):
        parent[root(one)] = root(other)
    names = {node: root(node) for node in range(raters)}
    _, codes = np.unique([names[r] for r in rater.tolist()], return_inverse=True)
    return codes.astype(np.int64)
