"""Python's collector of cycles, asked to come less often."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS = 50_000
"""About four batches of rows; Python's own number is 700."""


@contextmanager
def rare_collection() -> Iterator[None]:
    """Inside, cycles are looked for once in `OBJECTS` new objects.

    Rows of a file make none and are let go batch by batch; looking took an eighth of an import.
    """
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
