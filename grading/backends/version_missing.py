"""What is said where the files of a version cannot be read, whoever reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class VersionMissing(LookupError):
    """The files of the version are not there, or are no version."""


@contextmanager
def reading_version(folder: Path) -> Iterator[None]:
    """Raises VersionMissing for all that a damaged or lost folder brings about."""
    try:
        yield
    except (OSError, ValueError, KeyError) as problem:
        raise VersionMissing(str(folder)) from problem
