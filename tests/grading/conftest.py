"""Fixtures of the machines' tests: one service of graders for all, and nothing kept from another test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grading.actions import generate_version, grading_work
from tests.grading.service_case import service, service_process

__all__ = ["service", "service_process"]


@pytest.fixture(autouse=True)
def versions_of_one_test_only() -> Iterator[None]:
    """Versions in memory are known by their number, and a number that was rolled back is given again."""
    yield
    grading_work._kept.cache_clear()
    generate_version._kept.cache_clear()
