"""What the numbers of a verdict mean to somebody who has never seen an interval."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.templatetags.figures import as_percent
from grading.models import DecisionPolicy
from grading.verdict_words import Evidence, deciding_interval

# The decisions whose sentence gives an estimate with its interval.
SHOWN = ("above", "below", "straddles", "gate_unknown")


def plainly(evidence: Evidence) -> str:
    """The estimate and its interval in everyday words; "" where the verdict rests on something else."""
    ends = deciding_interval(evidence)
    if evidence["decision"]["reason"] not in SHOWN or not ends or ends["low"] is None:
        return ""
    shares = [100 * ends[name] for name in ("estimate", "low", "high")]
    # Whole numbers, unless rounding would leave nothing wrong or nothing right.
    digits = 0 if min(shares) >= 1 and max(shares) <= 99 else 1
    value, low, high = (f"{share:.{digits}f}" for share in shares)
    words = {
        "value": value,
        "low": low,
        "high": high,
        "wrong": f"{100 - float(value):.{digits}f}",
        "confidence": as_percent(f"{100 * evidence['confidence']:.4g}"),
    }
    if evidence["estimand"] == DecisionPolicy.Estimand.RIGHT_MARKS:
        return (
            _(
                "Of 100 marks, about %(value)s are right and %(wrong)s wrong; with %(confidence)s confidence "
                "between %(low)s and %(high)s are right."
            )
            % words
        )
    return (
        _(
            "The brackets say how sure this is: other raters of the same kind would, with %(confidence)s "
            "confidence, come to between %(low)s and %(high)s of 100."
        )
        % words
    )
