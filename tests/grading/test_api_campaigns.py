"""Verdicts, marks and ratings for programs that run elsewhere."""

from __future__ import annotations

import json
from unittest import mock

from annotations.actions.adjudication import adjudicate
from annotations.models import Rating
from grading.actions.verdict import compute_verdicts, sign_verdict
from grading.models import Verdict, VerdictRun
from tests import make
from tests.grading.api_case import ApiCase
from tests.grading.verdict_cast import an_evaluation

READ = ("verdicts", "marks", "ratings")


class CampaignTests(ApiCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(cls.cast, n=12)
        cls.path = f"/api/v1/verdicts/{cls.campaign.slug}"

    def test_a_token_of_another_team_or_without_the_scope_sees_nothing(self) -> None:
        eves = self.a_key(self.cast.eve, self.cast.elsewhere)
        marks_only = self.a_key(self.cast.alice, self.team, "grade", "read")
        for name in READ:
            path = f"/api/v1/{name}/{self.campaign.slug}"
            assert self.look(path, key=eves).json()["code"] == "no_campaign"
            assert self.look(path, key=marks_only).json()["code"] == "scope"
            assert self.look(path, key="x").status_code == 401
        reader = self.a_key(self.cast.alice, self.team, "results")
        assert self.send(self.path, key=reader).json()["code"] == "scope"
        assert self.send(self.path, key=eves).json()["code"] == "no_campaign"
        assert not Verdict.objects.exists()

    def test_before_anything_is_computed_there_is_no_outcome(self) -> None:
        told = self.look(self.path).json()
        assert (told["outcome"], told["exit"], told["verdicts"], told["is_computing"]) == (None, None, [], False)
        assert (told["state"], told["ratings_done"], told["ratings_planned"]) == ("running", 72, 72)

    def test_computed_at_once_it_says_what_the_command_says_and_the_worst_decides(self) -> None:
        response = self.send(self.path)
        assert response.status_code == 200
        told = response.json()
        assert told == self.look(self.path).json()
        assert (told["outcome"], told["exit"]) == ("fail", 10)
        good, poor = told["verdicts"]
        assert (good["candidate"], good["outcome"], poor["outcome"]) == ("good", "pass", "fail")
        assert good["threshold"] < good["low"] <= good["estimate"] <= good["high"]
        assert good["inputs_digest"] == Verdict.objects.get(candidate="good").inputs_digest
        (alone,) = self.look(f"{self.path}?candidate=good").json()["verdicts"]
        assert alone == good
        assert self.look(f"{self.path}?candidate=none").json()["code"] == "no_verdict"

    def test_a_signature_is_told_stays_without_changes_and_what_came_in_since_is_counted(self) -> None:
        compute_verdicts(campaign=self.campaign, by=self.cast.alice)
        sign_verdict(verdict=Verdict.objects.get(candidate="good"), by=self.cast.alice)
        good = self.send(self.path).json()["verdicts"][0]
        assert (good["signed_by"], good["changes"]) == ("alice", 0)
        row = self.campaign.campaign_items.filter(item__source="good").first()
        adjudicate(campaign_item=row, adjudicator=self.cast.dave, scores={"c1": 1, "c2": 1, "c3": 1})
        assert self.look(self.path).json()["verdicts"][0]["changes"] == 1
        assert self.send(self.path).json()["verdicts"][0]["signed_by"] is None

    def test_what_cannot_be_weighed_is_refused_with_the_reason(self) -> None:
        draft = make.a_campaign(make.a_dataset(self.team), make.a_rubric(self.team), [], state="draft")
        response = self.send(f"/api/v1/verdicts/{draft.slug}")
        assert (response.status_code, response.json()["code"]) == (409, "no_verdict")
        assert response.json()["detail"]

    def test_ratings_come_a_line_each_and_are_those_of_the_database(self) -> None:
        response = self.look(f"/api/v1/ratings/{self.campaign.slug}")
        assert response["Content-Type"] == "application/x-ndjson"
        lines = [json.loads(line) for line in b"".join(response.streaming_content).decode().splitlines()]
        assert len(lines) == Rating.objects.filter(campaign=self.campaign).count() > 0
        assert {line["rater"] for line in lines} == {"bob", "carol", "frank"}

    def test_an_evaluation_has_no_marks(self) -> None:
        response = self.look(f"/api/v1/marks/{self.campaign.slug}")
        assert (response.status_code, response.json()["code"]) == (409, "no_marks")

    def test_what_takes_no_such_method_says_which_it_takes(self) -> None:
        response = self.client.put(self.path, headers={"authorization": f"Bearer {self.key}"})
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")


class MarkTests(ApiCase):
    def test_every_answer_has_its_mark_or_says_why_not(self) -> None:
        dataset = make.a_dataset(self.team)
        question = make.a_question(dataset, full_mark=4)
        first, _second = make.several_items(question, [{"source": "s1", "group_keys": {"class": "7B"}}, {"source": "s2"}])
        rubric = make.a_rubric(self.team)
        campaign = make.a_campaign(dataset, rubric, [self.cast.bob], k=1, kind="grading")
        make.a_rating(campaign.campaign_items.get(item=first), self.cast.bob, {"c1": 5, "c2": 5, "c3": 5})
        told = self.look(f"/api/v1/marks/{campaign.slug}").json()
        assert told["machine"] is None
        marked, missing = told["marks"]
        assert marked == {
            "item": first.key, "question": question.key, "student": "s1", "school_class": "7B",
            "mark": 4.0, "full_mark": 4.0, "origin": "human", "reason": None,
        }  # fmt: skip
        assert (missing["mark"], missing["origin"], missing["student"]) == (None, None, "s2")
        assert missing["reason"]


class LongTests(ApiCase):
    def test_what_takes_long_is_done_by_a_worker(self) -> None:
        campaign = an_evaluation(self.cast, n=12)
        path = f"/api/v1/verdicts/{campaign.slug}"
        api = "grading.api.campaigns"
        with mock.patch(f"{api}.takes_long", return_value=True), mock.patch(f"{api}.enqueue") as enqueue:
            response = self.send(path)
        assert (response.status_code, response.json()["is_computing"]) == (202, True)
        function, pk = enqueue.call_args.args
        function(pk)
        assert VerdictRun.objects.get().state == "done"
        told = self.look(path).json()
        assert (told["is_computing"], told["has_failed"], told["outcome"]) == (False, False, "fail")

    def test_while_they_are_computed_anew_and_where_that_fails_the_old_ones_decide_nothing(self) -> None:
        """Else a pipeline would go on with the verdict of before."""
        campaign = an_evaluation(self.cast, n=12)
        path = f"/api/v1/verdicts/{campaign.slug}"
        assert self.send(path).json()["exit"] == 10
        api = "grading.api.campaigns"
        long = mock.patch(f"{api}.takes_long", return_value=True)
        with long, mock.patch(f"{api}.enqueue") as enqueue:
            told = self.send(path).json()
        assert (told["is_computing"], told["has_failed"], told["outcome"], told["exit"]) == (True, False, None, None)
        function, pk = enqueue.call_args.args
        with mock.patch("grading.jobs.compute_verdict_run", side_effect=MemoryError):
            function(pk)
        told = self.look(path).json()
        assert (told["is_computing"], told["has_failed"], told["outcome"], told["exit"]) == (False, True, None, None)
        assert told["verdicts"][0]["outcome"] == "pass"
        with long, mock.patch(f"{api}.enqueue") as enqueue:
            self.send(path)
        function, pk = enqueue.call_args.args
        function(pk)
        assert self.look(path).json()["exit"] == 10
