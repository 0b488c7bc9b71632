"""The client of endpoints against servers that misbehave."""

from __future__ import annotations

import socket
import threading
import time
from unittest import mock

import pytest

from grading.backends.endpoint import Asking, ChatEndpoint
from grading.backends.endpoint_errors import EndpointError, Stopped
from grading.backends.endpoint_http import post_json
from grading.backends.endpoint_pace import Pace
from tests.grading.endpoint_server import Answer, endpoint_server, refused, said

HELLO = Asking([{"role": "user", "content": "hello"}])
SCHEMA = Asking(
    [{"role": "user", "content": "hello"}], {"name": "x", "schema": {"type": "object"}}, seed=3
)


def client(url: str, **settings) -> ChatEndpoint:
    return ChatEndpoint(url, "m", **{"pause": 0.01, "timeout": 5, **settings})


def code_of(url: str, asking: Asking = HELLO, **settings) -> str:
    with pytest.raises(EndpointError) as caught:
        client(url, **settings).chat(asking)
    return caught.value.code


def test_it_gives_the_text_and_the_tokens_and_sends_the_key():
    with endpoint_server([said("hi", 12, 3)]) as server:
        reply = client(server.url, key="sk-1").chat(HELLO)
    assert (reply.text, reply.tokens_in, reply.tokens_out, reply.requests) == ("hi", 12, 3, 1)
    assert server.keys == ["Bearer sk-1"]
    assert server.requests[0]["model"] == "m"
    assert "response_format" not in server.requests[0]


def test_it_waits_as_long_as_the_endpoint_asks_for():
    with endpoint_server([refused(429, Retry_After="0.3"), said("hi")]) as server:
        began = time.monotonic()
        reply = client(server.url).chat(HELLO)
    assert reply.requests == 2
    assert time.monotonic() - began >= 0.3


def test_errors_of_the_server_are_tried_again():
    with endpoint_server([refused(500), refused(503), Answer("{broken"), said("hi")]) as server:
        assert client(server.url).chat(HELLO).text == "hi"
    assert len(server.requests) == 4


def test_errors_without_end_are_given_up():
    for status, code, number in ((500, "server_error", 5), (429, "too_many", 6)):
        with endpoint_server([refused(status)]) as server:
            assert code_of(server.url) == code
        assert len(server.requests) == number


def test_a_slow_answer_is_a_time_out():
    with endpoint_server([Answer({}, seconds=1.5)]) as server:
        assert code_of(server.url, timeout=0.2) == "timeout"
    assert len(server.requests) == 2


def test_an_answer_that_drips_for_ever_is_a_time_out():
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _address = listening.accept()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            while True:
                connection.sendall(b" ")
                time.sleep(0.05)
        except OSError:
            pass

    threading.Thread(target=drip, daemon=True).start()
    began = time.monotonic()
    with pytest.raises(EndpointError) as caught:
        post_json(f"http://127.0.0.1:{listening.getsockname()[1]}/", {}, timeout=0.4)
    assert caught.value.code == "timeout"
    assert time.monotonic() - began < 30, "the whole of it drips for 50 seconds"
    listening.close()


def test_a_connection_that_ends_too_early_is_tried_again():
    with endpoint_server([Answer('{"choices"', is_cut=True), said("hi")]) as server:
        assert client(server.url).chat(HELLO).text == "hi"


def test_a_refused_key_is_said_at_once_and_quoted_nowhere():
    answers = [refused(401, "Incorrect key sk-secret")]
    with endpoint_server(answers) as server, pytest.raises(EndpointError) as caught:
        client(server.url, key="sk-secret").chat(HELLO)
    assert (caught.value.code, len(server.requests)) == ("key_refused", 1)
    assert "secret" not in caught.value.detail


def test_a_key_that_an_error_quotes_is_blotted_out():
    answers = [refused(404, "no model for sk-secret")]
    with endpoint_server(answers) as server, pytest.raises(EndpointError) as caught:
        client(server.url, key="sk-secret").chat(HELLO)
    assert caught.value.detail == "404 no model for …"


