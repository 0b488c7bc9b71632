"""What opens over the rating screen or beside it: reasons, guide, pause; and the line of the composite."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from annotations.models import Rating, Skip
from tests.browser.test_rating_screen import campaign, rate, start, stored  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def test_flag_and_skip_ask_for_a_reason(campaign, open_browser):  # noqa: F811
    page = start(open_browser)
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_have_text("Say why, in a few words.")
    page.keyboard.type("blank page")
    page.keyboard.press("Enter")
    stored(1, page)
    assert Rating.objects.get().flag_reason == "blank page"
    page.keyboard.press("s")
    page.keyboard.type("my own student")
    page.keyboard.press("Enter")
    expect(page.locator("[data-response]")).to_have_text("Answer number 2.")
    assert Skip.objects.get().reason == "my own student"


def test_the_guide_and_the_pause_are_one_key_away(campaign, open_browser):  # noqa: F811
    page = start(open_browser)
    page.keyboard.press("?")
    expect(page.locator("dialog[data-guide]")).to_contain_text("what a 4 is")
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    expect(page.locator("dialog[data-paused]")).to_be_visible()
    page.keyboard.type("3")  # a paused screen takes no scores
    page.keyboard.press("Enter")
    expect(page.locator("dialog[data-paused]")).to_be_hidden()
    expect(page.locator("[name='score:c1']:checked")).to_have_count(0)


def test_the_key_that_opened_a_dialog_closes_it_and_escape_a_reason(campaign, open_browser):  # noqa: F811
    page = start(open_browser)
    page.keyboard.press("f")
    expect(page.locator("[name=flag_reason]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-reason][open]")).to_have_count(0)
    expect(page.locator(".is-current")).to_be_focused()
    for key, dialog in (("?", "dialog[data-guide]"), ("p", "dialog[data-paused]")):
        page.keyboard.press(key)
        expect(page.locator(dialog)).to_be_visible()
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_have_count(0)


def test_on_a_phone_the_reason_that_is_opened_comes_into_view(campaign, open_browser):  # noqa: F811
    page = start(open_browser)
    page.set_viewport_size({"width": 390, "height": 640})
    for name in ("flag", "skip"):
        page.locator(f"[data-reason={name}] > summary").click()
        expect(page.locator(f"[name={name}_reason]")).to_be_in_viewport(ratio=1)


def test_an_exam_shows_the_mark_before_the_composite(campaign, open_browser):  # noqa: F811
    campaign.dataset.questions.update(full_mark=6)
    page = start(open_browser)
    line = page.locator("[data-composite-line]")
    expect(line).to_have_text("Mark – / 6 · composite – / 100")
    page.keyboard.type("345")
    expect(line).to_have_text("Mark 5 / 6 · composite 78 / 100")
