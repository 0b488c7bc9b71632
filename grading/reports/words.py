"""Codes that methods give, as sentences in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "no_ratings": _("Nothing was rated."),
    "one_rater": _("Only one rater rated, so it cannot be said what other raters would do."),
    "no_raters": _("Only definitive scores count here."),
    "too_few_items": _("Too few items were rated."),
    "raters_disagree": _("The human marks differ by more than the tolerance."),
    "unfinished": _("Not all planned ratings are in."),
    "not_rated": _("Nobody has marked it yet."),
    "machine_not_accepted": _("No person marked it and no machine is accepted."),
    "no_machine_mark": _("The accepted machine gave no mark."),
    "machine_differs": _("Person and machine differ by more than the tolerance."),
    "two_answers": _("The student has two answers to the question."),
    "no_variance": _("The values do not vary, so there is no correlation."),
}

ORIGINS: dict[str, Promise] = {
    "adjudicated": _("adjudicated"),
    "human": _("human marks"),
    "together": _("person and machine"),
    "machine": _("machine mark"),
    "missing": _("missing"),
}

COEFFICIENTS: dict[str, Promise] = {
    "krippendorff_alpha": _("Krippendorff’s α"),
    "percent_agreement": _("Exact agreement"),
    "adjacent_agreement": _("Adjacent agreement"),
    "cohen_kappa_quadratic": _("Quadratic weighted kappa, mean of pairs"),
    "gwet_ac2_quadratic": _("Gwet’s AC2"),
    "icc_a_k": _("Reliability of the mean, ICC(A,k)"),
}


SPEAKS_FOR: dict[str, Promise] = {
    "these": _("these raters, these items"),
    "like": _("raters like these, these items"),
    "beyond": _("raters like these, items like these"),
    "people_only": _("raters like these, without the automatic score"),
}


def speaks_for(name: str) -> str:
    return str(SPEAKS_FOR.get(name, name))


GROUPS: dict[str, Promise] = {"class": _("class"), "school_subject": _("school subject")}


def group_words(key: str) -> str:
    """A group key of the file, in words where Concord knows it."""
    return str(GROUPS.get(key, key))


def reason_words(code: str) -> str:
    """The sentence of a code; "" stays "", an unknown code is shown as it is."""
    return str(REASONS.get(code, code))


def origin_words(code: str) -> str:
    return str(ORIGINS.get(code, code))


def coefficient_words(name: str) -> str:
    return str(COEFFICIENTS.get(name, name))
