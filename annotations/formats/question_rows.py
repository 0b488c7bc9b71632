"""What a row says about its question."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from annotations.formats.columns import Role
from annotations.formats.problems import Refused, shown
from annotations.formats.values import decimal_of, scoring_points_of, step_of

KEY_LENGTH = 200
SUBJECT_LENGTH = 60
ONLY_QUESTION = "1"
"""The number of the question in a file that names none."""
QUESTION_ROLES = (
    Role.QUESTION_KEY, Role.QUESTION, Role.REFERENCE, Role.CONTEXT, Role.SCHOOL_SUBJECT,
    Role.FULL_MARK, Role.STEP, Role.SCORING_POINTS,
)  # fmt: skip
FULL = QUESTION_ROLES.index(Role.FULL_MARK)


@dataclass(frozen=True)
class QuestionRow:
    """What a row says about its question. Empty means that the row does not say."""

    key: str
    text: str = ""
    reference: str = ""
    context: str = ""
    school_subject: str = ""
    full_mark: Decimal | None = None
    step: Decimal | None = None
    scoring_points: tuple[tuple[str, float], ...] = ()


def question_of(
    key: str,
    text: str,
    reference: str,
    context: str,
    subject: str,
    full: str,
    step: str,
    points: str,
) -> QuestionRow:
    key, text, subject = key.strip(), text.strip(), subject.strip()
    full_mark = _parsed(decimal_of, full, gettext_noop("The full mark “%(value)s” is no number."))
    if full_mark is not None and full_mark <= 0:
        raise Refused(gettext_noop("The full mark must be more than 0."))
    return QuestionRow(
        question_key(key, text, context.strip() or reference, fitting(subject, SUBJECT_LENGTH)),
        text,
        reference.strip(),
        context.strip(),
        subject,
        full_mark,
        _parsed(step_of, step, gettext_noop("The step “%(value)s” is no number above 0."))
        if step.strip()
        else None,
        _points(points),
    )


def question_key(number: str, text: str, material: str, subject: str) -> str:
    """The question's number within its subject; without a number, its text (or its context, or its
    reference), shortened with a digest so that two long questions never meet."""
    if number:
        return fitting(f"{subject} {number}".strip(), KEY_LENGTH)
    words = " ".join((text or material).split())
    if not words:
        return subject or ONLY_QUESTION
    return words if len(words) <= 40 else f"{words[:40]}… {digest(words)[:8]}"


def key_by_context(row: QuestionRow) -> str:
    """The number of a prompt over this context, where the file numbers no questions and speaks of no marks: passages
    that each system found for itself, articles to be summarised. "" of others, as a question has one material."""
    is_told_by_text = row.text and row.key == question_key("", row.text, "", row.school_subject)
    if not (is_told_by_text and row.context) or row.full_mark is not None:
        return ""
    return f"{row.key} · {digest(row.context)[:8]}"


def _points(text: str) -> tuple[tuple[str, float], ...]:
    message = gettext_noop(
        "The scoring points “%(value)s” cannot be read; write them like 史料正确2分；结论1分."
    )
    points = _parsed(scoring_points_of, text, message)
    return tuple((point["text"], point["marks"]) for point in points)


def _parsed(parse: Callable[[str], Any], text: str, message: str) -> Any:
    try:
        return parse(text)
    except ValueError:
        raise Refused(message, value=shown(text)) from None


def fitting(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    raise Refused(
        gettext_noop("“%(value)s” is longer than %(limit)s characters."),
        value=shown(text),
        limit=length,
    )


def digest(*parts: str) -> str:
    """A short stable name for content: 20 hexadecimal digits of BLAKE2b."""
    joined = "\x1f".join(parts).encode("utf-8", "replace")
    return hashlib.blake2b(joined, digest_size=10).hexdigest()
