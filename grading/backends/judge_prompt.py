"""What an LLM judge is asked: the rubric as its instruction, one response, and the form of its answer.

The words are in the rubric's language. Changing anything here changes what judges answer: raise
PROMPT_VERSION, which stands in the name of the scorer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from annotations.methods.scales import number_text
from grading.backends.endpoint import Messages
from grading.backends.judge_words import WORDS

PROMPT_VERSION = 2
PREFERENCES = ("A", "B", "tie")
FENCE = 3


@dataclass(frozen=True)
class JudgedCriterion:
    """`levels` are (value, label, descriptor) of everything that can be given."""

    key: str
    name: str
    description: str
    levels: tuple[tuple[float, str, str], ...]
    is_required: bool = True


@dataclass(frozen=True)
class Instruction:
    """A rubric as a judge reads it; `language` is "zh" or "other"."""

    language: str
    guidelines: str
    criteria: tuple[JudgedCriterion, ...]

    @property
    def words(self) -> dict[str, str]:
        return WORDS["zh" if self.language == "zh" else "en"]


@dataclass(frozen=True)
class Judged:
    """One response with what it answers."""

    question: str
    response: str
    reference: str = ""
    context: str = ""
    scoring_points: tuple[str, ...] = ()


def scoring_messages(instruction: Instruction, judged: Judged) -> Messages:
    """Ask for a reason and a score on every criterion."""
    words, fence = instruction.words, _fence(judged)
    system = [_fenced(words["judge"], fence), *_rubric(instruction), words["form"] + "\n" + _form(instruction)]
    user = [*_asked(words, judged, fence), _part(words["response"], judged.response, fence), words["now"]]
    return _messages(system, user)


def preference_messages(instruction: Instruction, judged: Judged, other: str) -> Messages:
    """Ask which of two responses to one question is better; the first is called A."""
    words, fence = instruction.words, _fence(judged, other)
    system = [_fenced(words["compare"], fence), *_rubric(instruction), words["compare_form"]]
    user = [
        *_asked(words, judged, fence), _part(words["response_a"], judged.response, fence),
        _part(words["response_b"], other, fence), words["compare_now"],
    ]  # fmt: skip
    return _messages(system, user)


def complaint_messages(
    instruction: Instruction, messages: Messages, reply: str, complaint: str
) -> Messages:
    """The same once more, after an answer that could not be used, with what was wrong with it."""
    again = instruction.words["again"] % {"complaint": complaint}
    return [
        *messages, {"role": "assistant", "content": reply}, {"role": "user", "content": again},
    ]  # fmt: skip


def scoring_schema(instruction: Instruction) -> dict[str, Any]:
    """JSON schema of the answer: for every criterion a reason, then a score of its scale."""
    parts = {
        criterion.key: {
            "type": "object",
            "properties": {"reason": {"type": "string"}, "score": _scores(criterion)},
            "required": ["reason", "score"],
            "additionalProperties": False,
        }
        for criterion in instruction.criteria
    }
    return {"name": "scores", "schema": _object(parts)}


def preference_schema() -> dict[str, Any]:
    parts = {"reason": {"type": "string"}, "better": {"type": "string", "enum": list(PREFERENCES)}}
    return {"name": "preference", "schema": _object(parts)}


def _object(parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object", "properties": parts, "required": list(parts), "additionalProperties": False,
    }  # fmt: skip


def _scores(criterion: JudgedCriterion) -> dict[str, Any]:
    """Every criterion stands in the answer; one that need not apply may be null."""
    values: list[Any] = [_plain(value) for value, _label, _words in criterion.levels]
    if criterion.is_required:
        return {"type": "number", "enum": values}
    return {"type": ["number", "null"], "enum": [*values, None]}


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value


def _messages(system: Sequence[str], user: Sequence[str]) -> Messages:
    return [
        {"role": "system", "content": "\n\n".join(filter(None, system))},
        {"role": "user", "content": "\n\n".join(filter(None, user))},
    ]


def _rubric(instruction: Instruction) -> list[str]:
    words = instruction.words
    guidelines = instruction.guidelines.strip()
    return [
        _part(words["guidelines"], guidelines) if guidelines else "",
        words["criteria"],
        *(_criterion(words, criterion) for criterion in instruction.criteria),
    ]


def _criterion(words: dict[str, str], criterion: JudgedCriterion) -> str:
    head = f"### {criterion.key}: {criterion.name}"
    optional = "" if criterion.is_required else words["optional"]
    scale = [words["values"] % ", ".join(number_text(value) for value, *_words in criterion.levels)]
    levels = [_level(*level) for level in criterion.levels]
    told = scale if not any(levels) else levels if all(levels) else [*scale, *filter(None, levels)]
    return "\n".join(filter(None, [head, criterion.description.strip(), optional, *told]))


def _level(value: float, label: str, descriptor: str) -> str:
    """What is said of a value; "" where it is the number alone."""
    number, descriptor = number_text(value), descriptor.strip()
    name = f" ({label})" if label and label != number else ""
    return f"- {number}{name}{f': {descriptor}' if descriptor else ''}" if name or descriptor else ""


def _form(instruction: Instruction) -> str:
    one = '"%s": {"reason": "…", "score": …}'
    return "{" + ", ".join(one % criterion.key for criterion in instruction.criteria) + "}"


def _asked(words: dict[str, str], judged: Judged, fence: int) -> list[str]:
    points = "\n".join(f"- {point}" for point in judged.scoring_points)
    parts = (
        (words["context"], judged.context), (words["question"], judged.question),
        (words["reference"], judged.reference), (words["points"], points),
    )  # fmt: skip
    return [_part(name, text, fence) for name, text in parts if text.strip()]


def _part(name: str, text: str, fence: int = FENCE) -> str:
    """A text from outside between marks of its own, so that it is read as what is judged."""
    return f"## {name}\n{'<' * fence}\n{text}\n{'>' * fence}"


def _fence(judged: Judged, other: str = "") -> int:
    """How many < and > stand around texts: more than stand together in any of them, so that no answer can
    end its own fence and go on as an instruction."""
    texts = (*judged.scoring_points, judged.context, judged.question, judged.reference, judged.response, other)
    runs = (len(run) for text in texts for run in re.findall("[<>]{3,}", text))
    return max(FENCE, max(runs, default=0) + 1)


def _fenced(words: str, fence: int) -> str:
    """What is asked, which names the marks."""
    return words.replace("<" * FENCE, "<" * fence).replace(">" * FENCE, ">" * fence)
