"""Runs of an LLM judge: what they score and record."""

from __future__ import annotations

import django_rq
import pytest
from django.core.exceptions import ValidationError
from rq import SimpleWorker

from annotations.models import AutomaticScore, Campaign, Scorer
from config.queue import enqueue
from grading import endpoint_jobs
from tests import make
from tests.grading.endpoint_case import (
    a_judge_run,
    an_endpoint,
    fair_judge,
    response_in,
    scores_of,
)
from tests.grading.endpoint_server import endpoint_server, refused, said
from tests.grading.judge_case import JudgeCase


class JudgeRunTest(JudgeCase):
    def test_it_scores_every_criterion_and_the_whole_with_its_reasons(self):
        run = self.judged(fair_judge)
        assert (run.state, run.done, run.total, run.failed) == ("done", 6, 6, 0)
        scorer = Scorer.objects.get(kind="judge")
        assert scorer.name == "tiny · p2 · helpful v1"
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
        assert names == {"tiny · p2 · helpful v1", "tiny · p2 · polite v1", "tiny · p2 · helpful v1 · t0.5"}

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
        assert Scorer.objects.get(kind="judge").name.startswith("tiny · p2 · campaign")

    def test_a_draft_rubric_judges_nothing(self):
        draft = make.a_rubric(self.team, publish=False)
        campaign = make.a_campaign(self.dataset, draft, [])
        with pytest.raises(ValidationError, match="Publish the rubric first"):
            a_judge_run(campaign, self.endpoint)


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
