"""Metrics of a file: one row an item, its columns the two sides."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from annotations.formats.aliases import SIMPLIFIED
from annotations.formats.columns import Role, role_of
from annotations.formats.opening import open_table
from annotations.formats.problems import BadFile, Row, shown
from annotations.formats.values import number_of
from annotations.formats.written_numbers import is_missing
from grading.methods import metrics_domain as domain
from grading.methods.metrics_value import MetricValue
from grading.metrics import CATALOGUE, MetricEntry, OutputKind, compute, named

PREDICTIONS = (
    "prediction", "predictions", "predicted", "pred", "output", "response", "answer", "returns",
    "score", "seconds", "latency", "预测", "输出", "作答", "机器评分", "回复", "收益率", "耗时",
)  # fmt: skip
RESPONSES = ("answer", "response", "text", "output", "作答", "回答", "答案", "回复")
REFERENCES = (
    "reference", "references", "label", "labels", "gold", "target", "expected", "relevance",
    "参考答案", "标签", "标准答案", "真实", "人工评分", "相关度",
)  # fmt: skip
MORE: dict[str, tuple[str, tuple[str, ...]]] = {
    "queries": ("query", ("query", "query_id", "qid", "question", "查询", "题号")),
    "questions": ("question", ("question", "prompt", "query", "问题", "题目", "题干")),
    "contexts": ("context", ("contexts", "context", "passages", "retrieved", "检索", "片段", "材料")),
    "judged": ("judge", ("judge", "judged", "评判", "裁判")),
    "groups": ("group", ("group", "class", "school", "gender", "组", "分组", "班级", "学校", "性别")),
    "clusters": ("cluster", ()),
}
"""What metrics read beside the two sides → its name in `Columns`, and how it is usually called."""
BY_ROLE = {
    "--prediction": Role.ANSWER, "--reference": Role.REFERENCE, "--question": Role.QUESTION,
    "--context": Role.CONTEXT,
}  # fmt: skip
OPTIONAL = ("clusters",)


@dataclass(frozen=True)
class Columns:
    """Names of columns; "" where they shall be found by their usual names."""

    prediction: str = ""
    reference: str = ""
    query: str = ""
    question: str = ""
    context: str = ""
    judge: str = ""
    group: str = ""
    cluster: str = ""


@dataclass(frozen=True)
class FileMetrics:
    """What was found; `columns` are those that were used ("" where none was needed). `empty`: column → rows in which it
    says nothing, which metrics of marks and labels leave out."""

    columns: Columns
    rows: int
    values: dict[str, MetricValue]
    empty: dict[str, int]


DOMAIN: dict[str, Callable[..., MetricValue]] = {
    "sharpe_ratio": domain.sharpe_ratio,
    "iou": domain.mean_iou,
    "box_map": domain.box_map,
}
"""Metrics of single trades, which are computed from files only."""

NAMES = (*CATALOGUE, *DOMAIN)
SEVERAL = gettext_noop("There are several references in one entry; metrics compare with one. Keep one of them.")
TEXTS = {OutputKind.TEXT, OutputKind.LABELS, OutputKind.RETRIEVED, OutputKind.OPEN}
PAIRED = {OutputKind.MARK, OutputKind.LABEL}
OF_TEXTS = TEXTS - {OutputKind.LABELS}
WITHOUT_REFERENCE = ("sharpe_ratio", "box_map")


def metrics_file(
    *, path: Path, names: Sequence[str], columns: Columns, options: dict[str, Any]
) -> FileMetrics:
    """Every metric of `names` over the rows of a CSV, TSV, XLSX or JSON file.

    Raises:
        OSError: the file cannot be opened. BadFile: it cannot be read, a column is missing or a
            cell is no box. MetricProblem: there is no metric of that name, or its model is missing.
    """
    known, rows = table_of(path)
    used = _columns(known, names, columns, options)
    values = {name: _value(name, rows, used, options) for name in names}
    return FileMetrics(used, len(rows), values, _empty(rows, used, names))


def table_of(path: Path) -> tuple[Sequence[str], list[Row]]:
    """Columns and rows of a file. Raises OSError; BadFile also for a single line."""
    with path.open("rb") as file:
        table = open_table(file)
        return table.columns, [_row(entry) for entry in table.rows()]


def _row(entry: Any) -> Row:
    if not isinstance(entry, Row):
        raise BadFile(entry.message, entry.line, **entry.params)
    return entry


def _columns(
    known: Sequence[str], names: Sequence[str], asked: Columns, options: dict[str, Any]
) -> Columns:
    entries = [named(name) for name in names if name not in DOMAIN]
    of_texts = len(entries) == len(names) and all(OF_TEXTS & set(entry.kinds) for entry in entries)
    found = {}
    if any(name != "box_map" for name in names):
        usual = _usual_texts(known, "--prediction") if of_texts else ()
        found["prediction"] = column_named(known, asked.prediction, usual or PREDICTIONS, "--prediction")
    if any(e.has_reference for e in entries) or set(names) & set(DOMAIN) - set(WITHOUT_REFERENCE):
        usual = _usual_texts(known, "--reference") if of_texts else ()
        found["reference"] = column_named(known, asked.reference, usual or REFERENCES, "--reference")
    for column in dict.fromkeys(c for entry in entries for c in _wanted(entry, options)):
        field, usual = MORE[column]
        if getattr(asked, field) or column not in OPTIONAL:
            found[field] = column_named(known, getattr(asked, field), usual, f"--{field}")
    return Columns(**found)


def _empty(rows: list[Row], columns: Columns, names: Sequence[str]) -> dict[str, int]:
    if not any(PAIRED & set(named(name).kinds) for name in names if name not in DOMAIN):
        return {}
    sides = filter(None, (columns.prediction, columns.reference))
    counts = {side: sum(is_missing(row.values.get(side, "")) for row in rows) for side in sides}
    return {side: count for side, count in counts.items() if count}


def _usual_texts(known: Sequence[str], option: str) -> list[str]:
    """The columns that an import of items takes for answers (or references): no score and no label."""
    found = [name for name in known if role_of(name) is BY_ROLE[option]]
    return [name.strip().lower().translate(SIMPLIFIED) for name in found]


def _wanted(entry: MetricEntry, options: dict[str, Any]) -> list[str]:
    """Which columns it will read: answers from passages go by the judge or by the texts."""
    if "way" not in entry.options:
        return list(entry.columns)
    if options.get("way") == "judge":
        return ["judged"]
    return ["questions" if entry.name == "answer_relevance" else "contexts"]


def column_named(known: Sequence[str], asked: str, usual: Sequence[str], option: str) -> str:
    """The column that was asked for, else the only one with a usual name, here or in files of items."""
    if asked in known:
        return asked
    everything = ", ".join(shown(name) for name in known)
    if asked:
        message = gettext_noop("There is no column “%(column)s”. There are: %(known)s.")
        raise BadFile(message, column=shown(asked), known=everything)
    found = [name for name in known if name.strip().lower().translate(SIMPLIFIED) in usual]
    found = found or [name for name in known if role_of(name) is BY_ROLE.get(option)]
    if len(found) == 1:
        return found[0]
    message = gettext_noop("Say with %(option)s which column it is. There are: %(known)s.")
    raise BadFile(message, option=option, known=everything)


def _value(name: str, rows: list[Row], columns: Columns, options: dict[str, Any]) -> MetricValue:
    if name == "box_map":
        return domain.box_map(*_boxes_of(rows))
    said = [row.values.get(columns.prediction, "") for row in rows]
    if name == "sharpe_ratio":
        known = {key: options[key] for key in ("risk_free", "periods") if key in options}
        return domain.sharpe_ratio([_number(text) for text in said], **known)
    wanted = [row.values.get(columns.reference, "") for row in rows]
    if name not in DOMAIN and OutputKind.LABELS not in named(name).kinds:
        wanted = [_one_text(row, text) for row, text in zip(rows, wanted, strict=True)]
    if name == "iou":
        pairs = [(_box(row, columns.prediction), _box(row, columns.reference)) for row in rows]
        return domain.mean_iou([p for p, _r in pairs], [r for _p, r in pairs])
    if TEXTS & set(named(name).kinds):  # an empty output is an output
        predictions: list[Any] = list(said)
        references: list[Any] = [text or None for text in wanted]
    else:
        predictions, references = [_number(t) for t in said], [_number(t) for t in wanted]
    return compute(name, predictions, references, **{**options, **_more(rows, columns)})


def _one_text(row: Row, text: str) -> str:
    """A JSON list with one reference is that one. Raises BadFile where there are several."""
    if not text.startswith('["'):
        return text
    try:
        listed = json.loads(text)
    except ValueError:
        return text
    if len(listed) != 1:
        raise BadFile(SEVERAL, row.line)
    return str(listed[0])


def _more(rows: list[Row], columns: Columns) -> dict[str, list[Any]]:
    """Values of the columns beside the two sides; a judge's are numbers."""
    found: dict[str, list[Any]] = {}
    for name, (field, _usual) in MORE.items():
        if column := getattr(columns, field):
            cells = [row.values.get(column, "") for row in rows]
            found[name] = [_number(cell) for cell in cells] if name == "judged" else cells
    return found


