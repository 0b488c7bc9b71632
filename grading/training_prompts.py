"""What a row of a training set says to a language model: the places of a template, and usual templates.

The words here are data of the prompt, in the language of the answers, not of the reader.
"""

from __future__ import annotations

from dataclasses import dataclass

from grading.methods.prompt_text import places, render
from grading.methods.segmentation import language
from grading.training_rows import Row

LABELS = {
    "zh": {
        "question": "题目", "reference": "参考答案", "scoring_points": "采分点", "full_mark": "满分",
        "answer": "作答",
    },
    "other": {
        "question": "Question", "reference": "Reference answer", "scoring_points": "Scoring points",
        "full_mark": "Full mark", "answer": "Answer",
    },
}  # fmt: skip
MARKING = {
    "zh": "请按参考答案和采分点为下面的作答打分，只写得分。\n\n{input}\n\n得分：",
    "other": "Mark the answer below by the reference answer and the scoring points. Write the mark alone."
    "\n\n{input}\n\nMark:",
}
ANSWERING = "{input}"
PLACES = ("input", "question", "reference", "scoring_points", "full_mark", "answer")


@dataclass(frozen=True)
class Prompt:
    """A template and what the model is told before it; "" takes the usual one of the purpose.

    `is_marking`: the model is to mark an answer; else it is to answer the question, and the template
    has no place for the answer, the reference or the scoring points.
    """

    is_marking: bool = True
    text: str = ""
    system: str = ""

    def of(self, row: Row) -> str:
        """Raises UnknownPlace, StrayBrace of grading.methods.prompt_text."""
        said = _said(row) if self.is_marking else {"question": _question(row)}
        lines = LABELS[_language(row)]
        parts = [f"{lines[name]}{_colon(row)}{said[name]}" for name in lines if said.get(name)]
        whole = "\n".join(parts) if self.is_marking else said["question"]
        full_mark = {"full_mark": f"{row['question']['full_mark']:g}"}
        return render(self.text or self.usual(row), {**full_mark, **said, "input": whole})

    def usual(self, row: Row) -> str:
        return MARKING[_language(row)] if self.is_marking else ANSWERING

    def check(self) -> None:
        """Raises UnknownPlace, StrayBrace where no row could be filled in."""
        known = PLACES if self.is_marking else ("input", "question", "full_mark")
        places(self.text)
        render(self.text, dict.fromkeys(known, ""))


def _said(row: Row) -> dict[str, str]:
    asked = row["question"]
    points = [f"{point['text']} ({point['marks']:g})" for point in asked["scoring_points"]]
    return {
        "question": _question(row),
        "reference": asked["reference"],
        "scoring_points": "\n".join(points),
        "full_mark": f"{asked['full_mark']:g}",
        "answer": row["answer"],
    }


def _question(row: Row) -> str:
    """A question without a text is named by its number."""
    return str(row["question"]["text"] or row["question"]["key"])


def _language(row: Row) -> str:
    return language(row["question"]["text"] + row["answer"])


def _colon(row: Row) -> str:
    return "：" if _language(row) == "zh" else ": "
