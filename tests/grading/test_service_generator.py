"""A generator trained here in service: the service process holds it and writes; marking goes on beside it."""

from __future__ import annotations

from unittest import mock

import pytest

from grading.actions.api_tokens import make_token
from grading.models import ServedGenerator
from grading.service import client
from tests.grading.endpoint_case import an_endpoint
from tests.grading.service_case import Service, service  # noqa: F401
from tests.grading.writer_case import WriterCase


@pytest.mark.queue
@pytest.mark.usefixtures("queue")
class ServedVersionTests(WriterCase):
    @pytest.fixture(autouse=True)
    def _process(self, service: Service):  # noqa: F811
        self.service = service

    def setUp(self) -> None:
        self.version = self.writer()
        _kept, self.key = make_token(team=self.team, user=self.cast.erin, name="t", scopes=["generate"])
        self.data = {"name": "writer", "version": self.version.pk, "temperature": 0, "max_tokens": 8}

    def serve(self, **data):
        return self.client_of("erin").post("/served-generators/", {**self.data, **data})

    def ask(self, content: dict, name: str = "writer"):
        headers = {"authorization": f"Bearer {self.key}"}
        return self.client.post(
            f"/api/v1/generate/{name}", content, content_type="application/json", headers=headers
        )

    def test_it_writes_by_its_own_template_and_counts_its_tokens(self) -> None:
        assert self.serve().status_code == 302
        assert self.version.pk in client.loaded_generators()
        told = self.ask({"input": "何时？"}).json()
        assert told["text"].replace(" ", "") == "煤炭统治"
        assert (told["model"], told["template"]) == ("历史 v1", "answer v1")
        assert (told["tokens_in"], told["tokens_out"]) == (len("问：何时？答："), 5)
        generator = ServedGenerator.objects.get()
        assert (generator.requests, generator.tokens_out) == (1, 5)
        assert generator.template == self.version.template

    def test_its_page_names_it_and_takes_it_out_of_service(self) -> None:
        self.serve()
        page = self.client_of("victor").get("/served-generators/")
        self.assertContains(page, f"/graders/{self.version.grader_id}/versions/1/")
        generator = ServedGenerator.objects.get()
        self.client_of("erin").post(f"/served-generators/{generator.pk}/end/")
        assert self.ask({"input": "何时？"}).status_code == 404

    def test_one_that_writes_marks_can_be_served_as_text(self) -> None:
        marker = self.writer(2, writes="mark")
        assert self.serve(name="marker", version=marker.pk).status_code == 302
        told = self.ask({"values": {"question_key": "1", "answer": "煤炭"}}, "marker").json()
        assert told["tokens_in"] == len("1：煤炭。得分：")

    def test_what_takes_too_long_is_given_up_and_said(self) -> None:
        self.serve()
        with mock.patch.object(client, "ANSWER_SECONDS", 0.0):
            response = self.ask({"input": "何时？"})
        assert (response.status_code, response.json()["code"]) == (503, "too_slow")
        assert ServedGenerator.objects.get().requests == 0
        assert self.ask({"input": "何时？"}).status_code == 200

    def test_files_that_are_lost_are_not_put_in_service(self) -> None:
        (self.version.folder / "grader" / "generator.json").unlink()
        self.assertContains(self.serve(), "could not load this version")
        assert not ServedGenerator.objects.exists()

    def test_with_the_service_killed_it_says_when_to_come_back(self) -> None:
        self.serve()
        self.service.kill()
        response = self.ask({"input": "何时？"})
        assert (response.status_code, response.json()["code"]) == (503, "service_away")
        assert int(response["Retry-After"]) > 0
        self.assertContains(self.serve(name="other"), "does not answer")
        assert ServedGenerator.objects.count() == 1
        self.service.start()
        self.service.wait()
        assert self.ask({"input": "何时？"}).status_code == 200

    def test_either_an_endpoint_or_a_version_is_served(self) -> None:
        endpoint = an_endpoint(self.team)
        both = self.serve(endpoint=endpoint.pk, template=self.version.template.pk)
        self.assertContains(both, "Choose either an endpoint or")
        assert not ServedGenerator.objects.exists()
