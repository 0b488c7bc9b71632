"""One points rubric per question, made from the questions' scoring points and full marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override, pgettext

from annotations.actions.rubric_publishing import criterion_content, lock_rubrics_of, publish_rubric
from annotations.methods.scales import scale_values
from annotations.models import Criterion, Dataset, Question, Rubric, User

LONGEST_NAME = 120
FIRST_WORDS = 30
LONGEST_LINE = 200


@dataclass(frozen=True)
class Scheme:
    """How one question is marked. `points`: (text, marks); empty = one mark for the whole."""

    points: tuple[tuple[str, float], ...]
    full_mark: float
    step: float
    guidelines: str = ""


@transaction.atomic
def rubrics_for_questions(
    *, dataset: Dataset, by: User | None, only: Sequence[Question] | None = None
) -> dict[Question, Rubric]:
    """Every question of the dataset, or `only` these, with a published points rubric for its marking
    scheme.

    Questions with identical schemes share one. Asking again finds the same rubrics; a scheme that
    has changed since becomes a new version of the rubric of that name.
    Raises:
        ValidationError: the dataset has no questions, or some have neither a full mark nor
            scoring points with marks (one sentence names them), or marks that make no scale.
    """
    lock_rubrics_of(dataset.team)
    questions = list(dataset.questions.all() if only is None else only)
    schemes = _schemes(questions)
    shared: dict[Scheme, list[Question]] = {}
    for question, scheme in schemes.items():
        shared.setdefault(scheme, []).append(question)
    made = {s: _rubric_of(dataset, s, users, by) for s, users in shared.items()}
    return {question: made[scheme] for question, scheme in schemes.items()}


def scoring_point_warnings(*, dataset: Dataset) -> dict[Question, str]:
    """Questions whose scoring points do not add up to the full mark, with what that means."""
    found = {}
    for question in dataset.questions.all():
        scheme = _scheme(question)
        if scheme and (text := _sum_warning(scheme)):
            found[question] = text
    return found


def _sum_warning(scheme: Scheme) -> str:
    total = sum(marks for _text, marks in scheme.points)
    values = {"total": f"{total:g}", "full": f"{scheme.full_mark:g}"}
    if not scheme.points or abs(total - scheme.full_mark) < 1e-9:
        return ""
    if total > scheme.full_mark:
        return _("The scoring points add up to %(total)s; the mark is at most the full mark of %(full)s.") % values
    return _("The scoring points add up to %(total)s; the full mark of %(full)s cannot be reached.") % values


def _scheme(question: Question) -> Scheme | None:
    """None where the question says nothing about marks. Points without marks become guidance."""
    points = [p for p in question.scoring_points if str(p.get("text", "")).strip()]
    marks = [_marks(p.get("marks")) for p in points]
    has_marks = bool(points) and all(m is not None for m in marks)
    scored = tuple((p["text"].strip(), m) for p, m in zip(points, marks, strict=True) if m)
    full = question.full_mark
    if full is None and not has_marks:
        return None
    return Scheme(
        points=scored if has_marks else (),
        full_mark=float(full) if full is not None else sum(m for _t, m in scored),
        step=float(question.step),
        guidelines="" if has_marks else "\n".join(p["text"].strip() for p in points),
    )


def _marks(value: Any) -> float | None:
    """Marks of a scoring point as a positive number; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        return None
    return float(value)


def _schemes(questions: list[Question]) -> dict[Question, Scheme]:
    if not questions:
        raise ValidationError(_("This dataset has no questions."))
    found = {question: _scheme(question) for question in questions}
    schemes = {question: scheme for question, scheme in found.items() if scheme}
    _refuse_unmarked([question.key for question in questions if question not in schemes])
    return schemes


def _refuse_unmarked(unmarked: list[str]) -> None:
    if not unmarked:
        return
    text = ngettext(
        "Question %(keys)s has neither a full mark nor scoring points with marks.",
        "%(count)s questions have neither a full mark nor scoring points with marks: %(keys)s.",
        len(unmarked),
    )
    keys = pgettext("between names", ", ").join(unmarked[:5]) + (" …" if len(unmarked) > 5 else "")
    raise ValidationError(text % {"count": len(unmarked), "keys": keys})


