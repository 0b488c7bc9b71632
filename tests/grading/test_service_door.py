"""Who may ask the API, how often, and what is said to who may not."""

from __future__ import annotations

from django.utils import timezone

from grading.actions.api_tokens import make_token, revoke_token
from grading.models import ApiToken, ServedRequest
from tests.grading.service_case import ServiceCase, service  # noqa: F401


class DoorTests(ServiceCase):
    def test_without_a_token_in_force_nobody_comes_in(self) -> None:
        revoked, gone = self.a_token("alice")
        revoke_token(token=revoked)
        _kept, bobs = self.a_token("bob")  # rates only
        for key in ("", "nonsense", gone, bobs):
            response = self.ask(self.answer(), authorization=f"Bearer {key}")
            assert response.status_code == 401, key
            assert response["Content-Type"] == "application/problem+json"
            assert response["WWW-Authenticate"] == "Bearer"
        assert not ServedRequest.objects.exists()

    def test_who_leaves_the_team_leaves_the_door_shut(self) -> None:
        self.cast.alice.memberships.all().delete()
        assert self.ask(self.answer()).status_code == 401

    def test_a_token_is_for_its_team_alone(self) -> None:
        _kept, eves = make_token(team=self.cast.elsewhere, user=self.cast.eve, name="e", scopes=["grade", "read"])
        assert self.ask(self.answer(), key=eves).json()["code"] == "no_grader"
        (said,) = self.ask(self.answer()).json()["answers"]
        assert self.look(said["links"]["self"], key=eves).status_code == 404

    def test_a_token_does_what_its_scopes_say(self) -> None:
        _kept, reader = self.a_token("alice", scopes=("read",))
        response = self.ask(self.answer(), key=reader)
        assert (response.status_code, response.json()["code"]) == (403, "scope")

    def test_the_token_itself_is_not_stored(self) -> None:
        stored = str(ApiToken.objects.filter(pk=self.token.pk).values())
        assert self.key not in stored
        assert self.key.startswith(self.token.beginning)

    def test_its_use_is_noted(self) -> None:
        self.ask(self.answer())
        assert ApiToken.objects.get(pk=self.token.pk).last_used_at <= timezone.now()

    def test_too_many_requests_a_minute_are_sent_away_with_the_time_to_come_back(self) -> None:
        _kept, key = self.a_token("alice", per_minute=2)
        codes = [self.ask(self.answer(), key=key).status_code for _n in range(3)]
        # The third may fall into the next minute.
        assert codes == [200, 200, 429] or self.ask(self.answer(), key=key).status_code == 429

    def test_what_is_not_as_described_is_told_place_by_place(self) -> None:
        response = self.ask({"answers": [{"question": {"key": 1}, "answers": "x"}]})
        assert response.status_code == 422
        assert {one["pointer"] for one in response.json()["errors"]} == {
            "/answers/0/question/key", "/answers/0/answer", "/answers/0/answers",
        }  # fmt: skip
        assert self.ask("{").json()["code"] == "not_json"
        assert self.look("/api/v1/grade/历史").status_code == 405

    def test_a_request_that_is_too_large_is_said_to_be(self) -> None:
        response = self.ask("x" * 5_000_000)
        assert (response.status_code, response.json()["code"]) == (413, "too_large")

    def test_problems_speak_the_language_that_was_asked_for(self) -> None:
        told = {
            language: self.ask(self.answer(), "/api/v1/grade/化学", **{"accept-language": language})
            for language in ("en", "zh-CN")
        }
        assert {response["Content-Language"] for response in told.values()} == {"en", "zh-hans"}

    def test_json_without_end_is_no_json(self) -> None:
        response = self.ask("[" * 50_000)
        assert (response.status_code, response.json()["code"]) == (400, "not_json")

    def test_what_a_database_cannot_store_is_refused_wherever_it_stands(self) -> None:
        for content in (
            self.answer("a\0b"), self.answer(student="\0"), self.answer(external_id="\0"),
            {"question": {"key": "\0", "text": "x", "full_mark": 2}, "answer": "a"},
        ):  # fmt: skip
            assert self.ask(content).status_code == 422, content
        assert self.ask('{"question": {"key": "1"}, "answer": "\\ud800"}').status_code == 422
        assert self.ask(self.answer(), path="/api/v1/grade/%00").status_code == 404
        assert not ServedRequest.objects.exists()

    def test_where_nothing_is_programs_are_told_so_in_json(self) -> None:
        for method in (self.client.get, self.client.post):
            response = method("/api/v1/nothing/here")
            assert (response.status_code, response.json()["code"]) == (404, "no_address")
