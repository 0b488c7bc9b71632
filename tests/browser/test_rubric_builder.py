"""The builder and the gold page in a real browser: keys, focus, live sums and previews."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from annotations.actions.gold import add_gold, give_training, set_definitive_scores
from annotations.actions.rubric_templates import TEMPLATES
from annotations.actions.rubrics import create_rubric
from tests import make
from tests.browser.conftest import NARROW, WIDE, painted
from tests.browser.test_frame import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rubric(cast):
    start = TEMPLATES["reply"]
    return create_rubric(
        team=cast.team, name="Replies", by=cast.alice, head=start.head(), lines=start.fields()
    )


@pytest.fixture
def page(rubric, open_browser):
    page = open_browser("alice")
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(f"/rubrics/{rubric.pk}/edit/")
    yield page
    assert page.errors == []


def test_the_sum_of_weights_follows_the_typing(page):
    expect(page.locator("[data-weight-sum]")).to_have_text("Weights sum to 100 %")
    page.fill("#id_r1-weight", "50,5")
    expect(page.locator("[data-weight-sum]")).to_have_text("Weights sum to 110.5 %, not 100 %")
    page.click("#hundred")
    expect(page.locator("[data-weight-sum]")).to_have_text("Weights sum to 100 %")


def test_the_preview_and_the_formula_follow_the_typing(page):
    page.fill("#id_r2-name", "Tact")
    expect(page.locator("#rubric-preview")).to_contain_text("Tact")
    expect(page.locator("#rubric-formula")).to_contain_text("30 % Tact")
    page.fill("#r2-descriptor-0", "hurtful")
    expect(page.locator("#rubric-preview")).to_contain_text("hurtful")


def test_a_new_criterion_takes_the_focus_and_the_old_text_stays(page):
    page.fill("#id_r1-name", "Truth")
    page.click("#add-criterion")
    expect(page.locator("#id_r4-name")).to_be_focused()
    expect(page.locator("#id_r1-name")).to_have_value("Truth")


def test_alt_and_an_arrow_move_a_criterion_and_the_focus_with_it(page):
    page.focus("#id_r3-name")
    page.keyboard.press("Alt+ArrowUp")
    rows = page.locator("input[name=row]")
    expect(rows.nth(1)).to_have_value("3")
    expect(page.locator("#id_r3-name")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(0)).to_have_value("3")
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(0)).to_have_value("3")


def test_a_longer_scale_shows_its_levels_at_once_without_losing_words(page):
    page.fill("#r1-descriptor-5", "faultless")
    page.fill("#id_r1-high", "7")
    page.keyboard.press("Tab")
    expect(page.locator("#r1-descriptor-7")).to_be_visible()
    expect(page.locator("#r1-descriptor-5")).to_have_value("faultless")
    page.select_option("#id_r1-scale", "categories")
    expect(page.locator("#level-add-1")).to_be_visible()


def test_what_is_changed_the_moment_it_is_drawn_counts(page):
    page.evaluate("""() => new MutationObserver((_seen, observer) => {
      if (!document.getElementById("r1-descriptor-7")) return;
      observer.disconnect();
      const scale = document.getElementById("id_r1-scale");
      scale.value = "categories";
      scale.dispatchEvent(new Event("change", { bubbles: true }));
    }).observe(document.getElementById("builder"), { childList: true, subtree: true })""")
    page.fill("#id_r1-high", "7")
    page.keyboard.press("Tab")
    expect(page.locator("#level-add-1")).to_be_visible(timeout=30_000)


def test_enter_in_a_field_saves(page, rubric):
    page.fill("#id_r1-name", "Truth")
    page.press("#id_r1-name", "Enter")
    page.wait_for_selector(".notice")
    assert rubric.criteria.first().name == "Truth"


def test_leaving_with_changes_asks(page):
    page.fill("#id_r1-name", "Truth")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/rubrics/")
    assert asked == ["beforeunload"]


def test_publishing_asks_and_freezes(page, rubric):
    page.get_by_role("button", name="Save and publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    page.wait_for_url(f"**/rubrics/{rubric.pk}/")
    rubric.refresh_from_db()
    assert rubric.is_published


def test_without_scripts_the_buttons_work_too(rubric, open_browser):
    page = open_browser("alice", java_script_enabled=False)
    page.goto(f"/rubrics/{rubric.pk}/edit/")
    page.fill("#id_r1-high", "3")
    page.click("#criterion-1 noscript button")
    expect(page.locator("#r1-descriptor-4")).to_have_count(0)
    page.click("#down-1")
    expect(page.locator("input[name=row]").first).to_have_value("2")
    page.click("#add-criterion")
    expect(page.locator("input[name=row]")).to_have_count(4)


@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_no_page_has_serious_faults_or_scrolls_sideways(cast, rubric, open_browser, viewport):
    published = make.a_rubric(cast.team)
    question = make.a_question(make.a_dataset(cast.team), reference="A reference.")
    campaign = make.a_campaign(question.dataset, published, [cast.bob], launched_at=timezone.now())
    items = make.items(question, 3)
    [row] = add_gold(campaign=campaign, items=items[:1], purpose="qualification")
    set_definitive_scores(campaign_item=row, scores={"c1": 1, "c2": 2, "c3": 3}, explanation="")
    give_training(campaign=campaign)
    gold = f"/campaigns/{campaign.slug}/gold/"
    paths = ["/rubrics/", "/rubrics/new/", f"/rubrics/{published.pk}/", f"/rubrics/{rubric.pk}/edit/",
             f"/rubrics/{rubric.pk}/preview/", gold, f"{gold}add/", f"{gold}{row.pk}/"]  # fmt: skip
    page = open_browser("alice", viewport=viewport)
    for path in paths:
        assert page.goto(path).status == 200, path
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


def test_definitive_scores_by_keyboard(cast, open_browser):
    rubric = make.a_rubric(cast.team)
    question = make.a_question(make.a_dataset(cast.team))
    campaign = make.a_campaign(question.dataset, rubric, [cast.bob], launched_at=timezone.now())
    [row] = add_gold(campaign=campaign, items=[make.an_item(question)], purpose="practice")
    page = open_browser("dave")
    page.goto(f"/campaigns/{campaign.slug}/gold/{row.pk}/")
    painted(page)
    for key in "403":
        page.keyboard.press(key)
    expect(page.get_by_label("Explanation for learners")).to_be_focused()
    page.keyboard.type("Why 5 and not 4.")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".notice")
    row.gold.refresh_from_db()
    assert row.gold.scores == {"c1": 4, "c2": 0, "c3": 3}
    assert row.gold.explanation == "Why 5 and not 4."
