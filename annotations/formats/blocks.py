"""Text in labelled blocks: 题目: … 作答: … 得分: …, the way teachers type it."""

from __future__ import annotations

import re
from typing import BinaryIO, TextIO

from django.utils.translation import gettext_noop

from annotations.formats.columns import Role, is_label, role_of
from annotations.formats.problems import BadFile, Problem, Row
from annotations.formats.table import Rows, Table
from annotations.formats.text import Lines, as_text

LABEL = re.compile(r"^[\s#*\-【\[]*([^\s:：,\t][^:：,\t]{0,30}?)[\s】\]*]*[:：]\s*(.*)$")
COLON = re.compile(r"[:：]")
LABEL_CHARACTERS = 80
"""Where the colon must be: a line of any length that begins like a label is not searched."""
SEPARATOR = re.compile(r"^\s*[-=_*—]{3,}\s*$")
OF_THE_QUESTION = {
    Role.QUESTION,
    Role.QUESTION_KEY,
    Role.REFERENCE,
    Role.FULL_MARK,
    Role.STEP,
    Role.SCORING_POINTS,
    Role.SCHOOL_SUBJECT,
    Role.CONTEXT,
}
SAMPLE_LINES = 300


def label_of(line: str) -> tuple[str, str] | None:
    """(label, rest) when the line begins with a known label and a colon, full width or half.

    A label is any name that the column table knows; other words before a colon are text.
    """
    match = COLON.search(line, 0, LABEL_CHARACTERS) and LABEL.match(line)
    if not match or not is_label(match[1]):
        return None
    return match[1].strip(), match[2].strip()


def looks_like_blocks(sample: str) -> bool:
    """Whether the first line that is not blank is a label, and a second label follows."""
    lines = [line for line in sample.splitlines()[:SAMPLE_LINES] if line.strip()]
    if not lines or not label_of(lines[0]):
        return False
    return sum(label_of(line) is not None for line in lines) >= 2


def open_blocks(file: BinaryIO, encoding: str) -> Table:
    """One record a block. A block ends where a label comes again, or at a line of dashes."""

    def rows() -> Rows:
        with as_text(file, encoding) as text:
            yield from _rows(text)

    columns: dict[str, None] = {}
    for row, _ in zip(rows(), range(1000), strict=False):
        if isinstance(row, Row):
            columns.update(dict.fromkeys(row.values))
    if not columns:
        raise BadFile(gettext_noop("The file holds no entries."))
    return Table("blocks", encoding, tuple(columns), rows)


def _rows(text: TextIO) -> Rows:
    lines = Lines(text)
    block, start, label = {}, 1, ""
    question: dict[str, str] = {}
    try:
        for raw in lines:
            number = lines.number
            lines.begin()
            found = label_of(raw)
            ends = SEPARATOR.match(raw) or (found and _begins_anew(block, found[0]))
            if ends and block:
                question = _question_part(question, block)
                yield _row(start, block, question)
                block, label = {}, ""
            if found:
                start = start if block else number
                label = found[0]
                block[label] = found[1]
            elif label and not SEPARATOR.match(raw):
                block[label] += "\n" + raw.rstrip("\r\n")
            elif raw.strip() and not SEPARATOR.match(raw):
                yield Problem(number, gettext_noop("This line stands under no label."))
    except BadFile as error:
        yield error.problem
    if block:
        yield _row(start, block, _question_part(question, block))


def _begins_anew(block: dict[str, str], label: str) -> bool:
    """A label comes again, or a new question begins after an answer."""
    if label in block:
        return True
    roles = {role_of(known) for known in block}
    return role_of(label) is Role.QUESTION and Role.ANSWER in roles


def _question_part(before: dict[str, str], block: dict[str, str]) -> dict[str, str]:
    """What the next block inherits: everything about the question, until a new one is named."""
    own = {label: text for label, text in block.items() if role_of(label) in OF_THE_QUESTION}
    names_one = any(role_of(label) in (Role.QUESTION, Role.QUESTION_KEY) for label in own)
    return own if names_one else before | own


def _row(line: int, block: dict[str, str], question: dict[str, str]) -> Row:
    return Row(line, {label: text.strip() for label, text in (question | block).items()})
