"""The decision: gates, then the raters' agreement, then the interval against the threshold.

Order: a failed gate rejects; raters below the floor are not ready (which is never the model's
failure); an interval wholly on one side of the threshold decides; everything else is undecided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grading.methods.interval import Interval

PASS, FAIL, UNDECIDED = "pass", "fail", "undecided"
REJECTED, RATERS_NOT_READY = "rejected", "raters_not_ready"
WORST_FIRST = (REJECTED, FAIL, RATERS_NOT_READY, UNDECIDED, PASS)
RELIABLE, TENTATIVE = 0.8, 0.667


@dataclass(frozen=True)
class GateResult:
    """A gate's metric. `value` None with a reason when it cannot be computed."""

    metric: str
    value: float | None
    threshold: float
    is_at_least: bool = True
    n: int = 0
    reason: str | None = None

    @property
    def is_passed(self) -> bool | None:
        """None: cannot be told."""
        if self.value is None:
            return None
        return self.value >= self.threshold if self.is_at_least else self.value <= self.threshold


@dataclass(frozen=True)
class Agreement:
    """The agreement coefficient with its interval, or the reason why it is undefined."""

    value: float | None
    low: float | None
    high: float | None = None
    reason: str | None = None

    @property
    def word(self) -> str:
        """ "reliable" (≥ 0.8), "tentative" (≥ 0.667), "low", by the lower end; else "unknown"."""
        if self.low is None:
            return "unknown"
        return (
            "reliable" if self.low >= RELIABLE else "tentative" if self.low >= TENTATIVE else "low"
        )


@dataclass(frozen=True)
class Decision:
    """The outcome and the code of the sentence that explains it.

    `reason`: "gate_failed", "agreement_below_floor", "agreement_unknown", "above", "below",
    "gate_unknown", "no_estimate", "unfinished" or "straddles". `leaning`: what it would be if
    the numbers so far were final (differs from `outcome` only when unfinished).
    """

    outcome: str
    reason: str
    leaning: str


def decide(
    gates: Sequence[GateResult],
    agreement: Agreement,
    floor: float,
    interval: Interval,
    threshold: float,
    *,
    is_finished: bool = True,
) -> Decision:
    """Decide on a candidate.

    Args:
        floor: on the lower end of the agreement interval; 0 or less asks for nothing.
        interval: for raters like these. threshold: on [0, 1]; an end upon it is decided.
        is_finished: the planned sample is rated (or was closed). Looking early at a fixed
            sample gives wrong verdicts, so pass and fail wait for the end.
    """
    outcome, reason = _decide(gates, agreement, floor, interval, threshold)
    if not is_finished and (outcome in (PASS, FAIL) or reason in ("straddles", "no_estimate")):
        return Decision(UNDECIDED, "unfinished", outcome)
    return Decision(outcome, reason, outcome)


def _decide(
    gates: Sequence[GateResult],
    agreement: Agreement,
    floor: float,
    interval: Interval,
    threshold: float,
) -> tuple[str, str]:
    if any(gate.is_passed is False for gate in gates):
        return REJECTED, "gate_failed"
    if floor > 0 and agreement.low is None:
        return RATERS_NOT_READY, "agreement_unknown"
    if floor > 0 and agreement.low is not None and agreement.low < floor:
        return RATERS_NOT_READY, "agreement_below_floor"
    if interval.low is None or interval.high is None:
        return UNDECIDED, "no_estimate"
    if interval.high < threshold:
        return FAIL, "below"
    if interval.low < threshold:
        return UNDECIDED, "straddles"
    if any(gate.is_passed is None for gate in gates):
        return UNDECIDED, "gate_unknown"
    return PASS, "above"


def outcome_of(low: float | None, high: float | None, threshold: float) -> str:
    """ "pass", "fail", or "undecided" where there is no interval or it holds the threshold; an
    end upon the threshold is decided."""
    if low is None or high is None or low < threshold <= high:
        return UNDECIDED
    return FAIL if high < threshold else PASS


def worst(outcomes: Sequence[str]) -> str:
    """The outcome that decides for several candidates: rejected, fail, raters not ready,
    undecided, pass, from the worst to the best. Raises ValueError when there is none."""
    return min(outcomes, key=WORST_FIRST.index)