def _number(text: str) -> float | str | None:
    """A number where the cell is one, None where nothing is there, else the text."""
    if is_missing(text.strip()):
        return None
    try:
        return number_of(text)
    except ValueError:
        return text


def _boxes_of(rows: list[Row]) -> tuple[list[domain.Found], list[domain.Wanted]]:
    """Columns image, class, box and confidence; a row without a confidence is a wanted box."""
    found: list[domain.Found] = []
    wanted: list[domain.Wanted] = []
    for row in rows:
        image, name = row.values.get("image", ""), row.values.get("class", "")
        confidence = _number(row.values.get("confidence", ""))
        if confidence is None:
            wanted.append((image, name, _box(row, "box")))
        elif isinstance(confidence, float):
            found.append((image, name, confidence, _box(row, "box")))
        else:
            message = gettext_noop("“%(column)s” is “%(value)s”, which is no number.")
            raise BadFile(message, row.line, column="confidence", value=shown(confidence))
    return found, wanted


def _box(row: Row, column: str) -> domain.Box:
    """A box written as [left, top, right, bottom], the brackets left out or not."""
    text = row.values.get(column, "")
    try:
        left, top, right, bottom = map(float, json.loads(f"[{text.strip().strip('[]()')}]"))
    except (ValueError, TypeError):
        message = gettext_noop(
            "“%(column)s” is “%(value)s”; a box is four numbers: left, top, right, bottom."
        )
        raise BadFile(message, row.line, column=shown(column), value=shown(text)) from None
    return left, top, right, bottom
