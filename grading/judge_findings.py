"""What a run of a judge showed of the judge: beside people, and swayed by chance, order and length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from annotations.models import Item
from annotations.models.rating_table import rating_table
from grading import judge_sentences as words
from grading.judge_figures import order_figure, pairs_figure
from grading.methods.judge_bias import length_effect, order_of, rank_correlation, shift_of
from grading.models import JudgeAnswer, JudgeRun
from grading.reports.blocks import Figure

Kind = JudgeAnswer.Kind
CHUNK = 2_000


@dataclass(frozen=True)
class Finding:
    """One thing about the judge in a `sentence`, which is the caption of its figure as well; `key` is the
    name by which commands tell it."""

    key: str
    sentence: str
    figure: Figure


def findings_of(run: JudgeRun) -> list[Finding]:
    """Those there is anything to say of; scores are composites in [0, 1]."""
    plain = _composites(run, Kind.PLAIN)
    found = [_beside_people(run, plain), _again(run, plain), _padded(run, plain), _order(run)]
    return [finding for finding in found if finding is not None]


def _beside_people(run: JudgeRun, plain: dict[int, float]) -> Finding | None:
    ids, people, judge = _both(people_of(run), plain)
    if not ids:
        return None
    more = np.subtract(judge, people)
    sentence = words.beside_people(
        shift_of(people, judge), rank_correlation(people, judge), length_effect(more, _lengths(ids))
    )
    axes = _("People’s score"), _("Judge’s score")
    figure = pairs_figure(_("Beside people"), sentence, people, judge, *axes)
    return Finding("people", sentence, figure)


def _again(run: JudgeRun, plain: dict[int, float]) -> Finding | None:
    ids, first, second = _both(plain, _composites(run, Kind.AGAIN))
    if not ids:
        return None
    sentence = words.again(shift_of(first, second))
    axes = _("At first"), _("Again")
    figure = pairs_figure(_("Asked the same again"), sentence, first, second, *axes)
    return Finding("again", sentence, figure)


def _padded(run: JudgeRun, plain: dict[int, float]) -> Finding | None:
    ids, before, after = _both(plain, _composites(run, Kind.PADDED))
    if not ids:
        return None
    sentence = words.padded(shift_of(before, after))
    axes = _("As it is"), _("Padded")
    figure = pairs_figure(_("Padded with idle words"), sentence, before, after, *axes)
    return Finding("padded", sentence, figure)


def _order(run: JudgeRun) -> Finding | None:
    rows = run.pairs.filter(problem="").values_list("preferred", "preferred_swapped")
    found = order_of(list(rows))
    if not found.n:
        return None
    sentence = words.order(found)
    return Finding("order", sentence, order_figure(_("Order of two responses"), sentence, found))


def people_of(run: JudgeRun) -> dict[int, float]:
    """Item → the mean composite of its counted ratings; where nobody rated, its past mark ÷ full mark."""
    items = Item.objects.filter(
        dataset=run.campaign.dataset_id, reference_mark__isnull=False, question__full_mark__gt=0
    )
    marked = items.order_by().values_list("pk", "reference_mark", "question__full_mark")
    found = {pk: mark / float(full) for pk, mark, full in marked if mark is not None and full}
    table = rating_table(run.campaign, with_criteria=False)
    known = np.isfinite(table.composite)
    ids, place = np.unique(table.item[known], return_inverse=True)
    sums = np.bincount(place, weights=table.composite[known], minlength=len(ids))
    counts = np.bincount(place, minlength=len(ids))
    return found | dict(zip(ids.tolist(), (sums / counts).tolist(), strict=True))


def _composites(run: JudgeRun, kind: str) -> dict[int, float]:
    rows = run.answers.filter(kind=kind, composite__isnull=False)
    pairs = rows.values_list("item", "composite")
    return {pk: composite for pk, composite in pairs if composite is not None}


def _both(
    one: dict[int, float], two: dict[int, float]
) -> tuple[list[int], list[float], list[float]]:
    """The items that both have, and the values of either."""
    ids = sorted(one.keys() & two.keys())
    return ids, [one[pk] for pk in ids], [two[pk] for pk in ids]


def _lengths(ids: Sequence[int]) -> list[int]:
    """Characters of each response."""
    found: dict[int, int] = {}
    for start in range(0, len(ids), CHUNK):
        some = Item.objects.filter(pk__in=ids[start : start + CHUNK]).order_by()
        found.update(some.annotate(characters=Length("text")).values_list("pk", "characters"))
    return [found[pk] for pk in ids]
