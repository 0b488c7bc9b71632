"""How far long work is, on a terminal while a command does it: one line, written over and over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import OutputWrapper
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _

from annotations.methods.text_width import padded
from annotations.models.long_work import LongWork
from annotations.templatetags.figures import duration

SECONDS = 1.0
LINE = 78


@contextmanager
def watched(work: LongWork, stderr: OutputWrapper) -> Iterator[None]:
    """Inside, the line is kept up to date; where nobody looks (a pipe, a log) nothing is written."""
    if not stderr.isatty():
        yield
        return
    is_over = threading.Event()
    writer = threading.Thread(
        target=_write, args=(work, stderr, is_over, translation.get_language()), daemon=True
    )
    writer.start()
    try:
        yield
    finally:
        is_over.set()
        writer.join()


def line_of(work: LongWork) -> str:
    """What the page of the work says above its bar, in one line."""
    parts = [str(work.get_step_display() or work.get_state_display())]  # type: ignore[attr-defined]
    if work.total:
        parts.append(_("%(done)s of %(total)s") % {"done": work.done, "total": work.total})
    if work.seconds_left is not None:
        parts.append(_("about %(time)s left") % {"time": duration(work.seconds_left)})
    return " · ".join(parts)


def _write(work: LongWork, stderr: OutputWrapper, is_over: threading.Event, language: str | None) -> None:
    with translation.override(language):
        while not is_over.wait(SECONDS):
            found = type(work)._default_manager.filter(pk=work.pk).first()
            if found is not None:
                stderr.write("\r" + padded(line_of(found), LINE), str, ending="")
                stderr.flush()
    stderr.write("\r" + " " * LINE + "\r", str, ending="")
    connection.close()
