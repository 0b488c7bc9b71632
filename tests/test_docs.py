"""The documents: every link arrives, both languages have the same parts, and no file is too long to read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.paths import BASE

LINK = re.compile(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
MOST_LINES = 150
FOLDERS = (BASE / "docs", BASE / "bench")
FILES = sorted([*BASE.glob("*.md"), *(file for folder in FOLDERS for file in folder.rglob("*.md"))])
CHINESE = [file for file in FILES if file.name.endswith(".zh-CN.md")]


def name(file: Path) -> str:
    return str(file.relative_to(BASE))


def prose(file: Path) -> str:
    return FENCE.sub("", file.read_text())


def anchors(file: Path) -> set[str]:
    """As GitHub makes them: small letters, no punctuation, hyphens for spaces."""
    found = set()
    for heading in HEADING.findall(prose(file)):
        words = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(words.replace(" ", "-"))
    return found


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_link_of_a_document_arrives(file: Path) -> None:
    for path, anchor in LINK.findall(prose(file)):
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), path
        if anchor:
            assert anchor in anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("file", CHINESE, ids=name)
def test_both_languages_have_the_same_parts(file: Path) -> None:
    """The same headings, tables, commands and links, in the same number."""
    english = file.with_name(file.name.replace(".zh-CN", ""))
    for part in (r"^#", r"^\|", r"^\d+\.|^- ", r"^```", r"^\.venv/bin/python"):
        counts = [len(re.findall(part, one.read_text(), re.MULTILINE)) for one in (english, file)]
        assert counts[0] == counts[1], part
    assert len(LINK.findall(prose(english))) == len(LINK.findall(prose(file)))


@pytest.mark.parametrize("file", [file for file in FILES if "guide" in file.parts], ids=name)
def test_a_guide_is_short_and_leads_to_the_other_language(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= MOST_LINES
    is_chinese = file.name.endswith(".zh-CN.md")
    other = file.name.replace(".zh-CN", "") if is_chinese else f"{file.stem}.zh-CN.md"
    assert f"]({other})" in file.read_text()


def test_the_guides_are_found_from_their_index() -> None:
    for index in (BASE / "docs/guide/engineers.md", BASE / "docs/guide/engineers.zh-CN.md"):
        suffix = index.name.removeprefix("engineers")
        parts = [file for file in (BASE / "docs/guide/engineers").iterdir() if file.name.split(".", 1)[1] == suffix[1:]]
        linked = {(index.parent / path).resolve() for path, _anchor in LINK.findall(prose(index))}
        assert parts
        assert set(parts) <= linked
