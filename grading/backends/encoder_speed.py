"""What this machine is good at: device, number type, tokens at once. Imports torch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

FASTER = 1.3  # bfloat16 must be so many times as fast as float32 to be worth its rounding
BUDGETS = {"cpu": (512, 1024, 2048, 4096), "cuda": (8192, 32768, 131072)}  # tokens in a batch
TRIES = 2


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(wanted: str, where: torch.device) -> str:
    """ "float32" or "bfloat16": what is wanted, for "auto" what multiplies matrices faster here."""
    if wanted != "auto":
        return wanted
    if where.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    plain, short = matrix_seconds(torch.float32), matrix_seconds(torch.bfloat16)
    return "bfloat16" if plain > FASTER * short else "float32"


def matrix_seconds(
    dtype: torch.dtype, rows: int = 256, inner: int = 768, columns: int = 3072
) -> float:
    """Seconds of one product as an encoder has them, the best of a few."""
    left, right = torch.ones(rows, inner, dtype=dtype), torch.ones(columns, inner, dtype=dtype)
    return min(_timed(left, right) for _ in range(4))


def _timed(left: torch.Tensor, right: torch.Tensor) -> float:
    started = time.perf_counter()
    torch.nn.functional.linear(left, right)
    return time.perf_counter() - started


class Budget:
    """How many tokens go into a batch: each number is tried on the work's own first full batches, then the
    fastest is kept."""

    def __init__(self, where: torch.device) -> None:
        self._choices = BUDGETS[where.type]
        self._speeds: dict[int, list[float]] = {one: [] for one in self._choices}

    @property
    def tokens(self) -> int:
        untried = [one for one in self._choices if len(self._speeds[one]) < TRIES]
        return untried[0] if untried else max(self._choices, key=lambda one: max(self._speeds[one]))

    def took(self, budget: int, tokens: int, seconds: float) -> None:
        """Told after every batch; one that is half empty says nothing."""
        if tokens >= budget / 2 and len(self._speeds[budget]) < TRIES:
            self._speeds[budget].append(tokens / max(seconds, 1e-9))


@contextmanager
def threads(count: int) -> Iterator[int]:
    """Torch has so many threads meanwhile, and at most those that the process has; 0 takes all of them."""
    own = torch.get_num_threads()
    torch.set_num_threads(min(count or own, own))
    try:
        yield torch.get_num_threads()
    finally:
        torch.set_num_threads(own)


def environment() -> dict[str, str | int]:
    """What a training's speed and its last digits depend on."""
    import transformers

    where = device()
    name = torch.cuda.get_device_name() if where.type == "cuda" else "cpu"
    return {
        "device": name,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
