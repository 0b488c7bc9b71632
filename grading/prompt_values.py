"""What a question says for the places of a prompt template."""

from __future__ import annotations

from annotations.models import Question
from grading.methods.prompt_text import INPUT

FIELDS = {
    "question": "text", "context": "context", "reference": "reference", "question_key": "key",
    "school_subject": "school_subject",
}  # fmt: skip


def values_of(question: Question) -> dict[str, str]:
    """{input} is the question's text; the others have the names of what a question has. The scoring points
    stand one a line; as {points} they are in templates from before they had one name. A file's own columns
    keep their names."""
    points = "\n".join(f"{point['text']} ({point['marks']})" for point in question.scoring_points)
    own = {str(name): str(value) for name, value in question.metadata.items()}
    full = question.full_mark
    return {
        **own,
        INPUT: question.text,
        **{place: getattr(question, field) for place, field in FIELDS.items()},
        "scoring_points": points,
        "points": points,
        "full_mark": "" if full is None else f"{full.normalize():f}",
    }
