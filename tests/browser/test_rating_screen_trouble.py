"""What goes wrong in a rater's day: a slow line, a lost session, two tabs, keys at the wrong moment."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from annotations.models import Campaign, Draft, Gold, Rating, Skip
from tests import make
from tests.browser.conftest import NARROW, painted
from tests.browser.test_frame import faults
from tests.browser.test_rating_screen import campaign, rate, start, stored

__all__ = ["campaign"]
pytestmark = pytest.mark.django_db(transaction=True)


def with_practice(campaign: Campaign) -> None:
    """Two practice items before the live ones."""
    campaign.raters.update(state="training")
    question, rubric = campaign.dataset.questions.get(), campaign.rubrics.get().rubric
    for position in range(2):
        item = make.an_item(question, text=f"Practice {position}.")
        row = make.a_campaign_item(
            campaign, item, rubric, k=0, purpose="practice", position=position
        )
        Gold.objects.create(campaign_item=row, scores={"c1": 3, "c2": 4, "c3": 1})


def test_undo_right_after_enter_takes_back_that_rating_and_no_other(campaign, open_browser):
    page = start(open_browser)
    rate(page)
    stored(1, page)

    def slowly(route):
        page.wait_for_timeout(600)
        route.continue_()

    page.route("**/submit/", slowly)
    rate(page, "111")
    page.keyboard.press("u")
    expect(page.locator("[data-response]")).to_have_text("Answer number 1.")
    expect(page.locator("[name='score:c3']:checked")).to_have_value("1")
    page.unroute_all()
    assert Rating.objects.filter(state="current", scores__value=5).count() == 1


def test_an_unsent_rating_of_another_tab_is_not_taken_back(campaign, open_browser):
    page = start(open_browser)
    page.context.set_offline(True)
    rate(page)
    other = {"assignment": "999", "submission_key": "x", "at": 9e15, "reason": "later"}
    key = page.evaluate("Object.keys(localStorage).find(k => k.includes('outbox'))")
    page.evaluate(
        "([key, entry]) => localStorage.setItem(key + '2', JSON.stringify(entry))", [key, other]
    )
    page.keyboard.press("u")
    expect(page.locator("[data-response]")).to_have_text("Answer number 0.")
    assert page.evaluate("key => localStorage.getItem(key + '2')", key) is not None
    assert page.evaluate("key => localStorage.getItem(key)", key) is None


def test_a_draft_that_met_the_sign_in_page_stays_on_the_device(campaign, open_browser):
    page = start(open_browser)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.keyboard.type("2")
    expect(page.locator("[data-saved]")).to_have_text("kept on this device")
    assert Draft.objects.count() == 0
    page.context.add_cookies(cookies)
    page.reload()
    page.wait_for_selector(".rating.has-js")
    expect(page.locator("[name='score:c1']:checked")).to_have_value("2")


def test_digits_typed_while_feedback_is_read_score_nothing(campaign, open_browser):
    with_practice(campaign)
    page = start(open_browser)
    rate(page, "345")
    expect(page.locator("[data-feedback]")).to_be_visible()
    page.keyboard.type("11")
    page.keyboard.press("Enter")
    expect(page.locator("[data-response]")).to_have_text("Practice 1.")
    expect(page.locator(".criterion input:checked")).to_have_count(0)


def test_on_a_phone_the_sheet_makes_room_for_the_feedback(campaign, open_browser):
    with_practice(campaign)
    page = start(open_browser, viewport=NARROW, has_touch=True)
    rate(page, "345")
    feedback = page.locator("[data-feedback]")
    expect(feedback).to_be_visible()
    assert faults(page) == []
    expect(page.locator("[data-form]")).to_be_hidden()
    feedback.locator("[data-continue]").tap()
    expect(page.locator("[data-form]")).to_be_visible()
    expect(page.locator("[data-response]")).to_have_text("Practice 1.")


def test_practice_without_a_connection_says_what_it_waits_for(campaign, open_browser):
    with_practice(campaign)
    page = start(open_browser)
    page.context.set_offline(True)
    rate(page, "345")
    expect(page.locator(".rating-waiting")).to_contain_text("when the rating has been sent")
    page.context.set_offline(False)
    expect(page.locator("[data-feedback]")).to_be_visible()


def test_digits_typed_while_the_next_item_is_awaited_do_no_harm(campaign, open_browser):
    page = start(open_browser)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.context.set_offline(True)
    rate(page)
    rate(page)
    expect(page.locator(".rating-waiting")).to_contain_text("when the connection is back")
    page.keyboard.type("12")
    page.context.set_offline(False)
    stored(2, page)
    expect(page.locator("[data-response]")).to_have_text("Answer number 2.")
    expect(page.locator(".criterion input:checked")).to_have_count(0)
    assert faults == []


def test_a_resting_campaign_says_so_at_undo_and_at_skip(campaign, open_browser):
    page = start(open_browser)
    rate(page)
    stored(1, page)
    Campaign.objects.update(state="paused")
    page.keyboard.press("u")
    expect(page.locator("[data-bar=step]")).to_contain_text("paused or closed")
    page.keyboard.press("s")
    page.keyboard.type("my own student")
    page.keyboard.press("Enter")
    expect(page.locator("[data-response]")).to_have_text("Answer number 1.")
    assert Skip.objects.count() == 0


def test_why_a_pause_stopped_a_rating_can_be_read_before_the_page_changes(campaign, open_browser):
    page = start(open_browser)
    Campaign.objects.update(state="paused")
    rate(page)
    expect(page.locator("[data-bar=resting]")).to_contain_text("kept as a draft until it goes on")
    expect(page.locator("h1")).to_have_text("The campaign is paused")


def test_an_item_that_is_gone_is_refused_in_words(campaign, open_browser):
    page = start(open_browser)
    campaign.assignments.all().delete()
    rate(page)
    expect(page.locator("[data-bar=refused]")).to_contain_text("does not know this item any more")


def test_two_tabs_on_one_item_make_one_counted_rating(campaign, open_browser):
    page = start(open_browser)
    second = page.context.new_page()
    second.goto("/rate/exam/")
    second.wait_for_selector(".rating.has-js")
    painted(second)
    rate(page, "345")
    stored(1, page)
    rate(second, "111")
    expect(second.locator("[data-response]")).to_have_text("Answer number 1.")
    stored(1, second, state="superseded")
    newest = Rating.objects.get(state="current")
    assert set(newest.scores.values_list("value", flat=True)) == {1.0}
    assert Rating.objects.get(state="superseded").assignment_id == newest.assignment_id


def test_after_long_sitting_a_break_is_proposed_and_can_be_put_off(campaign, open_browser):
    campaign.break_after_minutes = 50
    campaign.save()
    page = open_browser("bob")
    page.clock.install()
    sat = "sessionStorage.setItem('concord:sitting', JSON.stringify({seconds: 51 * 60, at: Date.now()}))"
    page.add_init_script(sat)
    page.goto("/rate/exam/", wait_until="domcontentloaded")
    page.wait_for_selector(".rating.has-js")
    expect(page.locator("[data-bar=break]")).to_have_count(0)
    page.clock.fast_forward(21_000)
    expect(page.locator("[data-bar=break]")).to_contain_text("for 51 minutes")
    page.locator("[data-bar=break] button").click()
    page.clock.fast_forward(21_000)
    expect(page.locator("[data-bar=break]")).to_have_count(0)
