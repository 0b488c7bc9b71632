"""Every coefficient on one criterion, for the agreement page; computed when somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotations.methods.agreement import METHODS, Options
from annotations.methods.coefficient import Coefficient
from annotations.models.rating_table import COMPOSITE, NEAR, RatingTable
from annotations.views.agreement_words import method_text, reason_text

# Stable name → what it is called, and the note of the methods page that explains it.
NAMES: dict[str, tuple[str | Promise, str]] = {
    "krippendorff_alpha": (_("Krippendorff’s α"), "alpha"),
    "percent_agreement": (_("Exact agreement"), "percent-agreement"),
    "adjacent_agreement": (_("Adjacent agreement"), "percent-agreement"),
    "gwet_ac1": (_("Gwet’s AC1"), "ac"),
    "gwet_ac2_linear": (_("Gwet’s AC2, linear weights"), "ac"),
    "gwet_ac2_quadratic": (_("Gwet’s AC2, quadratic weights"), "ac"),
    "fleiss_kappa": (_("Fleiss’ κ"), "fleiss-kappa"),
    "conger_kappa": (_("Conger’s κ"), "conger-kappa"),
    "brennan_prediger": ("Brennan-Prediger", "brennan-prediger"),
    "cohen_kappa": (_("Cohen’s κ"), "cohen-kappa"),
    "cohen_kappa_linear": (_("Cohen’s κ, linear weights"), "cohen-kappa"),
    "cohen_kappa_quadratic": (_("Cohen’s κ, quadratic weights (QWK)"), "cohen-kappa"),
    "icc_1_1": ("ICC(1,1)", "icc"),
    "icc_a_1": ("ICC(A,1)", "icc"),
    "icc_c_1": ("ICC(C,1)", "icc"),
    "icc_1_k": ("ICC(1,k)", "icc"),
    "icc_a_k": ("ICC(A,k)", "icc"),
    "icc_c_k": ("ICC(C,k)", "icc"),
    "sem_consistency": (_("Standard error of measurement"), "sem"),
    "kendall_w": (_("Kendall’s W"), "kendall-w"),
}


@dataclass(frozen=True)
class SuiteRow:
    """`words` say how it was made, or why it or its interval is undefined."""

    title: str | Promise
    note: str
    found: Coefficient
    words: str


def suite(table: RatingTable, key: str) -> list[SuiteRow]:
    options = Options(table.level_of(key), within=NEAR if key == COMPOSITE else None)
    long = table.long(key)
    return [_row(METHODS[name](long, options), *named) for name, named in NAMES.items()]


def _row(found: Coefficient, title: str | Promise, note: str) -> SuiteRow:
    why = reason_text(found.reason or found.caution)
    return SuiteRow(title, note, found, why or method_text(found.method))
