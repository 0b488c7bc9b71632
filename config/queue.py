"""The queue: jobs go through here, and a queue that is down is said, never worked around."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django_rq
from django.db import transaction
from django.utils.translation import get_language
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from rq import Worker


class QueueDown(RuntimeError):
    """Redis cannot be reached; nothing was queued."""


GRADERS = "graders"
"""The queue of what imports torch and takes hours; a worker of its own serves it."""


def enqueue(function: Callable[..., Any] | str, *args: int, queue: str = "default") -> None:
    """Queue `function(*args)` for a worker. Pass ids, not objects; a function that imports more than a
    web process should is passed by its dotted name.

    Raises QueueDown when Redis does not answer. Inside a transaction the caller commits first:
    a worker must find what it is asked to work on. The language of whoever asks goes along.
    """
    if transaction.get_connection().in_atomic_block and not _is_test():
        raise RuntimeError("enqueue after the transaction has committed")
    try:
        django_rq.get_queue(queue).enqueue(function, *args, meta={"language": get_language() or ""})
    except RedisError as error:
        raise QueueDown(str(error)) from error


def queued_work(queue: str) -> set[tuple[str, tuple[Any, ...]]]:
    """(dotted name, arguments) of what waits in a queue. Raises QueueDown."""
    try:
        return {(job.func_name, job.args) for job in django_rq.get_queue(queue).jobs}
    except RedisError as error:
        raise QueueDown(str(error)) from error


def _is_test() -> bool:
    """Django's TestCase wraps every test in a transaction that never commits."""
    connection = transaction.get_connection()
    return any(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def is_queue_up() -> bool:
    try:
        return bool(django_rq.get_connection("default").ping())
    except RedisError:
        return False


def worker_count(queue: str = "default") -> int:
    """Workers of a queue that have sent a heartbeat lately and are not surely dead; 0 when Redis is down."""
    from rq import Worker

    try:
        workers = Worker.all(queue=django_rq.get_queue(queue))
    except RedisError:
        return 0
    return sum(not _has_died(worker) for worker in workers)


def current_job_id() -> str:
    """The id of the job that runs in this process; "" outside a worker."""
    from rq import get_current_job

    job = get_current_job()
    return job.id if job else ""


def current_job_language() -> str:
    """The language in which the job that runs in this process was asked for; "" outside a worker."""
    from rq import get_current_job

    job = get_current_job()
    return job.meta.get("language", "") if job else ""


def has_job_died(job_id: str) -> bool:
    """Whether a job that should be running is surely not: it failed, it is gone, or its worker was
    a process of this machine that is there no more. With Redis down nothing is sure."""
    from rq import Worker
    from rq.exceptions import NoSuchJobError
    from rq.job import Job

    try:
        connection = django_rq.get_connection("default")
        job = Job.fetch(job_id, connection=connection)
        if not job.is_started:
            return not job.is_queued
        worker = Worker.find_by_key(
            Worker.redis_worker_namespace_prefix + (job.worker_name or ""), connection
        )
    except NoSuchJobError:
        return True
    except RedisError:
        return False
    return worker is not None and _has_died(worker)


def _has_died(worker: Worker) -> bool:
    """Whether the worker was a process of this machine that is there no more. Of others the heartbeat
    must be trusted."""
    if worker.hostname != socket.gethostname() or not worker.pid:
        return False
    return not Path(f"/proc/{worker.pid}").exists() and Path("/proc/self").exists()
