"""Small published tables, typed in with their sources, for the tests of agreement."""

from __future__ import annotations

import numpy as np

_ = np.nan

# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", example C: units × observers. Gwet's
# cac.raw4raters (Handbook of Inter-Rater Reliability, 4th ed.) is the same table.
KRIPPENDORFF_C = np.array(
    [
        [1, 1, _, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
        [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [_, 5, 5, 5], [_, _, 1, 1], [_, _, 3, _],
    ]
)  # fmt: skip

# Gwet, Handbook of Inter-Rater Reliability, 4th ed.: two abstractors, 100 pregnancies.
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]

# Gwet, ibid.: 15 subjects × 5 categories, 6 raters each (from Fleiss 1971).
SIX_RATERS = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
]  # fmt: skip

# Shrout & Fleiss 1979, table 2: 6 targets × 4 judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)


def cross_table(cells: list[list[int]]) -> np.ndarray:
    """Items × 2 raters of a table of counts, first rater × second rater."""
    rows = [(i, j) for i, row in enumerate(cells) for j, n in enumerate(row) for _n in range(n)]
    return np.array(rows, float)


# Fleiss 1971, "Measuring nominal scale agreement among many raters": 30 patients × 5 diagnoses, 6 raters.
FLEISS_1971 = [
    *SIX_RATERS,
    [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
    [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
    [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
]  # fmt: skip
