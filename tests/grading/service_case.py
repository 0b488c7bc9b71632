"""What the tests of the service share: a grader that learns in a second, and the real process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from annotations.models import Rating
from config.paths import BASE, VAR, service_socket
from grading.actions.api_tokens import make_token
from grading.actions.deploy import Terms, deploy
from grading.backends.classical import ClassicalGrader
from grading.backends.papers import Paper
from grading.backends.trained import Calibration, TrainedGrader
from grading.models import Deployment, Grader, ModelVersion
from grading.service import client
from tests.base import ConcordTestCase
from tests.grading.training_case import a_training_set, asked, example, papers_of

# The service keeps versions by their number, and each test begins with an empty database.
numbers = count(1000)
SAID = ["不知道", "因为光荣革命", "因为光荣革命，也因为圈地运动"]
QUESTION = "为什么工业革命首先发生在英国？"


def learnt_from(team, students: int = 60, marks: tuple[int, ...] = (0, 1, 2)):
    """A training set in which the words of an answer tell its mark; `marks` says which."""
    question = asked("1", text=QUESTION, reference="光荣革命；圈地运动", full_mark=2)
    rows = [
        example(question, n, marks[n % 3], answer=f"{SAID[n % 3]}，我是第{n}号")
        for n in range(students)
    ]
    return a_training_set(team, rows)


def a_version(team, subject: str = "历史", marks: tuple[int, ...] = (0, 1, 2)) -> ModelVersion:
    """A trained version; the next one of the same subject gets the next number."""
    training_set = learnt_from(team, marks=marks)
    grader, _new = Grader.objects.get_or_create(team=team, school_subject=subject)
    version = ModelVersion.objects.create(
        pk=next(numbers), grader=grader, number=grader.versions.count() + 1, kind="classical",
        training_set=training_set, trained_at=timezone.now(),
    )  # fmt: skip
    shutil.rmtree(version.folder, ignore_errors=True)
    trained(tuple(papers_of(training_set))).save(version.folder, "classical")
    return version


@cache
def trained(papers: tuple[Paper, ...]) -> TrainedGrader:
    """Learnt once for all tests."""
    classical = ClassicalGrader().fit(papers)
    questions = {paper.question.key: paper.question for paper in papers}
    return TrainedGrader(classical, classical, Calibration(), list(questions.values()), knows_all=False)


class Service:
    """`python -m grading.service`, as config/serve.py starts it."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        database = connection.settings_dict["NAME"]
        environment = {**os.environ, "CONCORD_VAR": str(VAR), "DJANGO_SETTINGS_MODULE": "config.settings"}
        if connection.vendor == "sqlite":
            environment["DATABASE_URL"] = f"sqlite:///{database}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grading.service"], cwd=BASE, env=environment, start_new_session=True
        )

    def wait(self, seconds: float = 240) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                client.loaded_versions()
                return
            except client.ServiceAway:
                time.sleep(0.1)
        raise AssertionError("the service does not answer")

    def kill(self) -> None:
        """-9 to all of it, as when memory runs out."""
        os.killpg(self.process.pid, 9)
        self.process.wait(10)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(60)
        service_socket().unlink(missing_ok=True)


@pytest.fixture(scope="package")
def service_process(django_db_setup: None) -> Iterator[Service]:
    """One for all tests of a folder: it takes seconds to start. Each conftest.py imports it, for a
    fixture of a package belongs to a folder."""
    process = Service()
    yield process
    process.end()


@pytest.fixture
def service(service_process: Service) -> Service:
    """It answers, whatever the test before has done to it."""
    if service_process.process.poll() is not None:
        service_process.start()
    service_process.wait()
    return service_process


@pytest.mark.queue
@pytest.mark.usefixtures("service", "queue")
class ServiceCase(ConcordTestCase):
    """A history grader in service, with bob and carol for what it leaves, and alice's token."""

    terms = Terms(override_reason="for the test", audit_share=0.0)

    def setUp(self) -> None:
        self.version = a_version(self.team)
        self.deployment = self.deployed(self.version)
        self.token, self.key = self.a_token("alice")

    def deployed(self, version: ModelVersion, **changes: Any) -> Deployment:
        terms = Terms(**{**self.terms.__dict__, **changes})
        raters = [self.cast.bob, self.cast.carol]
        return deploy(version=version, by=self.cast.alice, terms=terms, raters=raters)

    def a_token(self, name: str, scopes: tuple[str, ...] = ("grade", "read", "feedback"), **values: Any):
        user = getattr(self.cast, name)
        return make_token(team=self.team, user=user, name="test", scopes=scopes, **values)

    def ask(self, content: Any, path: str = "/api/v1/grade/历史", key: str = "", **headers: str):
        body = content if isinstance(content, str) else json.dumps(content)
        headers = {"authorization": f"Bearer {key or self.key}", **headers}
        return self.client.post(path, body, content_type="application/json", headers=headers)

    def look(self, path: str, key: str = "", **headers: str):
        headers = {"authorization": f"Bearer {key or self.key}", **headers}
        return self.client.get(path, headers=headers)

    def answer(self, text: str = SAID[2], **values: Any) -> dict[str, Any]:
        return {"question": {"key": "1"}, "answer": text, **values}

    def rate(self, item, mark: float, by: str = "bob") -> Rating:
        """A person marks an item of the queue."""
        from tests.make import a_rating

        (row,) = self.deployment.queue.campaign_items.filter(item=item)
        criterion = row.rubric.criteria.get()
        return a_rating(row, getattr(self.cast, by), {criterion.key: mark})
