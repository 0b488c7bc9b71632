"""Kill -9 in the very middle of a deployment: of the web process that switches, and of the service.

Nothing of Concord is told to wait for these tests. The processes are held where they read a file or
take a lock: the file is a pipe without a writer, and the test has the lock.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from annotations.models import Campaign
from grading.actions.deploy import Terms, switch
from grading.models import Deployment, Grader, ModelVersion, ServedAnswer, ServedRequest
from grading.service import client
from grading.training_rows import path_of
from tests.grading.callers import Callers, callers, wait_for  # noqa: F401
from tests.grading.service_case import Service, a_version, service  # noqa: F401
from tests.grading.web_process import SECONDS, Deploying, Held, Web, in_force

pytestmark = pytest.mark.queue


@pytest.fixture(scope="module")
def web_process(django_db_setup: None) -> Iterator[Web]:
    process = Web()
    yield process
    if process.process.poll() is None:
        process.kill()


@pytest.fixture
def web(web_process: Web, callers: Callers) -> Web:  # noqa: F811
    if web_process.process.poll() is not None:
        web_process.start()
    web_process.sign_in(callers.cast.alice)
    return web_process


@pytest.fixture
def newer(callers: Callers) -> ModelVersion:  # noqa: F811
    """The second version, which says 0 where the first one says 2."""
    return a_version(callers.cast.team, "history", marks=(2, 1, 0))


def until(is_so) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end, "it does not come to that"
        time.sleep(0.02)


def held_training_set(version: ModelVersion) -> Held:
    return Held(path_of(version.training_set.digest))


def nothing_lost_nothing_double(callers: Callers) -> None:  # noqa: F811
    callers.stop()
    assert ServedRequest.objects.count() == ServedAnswer.objects.count() == len(callers.said)
    ids = {told["answers"][0]["id"] for told in callers.said.values()}
    assert ids == {str(one) for one in ServedAnswer.objects.values_list("public_id", flat=True)}
    marks = {told["version"]: told["answers"][0]["mark"] for told in callers.said.values()}
    assert marks.items() <= {(1, 2), (2, 0)}


@pytest.mark.database
def test_killed_between_loading_and_switching_the_old_version_stays(callers, web, newer) -> None:  # noqa: F811
    wait_for(callers, 3)
    with transaction.atomic():
        Grader.objects.select_for_update().get()  # who wants to switch waits for this
        pressed = Deploying(web, newer)
        until(lambda: newer.pk in client.loaded_versions())
        time.sleep(0.3)  # from its answer to the lock
        web.kill()
    pressed.join(SECONDS)
    assert pressed.error is not None
    assert in_force() == [1]
    assert Deployment.objects.count() == 1
    wait_for(callers, 3)
    web.start()
    assert "Version 1 has been answering" in web.get(f"/graders/{newer.grader_id}/service/")
    assert "Version 2 has been answering" in web.deploy(newer)
    assert in_force() == [2]
    wait_for(callers, 3)
    nothing_lost_nothing_double(callers)


@pytest.mark.database
def test_answers_are_stored_while_a_switch_is_being_written(callers, newer) -> None:  # noqa: F811
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite has one writer at a time; this is for PostgreSQL")
    wait_for(callers, 3)
    with transaction.atomic():
        switch(newer, None, callers.cast.alice, Terms(override_reason="x"), [callers.cast.bob])
        before, ends = len(callers.said), time.monotonic() + 10
        while len(callers.said) == before and time.monotonic() < ends:
            time.sleep(0.05)
        came = len(callers.said) - before
    assert came
    assert in_force() == [2]


@pytest.mark.database
def test_killed_with_half_the_switch_written_nothing_of_it_is_there(callers, web, newer) -> None:  # noqa: F811
    wait_for(callers, 3)
    before = list(Campaign.objects.values())
    held = held_training_set(newer)
    try:
        pressed = Deploying(web, newer)
        held.wait_for_reader()  # in the transaction: the scorers are written, the switch is not
        web.kill()
    finally:
        held.forget()
    pressed.join(SECONDS)
    newer.refresh_from_db()
    assert newer.scorer is None
    assert in_force() == [1]
    assert list(Campaign.objects.values()) == before
    wait_for(callers, 3)
    web.start()
    assert "Version 2 has been answering" in web.deploy(newer)
    assert in_force() == [2]
    wait_for(callers, 3)
    nothing_lost_nothing_double(callers)


def test_killed_after_the_switch_the_new_version_is_in_force_and_pressing_again_changes_nothing(
    callers, web, newer  # noqa: F811
) -> None:
    wait_for(callers, 3)
    pressed = Deploying(web, newer)
    until(lambda: in_force() == [2])
    web.kill()
    pressed.join(SECONDS)
    web.start()
    assert "Version 2 has been answering" in web.get(f"/graders/{newer.grader_id}/service/")
    web.deploy(newer)
    assert in_force() == [2]
    assert Deployment.objects.count() == 2
    wait_for(callers, 3)
    nothing_lost_nothing_double(callers)


def test_the_service_killed_while_it_loads_changes_nothing_and_says_so(
    callers, web, newer, service: Service  # noqa: F811
) -> None:
    wait_for(callers, 3)
    held = Held(newer.folder / "version.json")
    try:
        pressed = Deploying(web, newer)
        held.wait_for_reader()
        service.kill()
        pressed.join(SECONDS)
    finally:
        held.forget()
    assert "nothing was changed" in pressed.page
    assert in_force() == [1]
    service.start()
    service.wait()
    wait_for(callers, 3)
    assert "Version 2 has been answering" in web.deploy(newer)
    wait_for(callers, 3)
    nothing_lost_nothing_double(callers)


def test_the_service_killed_while_the_switch_is_written_comes_back_with_the_new_version(
    callers, web, newer, service: Service  # noqa: F811
) -> None:
    wait_for(callers, 3)
    held = held_training_set(newer)
    try:
        pressed = Deploying(web, newer)
        held.wait_for_reader()
        service.kill()
        held.give()
    finally:
        held.forget()
    pressed.join(SECONDS)
    assert "The grading service does not answer" in pressed.page
    assert in_force() == [2]
    service.start()
    service.wait()
    until(lambda: newer.pk in client.loaded_versions())
    wait_for(callers, 3)
    nothing_lost_nothing_double(callers)
