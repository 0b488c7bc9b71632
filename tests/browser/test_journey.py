"""The whole job in a real browser, in Chinese (test_grader_loop.py goes its way in English): import →
rubric → campaign → practice → three raters → agreement → verdict → report. A worker on a real Redis
does the long work."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import django_rq
import pytest
from playwright.sync_api import Page
from rq import SimpleWorker

from annotations.models import Campaign, Item, Rating
from grading.models import Verdict
from tests.base import Cast
from tests.browser.conftest import painted, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.queue]

RATERS = ("bob", "carol", "frank")
LIVE, TRAINING = 12, 2
NAME = {"zh-CN": "客服评测", "en-GB": "Service replies"}
WORDS = {
    "zh-CN": {"agreement": "一致性", "report": "报告", "pass": "通过"},
    "en-GB": {"agreement": "Agreement", "report": "Report", "pass": "pass"},
}


def write_items(path: Path) -> None:
    """Fourteen replies of one system, with Chinese column names and a machine's score."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["题号", "题目", "系统", "作答"])
        for i in range(LIVE + TRAINING):
            writer.writerow(
                [f"q{i}", f"第 {i} 位顾客的问题？", "小智", f"回复 {i}：<b>您好</b>，已处理。"]
            )


def work() -> None:
    """What `rqworker` does, in this process, until the queue is empty."""
    queue = django_rq.get_queue("default")
    SimpleWorker([queue], connection=queue.connection).work(burst=True)


def import_items(page: Page, path: Path) -> None:
    page.goto("/imports/new/")
    page.set_input_files("input[name=file]", str(path))
    page.fill("input[name=dataset_name]", "Journey")
    page.click("form.form button.button-primary")
    page.wait_for_url("**/columns/")
    page.click("form.form button.button-primary")  # the columns were recognised
    page.wait_for_selector("form[action$='/start/']")
    assert not Item.objects.exists(), "nothing is stored before the preview is confirmed"
    page.click("form[action$='/start/'] button")
    page.wait_for_selector(".state-waiting")
    work()
    page.goto("/datasets/")
    page.click("main table a >> text=Journey")
    assert Item.objects.count() == LIVE + TRAINING


def make_rubric(page: Page) -> None:
    page.goto("/rubrics/new/")
    page.check("input[name=template][value=reply]")
    page.fill("input[name=name]", "Reply")
    page.click("form.form button.button-primary")
    page.wait_for_url("**/edit/")
    page.goto(page.url.replace("edit/", ""))
    page.click("form[action$='/publish/'] button")
    if page.locator("dialog[open]").count():
        page.click("dialog[open] .button-primary, dialog[open] .button-danger")
    page.wait_for_selector("form[action$='/new-version/']")


def set_up(page: Page, name: str) -> Campaign:
    page.goto("/campaigns/new/")
    page.fill("input[name=name]", name)
    page.check("input[name=kind][value=evaluation]")
    page.select_option("select[name=dataset]", index=1)
    go_on(page, "rubric")
    page.check("input[name=way][value=one]")
    page.select_option("select[name=rubric]", index=1)
    go_on(page, "sample")
    page.check("input[name=design][value=random]")
    page.fill("input[name=n]", str(LIVE))
    go_on(page, "raters")
    page.fill("input[name=ratings_per_item]", "2")
    go_on(page, "policy")
    go_on(page, "review")
    return Campaign.objects.get(name=name)


def launch(page: Page, campaign: Campaign) -> None:
    page.goto(f"/campaigns/{campaign.slug}/setup/review/")
    page.click("form[action$='/launch/'] button")
    page.wait_for_url(f"**/campaigns/{quote(campaign.slug)}/")


def go_on(page: Page, step: str) -> None:
    page.click("form.setup-form .form-actions button.button-primary")
    page.wait_for_url(f"**/setup/{step}/")


