"""Every kind of scale by keyboard, and answers that a page could stumble over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from annotations.models import Campaign, Criterion, Rating, Rubric
from tests import make
from tests.base import Cast
from tests.browser.conftest import NARROW
from tests.browser.test_rating_screen import start, stored

pytestmark = pytest.mark.django_db(transaction=True)

ARABIC = "لأن الفحم كان قريبا من سطح الأرض 😀."
MARKUP = "<script>document.title='taken'</script><b>bold</b> & \"quoted\""
LONG = "因为英国有煤。" * 5000 + "\n" + "x" * 5000
ANSWERS = (MARKUP, ARABIC, LONG)


@pytest.fixture
def campaign(transactional_db) -> Campaign:
    """Likert −2 to 2, three categories, half marks to 3, and yes or no."""
    cast = Cast()
    question = make.a_question(make.a_dataset(cast.team))
    for text in ANSWERS:
        make.an_item(question, text=text)
    rubric = make.a_rubric(cast.team, weights=(), publish=False)
    names = [{"value": v, "label": name} for v, name in ((0, "poor"), (0.5, "fair"), (1, "good"))]
    answers = [{"value": 0, "label": "no"}, {"value": 1, "label": "yes"}]
    scales = [
        ("likert", -2, 2, make.levels(-2, 2)), ("categories", 0, 1, names),
        ("points", 0, 3, make.levels(0, 3, 0.5)), ("yes_no", 0, 1, answers),
    ]  # fmt: skip
    for place, (scale, low, high, levels) in enumerate(scales, start=1):
        Criterion.objects.create(
            rubric=rubric, key=f"c{place}", name=f"Criterion {place}", position=place,
            scale=scale, low=low, high=high, levels=levels,
        )  # fmt: skip
    Rubric.objects.filter(pk=rubric.pk).update(state="published")
    return make.a_campaign(question.dataset, rubric, [cast.bob], k=1, slug="exam")


def entered(page: Page) -> dict[str, str]:
    chosen = "all => Object.fromEntries(all.map(one => [one.name.slice(6), one.value]))"
    return page.locator(".criterion :checked").evaluate_all(chosen)


def test_a_negative_value_a_letter_a_half_mark_and_yes_are_typed(campaign, open_browser):
    page = start(open_browser)
    for key in ("-", "2", "Enter", "b", "2", ".", "5", "Enter", "1"):
        page.keyboard.press(key)
    assert entered(page) == {"c1": "-2", "c2": "0.5", "c3": "2.5", "c4": "1"}
    page.keyboard.press("Enter")
    stored(1, page)
    scores = Rating.objects.get().scores
    assert set(scores.values_list("value", flat=True)) == {-2, 0.5, 2.5, 1}


def test_the_foot_names_the_keys_of_the_current_scale(campaign, open_browser):
    page = start(open_browser)
    foot = page.locator("[data-keys]")
    for keys in ("-2–2 ↵", "A–C", "0–3 ↵", "0–1"):
        expect(foot).to_have_text(keys)
        page.keyboard.press("ArrowDown")


def test_a_number_off_the_scale_is_refused_as_it_was_typed(campaign, open_browser):
    page = start(open_browser)
    page.keyboard.type("-3")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_have_text("-3 is not on the scale of Criterion 1.")
    assert entered(page) == {}


def test_a_screen_reader_hears_name_letter_and_value_of_every_level(campaign, open_browser):
    page = start(open_browser)
    group = page.get_by_role("group", name="Criterion 2")
    expect(group.get_by_role("radio", name="B: 0.5 fair")).to_have_count(1)
    nameless = "all => all.filter(one => !one.labels[0]?.innerText.trim()).length"
    assert page.locator(".criterion input").evaluate_all(nameless) == 0


def rate(page: Page) -> None:
    for key in ("0", "Enter", "a", "0", "Enter", "0", "Enter"):
        page.keyboard.press(key)


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, NARROW])
def test_of_a_long_scale_only_described_levels_have_a_line_of_their_own(
    transactional_db, open_browser, viewport
):
    cast = Cast()
    levels = [{"value": v, "label": f"{v}", "descriptor": "passed" if v == 60 else ""} for v in range(101)]
    rubric = make.a_rubric(cast.team, weights=(), publish=False)
    Criterion.objects.create(
        rubric=rubric, key="c1", name="Quality", scale="points", low=0, high=100, levels=levels
    )
    Rubric.objects.filter(pk=rubric.pk).update(state="published")
    question = make.a_question(make.a_dataset(cast.team))
    make.an_item(question)
    make.a_campaign(question.dataset, rubric, [cast.bob], k=1, slug="exam")
    page = start(open_browser, viewport=viewport)
    lines = "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    tops = page.locator(".level").evaluate_all(lines)
    assert tops.count(tops[60]) == 1
    assert len(set(tops)) < len(levels) / 4


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 800}, NARROW])
def test_markup_right_to_left_and_100_kb_are_shown_as_they_are(campaign, open_browser, viewport):
    page = start(open_browser, viewport=viewport)
    response = page.locator("[data-response]")
    assert response.inner_text() == MARKUP
    assert page.title() != "taken"
    rate(page)
    expect(response).to_have_text(ARABIC)
    assert response.inner_text() == ARABIC
    assert response.evaluate("node => getComputedStyle(node).direction") == "rtl"
    rate(page)
    expect(response).not_to_have_text(ARABIC)
    assert response.inner_text() == LONG
    assert len(LONG.encode()) > 100_000
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert response.evaluate("node => node.scrollWidth <= node.clientWidth")
    rate(page)
    stored(3, page)
