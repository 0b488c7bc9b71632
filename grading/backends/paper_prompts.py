"""What a paper says to a language model: the places of a template, and the usual templates.

The words here are data of the prompt, in the language of the answers, not of the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from grading.backends.papers import Paper, Question
from grading.methods.prompt_text import render
from grading.methods.segmentation import language

LABELS = {
    "zh": {
        "question": "题目：", "reference": "参考答案：", "scoring_points": "采分点：", "full_mark": "满分：",
        "answer": "作答：",
    },
    "other": {
        "question": "Question: ", "reference": "Reference answer: ",
        "scoring_points": "Scoring points: ", "full_mark": "Full mark: ", "answer": "Answer: ",
    },
}  # fmt: skip
MARKING = {
    "zh": "请按参考答案和采分点为下面的作答打分，只写得分。\n\n{input}\n\n得分：",
    "other": "Mark the answer below by the reference answer and the scoring points. Write the mark alone."
    "\n\n{input}\n\nMark:",
}


@dataclass(frozen=True)
class PromptText:
    """A template and what stands before it."""

    text: str
    system: str = ""

    def filled(self, values: Mapping[str, str]) -> str:
        """Raises UnknownPlace, StrayBrace of grading.methods.prompt_text."""
        said, before = render(self.text, values), self.system.strip()
        return f"{before}\n\n{said}" if before else said

    def to_mark(self, paper: Paper) -> str:
        return self.filled(marking_values(paper))

    def to_answer(self, question: Question) -> str:
        return self.filled(answering_values(question))


def marking_values(paper: Paper) -> dict[str, str]:
    """Place → what the paper says for it; {input} is all of it, labelled."""
    said = {**_of_question(paper.question), "answer": paper.answer}
    spoken = spoken_in(paper.question, paper.answer)
    lines = [f"{label}{said[name]}" for name, label in LABELS[spoken].items() if said[name]]
    return {**said, "input": "\n".join(lines)}


def answering_values(question: Question) -> dict[str, str]:
    """The same without the answer; {input} is the question alone."""
    said = _of_question(question)
    return {**said, "input": said["question"]}


def mark_text(mark: float) -> str:
    """As a model writes it, and learns to."""
    return f"{mark:g}"


def spoken_in(question: Question, answer: str) -> str:
    """ "zh" or "other"."""
    return _spoken(question.text or answer)


def _of_question(question: Question) -> dict[str, str]:
    """A question without a text is named by its key; {points} stands in templates from before the scoring
    points had one name."""
    points = "\n".join(_points(question))
    return {
        "question": question.text or question.key,
        "reference": question.reference,
        "scoring_points": points,
        "points": points,
        "full_mark": f"{question.marks[-1]:g}" if question.marks else "",
        "question_key": question.key,
    }


def _points(question: Question) -> list[str]:
    worth = question.point_marks or [None] * len(question.scoring_points)
    pairs = zip(question.scoring_points, worth, strict=True)
    return [text if marks is None else f"{text} ({marks:g})" for text, marks in pairs]


@lru_cache(maxsize=1024)
def _spoken(text: str) -> str:
    """Kept, as many answers to one question follow each other."""
    return language(text)
