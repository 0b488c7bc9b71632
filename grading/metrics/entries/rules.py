"""The lists of rules that safety goes by: the ones shipped here, or one's own of the same name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from grading.methods.metrics_safety import Rule, rules_of
from grading.methods.metrics_value import MetricProblem
from grading.metrics.entries.folder import metrics_folder

SHIPPED = Path(__file__).parents[1] / "rules"
LANGUAGES = ("zh", "en")


def rules(kind: str, path: str = "") -> tuple[Rule, ...]:
    """The rules of `kind`, "unsafe" or "refusals", in both languages: outputs mix them.

    Args:
        path: a file to go by instead.
    Raises:
        MetricProblem: "no_rules", the file cannot be read; "broken_rule", it holds a bad expression.
    """
    files = [Path(path)] if path else [_file(f"{kind}.{language}.txt") for language in LANGUAGES]
    return tuple(rule for file in files for rule in _read(file))


def _file(name: str) -> Path:
    folder = metrics_folder()
    own = folder / "rules" / name if folder else SHIPPED / name
    return own if own.is_file() else SHIPPED / name


def _read(file: Path) -> tuple[Rule, ...]:
    try:
        return _parsed(file.read_text(encoding="utf-8-sig"), file.name)
    except (OSError, UnicodeDecodeError):
        raise MetricProblem("no_rules", file.name) from None


_parsed = lru_cache(maxsize=16)(rules_of)
