"""Running the code of metrics of one's own; only workers and commands come here."""

from __future__ import annotations

import importlib.util
import stat
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import Any

from grading.methods import metrics_mean
from grading.methods.metrics_value import MetricProblem, MetricValue, as_number, paired
from grading.metrics.entries.kinds import EachItem, Total


def total_of(file: Path) -> Total:
    """`compute` of the file, else the mean of its `score`, else its `evaluate.Metric`."""

    def total(p: Sequence[Any], r: Sequence[Any]) -> MetricValue:
        module = _module(file)
        if hasattr(module, "score") and not hasattr(module, "compute"):
            return metrics_mean.mean(each_of(file)(p, r))
        _kept, left, right = paired(p, r)
        if not left:
            return MetricValue(None, 0, "no_pairs")
        with _told(file):
            run = getattr(module, "compute", None) or _evaluate(str(file))
            found = run(predictions=left, references=right)
        return _value(found, file.stem, len(left))

    return total


def each_of(file: Path) -> EachItem:
    def each(p: Sequence[Any], r: Sequence[Any]) -> list[float | None]:
        score = _module(file).score
        kept, left, right = paired(p, r)
        values: list[float | None] = [None] * len(p)
        with _told(file):
            for i, one, other in zip(kept, left, right, strict=True):
                values[i] = as_number(score(one, other))
        return values

    return each


def hub_total(name: str) -> Total:
    """A module of the Hub. Whether it is allowed was asked before."""

    def total(p: Sequence[Any], r: Sequence[Any]) -> MetricValue:
        _kept, left, right = paired(p, r)
        if not left:
            return MetricValue(None, 0, "no_pairs")
        try:
            found = _evaluate(name)(predictions=left, references=right)
        except Exception:  # a network and foreign code fail in every way
            raise MetricProblem("hub_failed", name) from None
        return _value(found, name.rpartition("/")[2], len(left))

    return total


def _evaluate(name: str) -> Callable[..., Any]:
    import evaluate  # seconds to import: only when needed

    compute: Callable[..., Any] = evaluate.load(name).compute
    return compute


def _value(found: Any, name: str, n: int) -> MetricValue:
    """The number; of a dict the one under the metric's name, or its only one."""
    numbers = {k: float(v) for k, v in found.items() if isinstance(v, Real)} if isinstance(found, dict) else {}
    if isinstance(found, Real):
        numbers = {name: float(found)}
    only = next(iter(numbers.values())) if len(numbers) == 1 else None
    value = as_number(numbers.get(name, only))
    detail = {key: as_number(number) for key, number in numbers.items()}
    return MetricValue(value, n, "" if value is not None else "too_few", detail)


def _module(file: Path) -> ModuleType:
    """The file, run once as long as it does not change."""
    state = file.stat()
    if state.st_mode & stat.S_IWOTH:
        raise MetricProblem("writable_module", file.name)
    return _run(file, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _run(file: Path, _changed: int) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"concord_metric_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with _told(file):
        spec.loader.exec_module(module)
    return module


@contextmanager
def _told(file: Path) -> Iterator[None]:
    """Whatever goes wrong in the file is said with the file and the line."""
    try:
        yield
    except MetricProblem:
        raise
    except Exception as error:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == file]
        place = f"{file.name}:{lines[-1]}" if lines else file.name
        raise MetricProblem("broken_module", f"{place}: {type(error).__name__}: {error}") from None
