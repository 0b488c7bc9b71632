"""Error analysis of marks: which answers, which kinds of answers, which mark for which.

It shows where to look. Rows are many and not corrected for it, so they prove nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from grading.methods import metrics_mean

NEAR = 1e-9
QUARTERS = 4
MOST_ROWS = 40


@dataclass(frozen=True)
class MarkedAnswer:
    """One answer with the mark given by a scorer and the one it should have, in marks.

    `full`: the question's full mark, None where there is none. `length` in characters.
    `confidence`: of the scorer, None where it tells none.
    """

    key: int
    given: float
    wanted: float
    question: str = ""
    full: float | None = None
    length: int = 0
    groups: Mapping[str, str] = field(default_factory=dict)
    confidence: float | None = None

    @property
    def error(self) -> float:
        """Given less wanted: above 0 is too lenient."""
        return self.given - self.wanted

    @property
    def size(self) -> float:
        """How far off, as a share of the full mark where there is one."""
        return abs(self.error) / (self.full or 1.0)

    def is_wrong(self, tolerance: float = 0.0) -> bool:
        return abs(self.error) > tolerance + NEAR


@dataclass(frozen=True)
class Slice:
    """One kind of answers: `low`–`high` are the ends of a range (None: it is a name)."""

    name: str
    n: int
    wrong: float
    wrong_low: float
    wrong_high: float
    error: float
    bias: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Confusion:
    """`count` answers worth `wanted` got `given`: `share` of all worth that."""

    wanted: float
    given: float
    count: int
    share: float


def largest(answers: Sequence[MarkedAnswer], tolerance: float = 0.0) -> list[MarkedAnswer]:
    """The wrong ones, the furthest off first; of equals those the scorer was surest of, then by key."""
    wrong = [answer for answer in answers if answer.is_wrong(tolerance)]
    return sorted(wrong, key=lambda a: (-a.size, -(a.confidence or 0.0), a.key))


def confusions(answers: Sequence[MarkedAnswer], tolerance: float = 0.0) -> list[Confusion]:
    """Which mark was taken for which, the most frequent first."""
    worth = Counter(answer.wanted for answer in answers)
    pairs = Counter((a.wanted, a.given) for a in answers if a.is_wrong(tolerance))
    ranked = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Confusion(w, g, count, count / worth[w]) for (w, g), count in ranked]


def overall(answers: Sequence[MarkedAnswer], tolerance: float = 0.0) -> Slice | None:
    """All answers in one row; None without any."""
    return _slice("", list(answers), tolerance) if answers else None


def by_name(
    answers: Sequence[MarkedAnswer], name: Callable[[MarkedAnswer], str | None], tolerance: float = 0.0
) -> list[Slice]:
    """A row a name, the largest share of wrong marks first; None belongs to no row."""
    found: dict[str, list[MarkedAnswer]] = {}
    for answer in answers:
        if (mine := name(answer)) is not None:
            found.setdefault(mine, []).append(answer)
    rows = [_slice(key, members, tolerance) for key, members in found.items()]
    return sorted(rows, key=lambda row: (-row.wrong, row.name))[:MOST_ROWS]


def by_range(
    answers: Sequence[MarkedAnswer], value: Callable[[MarkedAnswer], float | None], tolerance: float = 0.0
) -> list[Slice]:
    """Quarters of equal size by a number, in order; equal values stay together, so there may be fewer."""
    known = [(number, answer) for answer in answers if (number := value(answer)) is not None]
    if not known:
        return []
    ranked = sorted(number for number, _answer in known)
    cuts = sorted({ranked[len(ranked) * quarter // QUARTERS] for quarter in range(1, QUARTERS)} - {ranked[0]})
    parts: list[list[tuple[float, MarkedAnswer]]] = [[] for _ in range(len(cuts) + 1)]
    for number, answer in known:
        parts[bisect_right(cuts, number)].append((number, answer))
    return [_ranged(part, tolerance) for part in parts if part]


def _ranged(part: list[tuple[float, MarkedAnswer]], tolerance: float) -> Slice:
    numbers = [number for number, _answer in part]
    ends = min(numbers), max(numbers)
    return _slice("", [answer for _number, answer in part], tolerance, *ends)


def _slice(
    name: str, members: list[MarkedAnswer], tolerance: float,
    low: float | None = None, high: float | None = None,
) -> Slice:  # fmt: skip
    wrong = metrics_mean.share([float(answer.is_wrong(tolerance)) for answer in members])
    n, errors = len(members), [answer.error for answer in members]
    return Slice(
        name, n, wrong.value or 0.0, wrong.detail["low"], wrong.detail["high"],
        sum(map(abs, errors)) / n, sum(errors) / n, low, high,
    )  # fmt: skip


def likeness(left: str, right: str) -> float:
    """Shared pairs of neighbouring characters (Dice 1945), in [0, 1]; blanks do not count."""
    a, b = _pairs(left), _pairs(right)
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0


def most_alike(text: str, others: Mapping[int, str]) -> tuple[int, float] | None:
    """Key and likeness of the most similar text; None where nothing is shared."""
    found = max(((likeness(text, other), -key) for key, other in others.items()), default=(0.0, 0))
    return (-found[1], found[0]) if found[0] > 0 else None


@lru_cache(maxsize=8192)  # each text is held against many
def _pairs(text: str) -> Counter[str]:
    plain = "".join(text.split())
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1))
