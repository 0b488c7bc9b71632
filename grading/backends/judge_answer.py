"""Reading what a judge answered: JSON wherever it stands in the text, checked against the rubric."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from grading.backends.judge_prompt import PREFERENCES, Instruction
from grading.backends.storable import storable

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
MOST_CHARACTERS = 100_000
MOST_STARTS = 200  # braces tried as the beginning of the object
NEAR = 1e-9


class Unusable(ValueError):
    """The answer cannot be used; `code` says why, `values` what it is about."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = {name: storable(str(value))[:60] for name, value in values.items()}

    def complaint(self, instruction: Instruction) -> str:
        """What the judge is told, in the language of the rubric."""
        return instruction.words[self.code] % self.values


@dataclass(frozen=True)
class Judgement:
    """Scores and reasons by criterion key; a criterion that does not apply has no score."""

    scores: dict[str, float]
    reasons: dict[str, str]


def judgement_in(text: str, instruction: Instruction) -> Judgement:
    """The scores in an answer. Raises Unusable."""
    data = json_in(text)
    for wrapping in ("scores", "criteria"):  # some models put the object into another one
        if set(data) == {wrapping} and isinstance(data[wrapping], dict):
            data = data[wrapping]
    known = {criterion.key: criterion for criterion in instruction.criteria}
    if strange := [key for key in data if key not in known]:
        raise Unusable("unknown", key=strange[0])
    scores, reasons = {}, {}
    for key, criterion in known.items():
        entry = data.get(key)
        given = entry.get("score") if isinstance(entry, dict) else entry
        if isinstance(entry, dict) and isinstance(entry.get("reason"), str):
            reasons[key] = storable(entry["reason"].strip())
        if given is None:
            if criterion.is_required:
                raise Unusable("missing", key=key)
            continue
        scores[key] = _on_scale(key, given, [value for value, *_words in criterion.levels])
    return Judgement(scores, reasons)


def preference_in(text: str) -> str:
    """ "A", "B" or "tie". Raises Unusable."""
    better = json_in(text).get("better")
    names = {name.lower(): name for name in PREFERENCES}
    if not isinstance(better, str) or better.strip().lower() not in names:
        raise Unusable("no_preference")
    return names[better.strip().lower()]


def json_in(text: str) -> dict[str, Any]:
    """The last JSON object in a text: alone, in a code fence, or after words; a thought that was cut off is no
    answer. Raises Unusable."""
    text = _THOUGHTS.sub("", text)[-MOST_CHARACTERS:]
    decoder, found, at = json.JSONDecoder(), None, text.find("{")
    for _start in range(MOST_STARTS):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(text, at)
            found = value if isinstance(value, dict) else found
        except (ValueError, RecursionError):
            end = at + 1
        at = text.find("{", end)
    if found is None:
        raise Unusable("no_json")
    return found


def _on_scale(key: str, given: Any, values: list[float]) -> float:
    """A number, or a number written as text. Raises Unusable."""
    try:
        number = float(given) if not isinstance(given, bool) else float("nan")
    except (TypeError, ValueError):
        number = float("nan")
    for value in values:
        if abs(number - value) < NEAR:
            return value
    raise Unusable("not_on_scale", key=key, value=given)
