"""Runs of an LLM judge against endpoints that behave well and badly."""

from __future__ import annotations

from unittest import mock

import django_rq
import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from rq import SimpleWorker

from annotations.models import AutomaticScore, Campaign, Scorer
from config.queue import enqueue
from grading import endpoint_jobs
from grading.actions import judge_work
from grading.actions.judge_run import JudgePlan, estimate_judge_run
from grading.actions.run_life import cancel_run, resume_run
from grading.models import Endpoint, JudgeAnswer, JudgeRun
from tests import make
from tests.base import ConcordTestCase
from tests.grading.endpoint_case import (
    a_judge_run,
    an_endpoint,
    fair_judge,
    response_in,
    scores_of,
)
from tests.grading.endpoint_server import endpoint_server, refused, said


class JudgeCase(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        question = make.a_question(self.dataset, text="Why?", reference="So.")
        self.items = [
            make.an_item(question, text=f"answer {n}", source="A" if n % 2 else "B") for n in range(6)
        ]
        self.rubric = make.a_rubric(self.team, name="helpful")
        self.campaign = make.a_campaign(self.dataset, self.rubric, [self.cast.bob])
        self.endpoint = an_endpoint(self.team)

    def judged(self, answer, **plan) -> JudgeRun:
        """A run that has been worked on as long as a server answers so."""
        run = a_judge_run(self.campaign, self.endpoint, self.cast.alice, **plan)
        return self.work(run, answer)

    def work(self, run: JudgeRun, answer) -> JudgeRun:
        with endpoint_server(answer) as self.server:
            Endpoint.objects.filter(pk=self.endpoint.pk).update(base_url=self.server.url)
            endpoint_jobs.judge(run.pk)
        run.refresh_from_db()
        return run


class JudgeRunTest(JudgeCase):
    def test_it_scores_every_criterion_and_the_whole_with_its_reasons(self):
        run = self.judged(fair_judge)
        assert (run.state, run.done, run.total, run.failed) == ("done", 6, 6, 0)
        scorer = Scorer.objects.get(kind="judge")
        assert scorer.name == "tiny · p1 · helpful v1"
        rows = AutomaticScore.objects.filter(scorer=scorer, item=self.items[0])
        found = {row.criterion: (row.value, row.note) for row in rows}
        assert found == {"c1": (3, "why c1"), "c2": (3, "why c2"), "c3": (3, "why c3"), "": (0.6, "")}

    def test_in_a_grading_the_whole_is_the_mark(self):
        self.campaign.kind = Campaign.Kind.GRADING
        self.campaign.save()
        self.dataset.questions.update(full_mark=10)
        self.judged(fair_judge)
        scorer = Scorer.objects.get(kind="judge")
        assert scorer.scale == Scorer.Scale.MARK
        rows = scorer.automatic_scores.filter(item=self.items[0])
        found = dict(rows.values_list("criterion", "value"))
        assert (found[""], found["composite"]) == (6, 0.6)

    def test_it_records_tokens_and_cost(self):
        self.endpoint.price_in, self.endpoint.price_out = 2, 10
        self.endpoint.save()
        run = self.judged(fair_judge)
        assert (run.requests, run.tokens_in, run.tokens_out) == (6, 60, 30)
        assert float(run.cost) == pytest.approx((60 * 2 + 30 * 10) / 1e6)

    def test_without_prices_there_is_no_cost(self):
        assert self.judged(fair_judge).cost is None

    def test_only_the_items_drawn_and_the_sources_chosen_are_judged(self):
        make.an_item(self.dataset.questions.first(), text="not drawn", source="A")
        assert self.judged(fair_judge, sources=["A"]).total == 3
        assert self.judged(fair_judge, sources=["A"], scope="dataset").total == 4

    def test_scans_without_text_are_left_out(self):
        make.an_item(self.dataset.questions.first(), text="", has_images=True)
        assert self.judged(fair_judge, scope="dataset").done == 6

    def test_an_answer_that_cannot_be_used_is_complained_of_once(self):
        def answer(payload):
            if len(payload["messages"]) == 2 and "answer 0" in response_in(payload):
                return said('{"c1": {"score": 9}}')
            return fair_judge(payload)

        run = self.judged(answer)
        assert (run.failed, run.requests) == (0, 7)
        complaint = next(r for r in self.server.requests if len(r["messages"]) == 4)
        assert "9 is no value of the scale of c1" in complaint["messages"][-1]["content"]

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

        def kill(run, task, outcome):
            if len(stored) == 3:
                raise Killed
            store(run, task, outcome)
            stored.append(task.item.text)

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

    def test_requests_go_out_at_the_same_time_but_not_more_than_allowed(self):
        def slowly(payload):
            answer = fair_judge(payload)
            answer.seconds = 0.2
            return answer

        self.judged(slowly)
        assert self.server.most_at_once == 2

    def test_what_the_endpoint_understands_is_remembered(self):
        def answer(payload):
            kind = payload.get("response_format", {}).get("type")
            if kind == "json_schema":
                return refused(400, "unsupported")
            return said('{"c1": {"score": 1}, "c2": {"score": 2}, "c3": {"score": 3}}')

        self.judged(answer)
        self.endpoint.refresh_from_db()
        assert self.endpoint.structure == "object"

    def test_another_rubric_is_another_scorer(self):
        self.judged(fair_judge)
        other = make.a_campaign(self.dataset, make.a_rubric(self.team, name="polite"), [])
        a_judge_run(other, self.endpoint)
        a_judge_run(self.campaign, self.endpoint, temperature=0.5)
        names = set(Scorer.objects.values_list("name", flat=True))
        assert names == {"tiny · p1 · helpful v1", "tiny · p1 · polite v1", "tiny · p1 · helpful v1 · t0.5"}

    def test_judging_again_replaces_the_scores(self):
        self.judged(fair_judge)
        self.judged(lambda payload: said(scores_of(payload, 5)))
        found = AutomaticScore.objects.filter(item=self.items[0], criterion="c1")
        assert [row.value for row in found] == [5]

    def test_every_question_may_have_a_rubric_of_its_own(self):
        question = make.a_question(self.dataset, "2", text="And?")
        item = make.an_item(question, text="other")
        points = make.a_rubric(self.team, weights=(1,), name="one point")
        self.campaign.rubrics.create(rubric=points, question=question)
        make.a_campaign_item(self.campaign, item, points)
        self.judged(fair_judge)
        found = AutomaticScore.objects.filter(item=item).values_list("criterion", flat=True)
        assert set(found) == {"c1", ""}
        assert Scorer.objects.get(kind="judge").name.startswith("tiny · p1 · campaign")

    def test_a_draft_rubric_judges_nothing(self):
        draft = make.a_rubric(self.team, publish=False)
        campaign = make.a_campaign(self.dataset, draft, [])
        with pytest.raises(ValidationError, match="Publish the rubric first"):
            a_judge_run(campaign, self.endpoint)

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


class EstimateTest(JudgeCase):
    def test_it_foresees_what_the_run_will_ask(self):
        plan = JudgePlan(self.campaign, self.endpoint, checks=2)
        foreseen = estimate_judge_run(plan)
        run = self.judged(fair_judge, checks=2)
        assert foreseen.items == 6
        assert run.requests == foreseen.requests == 6 + 2 + 2 + 4
        assert foreseen.cost is None

    def test_prices_make_a_cost(self):
        self.endpoint.price_in = self.endpoint.price_out = 1
        found = estimate_judge_run(JudgePlan(self.campaign, self.endpoint))
        assert float(found.cost) == pytest.approx((found.tokens_in + found.tokens_out) / 1e6)

    def test_nothing_to_judge_is_said(self):
        with pytest.raises(ValidationError, match="nothing to judge"):
            estimate_judge_run(JudgePlan(self.campaign, self.endpoint, sources=["nobody"]))


class ChecksTest(JudgeCase):
    def test_the_judge_is_asked_again_padded_and_in_both_orders(self):
        run = self.judged(fair_judge, checks=2)
        kinds = [answer.kind for answer in run.answers.all()]
        assert {kind: kinds.count(kind) for kind in kinds} == {"plain": 6, "again": 2, "padded": 2}
        assert run.pairs.count() == 2
        padded = [r for r in self.server.requests if "Thank you for reading it." in str(r["messages"])]
        assert len(padded) == 2
        assert AutomaticScore.objects.filter(criterion="").count() == 6

    def test_who_always_prefers_the_first_is_found_out(self):
        run = self.judged(fair_judge, checks=2)
        found = set(run.pairs.values_list("preferred", "preferred_swapped"))
        assert found == {("first", "second")}

    def test_a_pair_is_of_one_question_and_of_different_answers(self):
        other = make.a_question(self.dataset, "2")
        for text in ("same", "same"):
            item = make.an_item(other, text=text)
            make.a_campaign_item(self.campaign, item, self.rubric)
        run = self.judged(fair_judge, checks=20)
        for pair in run.pairs.select_related("first", "second"):
            assert pair.first.question_id == pair.second.question_id
            assert pair.first.text != pair.second.text
        used = [pk for pair in run.pairs.values_list("first", "second") for pk in pair]
        assert len(used) == len(set(used)) == 6


@pytest.mark.queue
@pytest.mark.django_db(transaction=True)
def test_a_worker_on_a_real_queue_judges(queue, cast):
    dataset = make.a_dataset(cast.team)
    make.items(make.a_question(dataset), 3)
    campaign = make.a_campaign(dataset, make.a_rubric(cast.team), [])
    with endpoint_server(fair_judge) as server:
        run = a_judge_run(campaign, an_endpoint(cast.team, server.url))
        enqueue(endpoint_jobs.judge, run.pk)
        waiting = django_rq.get_queue("default")
        SimpleWorker([waiting], connection=waiting.connection).work(burst=True)
    run.refresh_from_db()
    assert (run.state, run.done, len(server.requests)) == ("done", 3, 3)
    assert run.job_id
