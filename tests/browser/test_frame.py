"""What base.html promises on every page: themes, menus, confirmation, keyboard, no sideways scrolling."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from annotations.models import Invitation
from tests import make
from tests.base import PASSWORD, Cast
from tests.browser.conftest import NARROW, WIDE, painted

SERIOUS = ("serious", "critical")
PAGES = (
    "/",
    "/teams/",
    "/teams/new/",
    "/teams/school/",
    "/teams/school/invite/",
    "/settings/",
    "/password/",
    "/nowhere/",
)

pytestmark = pytest.mark.django_db(transaction=True)


def faults(page) -> list[str]:
    """What axe-core finds serious or worse, with the elements."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {[node['html'][:120] for node in fault['nodes']][:3]}"
        for fault in found
        if fault["impact"] in SERIOUS
    ]


def test_one_can_sign_in_by_keyboard_alone(open_browser, cast: Cast) -> None:
    page = open_browser()
    page.goto("/sign-in/")
    painted(page)
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Alice")


def test_the_theme_is_chosen_and_kept(open_browser, cast: Cast) -> None:
    page = open_browser("alice", color_scheme="light")
    page.goto("/")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    switch = page.get_by_role("button", name="Colours")
    switch.click()
    switch.click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.goto("/teams/")
    assert page.evaluate(ground) == dark


def test_without_a_choice_the_theme_follows_the_system(open_browser, cast: Cast) -> None:
    page = open_browser("alice", color_scheme="dark")
    page.goto("/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_language_switch_keeps_the_page(open_browser, cast: Cast) -> None:
    page = open_browser("alice")
    page.goto("/teams/school/")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    assert page.url.endswith("/teams/school/")


def test_escape_closes_the_account_menu(open_browser, cast: Cast) -> None:
    page = open_browser("alice")
    page.goto("/")
    page.locator("details.menu summary").click()
    expect(page.get_by_role("link", name="Settings")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Settings")).to_be_hidden()


def test_removing_a_member_asks_first(open_browser, cast: Cast) -> None:
    page = open_browser("alice")
    page.goto(f"/teams/school/members/{cast.bob.pk}/")
    page.get_by_role("button", name="Remove Bob").click()
    expect(page.get_by_role("dialog")).to_contain_text("Remove Bob from School?")
    page.get_by_role("button", name="Cancel").click()
    assert cast.team.memberships.filter(user=cast.bob).exists()
    page.get_by_role("button", name="Remove Bob").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("no longer in the team")
    assert not cast.team.memberships.filter(user=cast.bob).exists()


def test_the_first_tab_leads_past_the_navigation(open_browser, cast: Cast) -> None:
    page = open_browser("alice")
    page.goto("/teams/")
    painted(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_a_form_with_errors_puts_the_reader_at_the_summary(open_browser, cast: Cast) -> None:
    page = open_browser("alice")
    page.goto("/teams/new/")
    page.get_by_role("button", name="Make the team").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Name")).to_be_focused()


def test_arrow_keys_walk_a_table_and_enter_opens_the_row(open_browser, cast: Cast) -> None:
    page = open_browser("alice")
    page.goto("/teams/")
    page.locator("tr[data-href]").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/teams/school/")


def test_on_a_phone_the_current_tab_is_in_sight(open_browser, cast: Cast) -> None:
    dataset = make.a_dataset(cast.team)
    make.an_item(make.a_question(dataset, full_mark=4))
    campaign = make.a_campaign(dataset, make.a_rubric(cast.team), [cast.bob], kind="grading")
    page = open_browser("alice", viewport=NARROW)
    for path in ("", "marks/", "exam/"):
        page.goto(f"/campaigns/{campaign.slug}/{path}")
        expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.99)


def test_on_paper_there_is_nothing_to_press_or_to_open(open_browser, cast: Cast) -> None:
    question = make.a_question(make.a_dataset(cast.team))
    make.items(question, 2)
    campaign = make.a_campaign(question.dataset, make.a_rubric(cast.team), [cast.bob])
    page = open_browser("alice")
    page.goto(f"/campaigns/{campaign.slug}/")
    parts = page.locator(".topbar, .tabs, .fold, .page-actions, .page-foot")
    expect(parts.filter(visible=True)).to_have_count(parts.count())
    page.emulate_media(media="print")
    expect(parts.filter(visible=True)).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_every_page_works_without_scripts(open_browser, cast: Cast) -> None:
    page = open_browser("alice", java_script_enabled=False)
    page.goto(f"/teams/school/members/{cast.bob.pk}/")
    page.get_by_role("button", name="Remove Bob").click()
    expect(page.get_by_role("status")).to_contain_text("no longer in the team")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1280", "390"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_assistive_technology(
    open_browser, cast: Cast, viewport: dict, scheme: str
) -> None:
    page = open_browser("alice", viewport=viewport, color_scheme=scheme)
    paths = [*PAGES, f"/teams/school/members/{cast.bob.pk}/"]
    found = {}
    for path in paths:
        page.goto(path)
        found[path] = faults(page)
        sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not sideways, path
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_nothing_serious_before_the_sign_in(open_browser, cast: Cast) -> None:
    invitation = Invitation.objects.create(team=cast.team, role="rater", created_by=cast.alice)
    page = open_browser()
    for path in ("/sign-in/", f"/invitations/{invitation.token}/"):
        page.goto(path)
        assert faults(page) == [], path


def test_a_fragment_after_the_session_ended_leads_to_the_sign_in(open_browser, cast: Cast) -> None:
    page = open_browser("alice")
    page.goto("/teams/?page=1")
    page.context.clear_cookies()
    page.evaluate("htmx.ajax('GET', '/teams/school/', {target: '#content', swap: 'innerHTML'})")
    page.wait_for_url("**/sign-in/?next=%2Fteams%2F%3Fpage%3D1")
