"""From bytes to text: the encoding, and lines that can be put back."""

from __future__ import annotations

import codecs
import io
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from django.utils.translation import gettext_noop

from annotations.formats.limits import MAX_LINE_CHARACTERS, MIB
from annotations.formats.problems import BadFile

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
BINARY = gettext_noop(
    "This is not a text file: it holds binary data (a zero byte on line %(line_number)s)."
)
OFTEN = {
    "gb18030": frozenset("的一是不在人有我他这中大来上个国到说们为子和你地出道时年得就那要下以生会学对可多天能题号学答分满参标准评级科内对应"),
    "cp950": frozenset("的一是不在人有我他這中大來上個國到說們為子和你地出道時年得就那要下以生會學對可多天能題號學答分滿參標準評級科內對應"),
}
"""Characters that Chinese texts and the heads of their tables are full of, by encoding."""
SURELY_UTF8 = 12
"""Six Chinese characters in valid UTF-8 before the first bad byte: GB18030 never looks so."""


def detect_encoding(file: BinaryIO) -> str:
    """The encoding of a whole file: utf-8, utf-8-sig, utf-16, gb18030, cp950 (Big5) or cp1252
    (Western Windows).

    Every byte is decoded once, so that reading cannot fail later.

    Raises:
        BadFile: the file is empty, holds zero bytes, or is in none of these; with the line.
    """
    file.seek(0)
    start = file.read(4)
    if not start:
        raise BadFile(gettext_noop("The file is empty."))
    for bom, name in BOMS:
        if start.startswith(bom):
            return _checked(file, name)
    for place, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) == 4 and not any(start[place::2]) and all(start[1 - place :: 2]):
            return _checked(file, name)
    return _without_bom(file)


def _checked(file: BinaryIO, encoding: str) -> str:
    failure = _first_failure(file, encoding)
    if failure is None:
        return encoding
    raise BadFile(
        gettext_noop("Line %(line_number)s is not valid %(encoding)s text: the file is damaged."),
        failure[0],
        line_number=failure[0],
        encoding=encoding.removesuffix("-sig").upper(),
    )


def _without_bom(file: BinaryIO) -> str:
    failure = _first_failure(file, "utf-8")
    if failure is None:
        return "utf-8"
    line, extra_bytes = failure
    if extra_bytes >= SURELY_UTF8:
        return _checked(file, "utf-8")
    chinese, hits = _chinese(file)
    for encoding in ("cp1252", *chinese) if _is_western(file, hits) else chinese:
        if _first_failure(file, encoding) is None:
            return encoding
    raise BadFile(
        gettext_noop(
            "From line %(line_number)s on this is neither UTF-8 nor GB18030 text. "
            "Save the file as UTF-8 and try again."
        ),
        line,
        line_number=line,
    )


def _chinese(file: BinaryIO) -> tuple[list[str], int]:
    """GB18030 and Big5, the likelier first, since bytes of one are characters of the other too; and how many
    frequent characters the likelier reads."""
    file.seek(0)
    start = file.read(MIB)
    found = {name: sum(map(often.__contains__, start.decode(name, "ignore"))) for name, often in OFTEN.items()}
    return sorted(OFTEN, key=lambda name: -found[name]), max(found.values())


def _is_western(file: BinaryIO, hits: int) -> bool:
    """Whether most bytes above ASCII stand alone: é between letters, where GB18030 has pairs. Many characters
    of Big5 have one such byte too, but then frequent ones are among them: `hits`."""
    file.seek(0)
    alone = in_pairs = 0
    while chunk := file.read(MIB):
        runs = [len(run) for run in HIGH_BYTES.findall(chunk)]
        alone += runs.count(1)
        in_pairs += sum(runs) - runs.count(1)
    return alone > in_pairs and hits * 20 < alone


def _first_failure(file: BinaryIO, encoding: str) -> tuple[int, int] | None:
    """(line, bytes beyond one a character before it) of the first byte that does not decode."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    line, extra_bytes = 1, 0
    while True:
        chunk = file.read(MIB)
        if b"\0" in chunk and not encoding.startswith("utf-16"):
            line += chunk[: chunk.index(b"\0")].count(b"\n")
            raise BadFile(BINARY, line, line_number=line)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            good = error.object[: error.start]
            extra = len(good) - len(good.decode(encoding, "ignore"))
            return line + good.count(b"\n"), extra_bytes + extra
        if not chunk:
            return None
        line += text.count("\n")
        extra_bytes += len(chunk) - len(text)


@contextmanager
def as_text(file: BinaryIO, encoding: str) -> Iterator[TextIO]:
    """The file from its start as text; line ends are left as they are, the file stays open.

    A reader left half read may end after its file was closed: then there is nothing to let go.
    """
    file.seek(0)
    wrapper = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield wrapper
    finally:
        if not file.closed:
            wrapper.detach()


class Lines:
    """Physical lines, counted from 1. `taken` are those read since `begin`."""

    def __init__(self, text: TextIO) -> None:
        self._readline = text.readline
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self.next_line()
        if not line:
            raise StopIteration
        self.taken.append(line)
        return line

    def next_line(self) -> str:
        """The next line, not noted as taken; "" at the end.

        Raises:
            BadFile: it is too long to be a line of text.
        """
        line = self._returned.popleft() if self._returned else self._readline(MAX_LINE_CHARACTERS)
        self.number += bool(line)
        if len(line) >= MAX_LINE_CHARACTERS:
            raise BadFile(
                gettext_noop(
                    "Line %(line_number)s is longer than %(limit)s characters; nothing from there "
                    "on can be read."
                ),
                self.number,
                line_number=self.number,
                limit=MAX_LINE_CHARACTERS,
            )
        return line

    def put_back(self, line: str) -> None:
        self._returned.appendleft(line)
        self.number -= 1

    def begin(self) -> int:
        """Start a record; the number of its first line."""
        self.taken = []
        return self.number + 1

    def put_back_all_but_first(self) -> str:
        """Give back what a record took by mistake; the first of its lines."""
        first, *rest = self.taken
        self._returned.extendleft(reversed(rest))
        self.number -= len(rest)
        self.taken = [first]
        return first
