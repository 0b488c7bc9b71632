"""What would decide an undecided verdict, in sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grading.verdict_words import Evidence, in_a_row

ALIKE = ("one_value", "no_variance")
"""Reasons for an agreement that cannot be told which more raters do not mend."""


def advice(evidence: Evidence) -> str:
    """What would decide an undecided verdict; "" where nothing is open."""
    reason, found = evidence["decision"]["reason"], evidence.get("advice")
    fixed = {
        "agreement_below_floor": _(
            "Train the raters on the disputed items, make the level descriptors sharper, and rate again."
        ),
        "agreement_unknown": _agreement_unknown(evidence),
        "gate_unknown": _("Give the gate what it compares, or take it out in the next campaign."),
        "unfinished": _(
            "Finish the sample, or close the campaign to decide on what is there. The size was fixed "
            "beforehand, and deciding at the first good look makes wrong verdicts."
        ),
        "next_look": _("Go on rating: the rule that was chosen beforehand says when it is looked at again."),
        "no_look": _(
            "A rule with planned looks decides at those looks alone. Start a new campaign to go on."
        ),
    }
    if evidence.get("stopping") and reason == "straddles":
        return _(
            "All planned looks are taken. More items would be one look too many; a new campaign with a "
            "larger sample can decide."
        )
    parts = [fixed[reason]] if reason in fixed else []
    if found and (reason != "unfinished" or found["kind"] == "more_ratings"):
        kinds = {"more_ratings": _more_ratings, "more_raters": _more_raters}
        parts.append(kinds.get(found["kind"], _too_close)(found))
        if reason == "straddles" and found["kind"] in kinds:
            parts.append(
                _(
                    "Deciding again on this sample made larger is a second look, which makes wrong "
                    "verdicts more frequent than planned; a new campaign, or looks planned beforehand, does not."
                )
            )
    return in_a_row(*map(str, parts))


def _agreement_unknown(evidence: Evidence) -> str:
    if evidence.get("agreement", {}).get("reason") in ALIKE:
        return _(
            "All were given nearly the same. Rate items that differ more, or choose Gwet’s AC2 in the next "
            "campaign, which can be told all the same."
        )
    return _("Let at least two raters rate the same items.")


def _more_ratings(found: dict[str, Any]) -> str:
    text = (
        ngettext(
            "About %(ratings)d more rating on %(items)d more items would decide if the estimate stays where it is.",
            "About %(ratings)d more ratings on %(items)d more items would decide if the estimate stays where it is.",
            found["ratings"],
        )
        % found
    )
    return in_a_row(text, _assured(found))


def _more_raters(found: dict[str, Any]) -> str:
    text = _("More items alone cannot decide: the raters differ too much.")
    if found["items"]:
        rest = ngettext(
            "About %(raters)d more rater and %(ratings)d more ratings on %(items)d more items would, if the estimate stays where it is.",
            "About %(raters)d more raters and %(ratings)d more ratings on %(items)d more items would, if the estimate stays where it is.",
            found["raters"],
        )
    else:
        rest = ngettext(
            "About %(raters)d more rater on the same items would.",
            "About %(raters)d more raters on the same items would.",
            found["raters"],
        )
    return in_a_row(text, rest % found, _assured(found))


def _assured(found: dict[str, Any]) -> str:
    """The ratings that decide four times in five, where the plug-in ones do less often."""
    if found["assured_ratings"] is None:
        return _("Even all items would not reach that assurance.") if found["kind"] == "more_ratings" else ""
    if found["assured_ratings"] <= found["ratings"]:
        return ""
    return _("%(assured_ratings)d ratings make that 80 %% sure.") % found


def _too_close(found: dict[str, Any]) -> str:
    return _(
        "The estimate lies so close to the threshold that neither more items of this dataset nor more "
        "raters would decide."
    )
