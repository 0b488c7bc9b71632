"""The queue of SQLite's writers is left however a transaction, a thread or a process ends."""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from config.settings import SQLITE_OPTIONS

ALIAS = "queued"


@pytest.fixture
def line(tmp_path: Path, django_db_blocker) -> Iterator[Path]:
    """The lock of a database of its own, reached as `connections[ALIAS]`."""
    path = tmp_path / "own.sqlite3"
    with django_db_blocker.unblock():
        connections.settings[ALIAS] = connections.configure_settings(
            {
                "default": {},
                ALIAS: {"ENGINE": "config.sqlite", "NAME": path, "OPTIONS": SQLITE_OPTIONS},
            }
        )[ALIAS]
        run("CREATE TABLE person (id integer PRIMARY KEY)")
        run(
            "CREATE TABLE mark (id integer PRIMARY KEY,"
            " person integer REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED)"
        )
        yield Path(f"{path}-queue")
        connections[ALIAS].close()
        del connections[ALIAS], connections.settings[ALIAS]


def run(sql: str) -> list[tuple[object, ...]]:
    with connections[ALIAS].cursor() as cursor:
        return list(cursor.execute(sql))


def people() -> int:
    return len(run("SELECT id FROM person"))


def add_a_person() -> None:
    run("INSERT INTO person DEFAULT VALUES")


def is_free(line: Path) -> bool:
    with line.open("ab") as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False


def in_a_child(work: Callable[[], object]) -> int:
    """Fork, do `work` there, leave without saying goodbye; how the child ended."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_it_is_held_for_the_outermost_transaction_and_no_longer(line: Path):
    with transaction.atomic(ALIAS):
        with transaction.atomic(ALIAS):
            add_a_person()
        assert not is_free(line)
    assert is_free(line)


def test_an_exception_inside_gives_it_back_and_stores_nothing(line: Path):
    def add_and_fail() -> None:
        with transaction.atomic(ALIAS):
            add_a_person()
            raise KeyError

    with pytest.raises(KeyError):
        add_and_fail()
    assert is_free(line)
    assert people() == 0


def test_a_commit_that_the_database_refuses_gives_it_back(line: Path):
    with pytest.raises(IntegrityError), transaction.atomic(ALIAS):
        run("INSERT INTO mark (person) VALUES (1)")
    assert is_free(line)
    assert run("SELECT id FROM mark") == []


def test_a_connection_closed_inside_a_transaction_gives_it_back(line: Path):
    with transaction.atomic(ALIAS):
        add_a_person()
        connections[ALIAS].close()
        assert is_free(line)
    assert people() == 0


def test_a_thread_that_ends_inside_a_transaction_does_not_keep_it(line: Path):
    def begin_and_end() -> None:
        connections[ALIAS].set_autocommit(
            False, force_begin_transaction_with_broken_autocommit=True
        )
        add_a_person()

    thread = threading.Thread(target=begin_and_end)
    thread.start()
    thread.join()
    del thread
    gc.collect()
    assert is_free(line)
    assert people() == 0


def test_a_forked_process_that_is_killed_inside_a_transaction_does_not_keep_it(line: Path):
    with transaction.atomic(ALIAS):
        add_a_person()

    def die_inside() -> None:
        connections[ALIAS]._stand_in_line()
        assert not is_free(line)
        os.kill(os.getpid(), signal.SIGKILL)

    assert in_a_child(die_inside) == -signal.SIGKILL
    assert is_free(line)


@pytest.mark.parametrize("goodbye", ["_leave_line", "_forget_line"])
def test_a_forked_process_cannot_give_back_what_its_parent_holds(line: Path, goodbye: str):
    with transaction.atomic(ALIAS):
        in_a_child(getattr(connections[ALIAS], goodbye))
        assert not is_free(line)


def test_a_forked_process_stands_in_line_behind_its_parent(line: Path):
    ready, start = os.pipe()
    with transaction.atomic(ALIAS):
        child = os.fork()
        if child == 0:
            os.write(start, b"1")
            connections[ALIAS]._stand_in_line()
            os._exit(0)
        os.read(ready, 1)
        time.sleep(0.2)
        waited = os.waitpid(child, os.WNOHANG) == (0, 0)
    os.waitpid(child, 0)
    assert waited
    assert is_free(line)


def test_many_threads_lose_no_write(line: Path):
    def add_many() -> None:
        for _one in range(25):
            with transaction.atomic(ALIAS):
                add_a_person()
        connections[ALIAS].close()

    threads = [threading.Thread(target=add_many) for _one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert people() == len(threads) * 25


def test_a_queue_that_cannot_be_opened_is_a_database_error(line: Path):
    line.mkdir()
    with pytest.raises(DatabaseError, match="queue"), transaction.atomic(ALIAS):
        add_a_person()
    assert people() == 0


def test_a_database_in_memory_has_no_queue(line: Path, monkeypatch):
    monkeypatch.setitem(connections[ALIAS].settings_dict, "NAME", ":memory:")
    with transaction.atomic(ALIAS):
        add_a_person()
    assert not line.exists()
