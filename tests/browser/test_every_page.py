"""One page of every kind, with the demo in it: accessible, never wider than the window, never half in English."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from annotations.models import Campaign, CampaignItem, Dataset, Rubric, Team, User
from grading.models import Verdict
from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_frame import faults

# Words of the interface alone; “full mark” is also the name of a column one may import.
INTERFACE = re.compile(
    r"\b(agreement|rated|raters?|ratings?|items?|(?<!full )marks?|campaigns?|datasets?|rubrics?|verdicts?|save|cancel|"
    r"next|previous|of|and|the|is|are|not|yes|no|none|optional|unknown|threshold|share|interval|computed|hours?|minutes?|seconds?)\b",
    re.IGNORECASE,
)
# Marked-up data and code may be in any language.
READ = """() => {
  const copy = document.body.cloneNode(true);
  copy.querySelectorAll("script, style, template, code, pre, kbd, option, [lang=en], [dir=auto]").forEach(
    (node) => node.remove());
  return copy.textContent;
}"""

pytestmark = pytest.mark.django_db(transaction=True)


def pages() -> dict[str, list[str]]:
    """Username → the addresses to open as that person, one of every kind."""
    exam, service = (
        Campaign.objects.get(slug=slug) for slug in ("demo-exam-finished", "demo-service")
    )
    item = CampaignItem.objects.filter(campaign=exam).order_by("pk")[0].pk
    verdicts = [Verdict.objects.filter(campaign=c).latest("pk").pk for c in (exam, service)]
    one, rating = f"/campaigns/{exam.slug}/", "/rate/demo-exam/"
    dataset, rubric = Dataset.objects.get(pk=service.dataset_id).pk, Rubric.objects.latest("pk").pk
    team = Team.objects.get()
    return {
        "rater1": ["/", rating, f"{rating}history/", f"{rating}guide/"],
        "adjudicator": [f"{one}items/{item}/"],
        "lead": [
            "/",
            "/campaigns/",
            "/campaigns/new/",
            "/campaigns/demo-exam/",
            f"{one}agreement/",
            f"{one}gold/",
            f"{one}gold/add/",
            f"{one}verdicts/",
            f"{one}verdicts/{verdicts[0]}/",
            f"/campaigns/demo-service/verdicts/{verdicts[1]}/",
            f"{one}report/",
            "/campaigns/demo-service/report/",
            f"{one}marks/",
            f"{one}exam/",
            f"{one}exam/selective/",
            "/datasets/",
            "/imports/new/",
            f"/datasets/{dataset}/",
            f"/datasets/{dataset}/questions/",
            f"/datasets/{dataset}/metrics/new/",
            f"/datasets/{exam.dataset_id}/errors/",
            "/metrics/",
            "/rubrics/",
            "/rubrics/new/",
            f"/rubrics/{rubric}/",
            f"/teams/{team.slug}/",
            "/methods/",
        ],
    }


def walk(
    open_browser: Callable[..., Page], check: Callable[[Page], list[str]], turn: int, **window
) -> dict[str, object]:
    """What is wrong, by who and where; every page must be there at all.

    Looking for faults for assistive technology takes seconds: every second page is asked, so that two
    walks ask each page once; the walk of turn 1 opens no other pages.
    """
    found = {}
    for username, paths in pages().items():
        page = open_browser(username, **window)
        for number, path in enumerate(paths):
            if turn and number % 2 != turn:
                continue
            response = page.goto(path)
            assert response is not None
            assert response.status == 200, (username, path)
            if wrong := check(page) + (faults(page) if number % 2 == turn else []):
                found[f"{username} {path}"] = wrong
    return found


def too_wide(page: Page) -> list[str]:
    sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return ["wider than the window"] if sideways else []


def english_words(page: Page) -> list[str]:
    text = f"{page.title()}\n{page.evaluate(READ)}"
    return [
        text[max(0, found.start() - 20) : found.end() + 20].strip()
        for found in INTERFACE.finditer(text)
    ][:5]


@pytest.fixture
def demo() -> None:
    call_command("load_demo")
    assert User.objects.filter(username="lead").exists()


def test_every_page_looks_right_on_a_phone_in_chinese_and_on_a_desk_in_english(
    open_browser: Callable[..., Page], demo: None
) -> None:
    def wrong(page: Page) -> list[str]:
        return too_wide(page) + [f"English: {words}" for words in english_words(page)]

    found = walk(open_browser, wrong, 0, language="zh-CN", viewport=NARROW, color_scheme="dark")
    found |= walk(open_browser, too_wide, 1, language="en-GB", viewport=WIDE, color_scheme="light")
    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())
