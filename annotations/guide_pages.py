"""The guides of docs/guide as pages: which there are, and what each says in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from posixpath import normpath

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from annotations.models import Role

DOCS = Path(settings.BASE_DIR) / "docs"
GUIDES = ("raters", "leads", "readers", "engineers")
OF_ROLE = (
    (Role.LEAD, "leads"),
    (Role.ENGINEER, "engineers"),
    (Role.ADJUDICATOR, "raters"),
    (Role.RATER, "raters"),
    (Role.VIEWER, "readers"),
)
_CHAPTER = re.compile(r"\]\((engineers/[\w-]+)\.md\)")
_CHINESE = ".zh-CN"
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class GuidePage:
    """`headings`: (anchor, text) of its parts. `html` is of a file of Concord's own, in which HTML is text."""

    name: str
    title: str
    html: SafeString
    headings: list[tuple[str, str]]


@cache
def chapters() -> tuple[str, ...]:
    """Of the guide for engineers, in its order."""
    return tuple(_CHAPTER.findall((DOCS / "guide/engineers.md").read_text("utf-8")))


def guide_for(roles: Sequence[str]) -> str:
    """The name of the guide for who has these roles."""
    return next((name for role, name in OF_ROLE if role in roles), "readers")


@cache
def guide_page(name: str, language: str) -> GuidePage:
    """`name`: "raters" or "engineers/files". Raises KeyError where there is none of it."""
    if name not in (*GUIDES, *chapters()):
        raise KeyError(name)
    suffix = _CHINESE if language.startswith("zh") else ""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = _without_other_language(reader.parse((DOCS / f"guide/{name}{suffix}.md").read_text("utf-8")))
    headings = []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            anchor = _anchor(inline.content)
            opening.attrSet("id", anchor)
            headings.append((opening.tag, anchor, _words(inline)))
        elif opening.type == "table_open":
            opening.attrSet("class", "table")
        for token in inline.children or []:
            _lead_on(token, name)
    html = reader.renderer.render(tokens[3:], reader.options, {})  # the title stands above the page
    html = html.replace("<table", '<div class="table-wrap table-wrap-scroll"><table').replace("</table>", "</table></div>")
    return GuidePage(name, headings[0][2], mark_safe(html), [(anchor, text) for tag, anchor, text in headings if tag == "h2"])


def image(name: str) -> Path:
    """Of docs/images. Raises KeyError."""
    found = {path.name: path for path in (DOCS / "images").glob("*.png")}
    return found[name]


def _without_other_language(tokens: list[Token]) -> list[Token]:
    """Less the line below the title that leads to the other language and back: the page has its own ways."""
    return tokens[:3] + tokens[6:] if tokens[4].content.startswith(("[English](", "[简体中文](")) else tokens


def _anchor(title: str) -> str:
    """As where the guides are read as files."""
    return _NOT_IN_ANCHORS.sub("", title.lower()).replace(" ", "-")


def _words(inline: Token) -> str:
    return "".join(token.content for token in inline.children or [])


def _lead_on(token: Token, name: str) -> None:
    """Links and pictures of a file become those of the page; what is no guide is not led to."""
    if token.type == "image":
        token.attrSet("src", reverse("guide-image", args=[PurePosixPath(str(token.attrs["src"])).name]))
        token.attrSet("loading", "lazy")
    elif token.type == "link_open":
        target, _hash, anchor = str(token.attrs["href"]).partition("#")
        if target.startswith(("http:", "https:")):
            return
        path = normpath(PurePosixPath(name).parent / target).removesuffix(".md").removesuffix(_CHINESE) if target else name
        if path in (*GUIDES, *chapters()):
            token.attrSet("href", reverse("guide", args=[path]) + (f"#{anchor}" if anchor else ""))
        else:
            del token.attrs["href"]
