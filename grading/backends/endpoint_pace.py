"""The pace of requests: so many a minute, and all of them waiting when the endpoint asks for a pause."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from grading.backends.endpoint_errors import Stopped


class Pace:
    """Shared by the threads that ask one endpoint. `stop`: set it, and nobody waits any longer.

    `elsewhere` counts a request with those of other processes and says how many seconds are left until
    there is room for it; 0 where it may go.
    """

    def __init__(
        self, per_minute: int | None = None, stop: threading.Event | None = None,
        elsewhere: Callable[[], float] = lambda: 0,
    ) -> None:  # fmt: skip
        self.stop = stop or threading.Event()
        self._elsewhere = elsewhere
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Until it is this request's turn. Raises Stopped."""
        with self._lock:
            turn = max(time.monotonic(), self._next)
            self._next = turn + self._gap
        self._sleep_until(turn)
        while seconds := self._elsewhere():
            self._sleep_until(time.monotonic() + seconds)

    def pause(self, seconds: float) -> None:
        """Nobody begins a request for so long. Raises Stopped."""
        until = time.monotonic() + seconds
        with self._lock:
            self._next = max(self._next, until)
        self._sleep_until(until)

    def _sleep_until(self, moment: float) -> None:
        left = moment - time.monotonic()
        if self.stop.is_set() or (left > 0 and self.stop.wait(left)):
            raise Stopped
