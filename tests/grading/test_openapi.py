"""The API's description keeps the rules of OpenAPI 3.1 that no schema can say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.urls import resolve

from config.paths import BASE
from grading.api.openapi import document

PROBLEM = re.compile(r"\bProblem\(\s*(\d{3})\b")
PLACE = re.compile(r"{([^}]+)}")


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document()["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_no_two_addresses_differ_in_the_names_of_their_places_alone() -> None:
    templates = Counter(PLACE.sub("{}", path) for path in document()["paths"])
    assert set(templates.values()) == {1}


def test_the_places_of_an_address_are_its_parameters_and_all_are_required() -> None:
    for path, method, operation in operations():
        told = [one for one in operation["parameters"] if one["in"] == "path"]
        assert [one["name"] for one in told] == PLACE.findall(path), (path, method)
        assert all(one["required"] for one in told)


def test_every_operation_has_a_name_of_its_own_and_parameters_once() -> None:
    names = Counter(operation["operationId"] for _path, _method, operation in operations())
    assert set(names.values()) == {1}
    for path, _method, operation in operations():
        told = Counter((one["in"], one["name"]) for one in operation["parameters"])
        assert set(told.values()) == {1}, path


def test_every_status_that_the_api_answers_with_is_told_of() -> None:
    sources = [path.read_text("utf-8") for path in (BASE / "grading" / "api").glob("*.py")]
    answered = {status for source in sources for status in PROBLEM.findall(source)}
    assert {"401", "411", "500", "503"} <= answered
    for path, method, operation in operations():
        assert answered <= set(operation["responses"]), (path, method)


def test_whoever_is_sent_away_for_a_time_is_told_for_how_long() -> None:
    for path, method, operation in operations():
        for status in ("429", "503"):
            assert "Retry-After" in operation["responses"][status]["headers"], (path, method)


def test_a_school_subject_with_a_slash_can_be_asked_for() -> None:
    met = resolve("/api/v1/grade/物理/化学")
    assert (met.url_name, met.kwargs) == ("api-grade", {"school_subject": "物理/化学"})
