"""SQLite with a queue for its one writer.

SQLite lets a second writer sleep and try again, ever longer, so under load some wait many times as
long as others. Here every transaction stands in line at a lock of the operating system and begins as
soon as the one before it has ended.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """`<database>-queue` is locked from the beginning of a transaction to its end."""

    _queue: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._stand_in_line()
        try:
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
            self._leave_line()
            self._forget_line()

    def _stand_in_line(self) -> None:
        if self.is_in_memory_db():
            return
        if self._queue is None:
            path = f"{self.settings_dict['NAME']}-queue"
            self._queue = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._queue, fcntl.LOCK_EX)

    def _leave_line(self) -> None:
        if self._queue is not None:
            fcntl.flock(self._queue, fcntl.LOCK_UN)

    def _forget_line(self) -> None:
        if self._queue is not None:
            os.close(self._queue)
            self._queue = None
