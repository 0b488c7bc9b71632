"""What the raters page says in words: who stands out, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from annotations.methods.rater_drift import Drift
from annotations.methods.scales import number_text

if TYPE_CHECKING:
    from annotations.rater_numbers import Figure

# Differences smaller than this part of the scale need no talk.
MATTERS = 0.05
UNSTEADY = 1.25
NARROW = 0.8
HALO = 0.1


@dataclass(frozen=True)
class Advice:
    """`word` is what stands out, `text` what to do about it."""

    word: str
    text: str


def headline(found: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Who stands out and as what, from the words of each rater; else that nobody does."""
    comma = pgettext("between names", ", ")
    said = [
        _("%(name)s (%(words)s)") % {"name": name, "words": comma.join(words)}
        for name, words in found
        if words
    ]
    if not said:
        return _("Nobody stands out: the raters differ by no more than chance, or by too little to matter.")
    text = ngettext(
        "%(count)s of %(all)s raters stands out: %(names)s. What to do is said beside the name.",
        "%(count)s of %(all)s raters stand out: %(names)s. What to do is said beside each name.",
        len(said),
    )
    return text % {"count": len(said), "all": len(found), "names": comma.join(said)}


def advice_on(
    leniency: Figure,
    steady: Figure,
    spread: Figure,
    glow: Figure,
    drift: Drift | None,
    scale: float,
    usual: float | None,
) -> list[Advice]:
    """What stands out beyond chance. `leniency` is positive for the lenient; `usual` the median residual SD."""
    found = [*_on_severity(leniency, scale)]
    if steady.low is not None and usual and steady.low > UNSTEADY * usual:
        found.append(Advice(_("unsteady"), _("Gives the same work different values: rate a few items together, then train again.")))
    if spread.high is not None and spread.high < NARROW:
        found.append(Advice(_("keeps to the middle"), _("Uses less of the scale than the others: look at the ends of the scale together.")))
    if glow.low is not None and glow.low > HALO:
        found.append(Advice(_("halo"), _("Criteria move together: ask for each criterion to be judged on its own.")))
    if drift is not None and drift.alarm is not None:
        text = _("Has changed since about rating %(n)s: compare early and late items and refresh the guidelines.")
        found.append(Advice(_("drift"), text % {"n": drift.alarm + 1}))
    return found


def _on_severity(leniency: Figure, scale: float) -> list[Advice]:
    if leniency.value is None or leniency.low is None or leniency.high is None:
        return []
    if leniency.low <= 0 <= leniency.high or abs(leniency.value) < MATTERS * scale:
        return []
    size = {"size": number_text(round(abs(leniency.value), 2))}
    if leniency.value < 0:
        text = _("Gives %(size)s less than the others on the same work: talk through the level descriptors.")
        return [Advice(_("severe"), text % size)]
    text = _("Gives %(size)s more than the others on the same work: talk through the level descriptors.")
    return [Advice(_("lenient"), text % size)]
