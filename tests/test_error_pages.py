"""What a reader is told when something is not there, not allowed, down or broken."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, SimpleTestCase
from django.test.utils import override_settings
from django.urls import path
from django.utils.translation import override

from config.middleware import QueueDownPage
from config.queue import QueueDown
from config.urls import handler400 as pages_handler400
from config.urls import urlpatterns as pages
from tests.base import ConcordTestCase


def break_down(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("<b>secret detail</b>")


def need_the_queue(request: HttpRequest) -> HttpResponse:
    raise QueueDown("connection refused")


def be_tampered_with(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("<b>secret detail</b>")


handler400 = pages_handler400
urlpatterns = [
    *pages,
    path("break/", break_down),
    path("queue/", need_the_queue),
    path("tampered/", be_tampered_with),
]


@override_settings(ROOT_URLCONF="tests.test_error_pages")
class ErrorPageTests(ConcordTestCase):
    def setUp(self) -> None:
        self.client.raise_request_exception = False
        self.sign_in("bob")

    def test_what_is_not_there_and_what_is_not_mine_look_the_same(self) -> None:
        nowhere = self.client.get("/nowhere/")
        elsewhere = self.client.get("/teams/elsewhere/")
        for response in (nowhere, elsewhere):
            self.assertContains(response, "There is nothing here for you", status_code=404)

    def test_an_address_with_a_nul_character_leads_nowhere(self) -> None:
        response = self.client.get("/teams/no%00where/")
        self.assertContains(response, "There is nothing here for you", status_code=404)

    def test_a_missing_role_is_said(self) -> None:
        response = self.client.get("/teams/school/invite/")
        self.assertContains(response, "Your role does not allow this", status_code=403)

    def test_a_fault_is_owned_and_shows_no_detail(self) -> None:
        response = self.client.get("/break/")
        self.assertContains(response, "a fault of Concord", status_code=500)
        self.assertNotContains(response, "secret detail", status_code=500)

    def test_a_queue_that_is_down_is_said_with_503(self) -> None:
        response = self.client.get("/queue/")
        self.assertContains(response, "Background work is not available", status_code=503)
        self.assertNotContains(response, "refused", status_code=503)

    def test_a_form_that_is_too_large_is_said_with_400(self) -> None:
        with self.settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=3):
            response = self.client.post("/settings/", dict.fromkeys("abcde", "x"))
        self.assertContains(response, "The form is too large", status_code=400)
        with self.settings(DATA_UPLOAD_MAX_MEMORY_SIZE=30):
            response = self.client.post(
                "/settings/",
                "display_name=" + "字" * 90,
                content_type="application/x-www-form-urlencoded",
                headers={"accept-language": "zh-CN"},
            )
        self.assertContains(response, '<html lang="zh-hans"', status_code=400)

    def test_too_many_fields_in_an_address_are_said_too(self) -> None:
        with self.settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=3):
            response = self.client.get("/datasets/?a=1&b=2&c=3&d=4&e=5")
        self.assertContains(response, "The form is too large", status_code=400)

    def test_what_was_tampered_with_is_not_called_too_large(self) -> None:
        response = self.client.get("/tampered/")
        self.assertContains(response, "could not be read", status_code=400)
        self.assertNotContains(response, "secret detail", status_code=400)

    def test_who_calls_under_a_foreign_name_gets_one_plain_line(self) -> None:
        with self.settings(ALLOWED_HOSTS=["concord.example"]):
            response = self.client.get("/", headers={"host": "evil.example"})
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "text/plain"

    def test_they_speak_the_readers_language(self) -> None:
        for url in ("/nowhere/", "/break/", "/tampered/"):
            response = self.client.get(url, headers={"accept-language": "zh-CN"})
            assert '<html lang="zh-hans"' in response.content.decode(), url

    def test_the_way_back_is_offered_on_each(self) -> None:
        for url in ("/nowhere/", "/teams/school/invite/", "/break/", "/queue/", "/tampered/"):
            assert 'href="/"' in self.client.get(url).content.decode(), url


class QueueDownPageTests(SimpleTestCase):
    def test_other_faults_are_not_taken_for_the_queue(self) -> None:
        middleware = QueueDownPage(lambda request: HttpResponse())
        request = RequestFactory().get("/")
        assert middleware.process_exception(request, RuntimeError()) is None


class FaultPageTests(SimpleTestCase):
    def test_it_needs_neither_database_nor_request(self) -> None:
        """SimpleTestCase forbids the database."""
        from django.template.loader import render_to_string

        with override("en"):
            assert "Something went wrong" in render_to_string("500.html")
