"""What a killed graders' worker has left is taken up from the clock, once, and nothing else is."""

from __future__ import annotations

import django_rq
import pytest

from config.queue import GRADERS, queued_work
from grading.clock import take_up_lost
from grading.grader_jobs import fine_tune
from grading.models import FineTuning, Grader, MetricRun, ModelVersion
from tests.grading.metric_run_case import a_run, replies
from tests.grading.training_case import a_training_set

pytestmark = [pytest.mark.queue, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue")]
JOB = "grading.jobs.compute_metrics"


def test_a_metric_run_that_asks_a_model_goes_back_to_the_graders_worker_once(cast) -> None:
    run = a_run(replies(cast.team), cast.erin, ["bertscore"])
    a_run(replies(cast.team), cast.erin)  # another worker's
    for _look in range(2):
        take_up_lost()
    assert [job.func_name for job in django_rq.get_queue(GRADERS).jobs] == [JOB]
    assert queued_work(GRADERS) == {(JOB, (run.pk,))}


def test_a_run_whose_job_is_gone_waits_again_and_a_silent_one_is_let_alone(cast) -> None:
    grader = Grader.objects.create(team=cast.team, school_subject="历史")
    training_set = a_training_set(cast.team)
    lost, silent = (
        FineTuning.objects.create(
            version=ModelVersion.objects.create(grader=grader, number=n, kind="classical", training_set=training_set),
            state=FineTuning.State.RUNNING, job_id=job_id,
        )
        for n, job_id in ((1, "gone"), (2, django_rq.get_queue().enqueue(fine_tune, 0).id))
    )  # fmt: skip
    take_up_lost()
    assert queued_work(GRADERS) == {("grading.grader_jobs.fine_tune", (lost.pk,))}
    states = dict(FineTuning.objects.values_list("pk", "state"))
    assert states == {lost.pk: MetricRun.State.WAITING, silent.pk: MetricRun.State.RUNNING}
