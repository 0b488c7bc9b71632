"""Chat messages as OpenAI writes them: {"messages": [{"role": "user", "content": "…"}, …]}."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotations.formats.shapes import Entry, Shape, Told


def _fits(entry: Entry) -> bool:
    turns = entry.get("messages")
    return isinstance(turns, list) and bool(turns) and all(map(_is_turn, turns))


def _is_turn(turn: Any) -> bool:
    return isinstance(turn, dict) and isinstance(turn.get("role"), str) and "content" in turn


def _items(entry: Entry) -> Iterator[Told]:
    """The last turn is the answer, the user's last turn the question, what was before the context."""
    others = {name: value for name, value in entry.items() if name != "messages"}
    turns = entry.get("messages")
    turns = [turn for turn in turns if _is_turn(turn)] if isinstance(turns, list) else []
    is_answered = bool(turns) and turns[-1]["role"] == "assistant"
    asked = turns[:-1] if is_answered else turns
    users = [at for at, turn in enumerate(asked) if turn["role"] == "user"]
    before = [turn for at, turn in enumerate(asked) if not users or at != users[-1]]
    said = {
        "question": _text(asked[users[-1]]) if users else "",
        "answer": _text(turns[-1]) if is_answered else "",
        "context": "\n".join(f"{turn['role']}: {_text(turn)}" for turn in before),
    }
    yield Told({**others, **said}, {})


def _text(turn: Entry) -> str:
    """The content is text, or a list of parts of which the texts count."""
    content = turn["content"]
    if isinstance(content, list):
        return "\n".join(
            part["text"]
            for part in content
            if isinstance(part, dict) and isinstance(part.get("text"), str)
        )
    return content if isinstance(content, str) else ""


CHAT = Shape("chat messages", _fits, _items)
