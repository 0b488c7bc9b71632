"""Papers as token numbers: question, reference and scoring points first, then the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from grading.backends.papers import Paper, Question

LONGEST_TEXT = (
    40_000  # characters; beyond any model's tokens, so that no text costs more than it can give
)
CHUNK = 1000


@dataclass(frozen=True)
class Encoded:
    """Token numbers of one paper, and to which of the two segments each belongs."""

    ids: list[int]
    segments: list[int]

    def __len__(self) -> int:
        return len(self.ids)


def question_text(question: Question) -> str:
    """What the model reads of a question; its key where it has no text, so that it can be told from others."""
    parts = [question.text or question.key, question.reference, *question.scoring_points]
    return "\n".join(part for part in parts if part)


class Frame:
    """The tokens that a tokenizer puts before, between and after two segments, as it does it itself."""

    def __init__(self, tokenizer: Any) -> None:
        pair = tokenizer("1", "1", return_token_type_ids=True)
        sides = pair.sequence_ids()
        ids, kinds = pair["input_ids"], pair["token_type_ids"]
        first, second = sides.index(0), sides.index(1)
        first_end = second - 1 - sides[:second][::-1].index(0) + 1
        second_end = len(sides) - sides[::-1].index(1)
        self.before, self.between, self.after = (
            Encoded(ids[a:b], kinds[a:b])
            for a, b in ((0, first), (first_end, second), (second_end, len(ids)))
        )
        self.kinds = kinds[first], kinds[second]
        self.length = len(self.before) + len(self.between) + len(self.after)

    def around(self, question: list[int], answer: list[int]) -> Encoded:
        before, between, after = self.before, self.between, self.after
        return Encoded(
            [*before.ids, *question, *between.ids, *answer, *after.ids],
            [
                *before.segments,
                *[self.kinds[0]] * len(question),
                *between.segments,
                *[self.kinds[1]] * len(answer),
                *after.segments,
            ],
        )


class PaperEncoder:
    """Papers to tokens. Where both segments are too long together the question is cut, not the answer."""

    def __init__(self, tokenizer: Any, max_tokens: int) -> None:
        self.tokenizer = tokenizer
        self.frame = Frame(tokenizer)
        self.max_tokens, self.room = max_tokens, max_tokens - self.frame.length
        self.padding = int(tokenizer.pad_token_id or 0)
        self.has_segments = "token_type_ids" in tokenizer.model_input_names

    def __call__(self, papers: Sequence[Paper]) -> list[Encoded]:
        questions = list({paper.question: None for paper in papers})
        read = dict(zip(questions, self._tokens(map(question_text, questions)), strict=True))
        answers = self._tokens(paper.answer for paper in papers)
        return [
            self._fitted(read[paper.question], answer)
            for paper, answer in zip(papers, answers, strict=True)
        ]

    def _fitted(self, question: list[int], answer: list[int]) -> Encoded:
        answer = answer[: self.room]
        return self.frame.around(question[: self.room - len(answer)], answer)

    def _tokens(self, texts: Any) -> list[list[int]]:
        cut = [text[:LONGEST_TEXT] for text in texts]
        found: list[list[int]] = []
        for start in range(0, len(cut), CHUNK):
            part = self.tokenizer(
                cut[start : start + CHUNK], add_special_tokens=False, verbose=False
            )
            found += part["input_ids"]
        return found


def first_position(config: Any) -> int:
    """RoBERTa and its kin count positions from behind their padding token's number on."""
    is_late = getattr(config, "model_type", "") in ("roberta", "xlm-roberta", "camembert")
    return (getattr(config, "pad_token_id", 0) or 0) + 1 if is_late else 0


def tokens_allowed(wanted: int, config: Any) -> int:
    """`wanted`, or what the model has positions for where that is less."""
    positions = getattr(config, "max_position_embeddings", None) or wanted
    return min(wanted, positions - first_position(config))
