"""What a run of a judge will cost, and how the judge is checked on the spot."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from annotations.models import AutomaticScore
from grading.actions.judge_run import JudgePlan, estimate_judge_run
from tests import make
from tests.grading.endpoint_case import fair_judge
from tests.grading.judge_case import JudgeCase


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
