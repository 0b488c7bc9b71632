"""The Chinese catalogue is complete, and every translation keeps its placeholders."""

from __future__ import annotations

import re
from datetime import date

from babel.messages.pofile import read_po
from django.utils.formats import date_format
from django.utils.translation import override

from config.paths import BASE

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
CHINESE = BASE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def entries():
    with CHINESE.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def forms(text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_nothing_is_left_in_english() -> None:
    missing = [m.id for m in entries() if m.fuzzy or not all(forms(m.string))]
    assert not missing, missing[:10]


def test_every_placeholder_is_kept() -> None:
    wrong = []
    for message in entries():
        wanted = set(PLACEHOLDER.findall(forms(message.id)[-1])) - {"%%"}
        found = set(PLACEHOLDER.findall(forms(message.string)[0])) - {"%%"}
        if wanted != found:
            wrong.append((message.id, message.string))
    assert not wrong, wrong[:5]


def test_the_header_says_chinese_with_one_plural_form() -> None:
    with CHINESE.open("rb") as file:
        catalogue = read_po(file)
    assert not catalogue.fuzzy
    assert catalogue.num_plurals == 1
    assert len(catalogue) > 1500


def test_every_marked_text_is_found_by_makemessages() -> None:
    """It knows `_` and the functions by their own names; a text behind another alias stays English."""
    alias = re.compile(r"import .*gettext\w* as (?!_\b)\w+")
    rooms = (BASE / room for room in ("annotations", "grading", "config"))
    hidden = [path for room in rooms for path in room.rglob("*.py") if alias.search(path.read_text())]
    assert not hidden, hidden


def test_a_date_in_english_cannot_be_read_the_other_way_round() -> None:
    with override("en"):
        assert date_format(date(2026, 3, 4), "SHORT_DATE_FORMAT") == "4 Mar 2026"
