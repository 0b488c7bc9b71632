"""How values and intervals were made, in the reader's language."""

from __future__ import annotations

import re
from unittest import mock

import numpy as np

from annotations.methods.agreement import agreement
from annotations.methods.long_table import LongTable, from_matrix
from annotations.views.agreement_words import WAYS, method_text

KNOWN = re.compile(r"known(, t\(\d+\))?(; known(, t\(\d+\))?)*")


def a_table(items: int, is_complete: bool) -> LongTable:
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 4, items)
    matrix = np.column_stack([np.clip(truth + rng.integers(-1, 2, items), 0, 4) for _ in range(3)])
    cells = matrix.astype(float)
    if not is_complete:
        cells[::3, 1] = np.nan
    return from_matrix(cells)


def test_every_way_that_the_methods_name_has_words():
    found = {
        coefficient.method
        for items in (20, 120)
        for is_complete in (True, False)
        for interval in ("jackknife", "bootstrap")
        for coefficient in agreement(
            a_table(items, is_complete), "interval", interval=interval
        ).coefficients
    } - {""}
    with mock.patch.dict(WAYS, dict.fromkeys(WAYS, "known")):
        assert [method for method in found if not KNOWN.fullmatch(method_text(method))] == []


def test_numbers_stay_in_the_words_and_what_is_unknown_stands_as_it_is():
    made = "mean over 3 of 6 pairs; jackknife over 40 groups of items, t(39)"
    assert method_text(made) == made
    assert method_text("by hand; twice") == "by hand; twice"
