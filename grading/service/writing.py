"""A generator writes for one request at a time, within the time that whoever asks will wait."""

from __future__ import annotations

import threading
import time
from typing import Any

from grading.backends.generator import Generator
from grading.backends.generator_settings import Sampling
from grading.backends.progress import Cancelled
from grading.backends.storable import storable

_writing = threading.Lock()


class TooSlow(RuntimeError):
    """The text was not finished in time, or others were not."""


def written(generator: Generator, asked: dict[str, Any]) -> dict[str, Any]:
    """See messages.py. Marking does not wait for it: it has a lock of its own. Raises TooSlow."""
    end = time.monotonic() + asked["seconds"]
    if not _writing.acquire(timeout=asked["seconds"]):
        raise TooSlow
    try:
        how = Sampling(asked["max_tokens"], asked["temperature"], seed=asked["seed"])
        (told,) = generator.generate([asked["prompt"]], how, is_over=lambda: time.monotonic() > end)
    except Cancelled:
        raise TooSlow from None
    finally:
        _writing.release()
    return {
        "text": storable(told.text).strip(), "tokens_in": told.tokens_in, "tokens_out": told.tokens_out,
        "is_cut": told.is_cut,
    }  # fmt: skip
