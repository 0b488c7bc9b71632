"""POST /api/v1/grade: marks from the real service process, and what is stored of them."""

from __future__ import annotations

import pytest

from annotations.models import AutomaticScore
from grading.models import ServedAnswer, ServedRequest
from tests.grading.service_case import QUESTION, SAID, ServiceCase, a_version, service  # noqa: F401


class GradeTests(ServiceCase):
    def test_an_answer_gets_the_mark_that_the_version_has_learnt(self) -> None:
        for mark, text in enumerate(SAID):
            told = self.ask(self.answer(text, external_id="x7")).json()
            (said,) = told["answers"]
            assert said["mark"] == mark
            assert said["full_mark"] == 2
            assert said["external_id"] == "x7"
            assert said["needs_person"] is False
            assert told["version"] == self.version.number
            assert sum(one["probability"] for one in said["probabilities"]) == pytest.approx(1, abs=1e-4)

    def test_many_answers_come_back_in_their_order(self) -> None:
        said = self.ask({"answers": [self.answer(SAID[n % 3]) for n in range(7)]}).json()["answers"]
        assert [one["mark"] for one in said] == [0, 1, 2, 0, 1, 2, 0]
        assert ServedAnswer.objects.count() == 7
        assert ServedRequest.objects.count() == 1

    def test_a_question_is_known_by_its_text_whatever_its_key(self) -> None:
        asked = {"key": "something else", "text": QUESTION}
        assert self.ask({"question": asked, "answer": SAID[2]}).json()["answers"][0]["mark"] == 2

    def test_below_the_threshold_a_person_is_needed_and_gets_the_answer(self) -> None:
        self.deployment = self.deployed(self.version, threshold=1.0)
        (said,) = self.ask(self.answer(student="s1")).json()["answers"]
        assert said["needs_person"] is True
        assert said["why"] == "low_confidence"
        (row,) = self.deployment.queue.campaign_items.all()
        assert row.probability == 1
        assert row.item.text == SAID[2]
        scores = AutomaticScore.objects.filter(item=row.item)
        assert scores.get(scorer=self.version_scorers()[0]).value == said["mark"]
        assert scores.get(scorer=self.version_scorers()[1]).value == said["confidence"]
        assert row.assignments.count() == 1

    def version_scorers(self):
        self.version.refresh_from_db()
        return self.version.scorer, self.version.confidence_scorer

    def test_an_unknown_question_goes_to_people_with_a_rubric_of_its_own(self) -> None:
        points = [{"text": "曹操", "marks": 1}, {"text": "孙权", "marks": 2}]
        asked = {"key": "9", "text": "赤壁之战的双方是谁？", "full_mark": 3, "scoring_points": points}
        (said,) = self.ask({"question": asked, "answer": "曹操和孙权"}).json()["answers"]
        assert (said["mark"], said["why"]) == (None, "unknown_question")
        (row,) = self.deployment.queue.campaign_items.all()
        assert [c.high for c in row.rubric.criteria.all()] == [1, 2]
        self.ask({"question": asked, "answer": "刘备"})
        assert self.deployment.queue.campaign_items.filter(rubric=row.rubric).count() == 2

    def test_an_unknown_question_without_a_full_mark_is_refused_and_nothing_is_stored(self) -> None:
        many = {"answers": [self.answer(), {"question": {"key": "9"}, "answer": "?"}]}
        response = self.ask(many)
        assert response.status_code == 422
        assert response.json()["errors"][0]["pointer"] == "/answers/1/question"
        assert not ServedRequest.objects.exists()

    def test_another_full_mark_than_the_learnt_one_is_refused(self) -> None:
        asked = {"key": "1", "full_mark": 5}
        response = self.ask({"question": asked, "answer": SAID[2]})
        assert (response.status_code, response.json()["code"]) == (422, "other_full_mark")

    def test_the_audit_is_drawn_with_the_share_of_the_deployment(self) -> None:
        self.deployment = self.deployed(self.version, audit_share=1.0)
        (said,) = self.ask(self.answer()).json()["answers"]
        assert said["needs_person"] is False
        assert self.deployment.queue.campaign_items.get().probability == 1.0
        self.deployed(self.version, audit_share=0.3)
        self.ask({"answers": [self.answer() for _n in range(60)]})
        audited = self.deployment.queue.campaign_items.filter(probability=0.3).count()
        assert 4 <= audited <= 34  # 60 × 0.3 ± 4 standard deviations
        assert ServedAnswer.objects.filter(is_audited=True).count() == audited + 1

    def test_old_versions_that_were_in_service_stay_callable_by_number(self) -> None:
        newer = a_version(self.team, marks=(2, 1, 0))
        path = f"/api/v1/grade/历史?version={newer.number}"
        assert self.ask(self.answer(), path).status_code == 404
        self.deployed(newer)
        assert self.ask(self.answer()).json()["answers"][0]["mark"] == 0
        old = self.ask(self.answer(), "/api/v1/grade/历史?version=1").json()
        assert (old["version"], old["answers"][0]["mark"]) == (1, 2)


