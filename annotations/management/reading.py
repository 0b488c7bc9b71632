"""Reading a file in a command: what is wrong with it becomes the command's error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from annotations.formats.problems import BadFile
from annotations.management.problem_lines import problem_lines


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Inside, a file that cannot be opened or taken ends the command with a sentence.

    Raises:
        CommandError: in place of OSError and BadFile.
    """
    try:
        yield
    except OSError as error:
        words = {"file": path, "reason": error.strerror or error}
        raise CommandError(_("%(file)s cannot be read: %(reason)s.") % words) from error
    except BadFile as error:
        raise CommandError("\n".join(problem_lines([error.problem], 1))) from error
