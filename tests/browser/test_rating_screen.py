"""The rating screen in a real browser: by keyboard, offline, by thumb, without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Assignment, Campaign, Draft, Gold, Rating
from tests import make
from tests.base import Cast
from tests.browser.conftest import NARROW, TIMEOUT, painted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign(transactional_db) -> Campaign:
    cast = Cast()
    question = make.a_question(make.a_dataset(cast.team), text="Why Britain first?", reference="Coal.")
    for number in range(6):
        make.an_item(question, text=f"Answer number {number}.")
    rubric = make.a_rubric(cast.team)
    return make.a_campaign(question.dataset, rubric, [cast.bob, cast.carol], k=1, slug="exam")


def start(open_page, **kwargs) -> Page:
    page = open_page("bob", **kwargs)
    page.goto("/rate/exam/")
    page.wait_for_selector(".rating.has-js")
    painted(page)
    return page


def rate(page: Page, digits: str = "345") -> None:
    page.keyboard.type(digits)
    page.keyboard.press("Enter")


def stored(n: int, page: Page, state: str = "current") -> None:
    """Wait until `n` ratings of that state are in the database."""
    for _attempt in range(TIMEOUT // 50):
        if Rating.objects.filter(state=state).count() == n:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{Rating.objects.count()} ratings, not {n}")


def test_three_digits_and_enter_are_a_rating_and_the_next_item_is_there(campaign, open_browser):
    page = start(open_browser)
    expect(page.locator("[data-response]")).to_have_text("Answer number 0.")
    page.keyboard.type("345")
    expect(page.locator("[data-composite]")).to_have_text("78")
    page.keyboard.press("Enter")
    # at once, before any answer could have come
    assert page.locator("[data-response]").inner_text() == "Answer number 1."
    stored(1, page)
    rating = Rating.objects.get()
    assert {s.criterion.key: s.value for s in rating.scores.all()} == {"c1": 3, "c2": 4, "c3": 5}
    assert rating.active_seconds is not None
    for n in range(2, 7):
        rate(page)
        stored(n, page)
    expect(page.locator("h1")).to_have_text("Everything is rated")


def test_arrows_go_back_and_the_value_can_be_changed(campaign, open_browser):
    page = start(open_browser)
    page.keyboard.type("34")
    expect(page.locator(".is-current")).to_have_attribute("data-criterion", "c3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("1")
    expect(page.locator("[name='score:c1']:checked")).to_have_value("1")


def test_enter_with_a_score_missing_says_which_and_goes_there(campaign, open_browser):
    page = start(open_browser)
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_have_text("Criterion 2 has no score yet.")
    page.keyboard.type("9")
    expect(page.locator("[data-problem]")).to_contain_text("not on the scale")
    assert Rating.objects.count() == 0


def test_a_draft_is_there_again_after_a_reload(campaign, open_browser):
    page = start(open_browser)
    page.keyboard.type("2")
    page.keyboard.press("n")
    page.keyboard.type("half a page is missing")
    expect(page.locator("[data-saved]")).to_have_text("saved")
    assert Draft.objects.get().data["scores"] == {"c1": 2.0}
    page.reload()
    page.wait_for_selector(".rating.has-js")
    expect(page.locator("[name='score:c1']:checked")).to_have_value("2")
    expect(page.locator("[data-note]")).to_have_value("half a page is missing")


def test_offline_ratings_wait_on_the_device_and_are_sent_once(campaign, open_browser):
    page = start(open_browser)
    page.context.set_offline(True)
    rate(page)
    rate(page)
    expect(page.locator("[data-bar=outbox]")).to_have_text("2 ratings kept on this device, will be sent")
    expect(page.locator(".rating-waiting")).to_be_visible()
    assert Rating.objects.count() == 0
    page.context.set_offline(False)
    stored(2, page)
    expect(page.locator("[data-bar=outbox]")).to_have_count(0)
    expect(page.locator("[data-response]")).to_have_text("Answer number 2.")
    rate(page)
    stored(3, page)
    assert Rating.objects.count() == 3


def test_offline_ratings_survive_closing_the_page(campaign, open_browser):
    page = start(open_browser)
    page.route("**/submit/", lambda route: route.abort())
    rate(page)
    expect(page.locator("[data-bar=outbox]")).to_be_visible()
    page.unroute("**/submit/")
    page.goto("/rate/exam/")
    stored(1, page)
    assert Rating.objects.count() == 1


def test_an_answer_that_got_lost_does_not_make_a_second_rating(campaign, open_browser):
    page = start(open_browser)
    lost = []

    def lose_first(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    page.route("**/submit/", lose_first)
    rate(page)
    stored(1, page)
    expect(page.locator("[data-bar=outbox]")).to_be_visible()
    expect(page.locator("[data-bar=outbox]")).to_have_count(0)
    assert Rating.objects.count() == 1
    rate(page)
    expect(page.locator("[data-response]")).to_have_text("Answer number 2.")


def test_undo_brings_the_last_one_back_with_its_scores(campaign, open_browser):
    page = start(open_browser)
    rate(page)
    stored(1, page)
    page.keyboard.press("u")
    expect(page.locator("[data-response]")).to_have_text("Answer number 0.")
    expect(page.locator("[name='score:c3']:checked")).to_have_value("5")
    page.keyboard.type("0")  # the first criterion is current when all are scored
    page.keyboard.press("Enter")
    stored(1, page)
    expect(page.locator("[data-response]")).to_have_text("Answer number 1.")
    assert sorted(Rating.objects.values_list("state", flat=True)) == ["current", "withdrawn"]


def test_a_lost_session_is_said_and_nothing_is_lost(campaign, open_browser):
    page = start(open_browser)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    rate(page)
    expect(page.locator("[data-bar=trouble]")).to_contain_text("signed out")
    page.context.add_cookies(cookies)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    stored(1, page)


def test_a_pause_by_the_lead_keeps_the_work_as_a_draft(campaign, open_browser):
    page = start(open_browser)
    Campaign.objects.update(state="paused")
    rate(page)
    expect(page.locator("h1")).to_have_text("The campaign is paused")
    assert Draft.objects.get().data["scores"] == {"c1": 3.0, "c2": 4.0, "c3": 5.0}
    Campaign.objects.update(state="running")
    page.goto("/rate/exam/")
    expect(page.locator("[name='score:c2']:checked")).to_have_value("4")


def test_practice_gives_feedback_and_passing_opens_live_work(campaign, open_browser):
    campaign.raters.update(state="training")
    question = campaign.dataset.questions.get()
    rubric = campaign.rubrics.get().rubric
    for position, purpose in enumerate(("practice", "qualification")):
        row = make.a_campaign_item(
            campaign, make.an_item(question), rubric, k=0, purpose=purpose, position=position
        )
        Gold.objects.create(
            campaign_item=row, scores={"c1": 3, "c2": 4, "c3": 1}, explanation="No evidence given."
        )
    page = start(open_browser)
    rate(page, "345")
    expect(page.locator("[data-feedback]")).to_contain_text("No evidence given.")
    expect(page.locator("[data-feedback] .badge-warning")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".rating-kind")).to_contain_text("Qualification")
    rate(page, "341")
    expect(page.locator(".notice-success")).to_contain_text("1 of 1")
    expect(page.locator("[data-response]")).to_have_text("Answer number 0.")


def test_by_thumb_at_390_pixels(campaign, open_browser):
    page = start(open_browser, viewport=NARROW, has_touch=True)
    for key in ("c1", "c2", "c3"):
        page.locator(f"[data-criterion={key}].is-current .level").nth(2).tap()
    page.locator("[data-submit]").tap()
    stored(1, page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_a_phone_a_new_question_is_read_from_its_beginning_with_room_under_the_bar(campaign, open_browser):
    dataset = campaign.dataset
    question = make.a_question(dataset, key="2", text="And why not France?")
    long = make.an_item(question, text="No coal. " * 200)
    make.a_campaign_item(campaign, long, campaign.rubrics.get().rubric, k=1, position=1)
    campaign.assignments.filter(campaign_item__item__question__key="1", position__gt=0).delete()
    page = start(open_browser, viewport=NARROW, has_touch=True)
    rate(page)
    expect(page.locator(".panel-question")).to_contain_text("France")
    bar = page.locator(".rating-bar").bounding_box()
    asked = page.locator(".panel-question").bounding_box()
    room = page.locator("[data-stage]").evaluate("stage => parseFloat(getComputedStyle(stage).paddingTop)")
    assert room > 8
    assert asked["y"] == pytest.approx(bar["y"] + bar["height"] + room, abs=1)


def test_on_a_phone_the_next_rubric_begins_with_the_name_of_its_first_criterion(campaign, open_browser):
    page = start(open_browser, viewport=NARROW, has_touch=True)
    page.keyboard.type("345")
    page.locator("[data-form]").evaluate("form => form.scrollTo(0, form.scrollHeight)")
    page.keyboard.press("Enter")
    expect(page.locator("[data-response]")).to_have_text("Answer number 1.")
    head = page.locator(".rating-form-head").bounding_box()
    name = page.locator(".criterion-name").first.bounding_box()
    assert name["y"] >= head["y"] + head["height"]


def test_without_scripts_it_is_a_plain_form(campaign, open_browser):
    page = open_browser("bob", java_script_enabled=False)
    page.goto("/rate/exam/")
    for key in ("c1", "c2", "c3"):
        page.locator(f"[name='score:{key}'][value='4']").check(force=True)
    page.click("[data-submit]")
    expect(page.locator("[data-response]")).to_have_text("Answer number 1.")
    assert Rating.objects.get().composite == 0.8
    assert Assignment.objects.filter(state="claimed").count() == 2
