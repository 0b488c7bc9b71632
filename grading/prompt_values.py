"""What a question says for the places of a prompt template."""

from __future__ import annotations

from annotations.models import Question
from grading.methods.prompt_text import INPUT

FIELDS = {
    "question": "text", "context": "context", "reference": "reference", "question_key": "key",
    "school_subject": "school_subject",
}  # fmt: skip


def values_of(question: Question) -> dict[str, str]:
    """{input} is the question's text; the others have the names of what a question has, and {points} and
    {full_mark} are its scoring points, one a line, and its full mark. A file's own columns keep their
    names."""
    points = [f"{point['text']} ({point['marks']})" for point in question.scoring_points]
    own = {str(name): str(value) for name, value in question.metadata.items()}
    full = question.full_mark
    return {
        **own,
        INPUT: question.text,
        **{place: getattr(question, field) for place, field in FIELDS.items()},
        "points": "\n".join(points),
        "full_mark": "" if full is None else f"{full.normalize():f}",
    }


def place_names(questions: list[Question]) -> list[str]:
    """What can be written in braces for these questions; for none, what every question has."""
    found = dict.fromkeys(values_of(Question()))
    for question in questions:
        found |= dict.fromkeys(values_of(question))
    return list(found)
