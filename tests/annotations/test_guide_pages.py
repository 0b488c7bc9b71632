"""The guides as pages: every one in both languages, every link and picture of them leads somewhere."""

from __future__ import annotations

import re
from urllib.parse import unquote

from annotations import guide_pages
from tests.base import ConcordTestCase

LANGUAGES = ("en-GB", "zh-CN")
LINK = re.compile(r'<(?:a href|img src)="([^"]*)"')
NAMES = (*guide_pages.GUIDES, *guide_pages.chapters())


class GuidePageTests(ConcordTestCase):
    def shown(self, name: str, language: str) -> str:
        self.sign_in("bob")
        return self.client.get(f"/guide/{name}/", headers={"accept-language": language}).content.decode()

    def test_there_is_a_page_for_every_file(self):
        files = {path.stem for path in (guide_pages.DOCS / "guide").rglob("*.md") if ".zh-CN" not in path.name}
        assert {name.split("/")[-1] for name in NAMES} == files

    def test_every_link_meets_a_page_and_its_part_in_both_languages(self):
        seen = set()
        for language in LANGUAGES:
            for name in NAMES:
                body = guide_pages.guide_page(name, language).html
                for target in LINK.findall(body):
                    path, _hash, anchor = unquote(target).partition("#")
                    if path.startswith("http"):
                        continue
                    assert path.startswith("/guide/"), (name, target)
                    seen.add(path)
                    if anchor:
                        other = guide_pages.guide_page(path.removeprefix("/guide/").strip("/"), language)
                        assert f'id="{anchor}"' in other.html, (name, target)
        self.sign_in("bob")
        assert len(seen) > 10
        for path in seen:
            assert self.client.get(path).status_code == 200, path

    def test_the_page_is_in_the_reader_s_language(self):
        assert "<h1>Guide for raters</h1>" in self.shown("raters", "en-GB")
        chinese = self.shown("raters", "zh-CN")
        assert "<h1>评分者指南</h1>" in chinese
        assert "README" not in chinese
        assert "[English]" not in chinese

    def test_tables_headings_and_what_is_typed_are_drawn(self):
        body = guide_pages.guide_page("engineers/running", "en").html
        assert '<table class="table">' in body
        assert '<h2 id="run">' in body
        assert "<pre><code" in body

    def test_everybody_begins_with_the_guide_for_their_work(self):
        for who, name in (("alice", "leads"), ("bob", "raters"), ("victor", "readers")):
            self.sign_in(who)
            assert self.client.get("/guide/").headers["Location"] == f"/guide/{name}/"

    def test_an_unknown_page_or_picture_is_not_there(self):
        self.sign_in("bob")
        for path in ("/guide/secrets/", "/guide/../settings/", "/guide/engineers/../../README/", "/guide/images/x.png"):
            assert self.client.get(path).status_code == 404, path

    def test_who_has_not_signed_in_is_asked_to(self):
        assert self.client.get("/guide/raters/").status_code == 302