class KeyTests(ServiceCase):
    def test_the_same_key_is_the_same_answer_and_stored_once(self) -> None:
        first = self.ask(self.answer(), **{"idempotency-key": "k1"})
        again = self.ask(self.answer(), **{"idempotency-key": "k1"})
        assert first.json() == again.json()
        assert ServedAnswer.objects.count() == 1

    def test_a_key_is_not_used_for_another_request(self) -> None:
        self.ask(self.answer(), **{"idempotency-key": "k1"})
        response = self.ask(self.answer("else"), **{"idempotency-key": "k1"})
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key")

    def test_anothers_key_is_another_request(self) -> None:
        first = self.ask(self.answer(), **{"idempotency-key": "k1"}).json()
        _token, key = self.a_token("erin")
        second = self.ask(self.answer(), key=key, **{"idempotency-key": "k1"}).json()
        assert first["answers"][0]["id"] != second["answers"][0]["id"]

    def test_a_question_with_another_full_mark_is_another_question(self) -> None:
        """People would otherwise mark it on the scale that the first request gave it."""
        for full_mark in (3, 5, 3):
            asked = {"key": "9", "text": "赤壁之战的双方是谁？", "full_mark": full_mark}
            (said,) = self.ask({"question": asked, "answer": "曹操和孙权"}).json()["answers"]
            assert said["full_mark"] == full_mark
        assert self.deployment.queue.dataset.questions.filter(text="赤壁之战的双方是谁？").count() == 2

    def test_a_full_mark_and_step_that_make_no_scale_are_refused(self) -> None:
        none, tiny = "no_scale", "invalid"
        for full_mark, step, code in (
            (1e-300, 1, tiny), (0.001, 1, tiny), (1000, 5e-324, tiny), (1000, 0.01, none),
            (999.999, 1, none), (4, 0.015, none),
        ):  # fmt: skip
            asked = {"text": "赤壁之战的双方是谁？", "full_mark": full_mark, "step": step}
            response = self.ask({"question": asked, "answer": "曹操"})
            assert (response.status_code, response.json()["code"]) == (422, code), (full_mark, step)
        assert not ServedRequest.objects.exists()

    def test_scoring_points_that_nobody_could_mark_are_refused_at_their_place(self) -> None:
        for marks in (1000, 1 / 3):
            points = [{"text": "曹操", "marks": 1}, {"text": "孙权", "marks": marks}]
            asked = {"text": "赤壁之战的双方是谁？", "full_mark": 4, "scoring_points": points}
            response = self.ask({"question": asked, "answer": "曹操"})
            assert (response.status_code, response.json()["code"]) == (422, "no_point_scale")
            (error,) = response.json()["errors"]
            assert error["pointer"] == "/question/scoring_points/1/marks"
        assert not ServedRequest.objects.exists()
