"""Judges whose endpoint, worker or answers fail: what is recorded, asked again, and paid for."""

from __future__ import annotations

from unittest import mock

import pytest
from django.utils import translation

from annotations.models import AutomaticScore
from grading import endpoint_jobs
from grading.actions import judge_work
from grading.actions.run_life import cancel_run, resume_run
from grading.models import JudgeAnswer, JudgeRun
from tests import make
from tests.grading.endpoint_case import a_judge_run, fair_judge, response_in
from tests.grading.endpoint_server import refused, said
from tests.grading.judge_case import JudgeCase


class JudgeTroubleTest(JudgeCase):
    def test_one_that_stays_unusable_is_recorded_with_the_reason(self):
        def answer(payload):
            is_odd = response_in(payload) == "answer 0"
            return said("I would rather not.", 7, 2) if is_odd else fair_judge(payload)

        run = self.judged(answer)
        assert (run.state, run.done, run.failed) == ("done", 6, 1)
        failed = JudgeAnswer.objects.exclude(problem="").get()
        assert (failed.item, failed.problem) == (self.items[0], "answer_no_json")
        assert (failed.reply, failed.tokens_in) == ("I would rather not.", 14)
        assert not AutomaticScore.objects.filter(item=self.items[0]).exists()

    def test_going_on_asks_again_only_for_what_failed(self):
        def answer(payload):
            return refused(400, "too long") if response_in(payload) == "answer 0" else fair_judge(payload)

        run = self.judged(answer)
        assert run.failed == 1
        assert resume_run(run)
        self.work(run, fair_judge)
        assert [response_in(request) for request in self.server.requests] == ["answer 0"]
        assert (run.state, run.done, run.failed) == ("done", 6, 0)

    def test_after_a_kill_no_answer_is_paid_for_twice(self):
        class Killed(BaseException):
            """As if the process ended."""

        store, stored = judge_work._store, []

        def kill(run, call, outcome):
            if len(stored) == 3:
                raise Killed
            store(run, call, outcome)
            stored.append(call.item.text)

        run = a_judge_run(self.campaign, self.endpoint, self.cast.alice)
        with mock.patch.object(judge_work, "_store", kill), pytest.raises(Killed):
            self.work(run, fair_judge)
        run.refresh_from_db()
        assert run.state == "running"
        JudgeRun.objects.filter(pk=run.pk).update(job_id="dead")
        run.refresh_from_db()
        with mock.patch("grading.actions.run_life.has_job_died", return_value=True):
            assert resume_run(run)
        self.work(run, fair_judge)
        asked = {response_in(request) for request in self.server.requests}
        assert asked == {item.text for item in self.items} - set(stored)
        assert (run.state, run.done, run.requests) == ("done", 6, 6)
        assert run.done_before == 3

    def test_a_cancelled_run_begins_nothing_more_and_keeps_what_it_has(self):
        run = a_judge_run(self.campaign, self.endpoint, self.cast.alice)

        beat, number = judge_work.beat, []

        def cancel_at_the_second(found):
            number.append(1)
            if len(number) == 2:
                cancel_run(found)
            return beat(found)

        with mock.patch.object(judge_work, "beat", cancel_at_the_second):
            self.work(run, fair_judge)
        assert run.state == "cancelled"
        assert 0 < run.done < 6
        assert run.done == run.answers.count() == len(self.server.requests)

    def test_a_refused_key_ends_the_run_with_a_sentence(self):
        run = self.judged([refused(401, "bad key")])
        assert (run.state, run.done) == ("failed", 0)
        assert run.error == "The endpoint refuses the key. Enter it again."
        assert not run.answers.exists()

    def test_the_sentence_is_in_the_language_of_who_asked(self):
        self.cast.alice.language = "zh-hans"
        self.cast.alice.save()
        with mock.patch("grading.endpoint_jobs.problem_text") as words:
            words.side_effect = lambda *_args: translation.get_language()
            assert self.judged([refused(401)]).error == "zh-hans"

    def test_ten_failures_in_a_row_end_the_run(self):
        question = self.dataset.questions.first()
        make.items(question, 20)
        self.endpoint.parallel = 1
        self.endpoint.save()
        run = self.judged([said("no")], scope="dataset")
        assert (run.state, run.failed) == ("failed", 10)
        assert "holds no JSON" in run.error

    def test_a_deleted_endpoint_ends_the_run(self):
        run = a_judge_run(self.campaign, self.endpoint)
        self.endpoint.delete()
        endpoint_jobs.judge(run.pk)
        run.refresh_from_db()
        assert run.error == "The endpoint has been deleted."

    def test_a_failure_of_ours_is_recorded_without_the_data(self):
        broken = mock.patch.object(judge_work, "_store", side_effect=ValueError("secret"))
        with broken, self.assertLogs("grading.endpoint_jobs", "ERROR") as logs:
            run = self.judged(fair_judge)
        assert (run.state, run.error) == ("failed", "ValueError")
        assert "secret" not in logs.output[0]
