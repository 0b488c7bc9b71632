"""The campaign's agreement so far, by the coefficient that its policy chose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from annotations.campaign_numbers import RatingRows
from annotations.methods.agreement import METHODS, Options
from annotations.methods.coefficient import Coefficient
from annotations.methods.long_table import long_table
from grading.models import DecisionPolicy

RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff 2004, p. 241


@dataclass(frozen=True)
class AgreementSoFar:
    """`found` with the policy's floor; `word` says how good it is."""

    found: Coefficient
    name: str
    floor: float

    @property
    def is_below_floor(self) -> bool:
        return self.found.low is not None and self.found.low < self.floor

    @property
    def word(self) -> str:
        """By the lower end of the interval."""
        if self.found.low is None:
            return ""
        if self.is_below_floor:
            return _("below the floor of %(floor)s so far") % {"floor": f"{self.floor:g}"}
        if self.found.low >= RELIABLE:
            return _("reliable")
        return _("tentative") if self.found.low >= TENTATIVE else _("low")


def agreement_so_far(policy: DecisionPolicy, rows: RatingRows) -> AgreementSoFar:
    """Over the composites of all counted ratings."""
    known = np.isfinite(rows.composite)
    table = long_table(rows.campaign_item[known], rows.rater[known], rows.composite[known])
    options = Options(level="interval", confidence=policy.confidence, seed=policy.seed)
    found = METHODS[policy.coefficient](table, options)
    return AgreementSoFar(found, policy.get_coefficient_display(), policy.agreement_floor)
