"""SQLite with a queue for its one writer.

SQLite lets a second writer sleep and try again, ever longer, so under load some wait many times as
long as others. Here every transaction stands in line at a lock of the operating system and begins as
soon as the one before it has ended.

The wait has no limit of its own: the kernel gives a lock back with the process that held it, and a
process that hangs is ended by gunicorn's time limit or the job's. Trying again and again up to a
limit would be the sleeping that this is here to spare.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO, Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """`<database>-queue` is locked from the beginning of a transaction to its end."""

    # A file object, not a number: a thread that ends without closing its connection closes it.
    _queue: IO[bytes] | None = None
    _owner = 0

    def _start_transaction_under_autocommit(self) -> None:
        try:
            self._stand_in_line()
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave_line()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()
        finally:
            self._leave_line()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._leave_line()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self._forget_line()

    def _stand_in_line(self) -> None:
        if self.is_in_memory_db():
            return
        if not self._is_mine():
            self._forget_line()
            self._open_line()
        fcntl.flock(self._queue, fcntl.LOCK_EX)  # type: ignore[arg-type]

    def _open_line(self) -> None:
        path = f"{self.settings_dict['NAME']}-queue"
        try:
            self._queue, self._owner = Path(path).open("ab"), os.getpid()  # noqa: SIM115
        except OSError as error:
            raise OperationalError(f"cannot open the queue of writers: {error}") from error

    def _is_mine(self) -> bool:
        """A forked process shares its parent's lock: it may neither trust it nor give it up."""
        return self._queue is not None and self._owner == os.getpid()

    def _leave_line(self) -> None:
        if self._is_mine():
            fcntl.flock(self._queue, fcntl.LOCK_UN)  # type: ignore[arg-type]

    def _forget_line(self) -> None:
        """Closing gives up the lock, except where a parent still holds the same file."""
        if self._queue is not None:
            self._queue.close()
            self._queue = None
