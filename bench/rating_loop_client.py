"""One rater over HTTP: signs in, opens the page, and rates as fast as the server answers."""

from __future__ import annotations

import http.client
import re
import time
import uuid
from urllib.parse import urlencode

PASSWORD = "rating loop"

ITEM = re.compile(r'data-item="(\d+)"')
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "X-Fragment": "1"}


class Rater:
    """A keep-alive connection with the cookies of a signed-in rater."""

    def __init__(self, port: int, name: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.ask("GET", "/sign-in/")
        fields = {
            "username": name,
            "password": PASSWORD,
            "csrfmiddlewaretoken": self.cookies["csrftoken"],
        }
        self.ask("POST", "/sign-in/", fields)
        if "sessionid" not in self.cookies:
            raise RuntimeError(f"{name} could not sign in")

    def ask(self, method: str, path: str, fields: dict[str, object] | None = None) -> str:
        headers = {**HEADERS, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        self.connection.request(method, path, urlencode(fields or {}), headers)
        answer = self.connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        text = answer.read().decode()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]}")
        return text

    def hand(self) -> list[str]:
        """The assignment ids on the page, in order, each once."""
        return list(dict.fromkeys(ITEM.findall(self.ask("GET", "/rate/bench/"))))


def rate(
    port: int,
    name: str,
    cycles: int,
    warm_up: int,
    facts: dict,
    is_peer: bool,
    gate,
    pause: float = 0,
) -> list[float]:
    """Seconds of each measured cycle. Waits at `gate` for the other raters after warming up, and
    `pause` seconds before every cycle, as one who reads."""
    rater = Rater(port, name)
    hand = rater.hand()
    path = "/bare/" if is_peer else "/rate/bench/submit/"
    times = []
    for cycle in range(warm_up + cycles):
        if cycle == warm_up:
            gate.wait()
            rater.connection.close()  # gunicorn has let go of it while we waited; it opens again
            started = time.perf_counter()
        current, hand = hand[0], hand[1:]
        fields = {
            "assignment": current, "score:c1": 3, "score:c2": 4, "score:c3": 5, "note": "",
            "active_seconds": "12.5", "submission_key": uuid.uuid4(), "in_hand": ",".join(hand),
            "want": 1, "rubrics": facts["rubric"], **(facts["peer"] if is_peer else {}),
        }  # fmt: skip
        time.sleep(pause)
        began = time.perf_counter()
        answer = rater.ask("POST", path, fields)
        times.append(time.perf_counter() - began)
        hand += ITEM.findall(answer)[:1]
        if not hand:
            raise RuntimeError(f"{name} ran out of items after {cycle} cycles")
    return [time.perf_counter() - started, *times[warm_up:]]
