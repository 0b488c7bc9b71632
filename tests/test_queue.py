"""The queue: which workers count, and what goes along with a job."""

from __future__ import annotations

import subprocess
import sys

import django_rq
import pytest
from django.utils.translation import override
from rq import SimpleWorker, Worker

from config.queue import current_job_language, enqueue, worker_count

pytestmark = pytest.mark.usefixtures("queue")


def a_worker(pid: int) -> Worker:
    worker = Worker(["default"], connection=django_rq.get_connection("default"))
    worker.register_birth()
    worker.connection.hset(worker.key, "pid", pid)
    return worker


def test_a_worker_at_work_counts_and_a_killed_one_does_not() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        a_worker(process.pid)
        assert worker_count() == 1
        process.kill()
    assert worker_count() == 0


def test_a_worker_on_another_machine_counts_while_its_heartbeat_does() -> None:
    worker = a_worker(2**22 + 1)
    assert worker_count() == 0
    worker.connection.hset(worker.key, "hostname", "elsewhere.example")
    assert worker_count() == 1


def test_a_job_knows_the_language_in_which_it_was_asked_for() -> None:
    with override("zh-hans"):
        enqueue("config.queue.current_job_language")
    queue = django_rq.get_queue("default")
    (job,) = queue.jobs
    SimpleWorker([queue], connection=queue.connection).work(burst=True)
    assert job.return_value() == "zh-hans"
    assert current_job_language() == ""
