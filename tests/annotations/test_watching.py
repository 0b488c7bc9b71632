"""The line that a command keeps on a terminal while long work goes on."""

from __future__ import annotations

import io
import time

import pytest
from django.core.management.base import OutputWrapper
from django.utils import timezone

from annotations.management import watching
from annotations.models import ItemImport
from tests import make


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def work(db, cast) -> ItemImport:
    return ItemImport.objects.create(
        team=cast.team, dataset=make.a_dataset(cast.team), state=ItemImport.State.RUNNING,
        step=ItemImport.Step.ITEMS, done=300, total=1200, started_at=timezone.now() - timezone.timedelta(minutes=1),
    )  # fmt: skip


def test_it_says_the_step_the_count_and_the_time_left(work: ItemImport) -> None:
    assert watching.line_of(work) == "storing the items · 300 of 1200 · about 3 min left"


@pytest.mark.django_db(transaction=True)
def test_a_terminal_is_told_while_the_work_goes_on_and_the_line_is_wiped_at_the_end(work, monkeypatch) -> None:
    monkeypatch.setattr(watching, "SECONDS", 0.01)
    out = Terminal()
    with watching.watched(work, OutputWrapper(out)):
        deadline = time.monotonic() + 30
        while "300 of 1200" not in out.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "300 of 1200" in out.getvalue()
    assert out.getvalue().endswith(" \r")


def test_a_pipe_gets_nothing(work: ItemImport) -> None:
    out = io.StringIO()
    with watching.watched(work, OutputWrapper(out)):
        pass
    assert not out.getvalue()
