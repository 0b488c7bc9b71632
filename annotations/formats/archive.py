"""A zip with one table and its images. Nothing is unpacked to disk under its own name."""

from __future__ import annotations

import gzip
import posixpath
import re
import tempfile
import zipfile
import zlib
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_noop

from annotations.formats.images import Picture, check_image
from annotations.formats.limits import (
    MAX_ARCHIVE_BYTES,
    MAX_ARCHIVE_ENTRIES,
    MAX_IMAGE_BYTES,
    MAX_RATIO,
    MIB,
    RATIO_COUNTS_FROM,
)
from annotations.formats.problems import BadFile, shown

TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".ndjson", ".txt")
GZIP = b"\x1f\x8b"
TOO_LARGE = gettext_noop("Unpacked, the file would be larger than %(limit)s MiB.")
DAMAGED = gettext_noop("The zip file is damaged and cannot be opened.")
UTF8_FLAG = 0x800
NOISE = re.compile(r"\.|(read_?me|licen[sc]e|changelog|citation|说明)\b.*\.txt$", re.IGNORECASE)
"""What lies beside a table and is none."""
BROKEN_ENTRY = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError)


def unpacked(file: BinaryIO) -> BinaryIO:
    """What gzip has packed, in a temporary file.

    Raises:
        BadFile: damaged, or larger than an upload may be.
    """
    file.seek(0)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (the table reads it for as long as it lives)
    try:
        with gzip.GzipFile(fileobj=file) as source:
            while chunk := source.read(MIB):
                copy.write(chunk)
                if copy.tell() > settings.MAX_UPLOAD_MB * MIB:
                    raise BadFile(TOO_LARGE, limit=settings.MAX_UPLOAD_MB)
    except BROKEN_ENTRY as error:
        raise BadFile(gettext_noop("The gzip file is damaged and cannot be opened.")) from error
    return copy


def check_zip(file: BinaryIO, most_bytes: int | None = None) -> zipfile.ZipFile:
    """Open a zip after looking at what it claims to hold.

    Python never reads more of an entry than its declared size, so the declared sizes bound
    the work.

    Raises:
        BadFile: damaged, encrypted, too many entries, too large, or packed like a bomb.
    """
    try:
        file.seek(0)
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadFile(DAMAGED) from error
    entries = archive.infolist()
    if len(entries) > MAX_ARCHIVE_ENTRIES:
        raise BadFile(
            gettext_noop("The zip holds %(count)s files; at most %(limit)s can be read."),
            count=len(entries),
            limit=MAX_ARCHIVE_ENTRIES,
        )
    limit = MAX_ARCHIVE_BYTES if most_bytes is None else most_bytes
    if sum(entry.file_size for entry in entries) > limit:
        raise BadFile(TOO_LARGE, limit=limit // MIB)
    for entry in entries:
        _check_entry(entry)
    return archive


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise BadFile(gettext_noop("The zip is protected by a password."))
    ratio = entry.file_size / max(1, entry.compress_size)
    if entry.file_size > RATIO_COUNTS_FROM and ratio > MAX_RATIO:
        raise BadFile(
            gettext_noop("“%(name)s” in the zip unpacks to %(ratio)s times its size: refused."),
            name=shown(entry_name(entry)),
            ratio=round(ratio),
        )


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: Windows in China writes GB18030 without saying so."""
    if entry.flag_bits & UTF8_FLAG:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


class Archive:
    """The entries of a zip by name: one table, any number of images."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = check_zip(file)
        self._entries = {
            entry_name(entry): entry for entry in self._zip.infolist() if not _is_noise(entry)
        }
        self.table_name = self._only_table()
        self._folder = posixpath.dirname(self.table_name)
        self._by_base_name = self._unique_base_names()

    def table(self) -> BinaryIO:
        """The table in a temporary file of its own, because readers go back and forth.

        Raises:
            BadFile: it is too large or damaged.
        """
        entry = self._entries[self.table_name]
        if entry.file_size > settings.MAX_UPLOAD_MB * MIB:
            raise BadFile(
                gettext_noop("“%(name)s” is larger than %(limit)s MiB."),
                name=shown(self.table_name),
                limit=settings.MAX_UPLOAD_MB,
            )
        copy = tempfile.TemporaryFile()  # noqa: SIM115 (the table reads it for as long as it lives)
        try:
            with self._zip.open(entry) as source:
                while chunk := source.read(MIB):
                    copy.write(chunk)
        except BROKEN_ENTRY as error:
            raise BadFile(DAMAGED) from error
        return copy

    def picture(self, name: str) -> Picture:
        """The image that a cell names: by its path beside the table, or by its bare name.

        Raises:
            BadFile: it is not there, there are two of that name, or it is no image.
        """
        entry = self._find(name)
        if entry.file_size > MAX_IMAGE_BYTES:
            return check_image(b"\0" * (MAX_IMAGE_BYTES + 1), name)
        try:
            return check_image(self._zip.read(entry), name)
        except BROKEN_ENTRY:
            return check_image(b"", name)

    def _find(self, name: str) -> zipfile.ZipInfo:
        wanted = name.strip().replace("\\", "/").removeprefix("./")
        beside = posixpath.normpath(posixpath.join(self._folder, wanted))
        found = self._entries.get(beside) or self._by_base_name.get(posixpath.basename(wanted))
        if found is None:
            raise BadFile(
                gettext_noop("The zip holds no image called “%(name)s”."), name=shown(name)
            )
        return found

    def _only_table(self) -> str:
        names = [name for name in self._entries if name.lower().endswith(TABLE_SUFFIXES)]
        if len(names) == 1:
            return names[0]
        if not names:
            raise BadFile(
                gettext_noop("The zip holds no table (CSV, TSV, XLSX, JSON, JSONL or text).")
            )
        raise BadFile(
            gettext_noop("The zip holds %(count)s tables (%(names)s); it must hold one."),
            count=len(names),
            names=", ".join(shown(name) for name in names[:3]),
        )

    def _unique_base_names(self) -> dict[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        twice: set[str] = set()
        for name, entry in self._entries.items():
            base = posixpath.basename(name)
            (twice.add(base) if base in found else found.setdefault(base, entry))
        return {base: entry for base, entry in found.items() if base not in twice}


def _is_noise(entry: zipfile.ZipInfo) -> bool:
    parts = entry.filename.split("/")
    return entry.is_dir() or "__MACOSX" in parts or bool(NOISE.match(parts[-1]))
