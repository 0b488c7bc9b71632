"""The Chinese catalogue is complete, and every translation keeps its placeholders."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

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
