"""Who may ask the API, how often, and what is said to who may not."""

from __future__ import annotations

import io
from unittest import mock

from django.db import OperationalError
from django.utils import timezone

from config.middleware import SILENCE
from grading.actions.api_tokens import make_token, revoke_token
from grading.models import ApiToken, ServedRequest
from tests.grading.service_case import ServiceCase, service  # noqa: F401


class CutOff(io.BytesIO):
    """Whoever sends has gone."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError


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

    def test_a_pointer_leads_to_the_place_in_the_body(self) -> None:
        """RFC 6901: the whole body is the empty pointer, and slashes within a name are written ~1."""
        for content, pointer in (
            ([], ""), (self.answer(**{"a/b~c": 1}), "/a~1b~0c"),
            ({"question": {"text": "?"}, "answer": ""}, "/question"),
        ):  # fmt: skip
            errors = self.ask(content).json()["errors"]
            assert [one["pointer"] for one in errors] == [pointer]

    def test_of_very_many_faults_the_first_hundred_are_told(self) -> None:
        response = self.ask(self.answer(**{f"x{n}": 1 for n in range(20_000)}))
        assert (response.status_code, len(response.json()["errors"])) == (422, 100)

    def test_a_number_is_a_number(self) -> None:
        """`true` would be a full mark of 1, and people would mark on that scale."""
        for value in ("4", True, [4]):
            for place in ("full_mark", "step"):
                asked = {"text": "?", "full_mark": 4, place: value}
                assert self.ask({"question": asked, "answer": ""}).status_code == 422, asked
        assert not ServedRequest.objects.exists()

    def test_an_address_says_which_methods_it_takes(self) -> None:
        (said,) = self.ask(self.answer()).json()["answers"]
        assert self.look("/api/v1/grade/历史")["Allow"] == "POST"
        for path in (said["links"]["self"], "/api/v1/openapi.json"):
            response = self.client.put(path)
            assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
            assert response.json()["code"] == "method"
            head = self.client.head(path, headers={"authorization": f"Bearer {self.key}"})
            assert (head.status_code, head.content) == (200, b"")

    def test_an_id_may_come_in_capital_letters(self) -> None:
        (said,) = self.ask(self.answer()).json()["answers"]
        path = f"/api/v1/grade/{said['id'].upper()}"
        assert self.look(path).json()["id"] == said["id"]
        assert self.ask({"kind": "agree"}, f"{path}/feedback").status_code == 201

    def test_a_request_that_is_too_large_is_said_to_be(self) -> None:
        response = self.ask("x" * 5_000_000)
        assert (response.status_code, response.json()["code"]) == (413, "too_large")

    def test_who_sends_too_much_is_heard_out_and_hears_the_answer(self) -> None:
        """A connection that is closed under somebody who still sends tells him nothing."""
        sent = io.BytesIO(b"x" * 5_000_000)
        response = self.client.post(
            "/api/v1/grade/历史", headers={"authorization": f"Bearer {self.key}"},
            CONTENT_LENGTH=5_000_000, **{"wsgi.input": sent},
        )  # fmt: skip
        assert (response.status_code, sent.tell()) == (413, 5_000_000)

    def test_a_body_in_chunks_is_refused_and_not_taken_for_an_empty_one(self) -> None:
        response = self.ask(self.answer(), **{"transfer-encoding": "chunked"})
        assert (response.status_code, response.json()["code"]) == (411, "length")

    def test_a_body_that_breaks_off_is_said_to_have(self) -> None:
        response = self.client.post(
            "/api/v1/grade/历史", headers={"authorization": f"Bearer {self.key}"},
            CONTENT_LENGTH=9, **{"wsgi.input": CutOff()},
        )  # fmt: skip
        assert (response.status_code, response.json()["code"]) == (400, "cut_off")

    def test_who_falls_silent_halfway_keeps_no_thread(self) -> None:
        connection = mock.Mock()
        response = self.client.post(
            "/api/v1/grade/历史", headers={"authorization": f"Bearer {self.key}"},
            CONTENT_LENGTH=9, **{"wsgi.input": CutOff(), "gunicorn.socket": connection},
        )  # fmt: skip
        assert response.status_code == 400
        assert connection.settimeout.call_args_list == [mock.call(SILENCE), mock.call(None)]

    def test_with_the_database_away_a_program_is_told_when_to_come_back(self) -> None:
        with mock.patch("grading.api.door.token_of", side_effect=OperationalError("database is locked")):
            response = self.ask(self.answer())
        assert (response.status_code, response.json()["code"]) == (503, "database")
        assert int(response["Retry-After"]) > 0

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
        for path in ("grade/%00", "verdicts/%00", "nowhere%00"):
            response = self.ask(self.answer(), path=f"/api/v1/{path}")
            assert (response.status_code, response.json()["code"]) == (404, "no_address")
        assert not ServedRequest.objects.exists()

    def test_where_nothing_is_programs_are_told_so_in_json(self) -> None:
        for method in (self.client.get, self.client.post):
            for path in ("/api/v1/nothing/here", "/api/v1/", "/api/v1/grade/a%0Ab"):
                response = method(path)
                assert (response.status_code, response.json()["code"]) == (404, "no_address")
