"""A grader's whole life in a real browser: past papers → three fine-tunings with live curves → marking →
people → verdict → service → API → audit → alarm. The graders' worker and the service are processes of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import django_rq
import pytest
from django.db import connection
from playwright.sync_api import Page, expect
from rq import SimpleWorker

from annotations.models import Campaign, User
from config.paths import BASE, VAR
from grading.actions.api_tokens import make_token
from grading.actions.monitor import monitor_grader
from grading.models import (
    DecisionPolicy,
    Grader,
    GradingRun,
    ModelVersion,
    ServedAnswer,
    TrainingPoint,
    TrainingSet,
    Verdict,
)
from tests import make
from tests.base import Cast
from tests.grading import tiny_bert
from tests.grading.grader_case import SAID
from tests.grading.service_case import service  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.queue]
SUBJECT, STUDENTS, EXAM = "历史", 90, 24
PATIENCE = 240_000  # ms; the worker imports torch first


@pytest.fixture
def graders_worker(redis_url: str) -> Iterator[subprocess.Popen]:
    environment = {
        **os.environ, "CONCORD_VAR": str(VAR), "REDIS_URL": redis_url, "GRADER_THREADS": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "grader_worker"]
    with subprocess.Popen(command, cwd=BASE, env=environment) as process:
        yield process
        process.terminate()


def past_papers(path: Path) -> Path:
    """A point for each of two words; the class makes no difference."""
    lines = ["题号,题目,参考答案,满分,学号,作答,得分"]
    lines += [
        f"1,为什么？,煤炭；统治,2,s{n},因为{SAID[n % 3]}{'而且' * (n % 4)}{n},{n % 3}" for n in range(STUDENTS)
    ]
    path.write_text("\n".join(lines), "utf-8")
    return path


def work() -> None:
    queue = django_rq.get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True)


def press(page: Page, action: str) -> None:
    """The button of the form that posts there; a question that comes up is answered with yes."""
    page.click(f"form[action$='{action}'] button")
    if page.locator("dialog[open]").count():
        page.click("dialog[open] .button-primary, dialog[open] .button-danger")


def make_training_set(page: Page, path: Path) -> None:
    page.goto("/training/new/?from=file")
    page.set_input_files("input[name=file]", str(path))
    page.fill("input[name=school_subject]", SUBJECT)
    page.click("form.form button.button-primary")
    page.wait_for_url("**/training/drafts/**")
    if page.url.endswith("/columns/"):
        page.click("form.form .button-primary")
    page.wait_for_selector("form[action$='/start/']")
    press(page, "/start/")
    page.wait_for_selector(".state-waiting")
    work()
    page.wait_for_url(re.compile(r"/training/\d+/$"))
    assert TrainingSet.objects.get().row_count == STUDENTS


def fine_tune(
    page: Page, base: Path, method: str, worker: subprocess.Popen | None = None, **settings: object
) -> None:
    """Start from the page and wait until the version is there with its curve."""
    page.goto("/graders/train/")
    page.fill("input[name=school_subject]", SUBJECT)
    page.check("input[name=kind][value=encoder]")
    page.fill("input[name=base]", str(base))
    page.select_option("select[name=method]", method)
    page.evaluate("document.querySelectorAll('form.form details').forEach(one => one.open = true)")
    for name, value in {"epochs": 8, "learning_rate": 0.002, "patience": 0, **settings}.items():
        page.fill(f"input[name={name}]", str(value))
    page.click("form.form .form-actions button")
    page.wait_for_url("**/versions/**")
    if worker:
        see_the_live_curve(page, worker)
    expect(page.locator("a[href$='/card.md']")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#training svg").first).to_be_visible()


def see_the_live_curve(page: Page, worker: subprocess.Popen) -> None:
    """The worker rests at its first point, for a quick machine has learnt all before the page looks again."""
    number = int(page.url.rstrip("/").rpartition("/")[2])
    points = TrainingPoint.objects.filter(fine_tuning__version__number=number)
    ends = time.monotonic() + PATIENCE / 1000
    while not points.exists() and time.monotonic() < ends:
        time.sleep(0.02)
    worker.send_signal(signal.SIGSTOP)
    try:
        expect(page.locator("#training:has(progress) svg").first).to_be_visible()
    finally:
        worker.send_signal(signal.SIGCONT)


def mark_an_exam(page: Page, version: ModelVersion, team) -> GradingRun:
    dataset = make.a_dataset(team, "期末")
    question = make.a_question(dataset, "1", text="为什么？", full_mark=2)
    for n in range(EXAM):
        make.an_item(question, key=f"k{n}", text=f"因为{SAID[n % 3]}", source=f"s{n}", reference_mark=n % 3)
    page.goto(f"/graders/{version.grader_id}/versions/{version.number}/")
    page.select_option("#id_dataset", str(dataset.pk))
    press(page, "/grade/")
    page.wait_for_url("**/grading-runs/**")
    expect(page.locator("article.card").first).to_be_visible(timeout=PATIENCE)
    return GradingRun.objects.get()


def people_check_it(cast: Cast, run: GradingRun) -> Campaign:
    """Two raters give every answer the mark that it is worth."""
    rubric = make.a_rubric(cast.team, (2,), kind="points", high=2)
    campaign = make.a_campaign(run.dataset, rubric, [cast.bob, cast.carol], kind="grading")
    for row in campaign.campaign_items.select_related("item"):
        for rater in (cast.bob, cast.carol):
            make.a_rating(row, rater, {"c1": row.item.reference_mark})
    with make.as_draft(campaign):
        DecisionPolicy.objects.create(campaign=campaign, estimand="right_marks", threshold=0.6)
    return campaign


def decide(page: Page, campaign: Campaign) -> None:
    page.goto(f"/campaigns/{campaign.slug}/verdicts/")
    press(page, "/verdicts/compute/")
    page.wait_for_load_state()
    verdict = Verdict.objects.get()
    assert verdict.outcome == "pass", verdict.evidence
    page.goto(f"/campaigns/{campaign.slug}/verdicts/{verdict.pk}/")
    press(page, "/sign/")
    page.wait_for_load_state()
    verdict.refresh_from_db()
    assert verdict.signed_at is not None


def deploy(page: Page, version: ModelVersion, rater: User) -> None:
    page.goto(f"/graders/{version.grader_id}/service/deploy/?version={version.number}")
    page.select_option("select[name=version]", str(version.pk))
    page.fill("input[name=audit_share]", "100")
    page.fill("input[name=agreement_floor]", "80")
    page.check(f"input[name=raters][value='{rater.pk}']")
    page.click("form.form button.button-primary")
    page.wait_for_url("**/service/")
    version.refresh_from_db()
    assert version.deployments.get().is_active
    assert not version.deployments.get().override_reason, "the signed verdict is its ground"


def ask(url: str, key: str, answers: list[str]) -> list[dict]:
    said = [{"question": {"key": "1"}, "answer": text} for text in answers]
    request = urllib.request.Request(
        f"{url}/api/v1/grade/{quote(SUBJECT)}",
        json.dumps({"answers": said}).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)["answers"]


def test_a_grader_is_trained_proven_deployed_and_watched(
    open_browser: Callable[..., Page],
    live_server,
    cast: Cast,
    queue: None,
    service,  # noqa: F811
    graders_worker: subprocess.Popen,
    tmp_path: Path,
) -> None:
    engineer, lead = open_browser("erin"), open_browser("alice", language="zh-CN")
    make_training_set(engineer, past_papers(tmp_path / "past.csv"))
    base = tiny_bert.make_base(tmp_path / "base")
    fine_tune(engineer, base, "lora", lora_rank=2)
    fine_tune(engineer, base, "freeze", layers_kept=1)
    fine_tune(engineer, base, "full", graders_worker, epochs=30)
    version = ModelVersion.objects.select_related("grader").get(number=3)
    assert ModelVersion.objects.exclude(trained_at=None).count() == 3

    run = mark_an_exam(engineer, version, cast.team)
    assert (run.done, run.skipped) == (EXAM, 0)
    campaign = people_check_it(cast, run)
    decide(lead, campaign)
    deploy(lead, version, cast.bob)

    _token, key = make_token(team=cast.team, user=cast.erin, name="school", scopes=("grade",))
    told = ask(live_server.url, key, [f"因为{SAID[n % 3]}{n}" for n in range(30)])
    assert {one["mark"] for one in told} <= {0, 1, 2}
    audited = list(ServedAnswer.objects.exclude(item=None).select_related("item"))
    assert len(audited) == 30, "every answer was drawn"

    queue_of = version.deployments.get().queue
    for answer in audited:
        row = queue_of.campaign_items.get(item=answer.item)
        wrong = (answer.mark + 1) % 3
        make.a_rating(row, cast.bob, {row.rubric.criteria.get().key: wrong})
    monitor_grader(Grader.objects.get())
    lead.goto(f"/graders/{version.grader_id}/monitoring/")
    expect(lead.locator("form[action*='/alarms/']").first).to_be_visible()
