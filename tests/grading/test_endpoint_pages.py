"""The pages of endpoints: who may, what is checked, and that no key ever shows."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.conf import settings

from grading.endpoint_keys import read_key, store_key
from grading.methods.endpoint_address import BadAddress, checked_address
from grading.models import Endpoint
from tests.base import ConcordTestCase
from tests.grading.endpoint_case import an_endpoint
from tests.grading.endpoint_server import endpoint_server, refused, said
from tests.queries import queries_of

KEY = "sk-very-secret"


def key_files() -> set[str]:
    folder = Path(settings.KEYS_ROOT)
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


class EndpointPagesTest(ConcordTestCase):
    def data(self, **changes):
        return {
            "team": self.team.pk, "name": "local", "base_url": "http://localhost:8000/v1",
            "model": "tiny", "currency": "USD", "parallel": 2, "timeout": 30, "key": KEY, **changes,
        }  # fmt: skip

    def stored(self) -> Endpoint:
        return an_endpoint(self.team, key_file=store_key(KEY))

    def test_an_engineer_adds_one_and_the_key_lies_in_a_file_for_this_user_alone(self):
        self.sign_in("erin")
        page = self.client.post("/endpoints/new/", self.data(), follow=True)
        endpoint = Endpoint.objects.get()
        assert read_key(endpoint.key_file) == KEY
        path = Path(settings.KEYS_ROOT) / endpoint.key_file
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        self.assertNotContains(page, KEY)
        self.assertContains(page, "A key is stored and is shown to nobody.")

    def test_an_empty_key_keeps_the_stored_one_and_forgetting_deletes_it(self):
        endpoint = self.stored()
        self.sign_in("alice")
        url, name = f"/endpoints/{endpoint.pk}/", endpoint.key_file
        self.client.post(url, self.data(base_url=endpoint.base_url, key="", model="other"))
        endpoint.refresh_from_db()
        assert (endpoint.model, read_key(endpoint.key_file)) == ("other", KEY)
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(url, self.data(base_url=endpoint.base_url, key="", forget_key="on"))
        endpoint.refresh_from_db()
        assert endpoint.key_file == ""
        assert name not in key_files()

    def test_the_key_does_not_follow_to_another_address(self):
        """Else whoever may change the address could have the key sent to a server of theirs."""
        endpoint = self.stored()
        self.sign_in("erin")
        url = f"/endpoints/{endpoint.pk}/"
        page = self.client.post(url, self.data(base_url="https://mine.example/v1", key=""))
        self.assertContains(page, "The stored key was for another address")
        endpoint.refresh_from_db()
        assert endpoint.base_url == "http://127.0.0.1:9/v1"
        self.client.post(url, self.data(base_url="https://mine.example/v1", key="new"))
        endpoint.refresh_from_db()
        assert read_key(endpoint.key_file) == "new"

    def test_deleting_it_deletes_its_key(self):
        endpoint = self.stored()
        self.sign_in("alice")
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"/endpoints/{endpoint.pk}/delete/")
        assert not Endpoint.objects.exists()
        assert endpoint.key_file not in key_files()

    def test_trying_it_shows_what_came_back(self):
        with endpoint_server([said('{"ok": true}', 20, 4)]) as server:
            endpoint = an_endpoint(self.team, server.url, key_file=store_key(KEY))
            self.sign_in("alice")
            page = self.client.post(f"/endpoints/{endpoint.pk}/try/")
        self.assertContains(page, "It answers: 20 tokens read, 4 written.")
        self.assertContains(page, "It takes JSON schemas.")
        assert server.keys == [f"Bearer {KEY}"]

    def test_trying_it_says_what_went_wrong_at_once_and_without_the_key(self):
        with endpoint_server([refused(500, f"crashed with {KEY}")]) as server:
            endpoint = an_endpoint(self.team, server.url, key_file=store_key(KEY))
            self.sign_in("alice")
            page = self.client.post(f"/endpoints/{endpoint.pk}/try/")
        self.assertContains(page, "The endpoint reports an error of its own. (500 crashed with …)")
        assert len(server.requests) == 1

    def test_a_key_whose_file_is_gone_is_told(self):
        endpoint = an_endpoint(self.team, key_file="0" * 32)
        self.sign_in("alice")
        page = self.client.post(f"/endpoints/{endpoint.pk}/try/")
        self.assertContains(page, "The file with the key is gone.")

    def test_a_name_is_taken_once_a_team(self):
        an_endpoint(self.team)
        self.sign_in("alice")
        page = self.client.post("/endpoints/new/", self.data())
        self.assertContains(page, "The team already has an endpoint of this name.")

    def test_who_may_see_and_who_may_change(self):
        endpoint = self.stored()
        seen = {"alice": 200, "erin": 200, "dave": 200, "victor": 200, "bob": 403}
        changed = {"alice": 200, "erin": 200, "dave": 403, "victor": 403, "bob": 403, "eve": 404}
        for name, code in seen.items():
            assert self.client_of(name).get("/endpoints/").status_code == code, name
        for name, code in changed.items():
            assert self.client_of(name).get(f"/endpoints/{endpoint.pk}/").status_code == code, name
        assert b"local" not in self.client_of("eve").get("/endpoints/").content

    def test_no_key_is_in_the_list_or_its_file(self):
        self.stored()
        self.sign_in("alice")
        for query in ("", "?format=csv"):
            response = self.client.get(f"/endpoints/{query}")
            body = b"".join(response) if response.streaming else response.content
            assert b"tiny" in body
            assert KEY.encode() not in body

    def test_the_number_of_queries_of_the_list_does_not_grow(self):
        an_endpoint(self.team)
        self.sign_in("alice")
        with_one = queries_of(self.client, "/endpoints/")
        for number in range(5):
            an_endpoint(self.team, name=f"e{number}")
        assert queries_of(self.client, "/endpoints/") == with_one


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://api.example.com/v1/", "https://api.example.com/v1"),
        ("https://api.example.com/v1/chat/completions", "https://api.example.com/v1"),
        ("http://localhost:11434/v1", "http://localhost:11434/v1"),
        ("http://192.168.1.7:8000/v1", "http://192.168.1.7:8000/v1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://vllm:8000/v1", "http://vllm:8000/v1"),
        ("http://gpu.school.lan/v1", "http://gpu.school.lan/v1"),
    ],
)
def test_addresses_are_kept_as_clients_need_them(typed, kept):
    assert checked_address(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("api.example.com/v1", "form"),
        ("ftp://api.example.com", "form"),
        ("file:///etc/passwd", "form"),
        ("https://", "form"),
        ("https://host:port/v1", "form"),
        ("https://a b/v1", "form"),
        ("https://user:pass@host/v1", "parts"),
        ("https://host/v1?key=1", "parts"),
        ("http://api.example.com/v1", "plain"),
        ("http://8.8.8.8/v1", "plain"),
        ("http://169.254.169.254/latest", "forbidden"),
        ("https://[fe80::1]/v1", "forbidden"),
        ("http://0.0.0.0:8000", "forbidden"),
    ],
)
def test_addresses_that_are_none_or_unsafe_are_refused(typed, code):
    with pytest.raises(BadAddress) as caught:
        checked_address(typed)
    assert caught.value.code == code