def _rubric_of(
    dataset: Dataset, scheme: Scheme, users: list[Question], by: User | None
) -> Rubric:
    name = _name(dataset, scheme, users)
    versions = list(Rubric.objects.filter(team=dataset.team, name=name).order_by("-version"))
    for rubric in versions:
        if rubric.is_published and _says_the_same(rubric, scheme, users):
            return rubric
    guidelines, lines = _guidelines(scheme), _criteria(scheme, users)
    rubric = Rubric.objects.create(
        team=dataset.team, name=name, version=versions[0].version + 1 if versions else 1,
        kind=Rubric.Kind.POINTS, guidelines=guidelines, created_by=by,
    )
    for line in lines:
        line.rubric = rubric
    Criterion.objects.bulk_create(lines)
    return publish_rubric(rubric=rubric, by=by)


def _guidelines(scheme: Scheme) -> str:
    return "\n\n".join(filter(None, [_sum_warning(scheme), scheme.guidelines]))


def _says_the_same(rubric: Rubric, scheme: Scheme, users: list[Question]) -> bool:
    """In whatever language it was made: its words for levels are its maker's."""
    for language, _language_name in settings.LANGUAGES:
        with override(language):
            if _is_same(rubric, _guidelines(scheme), _criteria(scheme, users)):
                return True
    return False


def _is_same(rubric: Rubric, guidelines: str, lines: list[Criterion]) -> bool:
    if rubric.kind != Rubric.Kind.POINTS or rubric.guidelines != guidelines:
        return False
    old = [criterion_content(criterion) for criterion in rubric.criteria.all()]
    return old == [criterion_content(line) for line in lines]


def _name(dataset: Dataset, scheme: Scheme, users: list[Question]) -> str:
    """Without a word of any language: it is found again by whoever asks, in theirs.

    "0–4 / 0.5" for a bare mark; the dataset, the keys and the first words of the first question
    for scoring points.
    """
    if not scheme.points and not scheme.guidelines:
        return f"0–{scheme.full_mark:g}" + ("" if scheme.step == 1 else f" / {scheme.step:g}")
    keys = ", ".join(question.key for question in users)
    text = " ".join(users[0].text.split())
    words = text if len(text) <= FIRST_WORDS else text[: FIRST_WORDS - 1] + "…"
    name = f"{dataset.name} · {keys} {words}".strip()
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _criteria(scheme: Scheme, users: list[Question]) -> list[Criterion]:
    points = scheme.points or ((_("Mark"), scheme.full_mark),)
    try:
        return [_criterion(i, text, marks, scheme) for i, (text, marks) in enumerate(points)]
    except ValueError:
        raise ValidationError(
            _("The marks of question %(key)s make no usable scale (at most 201 levels).")
            % {"key": users[0].key}
        )


def _criterion(position: int, text: str, marks: float, scheme: Scheme) -> Criterion:
    first_line = " ".join(text.split())
    is_long = len(first_line) > LONGEST_LINE
    values = scale_values(0, marks, scheme.step if scheme.step < marks else marks)
    return Criterion(
        key=f"c{position + 1}", position=position, scale=Criterion.Scale.POINTS, weight=1.0,
        name=first_line[: LONGEST_LINE - 1] + "…" if is_long else first_line,
        description=text if is_long else "",
        low=0.0, high=marks, step=min(scheme.step, marks),
        levels=_levels(values) if scheme.points else _bare_levels(values),
    )


def _levels(values: tuple[float, ...]) -> list[dict[str, Any]]:
    between = _("partly there")
    words = [_("not there"), *[between] * (len(values) - 2), _("fully there")]
    return [
        {"value": v, "label": f"{v:g}", "descriptor": word}
        for v, word in zip(values, words, strict=True)
    ]


def _bare_levels(values: tuple[float, ...]) -> list[dict[str, Any]]:
    return [{"value": v, "label": f"{v:g}", "descriptor": ""} for v in values]
