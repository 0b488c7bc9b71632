"""How much memory work took, and what to say when there is not enough."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SHORT = re.compile(r"not enough memory|can't allocate memory|out of memory", re.IGNORECASE)


class OutOfMemory(RuntimeError):
    """Memory ran out. `advice`: the settings that would need less, the most promising first."""

    def __init__(self, advice: tuple[str, ...], detail: str) -> None:
        super().__init__(f"out of memory; lower or change: {', '.join(advice)} ({detail})")
        self.advice, self.detail = advice, detail


@contextmanager
def explained(advice: tuple[str, ...]) -> Iterator[None]:
    """Turn every way in which memory runs out into OutOfMemory."""
    try:
        yield
    except MemoryError as problem:
        raise OutOfMemory(advice, "MemoryError") from problem
    except RuntimeError as problem:  # torch's own for graphics memory is one too
        if isinstance(problem, OutOfMemory) or not _SHORT.search(str(problem)):
            raise
        raise OutOfMemory(advice, str(problem).splitlines()[0]) from problem


def start_peak() -> None:
    """Forget the process's peak so far, where the system allows it."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass


def peak_bytes() -> int:
    """The largest resident memory since `start_peak`."""
    import resource

    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:
        found = None
    most = int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * 1024
