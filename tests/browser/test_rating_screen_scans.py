"""Scans of answers in a real browser: zoom, turn, fit and move, by key, mouse and finger."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from playwright.sync_api import Page, expect

from annotations.models import Campaign, ItemImage
from tests import make
from tests.base import Cast
from tests.browser.conftest import NARROW, WIDE, painted, until
from tests.browser.test_frame import faults

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def campaign(transactional_db) -> Campaign:
    """The first answer is a scan alone, the second a scan beside its text."""
    cast = Cast()
    question = make.a_question(make.a_dataset(cast.team))
    for text in ("", "Because of coal."):
        a_scan(make.an_item(question, text=text, has_images=True))
    rubric = make.a_rubric(cast.team)
    return make.a_campaign(question.dataset, rubric, [cast.bob], k=1, slug="exam")


def a_scan(item) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (600, 900), "white").save(drawn, "PNG")
    ItemImage.objects.create(item=item, file=ContentFile(drawn.getvalue(), "scan.png"))


def start(open_page, **kwargs) -> Page:
    page = open_page("bob", **kwargs)
    page.goto("/rate/exam/", wait_until="domcontentloaded")
    page.wait_for_selector(".rating.has-js [data-bound]")
    painted(page)
    return page


def size(page: Page) -> tuple[float, float]:
    """Width and height of the scan as it is seen, turned or not."""
    box = page.locator("[data-scan] img").bounding_box()
    return box["width"], box["height"]


def scrolled(page: Page) -> tuple[float, float]:
    return tuple(page.locator("[data-scan-view]").evaluate("v => [v.scrollLeft, v.scrollTop]"))


def test_a_scan_alone_is_the_answer_and_no_empty_text_is_told_of(campaign, open_browser):
    page = start(open_browser)
    expect(page.locator("[data-scan] img")).to_be_visible()
    expect(page.locator("[data-scan] img")).to_have_js_property("naturalWidth", 600)
    expect(page.locator(".panel-response")).not_to_contain_text("empty")


def test_the_buttons_zoom_turn_and_fit(campaign, open_browser):
    page = start(open_browser)
    width, height = size(page)
    page.click("[data-scan-do=in]")
    assert size(page)[0] > width
    page.click("[data-scan-do=fit]")
    assert size(page) == (width, height)
    page.click("[data-scan-do=turn]")
    turned = size(page)
    assert turned == pytest.approx((height, width), abs=1)
    # all of the turned scan can be reached
    room = page.locator("[data-scan-view]").evaluate("v => [v.scrollWidth, v.scrollHeight]")
    assert room[0] >= turned[0] - 1
    assert room[1] >= turned[1] - 1


def test_keys_zoom_and_turn_without_leaving_the_rubric(campaign, open_browser):
    page = start(open_browser)
    width, height = size(page)
    page.keyboard.press("+")
    assert size(page)[0] > width
    page.keyboard.press("-")
    page.keyboard.press("r")
    assert size(page) == pytest.approx((height, width), abs=1)
    page.keyboard.type("345")
    expect(page.locator("[data-composite]")).to_have_text("78")


def test_in_a_scan_the_arrows_move_it_and_escape_fits_it(campaign, open_browser):
    page = start(open_browser)
    fitted = size(page)
    view = page.locator("[data-scan-view]")
    view.focus()
    for _i in range(3):
        page.keyboard.press("+")
    before = scrolled(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    after = scrolled(page)
    assert after[0] > before[0]
    assert after[1] > before[1]
    expect(page.locator(".is-current")).to_have_attribute("data-criterion", "c1")
    page.keyboard.press("Escape")
    assert size(page) == fitted


def test_the_mouse_drags_and_the_keyboard_stays_with_the_rubric(campaign, open_browser):
    page = start(open_browser)
    for _i in range(3):
        page.keyboard.press("+")
    before = scrolled(page)
    box = page.locator("[data-scan-view]").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 100, steps=4)
    page.mouse.up()
    assert scrolled(page) == (before[0] + 80, before[1] + 100)
    page.keyboard.type("3")
    expect(page.locator("[name='score:c1']:checked")).to_have_value("3")


def test_two_fingers_zoom_and_one_scrolls(campaign, open_browser):
    page = start(open_browser, viewport=NARROW, has_touch=True)
    page.locator("[data-sheet]").tap()  # the sheet folds away, and the scan has the screen
    width, _height = size(page)
    box = page.locator("[data-scan-view]").bounding_box()
    wire = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[int, int]) -> None:
        at = [{"x": box["x"] + x, "y": box["y"] + y, "id": i} for i, (x, y) in enumerate(points)]
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (120, 60))
    touch("touchStart", (120, 60), (160, 60))
    touch("touchMove", (80, 60), (200, 60))
    touch("touchEnd")
    assert size(page)[0] == pytest.approx(3 * width, rel=0.05)
    before = scrolled(page)
    touch("touchStart", (160, 80))
    for x in (140, 120, 100, 80):
        touch("touchMove", (x, 80))
    touch("touchEnd")
    has_moved = "left => document.querySelector('[data-scan-view]').scrollLeft > left"
    until(page, has_moved, before[0])
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_the_next_scan_beside_its_text_can_be_zoomed_too(campaign, open_browser):
    page = start(open_browser)
    page.keyboard.type("345")
    page.keyboard.press("Enter")
    expect(page.locator("[data-response]")).to_have_text("Because of coal.")
    width, _height = size(page)
    page.click("[data-scan-do=in]")
    assert size(page)[0] > width


@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_a_page_with_a_scan_has_nothing_that_bars_a_screen_reader(campaign, open_browser, viewport):
    page = start(open_browser, viewport=viewport)
    assert faults(page) == []
    group = page.get_by_role("group", name="Scan 1: + and − zoom", exact=False)
    expect(group.get_by_role("img", name="Scan 1 of the answer")).to_be_visible()
    live = "[role=status], [role=alert], [aria-live]"
    loud = page.locator(live).evaluate_all("all => all.filter(one => one.ariaLive === 'assertive')")
    assert loud == []
