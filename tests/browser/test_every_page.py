"""One page of every kind, with the demo in it: accessible, never wider than the window, never half in English."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page

from annotations.models import Campaign, CampaignItem, Rubric, Team, User
from grading import endpoint_jobs
from grading.actions.demo_endpoint import PROMPT
from grading.actions.generation_run import GenerationPlan, start_generation_run
from grading.models import (
    Endpoint,
    GenerationRun,
    JudgeRun,
    ModelVersion,
    PromptTemplate,
    Verdict,
)
from tests import make
from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_frame import faults
from tests.grading.endpoint_case import a_judge_run, fair_judge
from tests.grading.endpoint_server import endpoint_server, said

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
    exam = Campaign.objects.get(slug="demo-exam-finished")
    item = CampaignItem.objects.filter(campaign=exam).order_by("pk")[0].pk
    rating = "/rate/demo-exam/"
    return {
        "rater1": ["/", rating, f"{rating}history/", f"{rating}guide/"],
        "adjudicator": [f"/campaigns/{exam.slug}/items/{item}/"],
        "lead": campaign_pages(exam),
        "engineer": [*grader_pages(), *endpoint_pages()],
    }


def campaign_pages(exam: Campaign) -> list[str]:
    service = Campaign.objects.get(slug="demo-service")
    verdicts = [Verdict.objects.filter(campaign=c).latest("pk").pk for c in (exam, service)]
    one, dataset, rubric = f"/campaigns/{exam.slug}/", service.dataset_id, Rubric.objects.latest("pk").pk
    return [
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
        f"/teams/{Team.objects.get().slug}/",
        "/methods/",
    ]


def grader_pages() -> list[str]:
    """From past papers to the watched service."""
    version, writer = ModelVersion.objects.marking().latest("number"), ModelVersion.objects.writing().get()
    one, learnt = f"/graders/{version.grader_id}/", f"/training/{version.training_set_id}/"
    return [
        "/training/",
        "/training/new/?from=file",
        "/training/new/?from=campaign",
        learnt,
        f"{learnt}export/",
        f"{learnt}left-out/",
        "/graders/",
        "/graders/train/",
        one,
        f"{one}delete-versions/",
        f"{one}versions/{version.number}/",
        f"{one}versions/{writer.number}/",
        f"{one}compare/?version=1&version=2",
        f"/grading-runs/{version.runs.get().pk}/",
        f"{one}service/",
        f"{one}service/deploy/",
        f"{one}monitoring/",
        f"{one}monitoring/watch/",
        "/tokens/",
    ]


def endpoint_pages() -> list[str]:
    judged, generated = JudgeRun.objects.get(), GenerationRun.objects.get()
    return [
        "/endpoints/",
        f"/endpoints/{judged.endpoint_id}/",
        "/prompt-templates/",
        f"/prompt-templates/{generated.template_id}/",
        "/judge-runs/",
        f"/judge-runs/new/?campaign={judged.campaign.slug}",
        f"/judge-runs/{judged.pk}/",
        "/generation-runs/",
        f"/generation-runs/new/?dataset={generated.dataset_id}",
        f"/generation-runs/{generated.pk}/",
        "/served-generators/",
    ]


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
    ask_models()


def ask_models() -> None:
    """A judge and an endpoint have answered; the demo itself has none that can be asked."""
    endpoint, campaign = Endpoint.objects.get(), Campaign.objects.get(slug="demo-service")
    dataset = make.a_dataset(campaign.team, "提示")
    make.a_question(dataset, text="怎样退货？")
    template = PromptTemplate.objects.get(text=PROMPT)
    plan = GenerationPlan(dataset, endpoint, template, source="小智 3.0")
    judged, generated = a_judge_run(campaign, endpoint, checks=2), start_generation_run(plan=plan, user=None)
    with endpoint_server(lambda asked: fair_judge(asked) if "response_format" in asked else said("好的")) as server:
        Endpoint.objects.update(base_url=server.url)
        endpoint_jobs.judge(judged.pk)
        endpoint_jobs.generate(generated.pk)


def test_every_page_looks_right_on_a_phone_in_chinese_and_on_a_desk_in_english(
    open_browser: Callable[..., Page], demo: None
) -> None:
    def wrong(page: Page) -> list[str]:
        return too_wide(page) + [f"English: {words}" for words in english_words(page)]

    found = walk(open_browser, wrong, 0, language="zh-CN", viewport=NARROW, color_scheme="dark")
    found |= walk(open_browser, too_wide, 1, language="en-GB", viewport=WIDE, color_scheme="light")
    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())