def add_practice(page: Page, campaign: Campaign) -> None:
    """Two practice items with definitive scores, given by keyboard."""
    page.goto(f"/campaigns/{campaign.slug}/gold/add/?purpose=practice")
    page.fill("input[name=n]", str(TRAINING))
    page.click("button[name=do][value=random]")
    page.wait_for_url("**/gold/**")
    for gold in campaign.campaign_items.filter(purpose="practice"):
        page.goto(f"/campaigns/{campaign.slug}/gold/{gold.pk}/")
        for criterion in ("c1", "c2", "c3"):
            page.check(
                f"input[name$='{criterion}'][value='4'], input[name$='{criterion}'][value='4.0']",
                force=True,
            )
        page.fill("textarea[name=explanation]", "礼貌，且解决了问题。")
        page.click("button[name=do][value=save]")
        page.wait_for_selector(".notice-success")


def rate_all(page: Page, campaign: Campaign, digits: Callable[[int], str]) -> int:
    """Practice, then everything there is, by keyboard alone; returns the live ratings."""
    page.goto(f"/rate/{campaign.slug}/")
    painted(page)
    sent = 0
    for _i in range(LIVE * 2 + TRAINING * 2):
        page.wait_for_selector(".has-js [data-response], [data-rating-state], [data-feedback]")
        if page.locator("[data-rating-state]").count():
            break
        if page.locator("[data-feedback]").count():
            page.click("[data-continue]")
            page.wait_for_selector("[data-feedback]", state="detached")
            continue
        before = page.inner_text("[data-response]")
        for digit in digits(sent):
            page.keyboard.press(digit)
        page.keyboard.press("Enter")
        until(
            page,
            """before => document.querySelector('[data-rating-state], [data-feedback]')
                || document.querySelector('[data-response]')?.innerText !== before""",
            before,
        )
        sent += 1
    return Rating.objects.filter(
        campaign=campaign, rater__username__isnull=False, kind="live"
    ).count()


@pytest.mark.parametrize("language", ["zh-CN"])
def test_the_whole_job(open_browser, cast: Cast, queue, tmp_path: Path, language: str) -> None:
    words = WORDS[language]
    write_items(tmp_path / "items.csv")
    lead = open_browser("alice", language=language)
    import_items(lead, tmp_path / "items.csv")
    make_rubric(lead)
    campaign = set_up(lead, NAME[language])
    add_practice(lead, campaign)
    launch(lead, campaign)
    for number, name in enumerate(RATERS):
        page = open_browser(name, language=language)
        rate_all(page, campaign, lambda i, n=number: "454" if (i + n) % 3 else "343")
        assert page.locator("html").get_attribute("lang") == language.replace(
            "zh-CN", "zh-hans"
        ).replace("en-GB", "en")
    assert (
        Rating.objects.filter(campaign=campaign, kind="live", state="current").count() == LIVE * 2
    )
    assert Rating.objects.filter(campaign=campaign, kind="practice").count() == TRAINING * len(
        RATERS
    )
    lead.goto(f"/campaigns/{campaign.slug}/agreement/")
    assert words["agreement"] in lead.inner_text("h1")
    assert lead.locator("main table").count() >= 2
    lead.goto(f"/campaigns/{campaign.slug}/verdicts/")
    lead.click("form[action$='/compute/'] button")
    lead.wait_for_selector(".notice-success")
    verdict = Verdict.objects.get(campaign=campaign)
    assert verdict.candidate == "小智"
    lead.goto(f"/campaigns/{campaign.slug}/verdicts/{verdict.pk}/")
    assert "小智" in lead.inner_text("main")
    lead.goto(f"/campaigns/{campaign.slug}/report/")
    assert words["report"] in lead.inner_text("h1")
    assert "<b>您好</b>" in lead.inner_text("main"), (
        "an answer's markup is shown, never interpreted"
    )
    with lead.expect_download() as download:
        lead.click("a[href*='report.html']")
    text = Path(download.value.path()).read_text("utf-8")
    assert "小智" in text
    assert "<b>您好</b>" not in text
