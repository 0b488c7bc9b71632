"""What agreement pages say in words: reasons, levels, how much agreement is enough."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from annotations.methods.coefficient import Coefficient, Reason

# The same sentences as in methods/coefficient.py, which knows no Django; a test compares them.
REASONS = {
    "no_ratings": gettext_lazy("There are no ratings."),
    "one_rater": gettext_lazy("Only one rater rated, so there is nobody to agree with."),
    "no_overlap": gettext_lazy("No item was rated by two raters."),
    "one_item": gettext_lazy("Only one item was rated by more than one rater."),
    "one_value": gettext_lazy("Only one value was used, so agreement cannot be told from chance."),
    "text_values": gettext_lazy("The values are names without distances; this needs numbers."),
    "negative_values": gettext_lazy("A ratio scale starts at 0, but there are values below 0."),
    "too_many_values": gettext_lazy(
        "There are too many different values for this level; use interval."
    ),
    "raters_unknown": gettext_lazy("The table does not say who gave which rating."),
    "incomplete": gettext_lazy(
        "Not every rater rated every item, and fewer than two items were rated by all."
    ),
    "no_variance": gettext_lazy("The ratings do not vary enough to split their variance."),
    "too_few_items": gettext_lazy(
        "Too few items were rated by more than one rater for an interval."
    ),
    "one_item_decides": gettext_lazy(
        "All disagreement or variation lies in one item, so no interval can be given."
    ),
    "no_disagreement": gettext_lazy("Nobody disagreed on any item, so the interval has no width."),
    "no_third_rater": gettext_lazy(
        "No three raters share items two by two; of two who differ nothing tells who is right."
    ),
    "no_interval": gettext_lazy("No interval is computed for this coefficient."),
}

LEVEL_NAMES = {
    "nominal": gettext_lazy("names (nominal)"),
    "ordinal": gettext_lazy("order (ordinal)"),
    "interval": gettext_lazy("distances (interval)"),
    "ratio": gettext_lazy("proportions (ratio)"),
}

# How the methods call the making of a value and its interval.
WAYS = {
    r"jackknife over items": gettext_lazy("jackknife over items"),
    r"jackknife over (?P<count>\d+) groups of items": gettext_lazy(
        "jackknife over %(count)s groups of items"
    ),
    r"linearisation over items": gettext_lazy("linearisation over items"),
    r"percentile bootstrap over items, (?P<count>\d+) resamples": gettext_lazy(
        "percentile bootstrap over items, %(count)s resamples"
    ),
    r"F distribution, McGraw & Wong 1996": gettext_lazy("F distribution (McGraw & Wong 1996)"),
    r"mean over (?P<count>\d+) of (?P<all>\d+) pairs": gettext_lazy(
        "mean over %(count)s of %(all)s pairs"
    ),
    r"(?P<count>\d+) of (?P<all>\d+) items, rated by all": gettext_lazy(
        "%(count)s of %(all)s items, rated by all"
    ),
}
METHOD = re.compile(r"(?P<way>.+?)(?:, (?P<degrees>t\(\d+\)))?")

RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff 2004, on the lower end of the interval


def reason_text(reason: Reason | None) -> str:
    return "" if reason is None else str(REASONS[reason.code])


def method_text(method: str) -> str:
    """How a value or its interval was made, "mean over 3 of 3 pairs; jackknife over items, t(39)";
    what is not known stands as it is."""
    return pgettext("between clauses", "; ").join(_part(part) for part in method.split("; "))


def _part(method: str) -> str:
    found = METHOD.fullmatch(method)
    if found is None:
        return method
    words = _way(found["way"])
    return words + (pgettext("between names", ", ") + found["degrees"] if found["degrees"] else "")


def _way(way: str) -> str:
    for pattern, words in WAYS.items():
        if found := re.fullmatch(pattern, way):
            return str(words) % found.groupdict() if found.groupdict() else str(words)
    return way


def coefficient_text(value: float | None) -> str:
    """A coefficient as it is written everywhere: 0.79, 1.00, −0.12."""
    if value is None:
        return "–"
    text = f"{abs(value):.2f}"
    return "−" + text if value < 0 and text != "0.00" else text


def interval_text(coefficient: Coefficient) -> str:
    """[0.74, 0.83], or nothing."""
    if coefficient.low is None or coefficient.high is None:
        return ""
    return f"[{coefficient_text(coefficient.low)}, {coefficient_text(coefficient.high)}]"


def reliability(alpha: Coefficient) -> tuple[str, str]:
    """The badge and the word for α by the lower end of its interval."""
    if alpha.value is None:
        return "badge-undecided", _("undefined")
    if alpha.low is None:
        return "badge-undecided", _("interval undefined")
    if alpha.low >= RELIABLE:
        return "badge-pass", _("reliable")
    if alpha.low >= TENTATIVE:
        return "badge-warning", _("tentative")
    if alpha.high is not None and alpha.high >= TENTATIVE:
        return "badge-undecided", _("not yet certain")
    return "badge-fail", _("not reliable")


def headline(items: int, raters: int, alpha: Coefficient) -> str:
    """One sentence on the composite."""
    if alpha.value is None:
        return _("Agreement on the composite is undefined: %(reason)s") % {
            "reason": reason_text(alpha.reason)
        }
    values = {
        "raters": raters,
        "items": items,
        "alpha": coefficient_text(alpha.value),
        "interval": interval_text(alpha) or reason_text(alpha.caution),
        "word": reliability(alpha)[1],
    }
    return (
        _(
            "%(raters)s raters on %(items)s items agree on the composite with "
            "α = %(alpha)s %(interval)s: %(word)s."
        )
        % values
    )
