"""The job of an import on a real Redis, run by a worker."""

from __future__ import annotations

import django_rq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rq import SimpleWorker

from annotations import jobs
from annotations.actions import item_imports
from annotations.models import Item
from config.queue import enqueue

TABLE = "题号,学号,作答\n1,s1,一\n1,s2,二\n"


@pytest.mark.queue
@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_the_import_once_however_often_it_was_queued(queue, cast):
    item_import = item_imports.keep_upload(
        team=cast.team, user=cast.alice, file=SimpleUploadedFile("a.csv", TABLE.encode()),
        dataset=None, dataset_name="a",
    )  # fmt: skip
    item_imports.map_columns(item_import=item_import, roles=item_import.facts["guess"])
    item_imports.confirm_import(item_import=item_import)
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
    item_import = item_imports.keep_upload(
        team=cast.team, user=cast.alice, file=SimpleUploadedFile("a.csv", TABLE.encode()),
        dataset=None, dataset_name="a",
    )  # fmt: skip
    item_imports.map_columns(item_import=item_import, roles=item_import.facts["guess"])
    item_imports.confirm_import(item_import=item_import)
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
