"""Error analysis: the worst disagreements with their texts, and where they gather."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from annotations.models import Item
from grading.reports.blocks import Cell, Column, Section, Table, link
from grading.reports.data import DrawnItem, ReportData
from grading.reports.sections.machine import mark_pairs
from grading.reports.words import group_words

WORST, TEXT_SHOWN, MOST_GROUPS = 20, 600, 20


class Miss(NamedTuple):
    """How far apart two views of an item are. `size` in [0, 1] ranks them.

    `left`, `right`: machine and human mark (grading), lowest and highest composite (evaluation).
    """

    item: DrawnItem
    candidate: str
    left: float
    right: float
    size: float


def section(data: ReportData) -> Section:
    title = _("Error analysis")
    misses = misses_of(data)
    if not misses:
        missing = _("This needs items rated twice, or rated items with machine marks.")
        return Section("errors", title, missing=missing)
    blocks = [worst_table(data, misses), *breakdowns(data, misses)]
    return Section("errors", title, _lede(data), blocks)


def _lede(data: ReportData) -> str:
    if data.is_grading:
        return _("Where the machine's mark and the human mark are furthest apart, by full marks.")
    return _("Where the raters are furthest apart about the same response.")


def misses_of(data: ReportData) -> list[Miss]:
    """One a candidate and item (grading), one an item rated twice (evaluation)."""
    return list(_of_marks(data)) if data.is_grading else list(_of_ratings(data))


def _of_marks(data: ReportData) -> Iterable[Miss]:
    for name in data.candidates:
        for pk, (machine, human) in mark_pairs(data, name).items():
            full = data.full_mark(pk) or 1.0
            yield Miss(data.items[pk], name, machine, human, abs(machine - human) / full)


def _of_ratings(data: ReportData) -> Iterable[Miss]:
    ranges: dict[int, tuple[float, float, int]] = {}
    for pk, value in zip(data.table.item.tolist(), data.table.composite.tolist(), strict=True):
        if value == value:  # not NaN: the rater could judge it
            low, high, n = ranges.get(pk, (value, value, 0))
            ranges[pk] = (min(low, value), max(high, value), n + 1)
    for pk, (low, high, n) in ranges.items():
        if n > 1 and pk in data.items:
            item = data.items[pk]
            yield Miss(item, item.source, low, high, high - low)


def worst_table(data: ReportData, misses: list[Miss]) -> Table:
    ranked = sorted(misses, key=lambda m: (-m.size, m.item.key, m.candidate))
    worst = [m for m in ranked[:WORST] if m.size > 0]
    texts = dict(
        Item.objects.filter(pk__in={m.item.pk for m in worst}).values_list("pk", "text")
    )
    rows = [_row(data, m, texts.get(m.item.pk, "")) for m in worst]
    title = _("Worst disagreements")
    return Table("worst", title, _head(data), rows, "" if rows else _("None: everything agrees."))


def _head(data: ReportData) -> list[Column]:
    kind, ends = ("mark", (_("Machine"), _("Human"))) if data.is_grading else (
        "hundred", (_("Lowest"), _("Highest"))
    )  # fmt: skip
    return [
        Column("item", _("Item")),
        Column("question", _("Question")),
        Column("candidate", _("Candidate")),
        Column("left", ends[0], kind, 1),
        Column("right", ends[1], kind, 1),
        Column("text", _("Response"), "long"),
    ]


def _row(data: ReportData, miss: Miss, text: str) -> list[str | float | None]:
    item = miss.item
    shortened = text if len(text) <= TEXT_SHOWN else text[:TEXT_SHOWN] + "…"
    question = data.questions.get(item.question)
    href = f"/campaigns/{data.campaign.slug}/items/{item.campaign_item}/"
    return [
        link(item.key, href), question.key if question else "", miss.candidate,
        miss.left, miss.right, shortened,
    ]  # fmt: skip


def breakdowns(data: ReportData, misses: list[Miss]) -> list[Table]:
    """By question, by every group key, by length of the response."""
    keys = sorted({key for m in misses for key in m.item.groups})
    tables = [_table(data, "by_question", _("By question"), misses, _question_of(data))]
    for key in keys[:4]:
        title = _("By %(group)s") % {"group": group_words(key)}
        tables.append(_table(data, f"by_{key}", title, misses, _group_of(key)))
    tables.append(_table(data, "by_length", _("By length of the response"), misses, _length(misses)))
    return [table for table in tables if len(table.rows) > 1]


Grouping = Callable[[Miss], str | None]


def _group_of(key: str) -> Grouping:
    return lambda m: m.item.groups.get(key)


def _question_of(data: ReportData) -> Grouping:
    return lambda m: data.questions[m.item.question].key if m.item.question in data.questions else None


def _length(misses: list[Miss]) -> Grouping:
    """Quarters of the lengths, named by their ends in characters."""
    lengths = sorted(m.item.length for m in misses)
    cuts = sorted({lengths[len(lengths) * quarter // 4] for quarter in (1, 2, 3)})
    starts, ends = [0, *cuts], [*(cut - 1 for cut in cuts), lengths[-1]]
    words = _("%(low)s–%(high)s characters")
    names = [words % {"low": a, "high": b} for a, b in zip(starts, ends, strict=True)]
    return lambda m: names[bisect_right(cuts, m.item.length)]


def _table(
    data: ReportData, key: str, title: str, misses: list[Miss], group: Grouping
) -> Table:
    found: dict[str, list[Miss]] = {}
    for miss in misses:
        name = group(miss)
        if name is not None:
            found.setdefault(str(name), []).append(miss)
    ranked = sorted(found.items(), key=lambda pair: -_mean_size(pair[1]))[:MOST_GROUPS]
    rows: list[list[Cell]] = [[n, len(mine), *_figures(data, mine)] for n, mine in ranked]
    return Table(key, title, _group_head(data, title), rows)


def _mean_size(misses: list[Miss]) -> float:
    return sum(m.size for m in misses) / len(misses)


def _group_head(data: ReportData, title: str) -> list[Column]:
    head = [Column("group", title), Column("pairs", _("Compared"), "count")]
    if data.is_grading:
        return [
            *head,
            Column("right", _("Marks that are right"), "share"),
            Column("error", _("Mean error, marks"), "number", 2),
            Column("bias", _("Machine less human"), "number", 2),
        ]
    return [*head, Column("error", _("Mean spread, 0–100"), "hundred")]


def _figures(data: ReportData, misses: list[Miss]) -> list[float]:
    if not data.is_grading:
        return [_mean_size(misses)]
    errors = [m.left - m.right for m in misses]
    right = sum(abs(e) <= data.tolerance + 1e-9 for e in errors) / len(errors)
    return [right, sum(map(abs, errors)) / len(errors), sum(errors) / len(errors)]
