"""What can go wrong between us and an endpoint, as codes; the sentences are in grading/endpoint_words.py."""

from __future__ import annotations

from grading.backends.storable import storable

LONGEST_DETAIL = 300


class EndpointError(Exception):
    """`code` says what went wrong, `detail` what the endpoint said of it, cut: text from outside.

    `param` is the setting that the endpoint blames, `retry_after` the seconds it asks for.
    """

    def __init__(
        self, code: str, detail: str = "", *, param: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.detail = code, storable(detail)[:LONGEST_DETAIL]
        self.param, self.retry_after = param, retry_after


class Stopped(Exception):
    """Somebody asked to stop while a request waited for its turn."""


# Worth another try after a pause: code → tries in all.
TRIES = {"unreachable": 5, "cut": 5, "too_many": 6, "server_error": 5, "no_json": 3, "timeout": 2}
# True of every request and not of this one alone: a run ends with it.
OF_THE_ENDPOINT = {
    "endpoint_gone", "key_refused", "key_gone", "not_found", "redirect", "forbidden_address", "tls",
    "unreachable", "too_many",
}  # fmt: skip


def code_of_status(status: int) -> str:
    """The code of an HTTP status that is no success."""
    if 300 <= status < 400:
        return "redirect"
    if status in (401, 403):
        return "key_refused"
    known = {404: "not_found", 408: "server_error", 429: "too_many"}
    return known.get(status, "server_error" if status >= 500 else "bad_request")
