"""The colours of tokens.css can be read: WCAG 2.2 contrast of every pair that pages use.

AAA (7:1) for what is read to be judged, AA (4.5:1) for all other text, 3:1 for borders of fields,
the focus ring and the lines of charts.
"""

from __future__ import annotations

import re

import pytest
from django.conf import settings

CSS = (settings.BASE_DIR / "static/css/tokens.css").read_text()
BLOCK = re.compile(r"(:root[^{]*)\{([^}]*)\}")
COLOUR = re.compile(r"(--[\w-]+):\s*(#[0-9a-f]{6})\s*;")

GROUNDS = ("bg", "surface", "surface-2")
MEANINGS = ("pass", "fail", "undecided", "warning")
AAA = [("text", ground) for ground in (*GROUNDS, "accent-soft", *(f"{m}-soft" for m in MEANINGS))]
AA = [
    *(
        (ink, ground)
        for ink in ("text-2", "text-3", "accent", "accent-strong")
        for ground in GROUNDS
    ),
    *((meaning, ground) for meaning in MEANINGS for ground in (*GROUNDS, f"{meaning}-soft")),
    ("accent-strong", "accent-soft"),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("text-2", "accent-soft"),
    *(("text-2", f"{meaning}-soft") for meaning in MEANINGS),
]
SHAPES = [
    *((line, ground) for line in ("line-strong", "focus") for ground in ("bg", "surface")),
    *((f"series-{i}", "surface") for i in range(1, 9)),
]


def themes() -> dict[str, dict[str, str]]:
    """Selector of each :root block that sets a text colour → its colours."""
    found = {}
    for selector, body in BLOCK.findall(CSS):
        colours = {name[2:]: value for name, value in COLOUR.findall(body)}
        if "text" in colours:
            found[selector.strip()] = colours
    return found


LIGHT, FOLLOWS_SYSTEM, CHOSEN = themes().values()


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" in [0, 1] (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_two_dark_themes_are_the_same() -> None:
    assert FOLLOWS_SYSTEM == CHOSEN


def test_dark_names_every_colour_that_light_names() -> None:
    assert set(CHOSEN) == set(LIGHT)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(AAA, 7.0), (AA, 4.5), (SHAPES, 3.0)], ids=["AAA", "AA", "shapes"]
)
def test_every_pair_is_readable(theme: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = LIGHT if theme == "light" else CHOSEN
    found = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in found.items() if ratio < least} == {}


def test_pages_take_their_colours_from_the_tokens() -> None:
    """No page's own file names a colour, so dark and print follow."""
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)|\brgba?\(|\bhsl\(")
    files = (settings.BASE_DIR / "static/css").glob("*.css")
    named = {file.name: colour.findall(_without_comments(file.read_text())) for file in files}
    assert {name: found for name, found in named.items() if found and name != "tokens.css"} == {}


def _without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.S)
