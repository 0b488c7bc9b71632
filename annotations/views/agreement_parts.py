"""The parts of the agreement page: rows of criteria, heat map, raters left out, questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from annotations.methods.chance_agreement import (
    adjacent_agreement,
    gwet_ac2_quadratic,
    percent_agreement,
)
from annotations.methods.coefficient import Coefficient, Floats, Level
from annotations.methods.cohen_kappa import PairMatrix, mean_kappa_value, pair_matrix
from annotations.methods.krippendorff_alpha import krippendorff_alpha
from annotations.methods.leave_one_rater_out import leave_one_rater_out
from annotations.methods.long_table import LongTable
from annotations.models import Campaign, Question
from annotations.models.rating_table import COMPOSITE, NEAR, RatingTable
from annotations.views.agreement_words import LEVEL_NAMES, coefficient_text, reliability

QWK = "cohen_kappa_quadratic"
SHADES = 6
MOST_QUESTIONS = 60
STANDS_OUT = 0.02


@dataclass(frozen=True)
class CriterionRow:
    """One line of the table of coefficients; `qwk` is the mean over pairs."""

    key: str
    name: str
    level: str | Promise
    items: int
    raters: int
    alpha: Coefficient
    exact: Coefficient
    adjacent: Coefficient
    ac2: Coefficient
    qwk: float | None
    badge: str
    word: str


@dataclass(frozen=True)
class HeatCell:
    """A pair of raters; `shade` 0 (no agreement) to 5 (full), "" where undefined."""

    value: str
    items: int
    shade: str


@dataclass(frozen=True)
class WithoutRow:
    """α without a rater, and how much that lifts it."""

    name: str
    ratings: int
    alpha: Coefficient
    change: float | None
    stands_out: bool


@dataclass(frozen=True)
class QuestionRow:
    key: str
    text: str
    items: int
    alpha: Coefficient
    exact: Coefficient
    badge: str
    word: str


def criterion_rows(table: RatingTable) -> list[CriterionRow]:
    """The composite first, then every criterion."""
    keys = [COMPOSITE, *table.criteria]
    return [_criterion_row(table, key) for key in keys]


def title_of(table: RatingTable, key: str) -> str:
    return _("Composite") if key == COMPOSITE else table.criteria[key].name


def _criterion_row(table: RatingTable, key: str) -> CriterionRow:
    long, level = table.long(key), table.level_of(key)
    alpha = krippendorff_alpha(long, level)
    within = NEAR if key == COMPOSITE else None
    badge, word = reliability(alpha)
    return CriterionRow(
        key=key,
        name=title_of(table, key),
        level=LEVEL_NAMES[level],
        items=long.item_count,
        raters=long.rater_count,
        alpha=alpha,
        exact=percent_agreement(long),
        adjacent=adjacent_agreement(long, within),
        ac2=gwet_ac2_quadratic(long),
        qwk=mean_kappa_value(pair_matrix(long), QWK),
        badge=badge,
        word=word,
    )


def heat_map(long: LongTable, names: Mapping[int, str]) -> dict[str, Any]:
    """Rows of raters × raters with QWK (of names plain κ), raters by name; the diagonal is None."""
    order = sorted(range(long.rater_count), key=lambda i: names[int(long.rater_labels[i])])
    labels = [names[int(long.rater_labels[i])] for i in order]
    matrix = pair_matrix(long)
    kappa = matrix.kappa[QWK if long.has_distances else "cohen_kappa"]
    place = {(a, b): i for i, (a, b) in enumerate(zip(matrix.first, matrix.second, strict=True))}
    rows = [
        (label, [_cell(matrix, kappa, place.get((min(i, j), max(i, j)))) for j in order])
        for label, i in zip(labels, order, strict=True)
    ]
    return {"labels": labels, "rows": rows, "is_weighted": long.has_distances}


def _cell(matrix: PairMatrix, kappa: Floats, place: int | None) -> HeatCell | None:
    if place is None:
        return None
    value = float(kappa[place])
    if not np.isfinite(value):
        return HeatCell("–", int(matrix.items[place]), "")
    shade = min(SHADES - 1, max(0, int(value * SHADES)))
    return HeatCell(coefficient_text(value), int(matrix.items[place]), str(shade))


def without_rows(
    long: LongTable, level: Level, alpha: Coefficient, names: Mapping[int, str]
) -> list[WithoutRow]:
    """Raters, the one whose removal lifts α most first."""
    loads = np.bincount(long.rater, minlength=long.rater_count)
    rows = [
        _without_row(names[int(label)], int(load), left, alpha)
        for label, load, left in zip(
            long.rater_labels, loads, leave_one_rater_out(long, level), strict=False
        )
    ]
    return sorted(rows, key=lambda row: (row.change is None, -(row.change or 0), row.name))


def _without_row(name: str, load: int, left: Coefficient, alpha: Coefficient) -> WithoutRow:
    change = None if left.value is None or alpha.value is None else left.value - alpha.value
    return WithoutRow(name, load, left, change, change is not None and change >= STANDS_OUT)


def question_rows(campaign: Campaign, table: RatingTable) -> list[QuestionRow]:
    """Agreement on the composite by question, in grading, where there are a few questions."""
    ids = np.unique(table.question)
    if campaign.kind != Campaign.Kind.GRADING or not 2 <= len(ids) <= MOST_QUESTIONS:
        return []
    questions = Question.objects.filter(pk__in=ids.tolist())
    return [_question_row(question, table) for question in questions]


def _question_row(question: Question, table: RatingTable) -> QuestionRow:
    long = table.where(table.question == question.pk).long(COMPOSITE)
    alpha = krippendorff_alpha(long, "interval")
    badge, word = reliability(alpha)
    return QuestionRow(
        question.key, question.text, long.item_count, alpha, percent_agreement(long), badge, word
    )
