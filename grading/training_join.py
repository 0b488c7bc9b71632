"""Answers of several training sets, or of another source and of sets, learnt together.

What comes first counts: its questions as they are worded, and its mark where two say different ones of one answer.
A question is the same where its text is, as graders find it (backends/trained.py), else where its number is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop

from annotations.formats.problems import BadFile, Problem, shown
from annotations.models import Question
from grading.methods.mark_scale import mark_scale
from grading.methods.plain_text import squeezed
from grading.models import Deployment, TrainingSet
from grading.training_examples import Example, Examples, Told
from grading.training_rows import DamagedSet, Row, question_of, rows_of

LOST = gettext_noop(
    "The file with the answers of the training set “%(name)s” is lost or has been changed. Restore the folder "
    "“training” of the data from a backup."
)
DELETED = gettext_noop("The training set “%(name)s” has been deleted meanwhile.")
OTHER_FULL_MARK = gettext_noop(
    "Question “%(question)s” is marked out of %(full)s in “%(first)s” and out of %(other)s in “%(set)s”: one mark "
    "would mean two things. Its answers in “%(set)s” are left out."
)
OTHER_POINTS = gettext_noop(
    "Question “%(question)s” has other scoring points in “%(set)s” than in “%(first)s”. Its answers are learnt "
    "together, with the scoring points of “%(first)s”; were the marks given by different ones, leave “%(set)s” out."
)
OTHER_REFERENCE = gettext_noop(
    "Question “%(question)s” has another reference answer in “%(set)s” than in “%(first)s”; that of “%(first)s” is taken."
)
OTHER_STEP = gettext_noop(
    "Question “%(question)s” is marked in finer steps in “%(finer)s” than in “%(coarser)s”: the finer marks can be given."
)
OTHER_TEXT = gettext_noop(
    "The number “%(question)s” stands for another question in “%(set)s” than in “%(first)s”: there it is learnt as a "
    "question of its own, “%(name)s”."
)
OTHER_NUMBER = gettext_noop(
    "Question “%(question)s” of “%(set)s” has the text of “%(name)s” in “%(first)s”: they are learnt as one."
)
OTHER_MARK = gettext_noop("“%(item)s” has the mark %(mark)s in “%(set)s” and %(other)s in “%(first)s”, which counts.")
NAME_IN_KEY = 40


class Source(NamedTuple):
    """`origin`: digest of a set, "" of another source."""

    name: str
    origin: str
    examples: Examples


def told_of(source: str, sets: Sequence[TrainingSet], datasets: Sequence[int] = ()) -> list[dict[str, Any]]:
    """What is learnt together, as TrainingSet.facts["sets"]: [{"number", "name", "digest", "datasets"}], of another
    source (`source` is its name) with number None. `datasets` are those behind it, with whoever rates in them."""
    other = [{"number": None, "name": source, "digest": "", "datasets": list(datasets)}] if source else []
    return other + [
        {"number": one.pk, "name": one.name, "digest": one.digest, "datasets": one.dataset_ids} for one in sets
    ]


def joint_name(sets: Sequence[TrainingSet]) -> str:
    return " + ".join(one.name for one in sets)[:120]


def sets_in_service(queue: int | None = None) -> list[int]:
    """Ids of the sets that the versions in service learnt from; of the grader whose queue this is where it is named."""
    rows = Deployment.objects.active().filter(version__training_set__isnull=False)
    rows = rows if queue is None else rows.filter(queue=queue)
    return sorted(set(rows.values_list("version__training_set", flat=True)))


def source_of_set(training_set: TrainingSet) -> Source:
    return Source(training_set.name, training_set.digest, _rows(training_set))


def _rows(training_set: TrainingSet) -> Examples:
    """As they were stored, with weights and criteria. Raises BadFile where the file is not what it was."""
    questions: dict[str, Question] = {}
    try:
        for row in rows_of(training_set):
            key = row["question"]["key"]
            if key not in questions:
                questions[key] = _question(row["question"], training_set.school_subject)
            yield Example(
                questions[key], row["answer"], float(row["mark"]), row["student"], row["group"], row["item"],
                float(row["weight"]), criteria=tuple(row.get("criteria", ())), origin=training_set.digest,
            )  # fmt: skip
    except (DamagedSet, OSError) as error:
        raise BadFile(LOST, name=shown(training_set.name)) from error


def _question(asked: Row, subject: str) -> Question:
    """Its step is 0 where its marks are on none."""
    marks = question_of(asked).marks
    step = marks[1] - marks[0] if len(marks) > 1 else 0.0
    is_even = bool(step) and mark_scale(marks, asked["full_mark"], step).marks == marks
    return Question(
        key=asked["key"], text=asked["text"], reference=asked["reference"], school_subject=subject,
        full_mark=asked["full_mark"], scoring_points=asked["scoring_points"], step=step if is_even else 0,
    )  # fmt: skip


def joined(sources: list[Source]) -> Examples:
    """All of them as of one source.

    Raises:
        BadFile: while it is read, where the file of a set is lost.
    """
    learnt = _Learnt()
    for source in sources:
        yield from learnt.take(source)


class _Kept(NamedTuple):
    """An answer that was taken: the source, its number, its group and the mark."""

    source: str
    item: str
    group: str
    mark: float | None


@dataclass
class _Asked:
    """A question of a source as it is learnt: `left_out` says why its answers are not."""

    question: Question
    left_out: Problem | None = None
    notes: list[Problem] = field(default_factory=list)


@dataclass
class _Learnt:
    """What the sources so far have brought. `before` are the answers of the sources that are done."""

    questions: dict[str, tuple[str, Question]] = field(default_factory=dict)
    by_text: dict[str, str] = field(default_factory=dict)
    before: dict[tuple[str, ...], list[_Kept]] = field(default_factory=dict)
    items: set[str] = field(default_factory=set)

    def take(self, source: Source) -> Examples:
        asked: dict[int, _Asked] = {}
        news: dict[tuple[str, ...], list[_Kept]] = {}
        for found in source.examples:
            if not isinstance(found, Example):
                yield found
                continue
            if id(found.question) not in asked:
                one = asked[id(found.question)] = self._place(found.question, source.name)
                yield from map(Told, one.notes)
            yield self._example(found, asked[id(found.question)], source, news)
        for name, kept in news.items():
            self.before.setdefault(name, []).extend(kept)
            self.items |= {one.item for one in kept}
        for one in asked.values():  # the questions of a file are whole when its last line was read
            self._remember(one.question, source.name)

    def _example(
        self, found: Example, asked: _Asked, source: Source, news: dict[tuple[str, ...], list[_Kept]]
    ) -> Example | Told:
        if asked.left_out is not None:
            return Told(asked.left_out, "differing", found)
        names = _names(found, asked.question.key)
        kept = next((one for name in names if (one := _known(self.before, name, found.group))), None)
        if found.mark is None:  # said by Collected, which counts it
            return found._replace(question=asked.question)
        if kept is not None and kept.mark != found.mark:
            words = {"item": shown(found.item), "set": shown(source.name), "first": shown(kept.source)}
            marks = {"mark": f"{found.mark:g}", "other": f"{kept.mark:g}"}
            return Told(Problem(None, OTHER_MARK, {**words, **marks}, is_warning=True), "outvoted", found)
        if kept is None:
            free = f"{found.item} · {source.origin[:6]}" if found.item in self.items else found.item
            kept = _Kept(source.name, free, found.group, found.mark)
            for name in names:
                if not _known(news, name, found.group):
                    news.setdefault(name, []).append(kept)
        return found._replace(question=asked.question, item=kept.item)

    def _place(self, question: Question, name: str) -> _Asked:
        """The question that is learnt for one of a further source, completed by it."""
        text = squeezed(question.text)
        first, known = self.questions.get(question.key, ("", None))
        if known is not None and (not text or not squeezed(known.text) or squeezed(known.text) == text):
            return _compared(known, first, question, name)
        if text and (key := self.by_text.get(text)):
            first, known = self.questions[key]
            one = _compared(known, first, question, name)
            one.notes.insert(0, _note(OTHER_NUMBER, question, first, name, name=shown(key)))
            return one
        if known is None:
            return _Asked(question)
        note = question.key
        question.key = self._free_key(question.key, name)
        told = {"question": shown(note), "first": shown(first), "set": shown(name), "name": shown(question.key)}
        return _Asked(question, notes=[Problem(None, OTHER_TEXT, told, is_warning=True)])

    def _free_key(self, key: str, name: str) -> str:
        base = f"{key} ({name[:NAME_IN_KEY]})"
        keys = (base if number == 1 else f"{base} {number}" for number in range(1, len(self.questions) + 3))
        return next(one for one in keys if one not in self.questions)

    def _remember(self, question: Question, name: str) -> None:
        self.questions.setdefault(question.key, (name, question))
        if text := squeezed(question.text):
            self.by_text.setdefault(text, question.key)


def _known(answers: Mapping[tuple[str, ...], list[_Kept]], name: tuple[str, ...], group: str) -> _Kept | None:
    """The answer of that name; in two classes it is two, as seats are numbered alike in each."""
    return next((one for one in answers.get(name, ()) if not group or not one.group or one.group == group), None)


def _names(found: Example, key: str) -> list[tuple[str, ...]]:
    """By which an answer is known again in another source: its number, or the student, with its very words."""
    of_item = [("item", key, found.item, found.answer)] if found.item else []
    return [*of_item, *([("student", key, found.student, found.answer)] if found.student else [])]


def _compared(known: Question, first: str, question: Question, name: str) -> _Asked:
    """`known` with what `question` adds to it, and what is told of their differences."""
    if known.full_mark and question.full_mark and float(known.full_mark) != float(question.full_mark):
        marks = {"full": f"{float(known.full_mark):g}", "other": f"{float(question.full_mark):g}"}
        return _Asked(known, _note(OTHER_FULL_MARK, known, first, name, **marks))
    notes = []
    if known.scoring_points and question.scoring_points and known.scoring_points != question.scoring_points:
        notes.append(_note(OTHER_POINTS, known, first, name))
    if known.reference and question.reference and known.reference.strip() != question.reference.strip():
        notes.append(_note(OTHER_REFERENCE, known, first, name))
    notes.extend(_stepped(known, first, question, name))
    for said in ("text", "reference", "school_subject", "full_mark", "scoring_points"):
        if not getattr(known, said):
            setattr(known, said, getattr(question, said))
    return _Asked(known, notes=notes)


def _stepped(known: Question, first: str, question: Question, name: str) -> Iterator[Problem]:
    """The finer step is taken."""
    before, after = float(known.step or 0), float(question.step or 0)
    known.step = min(before, after)  # type: ignore[assignment]
    if before == after or not min(before, after):  # 0: not said, or on none; those that were given can be given
        return
    finer, coarser = (first, name) if before < after else (name, first)
    words: Mapping[str, Any] = {"finer": shown(finer), "coarser": shown(coarser)}
    yield Problem(None, OTHER_STEP, {"question": shown(known.key), **words}, is_warning=True)


def _note(message: str, question: Question, first: str, further: str, **words: str) -> Problem:
    told = {"question": shown(question.key), "first": shown(first), "set": shown(further), **words}
    return Problem(None, message, told, is_warning=True)
