"""The marks that a question can be given, from its full mark and step, or from those that were given."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from annotations.methods.scales import scale_values

NEAR = 1e-6


@dataclass(frozen=True)
class MarkScale:
    """`marks` ascend from 0 (or the lowest given) to `full_mark`."""

    full_mark: float
    marks: tuple[float, ...]

    def nearest(self, mark: float) -> float | None:
        """The mark of the scale that is meant; None where there is none."""
        return next((one for one in self.marks if abs(one - mark) < NEAR), None)


def mark_scale(
    given: Collection[float], full_mark: float | None = None, step: float | None = None
) -> MarkScale:
    """All multiples of the step from 0 to the full mark.

    Args:
        given: marks that were given, at least one of them. full_mark: None takes the highest given.
        step: None takes 1, or ½ where halves were given.
    Where the marks given lie on no such step, or these were too many marks to choose from, only those
    that were given can be given again.
    """
    most = full_mark or max(given)
    sizes = [step] if step else [size for size in (1.0, 0.5) if all(_is_on(m, size) for m in given)]
    try:
        return MarkScale(most, scale_values(0.0, most, sizes[0]))
    except (IndexError, ValueError):
        return MarkScale(most, tuple(sorted({most, *(mark for mark in given if 0 <= mark <= most)})))


def _is_on(mark: float, step: float) -> bool:
    return abs(mark / step - round(mark / step)) < NEAR
