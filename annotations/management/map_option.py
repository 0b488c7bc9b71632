"""--map ROLE=COLUMN, and the names of columns on a terminal."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterable, Mapping

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from annotations.formats.problems import shown

LISTED = 30


def mapping_said(
    pairs: Iterable[str], columns: Iterable[str], roles: Mapping[str, str]
) -> dict[str, str]:
    """column → role of `ROLE=COLUMN` pairs; `roles` are the words there are for a role. A column may
    be a pattern, rater*, for all that fit it; one that is named by itself is what was said there.

    Raises:
        CommandError: an unknown role or column, or no `=`.
    """
    columns = list(columns)
    known = {column: column for column in columns} | {
        name: column for column, name in terminal_names(columns).items()
    }
    mapping: dict[str, str] = {}
    patterns: dict[str, str] = {}
    for pair in pairs:
        word, equals, column = pair.partition("=")
        if not equals or word not in roles:
            raise CommandError(
                _("“%(pair)s”: write --map ROLE=COLUMN with one of %(roles)s.")
                % {"pair": pair, "roles": ", ".join(dict.fromkeys(roles.values()))}
            )
        several = fnmatch.filter(columns, column) if column not in known else []
        if several:
            patterns |= dict.fromkeys(several, roles[word])
            continue
        if column not in known:
            raise CommandError(
                _("The file has no column “%(column)s”; it has: %(columns)s")
                % {"column": column, "columns": listed(columns)}
            )
        mapping[known[column]] = roles[word]
    return patterns | mapping


def terminal_names(columns: Iterable[str]) -> dict[str, str]:
    """column → its name cut short, which --map takes too; whole where two would look alike."""
    short = {column: shown(column) for column in columns}
    times = Counter(short.values())
    return {column: name if times[name] == 1 else column for column, name in short.items()}


def listed(columns: Iterable[str]) -> str:
    """The first columns of a file, named so that they do not fill the screen."""
    names = list(terminal_names(columns).values())
    return ", ".join(names[:LISTED]) + (", …" if len(names) > LISTED else "")
