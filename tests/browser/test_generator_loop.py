"""A generator in a real browser: trained to answer, let answer a dataset, put in service and asked over HTTP."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Item
from grading.actions.api_tokens import make_token
from grading.models import ModelVersion, PromptTemplate
from tests import make
from tests.base import Cast
from tests.browser.test_grader_loop import PATIENCE, graders_worker  # noqa: F401
from tests.grading.grader_case import SAID
from tests.grading.service_case import service  # noqa: F401
from tests.grading.tiny_gpt import make_language_model
from tests.grading.writer_case import ANSWERING, past_papers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.queue]
NAME = "writer"


def train(page: Page, base: Path, template: PromptTemplate) -> ModelVersion:
    """Only what belongs to the kind is asked."""
    page.goto("/graders/train/")
    expect(page.locator("[name=base]")).to_be_hidden()
    page.check("[name=kind][value=encoder]")
    expect(page.locator("[name=head]")).to_be_visible()
    expect(page.locator("[name=template]")).to_be_hidden()
    page.check("[name=kind][value=generator]")
    expect(page.locator("[name=head]")).to_be_hidden()
    page.fill("[name=school_subject]", "History")
    page.select_option("[name=writes]", "answer")
    page.select_option("[name=template]", str(template.pk))
    page.select_option("[name=method]", "full")
    for name, value in (("base", base), ("epochs", 8), ("learning_rate", 0.01), ("max_tokens", 40)):
        page.fill(f"[name={name}]", str(value))
    page.click("main form button.button-primary")
    expect(page.locator("h2", has_text="How well it foresees good answers")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("main")).to_contain_text(SAID[2])
    assert page.locator("polyline").count() >= 2
    return ModelVersion.objects.get()


def let_answer(page: Page, dataset, version: ModelVersion) -> None:
    page.goto(f"/generation-runs/new/?dataset={dataset.pk}")
    page.select_option("[name=version]", str(version.pk))
    page.fill("[name=temperature]", "0")
    page.fill("[name=max_tokens]", "12")
    page.click("main form button.button-primary")
    page.click("button[name=start]")
    expect(page.locator("dl.tiles")).to_contain_text("Tokens written", timeout=PATIENCE)


def test_a_generator_from_training_to_an_answer_over_http(
    live_server, open_browser, cast: Cast, tmp_path, queue, graders_worker, service  # noqa: F811
) -> None:
    base = make_language_model(tmp_path / "base")
    past_papers(cast.team)
    template = PromptTemplate.objects.create(team=cast.team, name="ask", text=ANSWERING)
    dataset = make.a_dataset(cast.team, "questions")
    make.a_question(dataset, "1", text="何时？", full_mark=2, step=1)
    page = open_browser("erin")
    version = train(page, base, template)
    let_answer(page, dataset, version)
    assert Item.objects.get().text.replace(" ", "") == SAID[2]

    page.goto(f"/graders/{version.grader_id}/versions/1/")
    page.click("a:has-text('Put in service')")
    page.fill("[name=name]", NAME)
    page.fill("[name=temperature]", "0")
    page.fill("[name=max_tokens]", "12")
    page.click("main form button.button-primary")
    expect(page.locator("tbody code")).to_have_text(NAME)
    _kept, key = make_token(team=cast.team, user=cast.erin, name="t", scopes=["generate"])
    asked = urllib.request.Request(
        f"{live_server.url}/api/v1/generate/{NAME}", json.dumps({"input": "何时？"}).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(asked, timeout=120) as answer:
        told = json.loads(answer.read())
    assert told["text"].replace(" ", "") == SAID[2]
    assert told["model"] == "History v1"
