"""Ratings that wait on the device while the rater is signed out, the server is away, or another comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Rating
from tests.base import PASSWORD
from tests.browser.conftest import painted, until
from tests.browser.test_rating_screen import campaign, rate, start, stored

__all__ = ["campaign"]
pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page: Page, name: str) -> None:
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")


def signed_out_with_two_unsent(open_browser) -> Page:
    page = start(open_browser)
    page.context.clear_cookies()
    rate(page, "345")
    rate(page, "111")
    expect(page.locator("[data-bar=trouble]")).to_contain_text("signed out")
    page.reload()
    expect(page).to_have_url("/sign-in/?next=/rate/exam/")
    return page


def test_a_reload_while_signed_out_loses_nothing_and_signing_in_sends_it(campaign, open_browser):
    page = signed_out_with_two_unsent(open_browser)
    sign_in(page, "bob")
    expect(page.locator("[data-response]")).to_have_text("Answer number 2.")
    stored(2, page)
    expect(page.locator("[data-count]")).to_have_text("2 done · 4 left for all")
    totals = sorted(sum(r.scores.values_list("value", flat=True)) for r in Rating.objects.all())
    assert totals == [3.0, 12.0]


def test_what_one_left_unsent_is_never_sent_by_the_next_at_the_same_computer(campaign, open_browser):
    page = signed_out_with_two_unsent(open_browser)
    sign_in(page, "carol")
    page.wait_for_selector(".rating.has-js")
    painted(page)
    expect(page.locator("[data-bar]")).to_have_count(0)
    rate(page, "222")
    stored(1, page)
    assert Rating.objects.get().rater.username == "carol"
    page.context.clear_cookies()
    page.reload()
    sign_in(page, "bob")
    stored(3, page)
    assert Rating.objects.filter(rater__username="bob").count() == 2


@pytest.mark.parametrize("status", [None, 502])
def test_ratings_wait_for_a_server_that_is_away_and_are_sent_at_a_click(campaign, open_browser, status):
    page = start(open_browser)
    is_away = [True]

    def answer(route):
        if not is_away[0]:
            return route.continue_()
        return route.fulfill(status=status, body="<h1>Bad gateway</h1>") if status else route.abort()

    page.route("**/submit/", answer)
    rate(page)
    rate(page)
    said = "does not answer" if status else "No connection"
    expect(page.locator("[data-bar=trouble]")).to_contain_text(said)
    expect(page.locator("[data-bar=outbox]")).to_contain_text("2 ratings kept on this device")
    is_away[0] = False
    page.locator("[data-bar=trouble] button").click()
    stored(2, page)
    expect(page.locator("[data-bar]")).to_have_count(0)
    expect(page.locator("[data-response]")).to_have_text("Answer number 2.")


def test_refused_ratings_are_discarded_one_after_the_other(campaign, open_browser):
    page = start(open_browser)
    page.context.set_offline(True)
    rate(page)
    rate(page)
    campaign.assignments.all().delete()
    page.context.set_offline(False)
    for left in (1, 0):
        expect(page.locator("[data-bar=refused]")).to_contain_text("does not know this item any more")
        page.locator("[data-bar=refused] button").click()
        kept = "left => Object.keys(localStorage).filter(k => k.includes('outbox')).length === left"
        until(page, kept, left)
    expect(page.locator("[data-bar=refused]")).to_have_count(0)


def test_an_older_rating_is_changed_from_the_history_and_the_old_one_is_kept(campaign, open_browser):
    page = start(open_browser)
    rate(page)
    stored(1, page)
    page.goto("/rate/exam/history/")
    page.click("tbody a")
    page.locator("[name='score:c1'][value='5']").check(force=True)
    page.fill("[name=note]", "second thoughts")
    page.click("button[value=submit]")
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator("tbody tr")).to_contain_text("changed")
    now, before = (Rating.objects.get(revision=number) for number in (2, 1))
    assert (now.state, before.state) == ("current", "superseded")
    assert now.note == "second thoughts"
    assert [rating.scores.get(criterion__key="c1").value for rating in (now, before)] == [5, 3]


def test_only_one_reason_is_asked_for_at_a_time(campaign, open_browser):
    page = start(open_browser)
    page.keyboard.press("f")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("[data-reason=skip]")).to_have_attribute("open", "")
    expect(page.locator("[data-reason=flag]")).not_to_have_attribute("open", "")
    expect(page.locator("[data-problem]")).to_be_hidden()
