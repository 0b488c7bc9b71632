"""The graders' worker, a real process at a real queue: killed with -9 it loses nothing and repeats nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from django.db import connection

from annotations.models import AutomaticScore, Item
from config.paths import BASE, VAR
from config.queue import GRADERS, enqueue, worker_count
from grading.actions.fine_tune import start_fine_tuning
from grading.actions.grading_run import start_grading_run
from grading.grader_jobs import fine_tune
from grading.models import FineTuning, GradingRun, ModelVersion
from tests import make
from tests.grading import tiny_bert
from tests.grading.grader_case import SAID, past_papers, tiny_settings

pytestmark = [pytest.mark.queue, pytest.mark.django_db(transaction=True)]
ITEMS, EPOCHS, STUDENTS = 1500, 8, 45
State = FineTuning.State


@pytest.fixture
def worker(redis_url: str):
    """Starts workers; those that still run are ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ, "CONCORD_VAR": str(VAR), "REDIS_URL": redis_url, "GRADER_THREADS": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        }  # fmt: skip
        command = [sys.executable, "manage.py", "grader_worker", *arguments]
        started.append(subprocess.Popen(command, cwd=BASE, env=environment))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 600  # a busy machine is slow
    while not is_so():
        assert process.poll() is None, "the worker has ended"
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def test_a_grading_run_goes_on_after_its_worker_was_killed(queue, cast, worker):
    training = start_fine_tuning(
        training_set=past_papers(cast.team), school_subject="历史", kind="classical", hyper_parameters={}, user=None
    )
    fine_tune(training.pk)
    version = ModelVersion.objects.get()
    dataset = make.a_dataset(cast.team, "期末")
    question = make.a_question(dataset, "1", text="为什么？", full_mark=2)
    Item.objects.bulk_create(
        Item(dataset=dataset, question=question, key=f"k{n}", position=n, text=f"{SAID[n % 3]}{n}")
        for n in range(ITEMS)
    )
    run = start_grading_run(version=version, dataset=dataset, user=cast.alice)
    enqueue("grading.grader_jobs.grade", run.pk, queue=GRADERS)

    first = worker()
    rows = GradingRun.objects.filter(pk=run.pk)
    wait_until(lambda: rows.filter(done__gt=0).exists(), first)
    first.kill()
    first.wait()
    before = rows.get()
    assert before.state == State.RUNNING
    assert 0 < before.done < ITEMS, "it was killed in the middle"

    second = worker("--burst")
    assert second.wait(400) == 0
    after = rows.get()
    assert (after.state, after.done) == (State.DONE, ITEMS)
    assert after.done_before >= before.done
    version.refresh_from_db()
    assert AutomaticScore.objects.filter(scorer=version.scorer).count() == ITEMS
    assert run.grades.count() == ITEMS


def test_a_training_goes_on_from_its_checkpoint_after_its_worker_was_killed(queue, cast, worker, tmp_path):
    base = tiny_bert.make_base(tmp_path / "base")
    chosen = tiny_settings(base, epochs=EPOCHS, checkpoint_seconds=0, evaluations_per_epoch=1)
    run = start_fine_tuning(
        training_set=past_papers(cast.team, STUDENTS), school_subject="历史", kind="encoder", hyper_parameters=chosen, user=None
    )
    enqueue("grading.grader_jobs.fine_tune", run.pk, queue=GRADERS)

    first = worker()
    held = run.points.filter(split="validation")
    wait_until(lambda: held.count() >= 3, first)
    first.kill()
    first.wait()
    before = list(held.order_by("step").values_list("step", "loss", "examples_per_second"))[:2]
    assert FineTuning.objects.get(pk=run.pk).state == State.RUNNING
    assert list((VAR / "fine-tunings" / str(run.pk)).iterdir()), "there is a checkpoint"

    second = worker("--burst")
    assert second.wait(400) == 0
    run.refresh_from_db()
    assert run.state == State.DONE, run.error
    after = list(held.order_by("step").values_list("step", "loss", "examples_per_second"))
    assert after[:2] == before, "the beginning was not trained again"
    assert len(after) == EPOCHS
    assert run.version.measures["training"]["steps"] == run.total
    assert not (VAR / "fine-tunings" / str(run.pk)).exists()


def test_the_graders_worker_is_none_of_those_that_raters_wait_for(queue, worker):
    process = worker()
    wait_until(lambda: worker_count(GRADERS) == 1, process)
    assert worker_count() == 0
    assert os.getpriority(os.PRIO_PROCESS, process.pid) >= 10
