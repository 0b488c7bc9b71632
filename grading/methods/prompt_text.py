"""Templates of prompts: a text with places in braces, filled from what a row says.

`{input}` and any other name in braces is a place; `{{` and `}}` are braces. What is put into a place is
not looked at again, so that braces in an answer stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\{\{|\}\}|\{([^{}\n]+)\}|[{}]")
INPUT = "input"


class UnknownPlace(KeyError):
    """The row says nothing for a place; `name` is the place."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class StrayBrace(ValueError):
    """A brace without its partner; `at` is its position in the text, from 0."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def places(text: str) -> list[str]:
    """The names of the places in order, each once. Raises StrayBrace.

    >>> places("Q: {question}\\n{{json}} {input} {question}")
    ['question', 'input']
    """
    found: dict[str, None] = {}
    for match in _PLACE.finditer(text):
        if match[1]:
            found[match[1].strip()] = None
        elif match[0] in "{}":
            raise StrayBrace(match.start())
    return list(found)


def render(text: str, values: Mapping[str, str]) -> str:
    """The text with its places filled. Raises UnknownPlace, StrayBrace.

    >>> render("{{{input}}}", {"input": "{x}"})
    '{{x}}'
    """

    def filled(match: re.Match[str]) -> str:
        if match[1] is None:
            if len(match[0]) == 1:
                raise StrayBrace(match.start())
            return match[0][0]
        name = match[1].strip()
        if name not in values:
            raise UnknownPlace(name)
        return values[name]

    return _PLACE.sub(filled, text)
