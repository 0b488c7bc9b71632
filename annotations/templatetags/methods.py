"""Links to the methods page, and the blocks its prose is written in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotations.method_notes import NOTES, Note

register = template.Library()


@register.inclusion_tag("_method_links.html")
def method_links(*keys: str | Sequence[str]) -> dict[str, object]:
    """A line of links to notes, named one by one or as lists."""
    return {"notes": _notes(keys)}


@register.inclusion_tag("_method_mark.html")
def method_mark(key: str) -> dict[str, object]:
    """A small sign beside the name of a number that leads to its note."""
    return {"note": NOTES[key]}


@register.inclusion_tag("_method_sources.html")
def method_sources(*keys: str | Sequence[str]) -> dict[str, object]:
    """The sources in words, for a file that is read away from Concord."""
    return {"notes": _notes(keys)}


def _notes(keys: Iterable[str | Sequence[str]]) -> list[Note]:
    """A stored result may name a metric that there is no more; that one is left out."""
    names = [name for key in keys for name in ([key] if isinstance(key, str) else key)]
    return [NOTES[name] for name in names if name in NOTES]


@register.simple_block_tag
def note(content: str, key: str) -> SafeString:
    """One number: heading and sources come from the registry, the prose from the block."""
    sources = format_html_join("; ", "{}", ((source,) for source in NOTES[key].sources))
    return format_html(
        '<section class="method" id="{0}" aria-labelledby="{0}-title"><h3 id="{0}-title">{1}</h3>{2}'
        '<p class="method-source"><b>{3}</b> <span lang="en">{4}</span></p></section>',
        key, NOTES[key].title, content, _("Source:"), sources,
    )  # fmt: skip


@register.simple_block_tag
def formula(content: str) -> SafeString:
    return format_html('<p class="method-formula">{}</p>', content)


@register.simple_block_tag
def doubt(content: str) -> SafeString:
    """When to distrust the number."""
    return format_html(
        '<p class="method-doubt"><b>{}</b> {}</p>', _("When to distrust it:"), content
    )
