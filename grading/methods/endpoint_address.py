"""Addresses of endpoints: what may be entered, and which are near enough to go without encryption."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

NEAR_ENDS = (".local", ".internal", ".lan", ".home.arpa", ".localhost")
CHAT = "/chat/completions"


class BadAddress(ValueError):
    """`code` is "form", "parts", "plain" or "forbidden"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked_address(text: str) -> str:
    """The address without what every client adds to it. Raises BadAddress.

    Plain HTTP is for machines of one's own network: a key would travel readable.

    >>> checked_address(" http://localhost:8000/v1/chat/completions ")
    'http://localhost:8000/v1'
    """
    try:
        parts = urlsplit(text.strip())
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress("form") from None
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() for c in text.strip()):
        raise BadAddress("form")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise BadAddress("parts")
    address = _ip(host)
    if address is not None and (address.is_link_local or address.is_multicast or address.is_unspecified):
        raise BadAddress("forbidden")
    if parts.scheme == "http" and not _is_near(host, address):
        raise BadAddress("plain")
    path = parts.path.rstrip("/").removesuffix(CHAT)
    return f"{parts.scheme}://{parts.netloc}{path}"


def origin_of(address: str) -> str:
    """Scheme, host and port: who gets the key."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_near(host: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address | None) -> bool:
    """A private address, or a name that only one's own network knows."""
    if address is not None:
        return address.is_private
    return "." not in host or host.endswith(NEAR_ENDS)
