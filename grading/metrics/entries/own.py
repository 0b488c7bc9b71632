"""Metrics of one's own: Python files in the folder of metrics, and modules of the Hub that are allowed.

A file holds `score(prediction, reference)` (a number for one item, None where it has none),
`compute(predictions, references)` (a number in total), both, or an `evaluate.Metric`. What it is for
stands in its docstring and in constants, which are read without running it:

    \"\"\"Politeness

    Share of replies that thank.\"\"\"
    KINDS = ("open",)
    IS_HIGHER_BETTER = True
    HAS_REFERENCE = False
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from grading.methods.metrics_value import MetricProblem
from grading.metrics.entries import own_code
from grading.metrics.entries.folder import metrics_folder
from grading.metrics.entries.kinds import MetricEntry, OutputKind

OWN, HUB = "own:", "hub:"
LONGEST = 50  # of a file's name, which a result keeps


@dataclass(frozen=True)
class OwnMetrics:
    """What lies in the folder: the metrics, and a problem for each file that cannot be read."""

    entries: tuple[MetricEntry, ...]
    problems: tuple[MetricProblem, ...]


def own_metrics() -> OwnMetrics:
    """Everything of one's own; no file is run for it."""
    entries, problems = [], []
    for file in _files():
        try:
            entries.append(_described(file))
        except MetricProblem as problem:
            problems.append(problem)
    return OwnMetrics((*entries, *map(_from_hub, _allowed())), tuple(problems))


def own_entry(name: str) -> MetricEntry:
    """The entry of "own:NAME" or "hub:NAME".

    Raises:
        MetricProblem: there is no such file, it cannot be read, or the Hub's is not allowed.
    """
    if name.startswith(HUB):
        if name.removeprefix(HUB) not in _allowed():
            raise MetricProblem("hub_off", name.removeprefix(HUB))
        return _from_hub(name.removeprefix(HUB))
    for file in _files():
        if file.stem == name.removeprefix(OWN):
            return _described(file)
    raise MetricProblem("unknown_metric", name)


def _files() -> Iterator[Path]:
    folder = metrics_folder()
    if folder and folder.is_dir():
        yield from (f for f in sorted(folder.glob("*.py")) if not f.name.startswith("_") and len(f.stem) <= LONGEST)


def _allowed() -> list[str]:
    return list(settings.HUB_METRICS) if settings.configured else []


def _described(file: Path) -> MetricEntry:
    tree = _tree(file)
    title, _blank, use = (ast.get_docstring(tree) or file.stem).partition("\n")
    said = _constants(tree)
    kinds = tuple(OutputKind(kind) for kind in said.get("KINDS", ("text",)) if kind in list(OutputKind))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    has_items = "score" in names
    return MetricEntry(
        f"{OWN}{file.stem}", title.strip().rstrip("."), kinds, " ".join(use.split()), None, None,
        bool(said.get("IS_HIGHER_BETTER", True)), own_code.total_of(file),
        own_code.each_of(file) if has_items else None,
        is_default=False, is_mean=has_items and "compute" not in names,
        has_reference=bool(said.get("HAS_REFERENCE", True)),
    )  # fmt: skip


def _tree(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_bytes(), file.name)
    except SyntaxError as error:
        raise MetricProblem("broken_module", f"{file.name}:{error.lineno}: {error.msg}") from None
    except (OSError, ValueError) as error:
        raise MetricProblem("broken_module", f"{file.name}: {type(error).__name__}") from None


def _constants(tree: ast.Module) -> dict[str, Any]:
    """NAME = value, where the value is plain."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found


def _from_hub(name: str) -> MetricEntry:
    kinds = (OutputKind.TEXT, OutputKind.LABEL, OutputKind.MARK)
    return MetricEntry(
        f"{HUB}{name}", name, kinds, "", None, None, True, own_code.hub_total(name), None, is_default=False
    )
