"""What the automatic scores were worth to a verdict: a sentence, a bar and the methods side by side."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from annotations.templatetags.figures import as_percent
from grading.verdict_reasons import ESTIMATE, METRIC_OFF, word
from grading.verdict_words import coefficient, hundred, in_a_row

Facts = dict[str, Any]

NAMED: dict[str, Promise] = {
    "human_only": gettext_lazy("people alone"),
    "regression": gettext_lazy("regression on the first score"),
    "ridge_crossfit": gettext_lazy("cross-fit ridge over all scores"),
    "ppi": gettext_lazy("prediction-powered inference (PPI)"),
    "ppi_plus_plus": gettext_lazy("PPI++ (tuned)"),
}
WIDTH = 600.0  # of the bar in its own units


def worth_of(estimate: Facts) -> Facts:
    """Everything the page shows of it, from the stored estimate alone."""
    found = estimate.get("worth") or {"is_used": False}
    names = found.get("names") or [name for name in [found.get("name")] if name]
    cap, saved = found.get("cap"), found.get("saved")
    return {
        **found,
        "name": pgettext("between names", ", ").join(names),
        "sentence": worth_sentence(found, names),
        "correlation_text": coefficient(found.get("correlation")),
        "bar_text": coefficient(found.get("bar")),
        "saved_text": _share(saved),
        "cap_text": _share(cap),
        "bar": _bar(found),
        "rows": alternative_rows(estimate),
    }


def worth_sentence(found: Facts, names: list[str]) -> str:
    """Whether the score narrowed the interval, by how much, and how much any score could."""
    if not found.get("is_used"):
        return word(METRIC_OFF, found.get("reason")) if found.get("reason") else ""
    values = {
        "name": pgettext("between names", ", ").join(names),
        "r": coefficient(found["correlation"]),
        "saved": _share(found["saved"]),
        "cap": _share(found.get("cap")),
    }
    text = _(
        "%(name)s goes with the human scores (correlation %(r)s) and saves about %(saved)s of the ratings."
    )
    if found.get("cap") is None:
        return text % values
    rest = _("Single ratings are noisy, so even a perfect score could not save more than %(cap)s.")
    return in_a_row(text % values, rest % values)


def alternative_rows(estimate: Facts) -> list[Facts]:
    """The named methods with the widths of their intervals; empty without a score."""
    return [
        {
            "name": word(NAMED, row["name"]),
            "value": hundred(row["value"]),
            "low": hundred(row["low"]),
            "high": hundred(row["high"]),
            "width": _width(row),
            "saved": _share(row["ratings_saved"]),
            "reason": _why(row["reason"]),
            "is_chosen": row["name"] == chosen(estimate),
        }
        for row in estimate.get("alternatives") or []
    ]


def chosen(estimate: Facts) -> str:
    """The method that decides, as it was fixed beforehand."""
    found = estimate.get("worth") or {}
    if not found.get("is_used"):
        return "human_only"
    return "ridge_crossfit" if len(found.get("names") or []) > 1 else "regression"


def _why(code: str | None) -> str:
    return word(METRIC_OFF if code in METRIC_OFF else ESTIMATE, code)


def _width(row: Facts) -> str:
    return "–" if row["low"] is None else hundred(row["high"] - row["low"])


def _share(value: float | None) -> str:
    return "–" if value is None else as_percent(f"{100 * value:.0f}")


def _bar(found: Facts) -> Facts | None:
    """Lengths of the bar as strings, for SVG wants a point in every language."""
    if found.get("saved") is None:
        return None
    cap = found.get("cap")
    return {
        "saved": f"{WIDTH * found['saved']:.1f}",
        "cap": None if cap is None else f"{WIDTH * cap:.1f}",
    }
