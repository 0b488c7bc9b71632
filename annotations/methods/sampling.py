"""Drawing a sample with known probabilities.

Every unit of the frame gets a permanent random number from the seed and its key (Ohlsson 1995,
"Coordination of samples using permanent random numbers"). A sample of n is the n smallest
numbers, of the frame or of each stratum, so a larger sample with the same seed contains the
smaller one and is itself a simple (or stratified) random sample: π stays right when the
sample is extended, and does not depend on the order of the frame.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MINIMUM_A_STRATUM = 2  # with one unit a stratum's variance cannot be estimated
ALLOCATIONS = ("proportional", "equal", "neyman")


class SampleTooSmall(ValueError):
    """`n` cannot give every stratum its minimum; `needed` is the smallest n that can."""

    def __init__(self, n: int, needed: int, strata: int) -> None:
        super().__init__(f"{n} items for {strata} strata: at least {needed} are needed")
        self.n, self.needed, self.strata = n, needed, strata


class SampleTooLarge(ValueError):
    """More was asked for than the frame holds."""

    def __init__(self, n: int, size: int) -> None:
        super().__init__(f"{n} of {size}")
        self.n, self.size = n, size


@dataclass(frozen=True)
class Sample:
    """What was drawn: parallel arrays over the n drawn units, ordered by frame index.

    `index` into the frame, `probability` in (0, 1], `random_number` in [0, 1). `everyone` (N,): the
    probability of every unit of the frame, where it differs within a stratum.
    """

    index: IntArray
    probability: FloatArray
    random_number: FloatArray
    stratum: tuple[str, ...]
    everyone: FloatArray | None = None

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True)
class Stratum:
    """One line of an allocation: how many of `size` units are drawn."""

    name: str
    size: int
    drawn: int

    @property
    def probability(self) -> float:
        return self.drawn / self.size


def random_numbers(keys: Sequence[str], seed: int) -> FloatArray:
    """Permanent random numbers in [0, 1), one a key: the top 53 bits of SHA-256(seed, key)."""
    prefix = f"{seed}\x00".encode()
    top = [hashlib.sha256(prefix + key.encode()).digest()[:8] for key in keys]
    words = np.frombuffer(b"".join(top), dtype=">u8").astype(np.uint64)
    return (words >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def frame_digest(keys: Sequence[str], strata: Sequence[str] | None = None) -> str:
    """SHA-256 of the frame (keys and strata), whatever its order."""
    names = strata if strata is not None else [""] * len(keys)
    digest = hashlib.sha256()
    for line in sorted(f"{key}\x1f{name}\x1e" for key, name in zip(keys, names, strict=True)):
        digest.update(line.encode())
    return digest.hexdigest()


def draw_all(keys: Sequence[str], seed: int) -> Sample:
    """Every unit, with probability 1."""
    return draw_random(keys, len(keys), seed)


def draw_random(keys: Sequence[str], n: int, seed: int) -> Sample:
    """Simple random sample of n without replacement; π = n / N.

    Raises SampleTooLarge when n > N, SampleTooSmall when n < 1.
    """
    return draw_stratified(keys, [""] * len(keys), n, seed, minimum=1)


def draw_stratified(
    keys: Sequence[str],
    strata: Sequence[str],
    n: int,
    seed: int,
    allocation: str = "proportional",
    minimum: int = MINIMUM_A_STRATUM,
    spread: Mapping[str, float] | None = None,
) -> Sample:
    """Stratified random sample of n in all; within stratum h π = n_h / N_h. See `allocate`."""
    names, code, sizes = _code(strata)
    weights = _weights(names, sizes, allocation, spread)
    drawn = dict(zip(names, _allocate(sizes, n, weights, minimum), strict=True))
    counts = np.array([drawn[name] for name in names], dtype=np.int64)
    numbers = random_numbers(keys, seed)
    order = np.lexsort((numbers, code))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    rank = np.arange(len(order)) - starts[code[order]]
    index = np.sort(order[rank < counts[code[order]]]).astype(np.int64)
    return Sample(
        index=index,
        probability=(counts / sizes)[code[index]],
        random_number=numbers[index],
        stratum=tuple(names[c] for c in code[index]),
    )


def allocate(
    strata: Sequence[str],
    n: int,
    allocation: str = "proportional",
    minimum: int = MINIMUM_A_STRATUM,
    spread: Mapping[str, float] | None = None,
) -> tuple[Stratum, ...]:
    """How n units are shared over the strata, in the order of their names.

    Each stratum gets `minimum` first (or all it has). *proportional*: the rest by Sainte-Laguë
    (largest N_h / (n_h + ½)); *equal*: the rest to whoever has least; *neyman*: the rest by
    N_h × S_h, where `spread` gives each stratum's standard deviation S_h, guessed from an automatic
    score (Neyman 1934). All are monotone in n, so an extended sample never gives a unit back.

    Raises ValueError for an unknown allocation, or *neyman* without a spread of 0 or more for each.
    """
    names, _, sizes = _code(strata)
    counts = _allocate(sizes, n, _weights(names, sizes, allocation, spread), minimum)
    return tuple(
        Stratum(name, int(size), count)
        for name, size, count in zip(names, sizes, counts, strict=True)
    )


def _code(strata: Sequence[str]) -> tuple[list[str], IntArray, IntArray]:
    names, code, sizes = np.unique(np.asarray(strata, str), return_inverse=True, return_counts=True)
    return [str(name) for name in names], code.astype(np.int64), sizes.astype(np.int64)


def _weights(
    names: list[str], sizes: IntArray, allocation: str, spread: Mapping[str, float] | None
) -> FloatArray | None:
    """What the strata share in proportion to; None: equally."""
    if allocation not in ALLOCATIONS:
        raise ValueError(f"unknown allocation {allocation!r}")
    if allocation == "equal":
        return None
    if allocation == "proportional":
        return sizes.astype(np.float64)
    spreads = np.array([(spread or {}).get(name, np.nan) for name in names])
    if not np.all(np.isfinite(spreads) & (spreads >= 0)):
        raise ValueError("Neyman's allocation needs the spread of every stratum, 0 or more")
    return sizes * spreads if spreads.any() else sizes.astype(np.float64)


def _allocate(sizes: IntArray, n: int, weights: FloatArray | None, minimum: int) -> list[int]:
    total = int(sizes.sum())
    counts = [min(minimum, int(size)) for size in sizes]
    if n > total:
        raise SampleTooLarge(n, total)
    if n < max(1, sum(counts)):
        raise SampleTooSmall(n, max(1, sum(counts)), len(sizes))
    if n == total:
        return [int(size) for size in sizes]
    return _fill(sizes, counts, n - sum(counts), weights)


def _fill(
    sizes: IntArray, counts: list[int], rest: int, weights: FloatArray | None
) -> list[int]:
    """Give `rest` units one by one to the neediest stratum that is not full."""

    def need(h: int) -> float:
        if weights is None:
            return counts[h] + 0.0
        return (counts[h] + 0.5) / float(weights[h]) if weights[h] > 0 else np.inf

    heap = [(need(h), h) for h in range(len(sizes)) if counts[h] < sizes[h]]
    heapq.heapify(heap)
    for _ in range(rest):
        _, h = heap[0]
        counts[h] += 1
        if counts[h] < sizes[h]:
            heapq.heapreplace(heap, (need(h), h))
        else:
            heapq.heappop(heap)
    return counts
