"""From a row and a mapping to an item that can be stored, or to the reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext_noop

from annotations.formats.aliases import OF_ALL
from annotations.formats.columns import Role, plain
from annotations.formats.marks_in_rows import check_mark, mark_in, number_in
from annotations.formats.problems import Problem, Refused, Row, shown
from annotations.formats.question_rows import (
    FULL,
    KEY_LENGTH,
    QUESTION_ROLES,
    QuestionRow,
    digest,
    fitting,
    question_of,
)
from annotations.formats.values import out_of

SOURCE_LENGTH = 120
QUESTIONS_KEPT = 4096
SOME_OUT_OF = gettext_noop(
    "“%(column)s” is “%(value)s”: some marks say what they are out of, such as 3/5, and others do not. Write them alike, or say the full mark."
)


class ItemRow(NamedTuple):
    """One item as the file has it. `text` is None in a file of scores without answers."""

    line: int
    key: str
    question: QuestionRow
    text: str | None
    source: str
    group_keys: dict[str, str]
    metadata: dict[str, str]
    reference_mark: float | None
    scores: dict[str, float]
    image_names: tuple[str, ...]


class ItemReader:
    """Reads rows with one mapping, column → role. Call it with each row."""

    def __init__(self, roles: Mapping[str, str], numbers_equals: bool = True) -> None:
        self._numbers_equals = numbers_equals
        by_role: dict[str, list[str]] = {role.value: [] for role in Role}
        for column, role in roles.items():
            by_role[role].append(column)
        one = {role: columns[0] if columns else "" for role, columns in by_role.items()}
        self._known = frozenset(roles)
        self._question_columns = [one[role.value] for role in QUESTION_ROLES]
        self._questions: dict[tuple[str | None, ...], QuestionRow] = {}
        self._times: dict[int, int] = {}
        self._item_key, self._source = one[Role.ITEM_KEY.value], one[Role.SOURCE.value]
        self._answer, self._past_mark = one[Role.ANSWER.value], one[Role.PAST_MARK.value]
        self._has_question_key = bool(one[Role.QUESTION_KEY.value])
        self._images = by_role[Role.IMAGE.value]
        self._kept = by_role[Role.METADATA.value] + by_role[Role.RATING.value]
        self._groups = by_role[Role.SCHOOL_SUBJECT.value] + by_role[Role.GROUP.value]
        self._marks = by_role[Role.MACHINE_MARK.value]
        self._says_out_of: dict[str, bool] = {}
        self._all_marks = [column for column in (self._past_mark, *self._marks) if column]
        self._scores = self._marks + by_role[Role.AUTOMATIC_SCORE.value]
        self._has_answers = bool(self._answer or self._images)

    def __call__(self, row: Row) -> ItemRow | Problem:
        try:
            return self._read(row.line, row.values)
        except Refused as refusal:
            return Problem(row.line, refusal.message, refusal.params)

    def _read(self, line: int, values: Mapping[str, str]) -> ItemRow:
        """Columns that the file does not have are called "", and no row has a value there."""
        get = values.get
        question = self._question(self._said_of_question(values))
        source = get(self._source, "").strip()
        key = get(self._item_key, "").strip()
        if len(source) > SOURCE_LENGTH or len(key) > KEY_LENGTH:
            fitting(source, SOURCE_LENGTH)
            fitting(key, KEY_LENGTH)
        text = get(self._answer, "")
        images = self._image_names(values) if self._images else ()
        if self._has_answers:
            _check_answer(text, images, key or source, values)
        return ItemRow(
            line,
            key or self._key(question, source, text),
            question,
            text if self._has_answers else None,
            source,
            self._given(values, self._groups) if self._groups else {},
            self._metadata(values),
            self._mark(values, question) if self._past_mark else None,
            self._numbers(values, question) if self._scores else {},
            images,
        )

    def _said_of_question(self, values: Mapping[str, str]) -> tuple[str | None, ...]:
        """Where the file has no full mark, a mark may say it: 3/5."""
        said = tuple(map(values.get, self._question_columns))
        if (said[FULL] or "").strip():
            return said
        found = [told for column in self._all_marks if (told := self._out_of(column, values.get(column, "")))]
        return (*said[:FULL], found[0][1], *said[FULL + 1 :]) if found else said

    def _out_of(self, column: str, cell: str) -> tuple[float, str] | None:
        """Only where all marks of the column say it: 1/2 beside 1 and 2 is a half.

        Raises:
            Refused: some say it and some do not.
        """
        cell = cell.strip()
        if cell == "0" or not cell[:1].isnumeric():
            return None
        found = None if cell.isdecimal() else out_of(cell)
        if self._says_out_of.setdefault(column, found is not None) != (found is not None):
            raise Refused(SOME_OUT_OF, column=shown(column), value=shown(cell))
        return found

    def _question(self, said: tuple[str | None, ...]) -> QuestionRow:
        """Rows that say the same of their question share one object."""
        question = self._questions.get(said)
        if question is None:
            if len(self._questions) >= QUESTIONS_KEPT:
                self._questions.clear()
            question = self._questions[said] = question_of(*(cell or "" for cell in said))
        return question

    def _key(self, question: QuestionRow, source: str, text: str) -> str:
        """Source and question number where there are both, else a digest of the content: the same
        content again is another item, numbered in the order of the file."""
        if source and self._has_question_key:
            key = f"{source}/{question.key}"
            return key if len(key) <= KEY_LENGTH else digest(key)
        key = digest(question.key, text, source)
        if not self._numbers_equals:
            return key
        times = self._times[hash(key)] = self._times.get(hash(key), 0) + 1
        return key if times == 1 else f"{key}-{times}"

    def _image_names(self, values: Mapping[str, str]) -> tuple[str, ...]:
        """File names from the image columns; several in a cell are divided by ; or |."""
        names: list[str] = []
        for column in self._images:
            cell = values.get(column, "").replace("；", ";").replace("|", ";")
            names += [name.strip() for name in cell.split(";") if name.strip()]
        return tuple(names)

    def _metadata(self, values: Mapping[str, str]) -> dict[str, str]:
        kept = self._given(values, self._kept) if self._kept else {}
        if len(values) > len(self._known):
            kept |= {k: v for k, v in values.items() if v and k not in self._known}
        return kept

    def _given(self, values: Mapping[str, str], columns: list[str]) -> dict[str, str]:
        if len(columns) == 1:
            value = values.get(columns[0])
            return {columns[0]: value.strip()} if value else {}
        return {column: value.strip() for column in columns if (value := values.get(column))}

    def _mark(self, values: Mapping[str, str], question: QuestionRow) -> float | None:
        mark = mark_in(values, self._past_mark, question.full_mark)
        return None if mark is None else check_mark(mark, question.full_mark, self._past_mark)

    def _numbers(self, values: Mapping[str, str], question: QuestionRow) -> dict[str, float]:
        scores: dict[str, float] = {}
        for column in self._scores:
            is_mark = column in self._marks
            value = mark_in(values, column, question.full_mark) if is_mark else number_in(values, column)
            if value is not None:
                scores[column] = value
                if is_mark:
                    check_mark(value, question.full_mark, column)
        return scores


def _check_answer(text: str, images: tuple[str, ...], owner: str, values: Mapping[str, str]) -> None:
    head = owner or next(filter(None, values.values()), "")
    if not text.strip() and not images and plain(head) in OF_ALL:
        raise Refused(gettext_noop("“%(value)s” is no answer: the line sums up others."), value=shown(head))
    if not (owner or images or text.strip()):
        raise Refused(gettext_noop("This line has no answer and does not say whose it is."))
    if "\0" in text:
        raise Refused(gettext_noop("The answer holds characters that are no text."))
