"""Chat messages as OpenAI writes them: {"messages": [{"role": "user", "content": "…"}, …]}, and as
ShareGPT does: {"conversations": [{"from": "human", "value": "…"}, …]}."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotations.formats.columns import Role, role_of
from annotations.formats.shapes import Entry, Shape, Told

SHAREGPT = {"human": "user", "gpt": "assistant", "bot": "assistant", "chatgpt": "assistant"}


def _fits(entry: Entry) -> bool:
    name = _name_of_turns(entry)
    return name is not None and all(map(_is_turn, entry[name]))


def _name_of_turns(entry: Entry) -> str | None:
    lists = (name for name in ("messages", "conversations", "conversation", "input") if isinstance(entry.get(name), list))
    return next((name for name in lists if entry[name]), None)


def _is_turn(turn: Any) -> bool:
    if not isinstance(turn, dict):
        return False
    is_sharegpt = isinstance(turn.get("from"), str) and "value" in turn
    return is_sharegpt or (isinstance(turn.get("role"), str) and "content" in turn)


def _turn(turn: Entry) -> Entry:
    if "role" in turn and "content" in turn:
        return turn
    return {"role": SHAREGPT.get(turn["from"], turn["from"]), "content": turn["value"]}


def _items(entry: Entry) -> Iterator[Told]:
    """The last turn is the answer, the user's last turn the question, what was before the context."""
    name = _name_of_turns(entry)
    others = {key: value for key, value in entry.items() if key != name}
    turns = [_turn(turn) for turn in entry[name] if _is_turn(turn)] if name else []
    is_answered = bool(turns) and turns[-1]["role"] == "assistant"
    asked = turns[:-1] if is_answered else turns
    users = [at for at, turn in enumerate(asked) if turn["role"] == "user"]
    before = [turn for at, turn in enumerate(asked) if not users or at != users[-1]]
    said = {
        "question": _text(asked[users[-1]]) if users else "",
        "answer": _text(turns[-1]) if is_answered else "",
        "context": "\n".join(f"{turn['role']}: {_text(turn)}" for turn in before),
    }
    if not is_answered and any(role_of(name) is Role.ANSWER for name in others):
        del said["answer"]
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
