"""At which numbers of ratings a look is taken: about ten, evenly apart, round."""

from __future__ import annotations

MOST = 12


def rating_steps(ratings: int, *, with_last: bool = False) -> list[int]:
    """Ascending multiples of 1, 2 or 5 × 10^k up to `ratings`, at most MOST of them.

    They stay the same until the next multiple is reached. `with_last` adds `ratings` itself.
    """
    step = _step(ratings)
    steps = list(range(step, ratings + 1, step))
    is_open = with_last and ratings and steps[-1] != ratings
    return [*steps, ratings] if is_open else steps


def _step(ratings: int) -> int:
    power = 1
    while True:
        for digit in (1, 2, 5):
            if ratings <= MOST * digit * power:
                return digit * power
        power *= 10
