"""What is asked and answered. The same classes check requests and describe the API in openapi.py."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

MOST_ANSWERS = 100
MOST_GROUPS = 10  # of one student


def _storable(text: str) -> str:
    """Without what no database stores: zero characters and halves of characters. Raises ValueError."""
    text.encode()
    if "\0" in text:
        raise ValueError
    return text


STORABLE = AfterValidator(_storable)
TOLD: dict[str, JsonValue] = {"pattern": r"^[^\u0000]*$"}
Short = Annotated[str, Field(max_length=200, json_schema_extra=TOLD), STORABLE]
Name = Annotated[str, Field(min_length=1, max_length=80, json_schema_extra=TOLD), STORABLE]
Text = Annotated[str, Field(max_length=20_000, json_schema_extra=TOLD), STORABLE]
LEAST = 0.01  # questions keep hundredths of a mark
Marks = Annotated[float, Field(ge=LEAST, le=1000, allow_inf_nan=False, strict=True)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class ScoringPoint(Asked):
    text: Annotated[str, Field(min_length=1, max_length=2000, json_schema_extra=TOLD), STORABLE]
    marks: Marks


class Question(Asked):
    """A question that was learnt is found by its text, or by its key where it has none. Any other
    goes to people, who need text and full mark."""

    key: Short = ""
    text: Text = ""
    reference: Text = ""
    full_mark: Marks | None = None
    step: Annotated[float, Field(ge=LEAST, le=100, allow_inf_nan=False, strict=True)] = 1.0
    scoring_points: Annotated[list[ScoringPoint], Field(max_length=50)] = []


class Answer(Asked):
    """`groups`: what marks are compared by, for instance {"class": "7B"}."""

    question: Question
    answer: Text
    student: Annotated[str, Field(max_length=120, json_schema_extra=TOLD), STORABLE] = ""
    groups: Annotated[dict[Name, Short], Field(max_length=MOST_GROUPS)] = {}
    external_id: Short = ""


class Answers(Asked):
    answers: Annotated[list[Answer], Field(min_length=1, max_length=MOST_ANSWERS)]


class FeedbackIn(Asked):
    kind: Literal["agree", "appeal"]
    text: Annotated[str, Field(max_length=5000, json_schema_extra=TOLD), STORABLE] = ""


class GenerateIn(Asked):
    """Either `input` for the place {input} of the template, or `values` for its named places."""

    input: Text | None = None
    values: dict[Short, Text] = {}


class Chance(BaseModel):
    mark: float
    probability: float


class Links(BaseModel):
    self: str
    feedback: str


class Graded(BaseModel):
    """`why`: "low_confidence" or "unknown_question"; null where nobody is needed."""

    id: UUID
    external_id: str
    mark: float | None
    full_mark: float
    confidence: float | None
    probabilities: list[Chance]
    needs_person: bool
    why: str | None
    links: Links


class GradedRequest(BaseModel):
    version: int
    school_subject: str
    answers: list[Graded]


class State(BaseModel):
    """`state`: "settled" (there is a mark of record) or "waiting" (people have not settled it yet, and
    `reason` says why). `origin`: "machine", "human", "adjudicated"."""

    id: UUID
    external_id: str
    state: Literal["settled", "waiting"]
    mark_of_record: float | None
    full_mark: float
    origin: str | None
    reason: str | None
    machine_mark: float | None
    confidence: float | None
    needs_person: bool
    version: int
    feedback: list[str]
    links: Links


class FeedbackTaken(BaseModel):
    id: UUID
    kind: str
    state: Literal["settled", "waiting"]


class Generated(BaseModel):
    text: str
    generator: str
    template: str
    model: str
    tokens_in: int
    tokens_out: int


class Refused(BaseModel):
    """A line of a file, or null where it is about all of it."""

    line: int | None
    detail: str


class ImportLinks(BaseModel):
    self: str
    page: str


class Imported(BaseModel):
    """`state`: "preview" where nothing was to be stored. `columns`: what each was taken for. `problems`: the first
    of those lines that were `refused`."""

    id: int | None
    dataset: str
    state: Literal["preview", "waiting", "running", "done", "failed", "cancelled"]
    columns: dict[str, str]
    added: int
    unchanged: int
    refused: int
    problems: list[Refused]
    links: ImportLinks | None


class VerdictOut(BaseModel):
    """Numbers are between 0 and 1. `exit`: the exit status of `manage.py verdict`. `changes`: ratings and
    adjudications that came in since."""

    candidate: str
    outcome: Literal["pass", "fail", "rejected", "undecided", "raters_not_ready"]
    exit: int
    sentence: str
    advice: str
    estimate: float | None
    low: float | None
    high: float | None
    threshold: float
    confidence: float
    gates: list[dict[str, JsonValue]]
    method: str
    seed: int
    code_version: str
    inputs_digest: str
    signed_by: str | None
    computed_at: datetime
    changes: int
    page: str


class Verdicts(BaseModel):
    """The newest of each candidate. `outcome`: the worst of them, null where there is none yet, while they are
    computed anew, and where that has failed. `state` of the campaign; raters have done so many of their ratings."""

    campaign: str
    state: Literal["draft", "running", "paused", "closed"]
    ratings_done: int
    ratings_planned: int
    outcome: str | None
    exit: int | None
    is_computing: bool
    has_failed: bool
    verdicts: list[VerdictOut]


class MarkOfRecord(BaseModel):
    """`origin`: "machine", "human", "together" or "adjudicated"; where there is none, `reason` says why the mark is missing."""

    item: str
    question: str
    student: str
    school_class: str
    mark: float | None
    full_mark: float | None
    origin: str | None
    reason: str | None


class MarksOfRecord(BaseModel):
    """`machine`: the scorer whose marks count, null where none does."""

    campaign: str
    machine: str | None
    marks: list[MarkOfRecord]


class ProblemOut(BaseModel):
    """`errors`: the first hundred places that are not as described, each a JSON pointer into the body and
    what is wrong there."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] = []