def test_a_redirect_is_not_followed():
    with endpoint_server([said("elsewhere")]) as other:
        moved = Answer("", 307, {"Location": f"{other.url}/chat/completions"})
        with endpoint_server([moved]) as server:
            assert code_of(server.url) == "redirect"
    assert other.requests == []


def test_too_large_an_answer_is_not_read():
    answers = [Answer("x" * 2_000)]
    with endpoint_server(answers) as server, pytest.raises(EndpointError) as caught:
        post_json(server.url, {}, most_bytes=1_000)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "no_choices"),
        ({"choices": []}, "no_choices"),
        ({"choices": [{"message": {"content": None}}]}, "empty"),
        ({"choices": [{"message": {"content": "x"}, "finish_reason": "content_filter"}]}, "filtered"),
        ([], "no_json"),
    ],
)
def test_answers_of_another_shape_are_told(body, code):
    with endpoint_server([Answer(body)]) as server:
        assert code_of(server.url) == code


def test_tokens_are_guessed_where_the_endpoint_counts_none():
    parts = [{"type": "text", "text": "好的"}, {"type": "text", "text": "。"}]
    with endpoint_server([Answer({"choices": [{"message": {"content": parts}}]})]) as server:
        reply = client(server.url).chat(HELLO)
    assert (reply.text, reply.tokens_in, reply.tokens_out) == ("好的。", 2, 3)


def test_an_endpoint_without_schemas_is_asked_less_strictly_and_remembered():
    def answer(payload):
        kind = payload.get("response_format", {}).get("type")
        return refused(400, "unsupported") if kind in ("json_schema", "json_object") else said("{}")

    with endpoint_server(answer) as server:
        asked = client(server.url)
        asked.chat(SCHEMA)
        assert (asked.structure, len(server.requests)) == ("text", 3)
        asked.chat(SCHEMA)
        assert len(server.requests) == 4


def test_a_request_that_is_wrong_in_itself_says_nothing_about_schemas():
    with endpoint_server([refused(400, "too long")]) as server:
        asked = client(server.url)
        with pytest.raises(EndpointError):
            asked.chat(SCHEMA)
    assert asked.structure == "schema"


def test_a_setting_that_is_not_understood_is_renamed_or_left_out():
    def answer(payload):
        for name in ("max_tokens", "temperature"):
            if name in payload:
                return refused(400, "unsupported", name)
        return said("hi")

    with endpoint_server(answer) as server:
        asked = client(server.url)
        assert asked.chat(SCHEMA).text == "hi"
        asked.chat(SCHEMA)
    assert len(server.requests) == 4
    last = server.requests[-1]
    assert (last["max_completion_tokens"], last["seed"]) == (2048, 3)
    assert last["response_format"]["type"] == "json_schema"


def test_addresses_that_only_a_cloud_asks_are_refused():
    elsewhere = mock.patch("socket.socket.getpeername", return_value=("169.254.169.254", 80))
    with endpoint_server([said("hi")]) as server, elsewhere:
        assert code_of(server.url) == "forbidden_address"
    assert server.requests == []


def test_where_nobody_listens_is_unreachable():
    assert code_of("http://127.0.0.1:9") == "unreachable"


def test_requests_keep_to_the_pace():
    with endpoint_server([said("hi")]) as server:
        asked = client(server.url, pace=Pace(600))  # one in 0.1 s
        began = time.monotonic()
        for _request in range(4):
            asked.chat(HELLO)
    assert 0.3 <= time.monotonic() - began < 10  # a busy machine is slow


def test_who_waits_is_let_go_when_asked_to_stop():
    stop = threading.Event()
    with endpoint_server([refused(429, Retry_After="60")]) as server:
        asked = client(server.url, pace=Pace(stop=stop))
        threading.Timer(0.2, stop.set).start()
        with pytest.raises(Stopped):
            asked.chat(HELLO)
