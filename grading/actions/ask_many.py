"""Many questions to one endpoint at once: threads ask, the caller's thread reads and writes the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from grading.backends.endpoint_errors import OF_THE_ENDPOINT, EndpointError, Stopped

Call = TypeVar("Call")
SECONDS_BETWEEN_BEATS = 2.0
MOST_IN_A_ROW = 10  # failures, after which more of the same is a waste


@dataclass(frozen=True)
class Outcome:
    """What came of a call: `value`, or a `problem` (a code) with what was said of it; and its price."""

    value: Any = None
    problem: str = ""
    detail: str = ""
    reply: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    requests: int = 1


def failure(error: EndpointError) -> Outcome:
    """The outcome of a call that met an error of its own. Raises the error where every call would."""
    if error.code in OF_THE_ENDPOINT:
        raise error
    return Outcome(problem=error.code, detail=error.detail)


def ask_many(
    calls: Iterable[Call],
    ask: Callable[[Call], Outcome],
    *,
    parallel: int,
    stop: threading.Event,
    beat: Callable[[], bool],
) -> Generator[tuple[Call, Outcome], None, None]:
    """Each call with its outcome in the order of arrival.

    `ask` runs in threads and may touch no database. `beat` is called every few seconds; when it says
    True, or `stop` is set, no further call is begun, and those under way are waited for, since they
    are paid for. Raises EndpointError where the endpoint as a whole is at fault, or where ten calls
    in a row have failed; what was under way has been handed out by then.
    """
    left, fatal, in_a_row = iter(calls), None, 0
    with ThreadPoolExecutor(parallel) as pool:
        waiting: dict[Future[Outcome], Call] = {}
        try:
            while True:
                if not stop.is_set():
                    fresh = islice(left, parallel - len(waiting))
                    waiting |= {pool.submit(ask, call): call for call in fresh}
                if not waiting:
                    break
                done, _rest = wait(waiting, SECONDS_BETWEEN_BEATS, FIRST_COMPLETED)
                for future in done:
                    call = waiting.pop(future)
                    try:
                        outcome = future.result()
                    except Stopped:
                        continue
                    except EndpointError as error:
                        fatal = fatal or error
                        continue
                    in_a_row = in_a_row + 1 if outcome.problem else 0
                    if in_a_row >= MOST_IN_A_ROW:
                        fatal = fatal or EndpointError(outcome.problem, outcome.detail)
                    yield call, outcome
                if fatal is not None or beat():
                    stop.set()
        finally:
            stop.set()
    if fatal is not None:
        raise fatal
