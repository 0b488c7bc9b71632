"""Audit shares: thinning a sample where a group is rejected before anybody rates.

A unit of a rejected group is rated only with the group's share s, decided by a second number
that is independent of the one it was drawn by: π = π(drawn) × s. These numbers are spread evenly
over each group (collocated sampling: Brewer, Early & Hanif 1984, "Poisson, modified Poisson and
collocated sampling"), so that s of a group is s of it up to one unit, and not by luck none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotations.methods.sampling import FloatArray, Sample, random_numbers


@dataclass(frozen=True)
class Drawing:
    """One draw of a growing sample: the sample as it was then, and the share of every unit.

    `share` (N,) over the frame, in [0, 1]; 1 where nothing is rejected.
    """

    sample: Sample
    share: FloatArray


def audit_numbers(keys: Sequence[str], groups: Sequence[str], seed: int) -> FloatArray:
    """Permanent numbers in [0, 1), one a unit: (rank in its group + start of the group) / size."""
    numbers = random_numbers([f"audit\x00{key}" for key in keys], seed)
    names, code, sizes = np.unique(
        np.asarray(groups, str), return_inverse=True, return_counts=True
    )
    starts = random_numbers([f"audit start\x00{name}" for name in names], seed)
    order = np.lexsort((numbers, code))
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order)) - first[code[order]]
    spread: FloatArray = (rank + starts[code]) / sizes[code]
    return spread


def thinned(drawings: Sequence[Drawing], numbers: FloatArray) -> Sample:
    """The last sample without what the shares spare, and with the probabilities that are left.

    The samples are nested (permanent random numbers). A unit that came in at draw t stays when
    its number is below the largest share from t on, so nothing is ever given back, and
    π = Σ (π_t − π_{t−1}) × that share.
    """
    last = drawings[-1].sample
    largest = np.maximum.accumulate([d.share[last.index] for d in drawings[::-1]])[::-1]
    probability, before = np.zeros(len(last)), np.zeros(len(last))
    is_kept = np.zeros(len(last), dtype=bool)
    for drawing, share in zip(drawings, largest, strict=True):
        now = _probability_then(drawing.sample, last)
        probability += (now - before) * share
        is_in = np.isin(last.index, drawing.sample.index)
        is_kept |= is_in & (numbers[last.index] < share)
        before = now
    return part(last, is_kept, probability)


def part(
    sample: Sample, is_kept: Sequence[bool] | npt.NDArray[np.bool_], probability: FloatArray | None = None
) -> Sample:
    """The kept units of a sample, with their probabilities or new ones of shape (n,)."""
    rows = np.flatnonzero(is_kept)
    chances = sample.probability if probability is None else probability
    return Sample(
        index=sample.index[rows],
        probability=np.minimum(chances[rows], 1.0),
        random_number=sample.random_number[rows],
        stratum=tuple(sample.stratum[row] for row in rows.tolist()),
        everyone=sample.everyone if probability is None else None,
    )


def _probability_then(then: Sample, last: Sample) -> FloatArray:
    """π at an earlier draw of the units of the last one: one a stratum, none of which was empty."""
    if then.everyone is not None:
        return then.everyone[last.index]
    by_stratum = dict(zip(then.stratum, then.probability.tolist(), strict=True))
    return np.array([by_stratum[name] for name in last.stratum])
