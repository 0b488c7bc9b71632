"""Error analysis as tables and charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from annotations.models import Dataset, Item
from grading.error_data import Like, likes_of
from grading.methods import error_analysis as analysis
from grading.methods.error_analysis import MarkedAnswer, Slice
from grading.methods.metrics_labels import confusion_matrix
from grading.reports.blocks import Cell, Column, Figure, Table, link
from grading.reports.charts import intervals
from grading.reports.charts.intervals import Estimate
from grading.reports.charts.svg import number
from grading.reports.metric_tables import matrix_figure
from grading.reports.words import group_words

WORST, TEXT_SHOWN, MOST_PAIRS, MOST_KEYS, MOST_DRAWN = 20, 400, 15, 6, 12


def worst_table(dataset: Dataset, answers: Sequence[MarkedAnswer], tolerance: float) -> Table:
    """The largest errors with their texts, and a like answer that was marked rightly."""
    worst = analysis.largest(answers, tolerance)[:WORST]
    likes = likes_of(dataset, worst, answers, tolerance)
    items = Item.objects.filter(dataset=dataset).in_bulk([answer.key for answer in worst])
    columns = [
        Column("item", _("Item")),
        Column("question", _("Question")),
        Column("given", _("Given"), "mark"),
        Column("wanted", _("Deserved"), "mark"),
        Column("text", _("Response"), "long"),
        Column("like", _("A like answer, marked rightly")),
    ]
    rows = [_worst_row(items[a.key], a, likes.get(a.key)) for a in worst]
    if any(answer.confidence is not None for answer in worst):
        columns.insert(4, Column("confidence", _("Confidence of the scorer"), "number", 2))
        for row, answer in zip(rows, worst, strict=True):
            row.insert(4, answer.confidence)
    return Table("worst", _("Largest errors"), columns, rows)


def _worst_row(item: Item, answer: MarkedAnswer, like: Like | None) -> list[Cell]:
    text = item.text if len(item.text) <= TEXT_SHOWN else item.text[:TEXT_SHOWN] + "…"
    beside: Cell = None
    if like is not None:
        said = _("%(item)s, %(mark)s marks") % {"item": like.key, "mark": f"{like.mark:g}"}
        beside = link(said, _address(item.dataset_id, like.item))
    return [
        link(item.key, _address(item.dataset_id, item.pk)), answer.question, answer.given,
        answer.wanted, text, beside,
    ]  # fmt: skip


def _address(dataset: int, item: int) -> str:
    return f"/datasets/{dataset}/items/{item}/"


def confusion_blocks(answers: Sequence[MarkedAnswer], tolerance: float) -> list[Table | Figure]:
    """Which mark for which: the most frequent pairs, and the whole matrix where it is small."""
    pairs = analysis.confusions(answers, tolerance)[:MOST_PAIRS]
    columns = [
        Column("wanted", _("Deserved"), "mark"),
        Column("given", _("Given"), "mark"),
        Column("count", _("Answers"), "count"),
        Column("share", _("Of all that deserve it"), "share"),
    ]
    rows = [[p.wanted, p.given, p.count, p.share] for p in pairs]
    found = confusion_matrix([a.given for a in answers], [a.wanted for a in answers])
    blocks: list[Table | Figure] = [Table("pairs", _("Which mark is taken for which"), columns, rows)]
    if found.detail.get("labels"):
        blocks.append(matrix_figure(_("all answers"), found.detail, "confusion"))
    return blocks


def kind_figures(answers: Sequence[MarkedAnswer], tolerance: float) -> list[Figure]:
    """The share of wrong marks by question, deserved mark, length, confidence and group."""

    def named(title: str, name: Callable[[MarkedAnswer], str | None]) -> tuple[str, list[Slice]]:
        return title, analysis.by_name(answers, name, tolerance)

    keys = sorted({key for answer in answers for key in answer.groups})[:MOST_KEYS]
    found = [
        named(_("By question"), lambda a: a.question),
        (_("By deserved mark"), _in_order(analysis.by_name(answers, lambda a: f"{a.wanted:g}", tolerance))),
        (_("By length of the response"), analysis.by_range(answers, lambda a: float(a.length), tolerance)),
        (_("By confidence"), analysis.by_range(answers, lambda a: a.confidence, tolerance)),
        *(named(_("By %(group)s") % {"group": group_words(key)}, _group_of(key)) for key in keys),
    ]
    return [_figure(f"kind{i}", title, rows) for i, (title, rows) in enumerate(found) if len(rows) > 1]


def _group_of(key: str) -> Callable[[MarkedAnswer], str | None]:
    return lambda answer: answer.groups.get(key)


def _in_order(rows: list[Slice]) -> list[Slice]:
    return sorted(rows, key=lambda row: float(row.name))


def _figure(key: str, title: str, rows: list[Slice]) -> Figure:
    drawn = [Estimate(_name(row), row.wrong, row.wrong_low, row.wrong_high) for row in rows[:MOST_DRAWN]]
    columns = [
        Column("kind", title),
        Column("answers", _("Answers"), "count"),
        Column("wrong", _("Wrong marks"), "share"),
        Column("low", _("Lower end"), "share"),
        Column("high", _("Upper end"), "share"),
        Column("error", _("Mean error, marks"), "number", 2),
        Column("bias", _("Given less deserved"), "number", 2),
    ]
    cells = [[_name(r), r.n, r.wrong, r.wrong_low, r.wrong_high, r.error, r.bias] for r in rows]
    svg = intervals(drawn, title=title, low=0, high=1)
    return Figure(key, title, svg, Table(key, title, columns, cells), _("Share of wrong marks"))


def _name(row: Slice) -> str:
    if row.low is None or row.high is None:
        return row.name or "–"
    return number(row.low) if row.low == row.high else f"{number(row.low)}–{number(row.high)}"


def answers_table(dataset: Dataset, answers: Sequence[MarkedAnswer]) -> Table:
    """Every answer with its error, for a file."""
    keys = dict(Item.objects.filter(dataset=dataset).values_list("pk", "key"))
    groups = sorted({key for answer in answers for key in answer.groups})
    columns = [
        Column("item", _("Item")),
        Column("question", _("Question")),
        Column("given", _("Given"), "mark"),
        Column("wanted", _("Deserved"), "mark"),
        Column("error", _("Given less deserved"), "mark"),
        Column("length", _("Characters"), "count"),
        Column("confidence", _("Confidence of the scorer"), "number"),
        *(Column(f"group_{key}", group_words(key)) for key in groups),
    ]
    rows = [
        [keys[a.key], a.question, a.given, a.wanted, a.error, a.length, a.confidence,
         *(a.groups.get(key) for key in groups)]
        for a in answers
    ]  # fmt: skip
    return Table("answers", _("Errors"), columns, rows)
