"""A generator's run on the graders' worker, a real process: killed with -9 it loses nothing and repeats nothing."""

from __future__ import annotations

import pytest

from annotations.models import Item, Question
from config.queue import GRADERS, enqueue
from grading.actions.generation_run import GenerationPlan, start_generation_run
from grading.models import GeneratedAnswer, GenerationRun
from tests import make
from tests.grading.test_grader_worker import wait_until, worker  # noqa: F401
from tests.grading.writer_case import WriterCase

pytestmark = [pytest.mark.queue, pytest.mark.django_db(transaction=True)]
QUESTIONS = 320
State = GenerationRun.State


@pytest.fixture
def run(cast, tmp_path_factory) -> GenerationRun:
    case = WriterCase()
    case.cast, case.team = cast, cast.team
    case.use_base(tmp_path_factory.getbasetemp())
    version = case.writer()
    dataset = make.a_dataset(cast.team, "questions")
    Question.objects.bulk_create(
        Question(dataset=dataset, key=f"q{n}", position=n, text="何时？", full_mark=2) for n in range(QUESTIONS)
    )
    plan = GenerationPlan(dataset, None, version.template, version=version, source="w", max_tokens=8)
    return start_generation_run(plan=plan, user=cast.alice)


def test_it_goes_on_with_what_is_missing_after_its_worker_was_killed(queue, run, worker):  # noqa: F811
    enqueue("grading.grader_jobs.generate", run.pk, queue=GRADERS)
    first = worker()
    rows = GenerationRun.objects.filter(pk=run.pk)
    wait_until(lambda: rows.filter(done__gt=0).exists(), first)
    first.kill()
    first.wait()
    before = rows.get()
    assert before.state == State.RUNNING
    assert 0 < before.done < QUESTIONS, "it was killed in the middle"
    kept = set(GeneratedAnswer.objects.values_list("pk", flat=True))

    second = worker("--burst")
    assert second.wait(400) == 0
    after = rows.get()
    assert (after.state, after.done, after.failed) == (State.DONE, QUESTIONS, 0), after.error
    assert after.done_before >= before.done
    assert Item.objects.filter(dataset=run.dataset).count() == QUESTIONS
    assert kept <= set(GeneratedAnswer.objects.values_list("pk", flat=True))
