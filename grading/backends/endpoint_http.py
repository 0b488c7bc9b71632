"""One JSON request over HTTP that cannot surprise: no redirect is followed, answers are bounded in time
and size, certificates are checked, and addresses that only machines of a cloud ask are refused."""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from grading.backends.endpoint_errors import EndpointError, code_of_status

MOST_BYTES = 4 * 1024 * 1024


def post_json(
    url: str, payload: Mapping[str, Any], *, key: str = "", timeout: float = 120,
    most_bytes: int = MOST_BYTES, headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What the server answers to `payload`, sent as json.dumps writes it. Raises EndpointError;
    `timeout` is for all of it, in seconds."""
    parts = urlsplit(url)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port, timeout)
    late = threading.Event()
    clock = threading.Timer(timeout, _hang_up, [connection, late])
    clock.daemon = True
    clock.start()
    try:
        connection.connect()
        _check_peer(connection)
        sent = {"Content-Type": "application/json", "Accept": "application/json", **(headers or {})}
        if key:
            sent["Authorization"] = f"Bearer {key}"
        body = json.dumps(payload).encode()
        connection.request("POST", parts.path or "/", body, sent)
        response = connection.getresponse()
        raw = response.read(most_bytes + 1)
    except (OSError, HTTPException, AttributeError) as error:
        raise EndpointError("timeout" if late.is_set() else _code_of(error)) from error
    finally:
        clock.cancel()
        connection.close()
    if late.is_set():
        raise EndpointError("timeout")
    if len(raw) > most_bytes:
        raise EndpointError("too_large")
    return _answer(response, raw, key)


def _connection(scheme: str, host: str, port: int | None, timeout: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=timeout)


def _hang_up(connection: HTTPConnection, late: threading.Event) -> None:
    """The time is over, however the server spends it: end whatever is being read."""
    late.set()
    sock = connection.sock
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def _check_peer(connection: HTTPConnection) -> None:
    """Of the address that was really reached, whatever name led there, before anything is sent."""
    address = ipaddress.ip_address(connection.sock.getpeername()[0].partition("%")[0])
    plain = getattr(address, "ipv4_mapped", None) or address
    if plain.is_link_local or plain.is_multicast or plain.is_unspecified:
        raise EndpointError("forbidden_address")


def _code_of(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "tls"
    return "cut" if isinstance(error, HTTPException | ConnectionResetError) else "unreachable"


def _answer(response: HTTPResponse, raw: bytes, key: str) -> dict[str, Any]:
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        data = None
    if not 200 <= response.status < 300:
        raise _refusal(response, data, raw, key)
    if not isinstance(data, dict):
        raise EndpointError("no_json")
    return data


def _refusal(response: HTTPResponse, data: Any, raw: bytes, key: str) -> EndpointError:
    """What a server says that refuses a key may quote it, so it is not kept; elsewhere it is blotted out."""
    code = code_of_status(response.status)
    error = data.get("error", data) if isinstance(data, dict) else None
    said = error.get("message") or error.get("detail") if isinstance(error, dict) else error
    words = said if isinstance(said, str) else raw.decode("utf-8", "replace")
    words = " ".join(words.replace(key, "…").split() if key else words.split())
    detail = "" if code == "key_refused" else f"{response.status} {words}".strip()
    param = error.get("param") if isinstance(error, dict) else None
    return EndpointError(
        code, detail,
        param=param if isinstance(param, str) else "",
        retry_after=_seconds(response.getheader("Retry-After")),
    )  # fmt: skip


def _seconds(header: str | None) -> float | None:
    """Retry-After: seconds, or a date."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
