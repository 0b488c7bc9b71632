"""Problems on a terminal: by line, the first of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from annotations.formats.problems import Problem

PRINTED = 20


def problem_lines(problems: Sequence[Problem], count: int) -> Iterator[str]:
    """At most twenty sentences with their lines, then how many more there are of `count`."""
    for problem in problems[:PRINTED]:
        says_line = problem.line is not None and "line_number" not in problem.params
        line = _("line %(line)s: ") % {"line": problem.line} if says_line else ""
        yield line + problem.text
    hidden = count - min(len(problems), PRINTED)
    if hidden > 0:
        yield _("… and %(count)s more problems.") % {"count": hidden}
