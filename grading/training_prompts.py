"""What a row of a training set says to a language model: the places of a template, and usual templates.

The words here are data of the prompt, in the language of the answers, not of the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from grading.methods.prompt_text import places, render
from grading.methods.segmentation import language
from grading.training_rows import Row

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
        if not self.is_marking:
            said = {"question": _question(row), "full_mark": f"{row['question']['full_mark']:g}"}
            return render(self.text or ANSWERING, {**said, "input": said["question"]})
        said, spoken = _said(row), _spoken(row["question"]["text"] or row["answer"])
        lines = [f"{label}{said[name]}" for name, label in LABELS[spoken].items() if said[name]]
        return render(self.text or MARKING[spoken], {**said, "input": "\n".join(lines)})

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


def usual_template(row: Row) -> str:
    """To mark by, in the language of the row."""
    return MARKING[_spoken(row["question"]["text"] or row["answer"])]


@lru_cache(maxsize=1024)
def _spoken(text: str) -> str:
    """Kept, as many answers to one question follow each other."""
    return language(text)
