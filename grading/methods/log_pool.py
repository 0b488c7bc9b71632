"""One chance of each mark from several graders' chances: their product, each raised to a learnt power.

The logarithmic opinion pool (Genest & Zidek 1986) with a push for each mark. A grader that adds nothing
gets the power 0, and powers that sum to more than 1 make the whole surer than its parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST = 5e-3  # of a chance, so that no grader alone can rule a mark out
PULL = 20.0  # of the powers towards equal ones, in units of −log likelihood


@dataclass(frozen=True)
class LogPool:
    """`powers`: (graders,) ≥ 0; `pushes`: (marks,) added to the logarithms."""

    powers: Floats
    pushes: Floats

    @classmethod
    def equal(cls, graders: int, marks: int) -> LogPool:
        """What is used where too little is known to learn from: their geometric mean."""
        return cls(np.full(graders, 1 / graders), np.zeros(marks))

    @classmethod
    def learnt(cls, chances: Floats, given: Ints, weights: Floats) -> LogPool:
        """The likeliest powers and pushes, pulled towards equal powers and no pushes.

        Args:
            chances: (graders, answers, marks) of answers that the graders had not learnt.
            given: (answers,) the column of the mark that each got. weights: (answers,) ≥ 0.
        """
        logs = np.log(np.maximum(chances, LEAST))
        graders, answers, marks = logs.shape
        right, rows = np.eye(marks)[given], np.arange(answers)

        def loss(values: Floats) -> tuple[float, Floats]:
            powers, pushes = values[:graders], values[graders:]
            told = _product(logs, powers, pushes)
            off = (told - right) * weights[:, None]
            far = powers - 1 / graders
            cost = -weights @ np.log(told[rows, given]) + PULL * far @ far + pushes @ pushes
            by_power = np.tensordot(logs, off, axes=2) + 2 * PULL * far
            return float(cost), np.concatenate([by_power, off.sum(axis=0) + 2 * pushes])

        start = np.concatenate([np.full(graders, 1 / graders), np.zeros(marks)])
        limits = [(0.0, None)] * graders + [(None, None)] * marks
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits).x
        return cls(found[:graders], found[graders:])

    def chances(self, chances: Floats) -> Floats:
        """(answers, marks), rows summing to 1. chances: (graders, answers, marks)."""
        return _product(np.log(np.maximum(chances, LEAST)), self.powers, self.pushes)


def _product(logs: Floats, powers: Floats, pushes: Floats) -> Floats:
    logits = np.tensordot(powers, logs, axes=1) + pushes
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)
