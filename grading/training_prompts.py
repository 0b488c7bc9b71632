"""What a row of a training set says to a language model outside: the prompts of exports."""

from __future__ import annotations

from dataclasses import dataclass

from grading.backends.paper_prompts import MARKING, answering_values, marking_values, spoken_in
from grading.backends.papers import Paper
from grading.methods.prompt_text import places, render
from grading.training_rows import Row, question_of

ANSWERING = "{input}"
TO_MARK = ("input", "question", "reference", "scoring_points", "full_mark", "answer")
TO_ANSWER = ("input", "question", "full_mark")


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
        question = question_of(row["question"])
        if not self.is_marking:
            said = answering_values(question)
            return render(self.text or ANSWERING, {name: said[name] for name in TO_ANSWER})
        values = marking_values(Paper(question, row["answer"]))
        return render(self.text or usual_template(row), values)

    def check(self) -> None:
        """Raises UnknownPlace, StrayBrace where no row could be filled in."""
        known = TO_MARK if self.is_marking else TO_ANSWER
        places(self.text)
        render(self.text, dict.fromkeys(known, ""))


def usual_template(row: Row) -> str:
    """To mark by, in the language of the row."""
    return MARKING[spoken_in(question_of(row["question"]), row["answer"])]
