"""The job of an import on a real Redis, run by a worker."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import django_rq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from rq import SimpleWorker, Worker

from annotations import jobs
from annotations.actions import import_items, item_imports
from annotations.models import Item
from config.queue import enqueue

TABLE = "题号,学号,作答\n1,s1,一\n1,s2,二\n"
SECONDS = 60


def a_confirmed_import(cast, table: str):
    item_import = item_imports.keep_upload(
        team=cast.team, user=cast.alice, file=SimpleUploadedFile("a.csv", table.encode()),
        dataset=None, dataset_name="a",
    )  # fmt: skip
    item_imports.map_columns(item_import=item_import, roles=item_import.facts["guess"])
    item_imports.confirm_import(item_import=item_import)
    return item_import


def a_forked_worker() -> int:
    """The process id of a real worker, which forks a work horse for its job and then ends."""
    connections.close_all()
    if pid := os.fork():
        return pid
    try:
        Worker(["default"], connection=django_rq.get_connection("default")).work(burst=True)
    finally:
        os._exit(0)


def wait_for(path: Path) -> str:
    until = time.monotonic() + SECONDS
    while not (path.exists() and path.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    return path.read_text()


@pytest.mark.queue
@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_the_import_once_however_often_it_was_queued(queue, cast):
    item_import = a_confirmed_import(cast, TABLE)
    for _ in range(2):
        enqueue(jobs.run_item_import, item_import.pk)
    worker = SimpleWorker(["default"], connection=django_rq.get_connection("default"))
    worker.work(burst=True)
    item_import.refresh_from_db()
    assert (item_import.state, item_import.added, item_import.done) == ("done", 2, 2)
    assert Item.objects.count() == 2
    assert item_import.seconds_left is None


@pytest.mark.queue
@pytest.mark.django_db(transaction=True)
def test_a_run_whose_worker_process_is_gone_is_told_at_once(queue, cast, client):
    item_import = a_confirmed_import(cast, TABLE)
    connection = django_rq.get_connection("default")
    job = django_rq.get_queue("default").enqueue(jobs.run_item_import, item_import.pk)
    assert item_imports.claim_import(item_import.pk, job.id) is not None
    worker = SimpleWorker(["default"], connection=connection)
    worker.register_birth()
    worker.prepare_job_execution(job)
    client.force_login(cast.alice)
    address = f"/imports/{item_import.pk}/"
    assert b"Start again" not in client.get(address).content, "its worker lives"
    connection.hset(worker.key, "pid", 2**22 + 1)  # above the largest process id of Linux
    assert b"Start again" in client.get(address).content
    item_import.refresh_from_db()
    assert item_import.state == "failed"
    jobs.run_item_import(item_import.pk)
    item_import.refresh_from_db()
    assert (item_import.state, item_import.added) == ("done", 2)


@pytest.mark.queue
@pytest.mark.django_db(transaction=True)
def test_an_import_whose_process_is_killed_in_a_batch_goes_on_and_repeats_nothing(
    queue, cast, client, monkeypatch, tmp_path
):
    lines = [f"1,s{i},{i}" for i in range(9)]
    item_import = a_confirmed_import(cast, "\n".join(["题号,学号,作答", *lines]))
    note = tmp_path / "pid"
    record = import_items.record

    def record_and_hang_in_the_third_batch(item_import, *args, **kwargs) -> None:
        record(item_import, *args, **kwargs)
        if item_import.done == 6:
            note.write_text(str(os.getpid()))
            time.sleep(SECONDS)

    with monkeypatch.context() as patched:
        patched.setattr(import_items, "BATCH", 2)
        patched.setattr(import_items, "record", record_and_hang_in_the_third_batch)
        enqueue(jobs.run_item_import, item_import.pk)
        worker = a_forked_worker()
        horse = int(wait_for(note))
        assert horse not in (worker, os.getpid())
        os.kill(horse, signal.SIGKILL)
        os.waitpid(worker, 0)
    assert Item.objects.count() == 4, "the batch that was cut off left nothing"
    address = f"/imports/{item_import.pk}/"
    client.force_login(cast.alice)
    assert b"Start again" in client.get(address).content
    client.post(f"{address}start/")
    SimpleWorker(["default"], connection=django_rq.get_connection("default")).work(burst=True)
    item_import.refresh_from_db()
    assert (item_import.state, item_import.added, item_import.done) == ("done", 9, 9)
    assert sorted(Item.objects.values_list("text", flat=True)) == sorted(map(str, range(9)))
