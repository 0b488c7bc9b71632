"""What a rater sends. Read by hand, not by a form class: it is on the path of every rating."""

from __future__ import annotations

import math
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from annotations.methods.composite import ScoreProblem
from annotations.methods.scales import number_text
from annotations.models import Criterion

SCORE = "score:"
LONGEST_NOTE = 5000
LONGEST_REASON = 300
DAY = 24 * 3600.0


@dataclass(frozen=True)
class RatingEntry:
    """One submission as it arrived, checked for form but not yet against the rubric."""

    assignment_id: int
    scores: dict[str, float]
    note: str
    flag_reason: str
    active_seconds: float | None
    submission_key: UUID
    claim: str
    in_hand: tuple[int, ...]
    want: int


def read_entry(post: QueryDict) -> RatingEntry:
    """Raises ValidationError with a sentence for the rater."""
    return RatingEntry(
        assignment_id=_whole(post.get("assignment", "")),
        scores=read_scores(post),
        note=_text(post.get("note", ""), LONGEST_NOTE),
        flag_reason=_flag(post),
        active_seconds=_seconds(post.get("active_seconds", "")),
        submission_key=_key(post.get("submission_key", "")),
        claim=post.get("claim", "")[:100],
        in_hand=tuple(_whole(part) for part in post.get("in_hand", "").split(",")[:50] if part),
        want=min(2, _whole(post.get("want") or "0")),
    )


def read_scores(post: QueryDict) -> dict[str, float]:
    """The fields named "score:<criterion key>"; empty ones are not given."""
    given = {name[len(SCORE) :]: str(post[name]) for name in post if name.startswith(SCORE)}
    return {key: _number(value) for key, value in given.items() if value.strip()}


def read_reason(post: QueryDict, name: str) -> str:
    """A reason that must be there. Raises ValidationError."""
    reason = _text(post.get(name, "").strip(), LONGEST_REASON)
    if not reason:
        raise ValidationError(_("Say why, in a few words."))
    return reason


def problem_sentence(problem: ScoreProblem, criteria: list[Criterion]) -> str:
    """What is wrong with a score, for the rater."""
    names = {criterion.key: criterion.name for criterion in criteria}
    value = "" if problem.value is None else number_text(problem.value)
    values = {"criterion": names.get(problem.key, problem.key), "value": value}
    if problem.code == "missing":
        return _("%(criterion)s has no score yet.") % values
    if problem.code == "not_on_scale":
        return _("%(value)s is not on the scale of %(criterion)s.") % values
    return _("The rubric has no criterion %(criterion)s.") % values


def _flag(post: QueryDict) -> str:
    return read_reason(post, "flag_reason") if post.get("action") == "flag" else ""


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ValidationError(_("This is not a rating that Concord understands. Reload the page."))
    return int(text)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    # float() would also read "1_0" and the digits of other scripts; a mark is never guessed.
    if not math.isfinite(value) or not text.isascii() or "_" in text:
        raise ValidationError(_("“%(text)s” is not a number.") % {"text": text[:20]})
    return value


def _text(text: str, longest: int) -> str:
    text = text.replace("\x00", "").replace("\r\n", "\n")
    if len(text) > longest:
        raise ValidationError(_("At most %(count)d characters, please.") % {"count": longest})
    return text


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return min(value, DAY) if math.isfinite(value) and value >= 0 else None


def _key(text: str) -> UUID:
    if not text:
        return uuid4()
    try:
        return UUID(text)
    except ValueError:
        raise ValidationError(_("This is not a rating that Concord understands. Reload the page."))
