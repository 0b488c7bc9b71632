"""Generators in service: put there from the page, asked through the API, counted, taken out."""

from __future__ import annotations

import json
from unittest import mock

import pytest

from config.queue import QueueDown
from grading.actions.api_tokens import make_token
from grading.actions.endpoint import client_of
from grading.backends.endpoint import Asking
from grading.backends.endpoint_pace import Pace
from grading.models import PromptTemplate, ServedGenerator
from tests.base import ConcordTestCase
from tests.grading.endpoint_case import an_endpoint
from tests.grading.endpoint_server import endpoint_server, refused, said

AN_AGE = 10**9  # instead of a minute, so that none ends in the middle of a test


@pytest.mark.queue
@pytest.mark.usefixtures("queue")
class ServedGeneratorTests(ConcordTestCase):
    def setUp(self) -> None:
        self.endpoint = an_endpoint(self.team)
        self.template = PromptTemplate.objects.create(
            team=self.team, name="summary", text="Sum up: {input}", system="Be brief."
        )
        _kept, self.key = make_token(
            team=self.team, user=self.cast.erin, name="t", scopes=["generate"]
        )
        data = {
            "name": "sum-up", "endpoint": self.endpoint.pk, "template": self.template.pk,
            "temperature": 0.2, "max_tokens": 50,
        }  # fmt: skip
        self.response = self.client_of("erin").post("/served-generators/", data)
        self.generator = ServedGenerator.objects.get()

    def ask(self, content: dict, name: str = "sum-up"):
        headers = {"authorization": f"Bearer {self.key}"}
        return self.client.post(
            f"/api/v1/generate/{name}", json.dumps(content), content_type="application/json", headers=headers
        )

    def test_it_writes_with_its_template_and_counts_what_it_used(self) -> None:
        with endpoint_server([said("Short.", tokens_in=7, tokens_out=3)]) as server:
            type(self.endpoint).objects.update(base_url=server.url)
            told = self.ask({"input": "A long text."}).json()
        assert (told["text"], told["template"]) == ("Short.", "summary v1")
        assert [m["content"] for m in server.requests[0]["messages"]] == ["Be brief.", "Sum up: A long text."]
        assert server.requests[0]["temperature"] == 0.2
        self.generator.refresh_from_db()
        assert (self.generator.requests, self.generator.tokens_in, self.generator.tokens_out) == (1, 7, 3)

    def test_values_that_do_not_fill_the_template_are_refused(self) -> None:
        for content in ({}, {"values": {"other": "x"}}, {"input": "x", "values": {"other": "x"}}):
            response = self.ask(content)
            assert (response.status_code, response.json()["code"]) == (422, "places")

    def test_an_endpoint_that_fails_is_said_to_and_asked_once(self) -> None:
        with endpoint_server([refused(500, "overloaded")]) as server:
            type(self.endpoint).objects.update(base_url=server.url)
            response = self.ask({"input": "x"})
        assert (response.status_code, response.json()["code"]) == (503, "endpoint")
        assert len(server.requests) == 1

    def test_its_template_is_frozen_and_its_name_is_taken_until_it_is_out_of_service(self) -> None:
        assert self.response.status_code == 302
        assert PromptTemplate.objects.get(pk=self.template.pk).is_frozen
        client, data = self.client_of("erin"), {"name": "sum-up", "endpoint": self.endpoint.pk, "template": self.template.pk, "temperature": 1, "max_tokens": 5}
        assert client.post("/served-generators/", data).status_code == 200
        client.post(f"/served-generators/{self.generator.pk}/end/")
        assert self.ask({"input": "x"}).status_code == 404
        assert client.post("/served-generators/", data).status_code == 302

    def test_requests_a_minute_are_counted_over_all_callers_and_the_next_is_told_when_to_come(self) -> None:
        with endpoint_server([said("Short.")]) as server, mock.patch("config.rate.MINUTE", AN_AGE):
            type(self.endpoint).objects.update(base_url=server.url, requests_per_minute=2)
            run = client_of(type(self.endpoint).objects.get())
            run.chat(Asking([{"role": "user", "content": "x"}]))
            codes = [self.ask({"input": "x"}).status_code for _request in range(2)]
            response = self.ask({"input": "x"})
        assert (codes, len(server.requests)) == ([200, 503], 2)
        assert response["Retry-After"] == "60"
        assert "have been made" in response.json()["detail"]

    def test_a_run_waits_for_room_and_while_the_queue_is_away(self) -> None:
        answers = [7, QueueDown("gone"), 0]
        with (
            endpoint_server([said("Short.")]) as server,
            mock.patch("grading.actions.endpoint.seconds_to_wait", side_effect=answers),
            mock.patch.object(Pace, "_sleep_until") as slept,
        ):
            type(self.endpoint).objects.update(base_url=server.url, requests_per_minute=2)
            client_of(type(self.endpoint).objects.get()).chat(Asking([{"role": "user", "content": "x"}]))
        assert (slept.call_count, len(server.requests)) == (3, 1)
