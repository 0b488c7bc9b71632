"""The methods page: every note is written in both languages, and every link meets its anchor."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from django.conf import settings

from annotations.method_notes import NOTE_SECTIONS, NOTES
from tests.base import ConcordTestCase

TEMPLATES = settings.BASE_DIR / "templates"
USE = re.compile(r"""{%\s*method_(?:links|mark|sources)\s+([^%]+?)\s*%}""")
KEY = re.compile(r"""["']([\w-]*\w)["']""")  # not the beginning of a key that goes on in a variable
ANCHOR = re.compile(r"""href="(?:/methods/)?#([\w-]+)""")
FOLD = re.compile(r"""How is this computed\?" %}</summary>(.*?)</details>""", re.DOTALL)
LANGUAGES = ("en-GB", "zh-CN")


class Anchors(HTMLParser):
    """Every id of a page, and the classes inside each note."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.parts: dict[str, set[str]] = {}
        self._note = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if found.get("class") == "method":
            self._note = str(found["id"])
        self.parts.setdefault(self._note, set()).add(found.get("class") or "")


def folds_without_a_link() -> list[str]:
    """Folds that say how something is computed and do not lead to the methods page."""
    return [
        f"{file.relative_to(TEMPLATES)}: {fold[:80]}"
        for file in TEMPLATES.rglob("*.html")
        for fold in FOLD.findall(file.read_text())
        if "{% method_links" not in fold
    ]


def linked() -> set[str]:
    """Every key that a template links to."""
    keys: set[str] = set()
    for file in TEMPLATES.rglob("*.html"):
        text = file.read_text()
        for use in USE.findall(text):
            keys.update(KEY.findall(use))
    return keys


class MethodsPageTests(ConcordTestCase):
    def page(self, language: str, username: str = "bob") -> str:
        client = self.client_of(username)
        response = client.get("/methods/", HTTP_ACCEPT_LANGUAGE=language)
        assert response.status_code == 200
        return response.content.decode()

    def test_every_note_stands_once_in_both_languages(self) -> None:
        for language in LANGUAGES:
            ids = Counter(Anchors(self.page(language)).ids)
            assert {key: ids[key] for key in NOTES if ids[key] != 1} == {}, language
            assert [name for name, times in ids.items() if times > 1] == [], language

    def test_every_note_has_its_formula_its_limits_and_its_source(self) -> None:
        wanted = {"method-formula", "method-doubt", "method-source"}
        for language in LANGUAGES:
            parts = Anchors(self.page(language)).parts
            assert {key: wanted - parts[key] for key in NOTES if wanted - parts[key]} == {}, (
                language
            )

    def test_the_notes_of_a_section_come_in_the_order_of_its_contents(self) -> None:
        for language in LANGUAGES:
            ids = Anchors(self.page(language)).ids
            for section in NOTE_SECTIONS:
                keys = [note.key for note in section.notes]
                assert sorted(keys, key=ids.index) == keys, (language, section.key)

    def test_every_link_of_a_template_meets_an_anchor_in_both_languages(self) -> None:
        keys = linked()
        assert keys, "no links found: have the tags been renamed?"
        for language in LANGUAGES:
            assert keys - set(Anchors(self.page(language)).ids) == set(), language

    def test_whatever_says_how_it_is_computed_leads_here(self) -> None:
        assert folds_without_a_link() == []

    def test_every_link_within_the_page_meets_an_anchor(self) -> None:
        for language in LANGUAGES:
            page = self.page(language)
            assert set(ANCHOR.findall(page)) - set(Anchors(page).ids) == set(), language

    def test_the_prose_follows_the_language_of_the_reader(self) -> None:
        assert "jackknife" not in self.page("zh-CN").split("arXiv 2210.13265")[0]
        assert self.page("zh-CN") != self.page("en-GB")

    def test_it_is_for_those_who_sign_in_whatever_their_role(self) -> None:
        for username in ("alice", "bob", "eve"):
            assert "</h3>" in self.page("en-GB", username)
        self.client.logout()
        assert self.client.get("/methods/").status_code == 302
