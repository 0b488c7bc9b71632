"""Prompts and answers as token numbers of a causal language model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grading.backends.papers import Floats


@dataclass(frozen=True)
class Example:
    """What is asked, and the answer that is right. `weight` as of a paper."""

    prompt: str
    answer: str
    weight: float = 1.0


@dataclass(frozen=True)
class Written:
    """What a model wrote, with the tokens that it read and wrote; `is_cut`: it was stopped at the longest."""

    text: str
    tokens_in: int
    tokens_out: int
    is_cut: bool = False


@dataclass(frozen=True)
class Row:
    """Token numbers; the answer begins at `start`."""

    ids: list[int]
    start: int

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Examples:
    """Rows to learn; `weights` of mean 1."""

    encoded: list[Row]
    weights: Floats

    def __len__(self) -> int:
        return len(self.encoded)

    @property
    def lengths(self) -> list[int]:
        return [len(row) for row in self.encoded]


class ExampleEncoder:
    """Prompts in the form of the model's own chat template where it has one; too long ones lose their beginning."""

    def __init__(self, tokenizer: Any, max_tokens: int) -> None:
        self.tokenizer, self.max_tokens = tokenizer, max_tokens
        self.end = int(tokenizer.eos_token_id)
        known = tokenizer.pad_token_id
        self.padding = self.end if known is None else int(known)

    def prompt(self, text: str) -> list[int]:
        if self.tokenizer.chat_template:
            said = [{"role": "user", "content": text}]
            text = self.tokenizer.apply_chat_template(
                said, add_generation_prompt=True, tokenize=False
            )
            return self.text(text)
        return list(self.tokenizer(text)["input_ids"])

    def text(self, text: str) -> list[int]:
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def row(self, example: Example) -> Row:
        """The answer is kept, then as much of the prompt's end as there is room for; one token at least."""
        answer = [*self.text(example.answer)[: self.max_tokens - 2], self.end]
        prompt = self.prompt(example.prompt)[-(self.max_tokens - len(answer)) :]
        return Row([*prompt, *answer], len(prompt))

    def __call__(self, examples: Sequence[Example]) -> Examples:
        weights = np.array([example.weight for example in examples], dtype=float)
        scale = (weights.mean() or 1.0) if len(weights) else 1.0
        return Examples([self.row(example) for example in examples], weights / scale)

    def written(self, tokens_in: int, ids: list[int]) -> Written:
        """What the model made of a prompt of so many tokens; after the end there is nothing but padding."""
        is_cut = self.end not in ids
        said = ids if is_cut else ids[: ids.index(self.end) + 1]
        text = str(self.tokenizer.decode(said, skip_special_tokens=True))
        return Written(text, tokens_in, len(said), is_cut)
