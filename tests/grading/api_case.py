"""A program with a token of alice's. The rate of requests is counted in Redis."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse

from annotations.models import Team, User
from grading.actions.api_tokens import make_token
from grading.models import ApiToken
from tests.base import ConcordTestCase


@pytest.mark.queue
@pytest.mark.usefixtures("queue")
class ApiCase(ConcordTestCase):
    def setUp(self) -> None:
        self.key = self.a_key(self.cast.alice, self.team)

    def a_key(self, user: User, team: Team, *scopes: str) -> str:
        _kept, text = make_token(team=team, user=user, name="ci", scopes=scopes or ApiToken.Scope.values)
        return text

    def look(self, path: str, key: str = "", **headers: str) -> HttpResponse:
        return self.client.get(path, headers={"authorization": f"Bearer {key or self.key}", **headers})

    def send(self, path: str, body: Any = b"", key: str = "", **headers: str) -> HttpResponse:
        headers = {"authorization": f"Bearer {key or self.key}", **headers}
        return self.client.post(path, body, content_type="application/octet-stream", headers=headers)
