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
        raise OutOfMemory(advice, str(problem) or "MemoryError") from problem
    except RuntimeError as problem:  # torch's own for graphics memory is one too
        if isinstance(problem, OutOfMemory) or not _SHORT.search(str(problem)):
            raise
        raise OutOfMemory(advice, str(problem).splitlines()[0]) from problem


def check(needed: int) -> None:
    """Raise MemoryError where so many bytes more cannot be had: the system would kill the process without a
    word as soon as it used them."""
    known = available_bytes()
    if known is not None and needed > known:
        raise MemoryError(f"{needed >> 20} MiB needed, {known >> 20} MiB free")


def available_bytes() -> int | None:
    """What the machine, and the container where there is one, can still give; None where it does not say."""
    try:
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    except OSError:
        return None
    free = [int(found[1]) * 1024] if found else []
    group = Path("/sys/fs/cgroup")
    try:
        most, used = ((group / f"memory.{name}").read_text().strip() for name in ("max", "current"))
        free += [int(most) - int(used)] if most.isdigit() else []
    except OSError:
        pass
    return min(free) if free else None


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
