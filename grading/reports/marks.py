"""Marks of record of a grading campaign: the rule applied to every answer, by student and class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from annotations.methods.composite import composite_and_mark
from annotations.models import (
    Adjudication,
    Assignment,
    AutomaticScore,
    Campaign,
    Gold,
    Item,
    Question,
)
from annotations.models.rating_table import counted_ratings
from grading.item_estimates import ItemEstimate, item_estimates
from grading.methods.marks_of_record import Evidence, MarkOfRecord, mark_of_record, total
from grading.models import AcceptedMark, DecisionPolicy, SelectiveGrading, Verdict

CLASS_KEYS = ("class", "班级", "班", "class name")


@dataclass(frozen=True)
class Answer:
    """One answer with its mark of record."""

    item: int
    key: str
    student: str
    school_class: str
    question: int
    record: MarkOfRecord


@dataclass(frozen=True)
class MarkSheet:
    """All marks of record; `machine` names the accepted scorer, "" where none is; `selective`: it is
    accepted answer by answer."""

    campaign: Campaign
    questions: list[Question]
    answers: list[Answer]
    machine: str
    selective: SelectiveGrading | None = None

    @cached_property
    def classes(self) -> list[str]:
        return sorted({a.school_class for a in self.answers})

    @cached_property
    def estimates(self) -> dict[int, ItemEstimate]:
        """Item id → the best estimate of its mark. It stands beside the mark of record, which is a rule."""
        return item_estimates(self.campaign, self.machine)

    @cached_property
    def origins(self) -> Counter[str]:
        return Counter(a.record.origin for a in self.answers)

    @cached_property
    def students(self) -> list[StudentMarks]:
        """By class and name, each with the marks by question."""
        found: dict[tuple[str, str], dict[int, Answer]] = {}
        for answer in self.answers:
            mine = found.setdefault((answer.school_class, answer.student), {})
            mine[answer.question] = answer
        return [StudentMarks(*name, marks) for name, marks in sorted(found.items(), key=lambda p: p[0])]


@dataclass(frozen=True)
class StudentMarks:
    """A student's marks; the total is None as long as one of them is missing."""

    school_class: str
    student: str
    answers: Mapping[int, Answer]

    @property
    def total(self) -> float | None:
        return total([a.record.mark for a in self.answers.values()])

    @property
    def missing(self) -> int:
        return sum(a.record.mark is None for a in self.answers.values())


def mark_sheet(campaign: Campaign) -> MarkSheet:
    """Read what is known of every answer of the dataset and apply the rule."""
    questions = list(campaign.dataset.questions.all())
    selective = selective_of(campaign)
    machine = selective.machine if selective else accepted_machine(campaign)
    evidence = KnownMarks(campaign, machine, selective)
    by_id = {question.pk: question for question in questions}
    rows = Item.objects.filter(dataset=campaign.dataset_id).order_by("question__position", "position", "pk")
    answers = [
        _answer(row, by_id[row[4]], evidence)
        for row in rows.values_list("pk", "key", "source", "group_keys", "question_id")
    ]
    return MarkSheet(campaign, questions, _without_doubles(answers), machine, selective)


def accepted_machine(campaign: Campaign) -> str:
    """The candidate whose newest verdict passes and is signed; of several, the one signed last."""
    passed = [
        (v.signed_at, v.candidate)
        for v in Verdict.objects.newest(campaign)
        if v.outcome == Verdict.Outcome.PASS and v.signed_at is not None
    ]
    return max(passed)[1] if passed else ""


def selective_of(campaign: Campaign) -> SelectiveGrading | None:
    """The selective grading in force."""
    rows = SelectiveGrading.objects.filter(campaign=campaign, undone_at=None)
    return rows.select_related("queue", "created_by").first()


def queues_of(campaign: Campaign) -> list[Campaign]:
    """Campaigns in which people marked what the machine did not; also of those taken back."""
    made = SelectiveGrading.objects.filter(campaign=campaign, queue__isnull=False)
    return list(Campaign.objects.filter(pk__in=made.order_by().values("queue")).order_by("pk"))


class KnownMarks:
    """What is known of the answers of a campaign and of its human queues, in a few queries; of all
    answers, or of these `items` (a query of their ids)."""

    def __init__(
        self,
        campaign: Campaign,
        machine: str = "",
        selective: SelectiveGrading | None = None,
        items: QuerySet[Any] | None = None,
    ) -> None:
        self._only = {} if items is None else {"campaign_item__item__in": items}
        policy = DecisionPolicy.objects.filter(campaign=campaign).first()
        self.tolerance = policy.tolerance if policy else 0.0
        self.selective = selective
        self.is_accepted = bool(machine)
        self.ratings: dict[int, list[float]] = {}
        self.planned: Counter[int] = Counter()
        self.definitive: dict[int, float] = {}
        for one in (*queues_of(campaign), campaign):
            self._read(one)
        self.machine = _accepted_marks(selective) if selective else _machine_marks(campaign, machine)

    def _read(self, campaign: Campaign) -> None:
        rated = counted_ratings(campaign).filter(**self._only)
        for item, mark in rated.values_list("campaign_item__item_id", "mark"):
            if mark is not None:
                self.ratings.setdefault(item, []).append(mark)
        self.planned.update(_planned(campaign, self._only))
        self.definitive.update(_definitive(campaign, self._only))

    def of(self, item: int) -> Evidence:
        evidence = Evidence(
            definitive=self.definitive.get(item),
            ratings=tuple(self.ratings.get(item, ())),
            planned=self.planned.get(item, 0),
            machine=self.machine.get(item),
            is_machine_accepted=self.is_accepted,
        )
        if self.selective is None:
            return evidence
        return replace(
            evidence, is_machine_accepted=item in self.machine, part=self.selective.part
        )


def _accepted_marks(selective: SelectiveGrading) -> dict[int, float]:
    rows = AcceptedMark.objects.filter(selective=selective)
    return dict(rows.values_list("item_id", "mark"))


def _planned(campaign: Campaign, only: Mapping[str, Any]) -> Counter[int]:
    """Item id → how many live ratings it should get."""
    slots = Assignment.objects.filter(campaign=campaign, kind=Assignment.Kind.LIVE, **only)
    return Counter(slots.values_list("campaign_item__item_id", flat=True))


def _definitive(campaign: Campaign, only: Mapping[str, Any]) -> dict[int, float]:
    """Item id → adjudicated mark (the newest), else the mark of the gold scores."""
    found = {
        gold.campaign_item.item_id: mark
        for gold in Gold.objects.filter(campaign_item__campaign=campaign, **only).select_related(
            "campaign_item__item__question", "campaign_item__rubric"
        )
        if (mark := _gold_mark(gold)) is not None
    }
    rows = Adjudication.objects.filter(campaign_item__campaign=campaign, **only)
    rows = rows.order_by("created_at", "pk")
    for item, mark in rows.values_list("campaign_item__item_id", "mark"):
        if mark is not None:
            found[item] = mark
    return found


def _gold_mark(gold: Gold) -> float | None:
    question = gold.campaign_item.item.question
    if not gold.scores or question.full_mark is None:
        return None
    spec = gold.campaign_item.rubric.spec(float(question.full_mark), float(question.step))
    return composite_and_mark(spec, gold.scores).mark


def _machine_marks(campaign: Campaign, machine: str) -> dict[int, float]:
    if not machine:
        return {}
    rows = AutomaticScore.objects.filter(
        scorer__team=campaign.team_id, scorer__name=machine, criterion="",
        item__dataset=campaign.dataset_id,
    )  # fmt: skip
    return dict(rows.values_list("item_id", "value"))


def _answer(row: tuple[Any, ...], question: Question, evidence: KnownMarks) -> Answer:
    pk, key, student, groups, question_id = row
    record = mark_of_record(
        evidence.of(pk), tolerance=evidence.tolerance, step=float(question.step)
    )
    return Answer(pk, key, student or key, class_of(groups), question_id, record)


def class_of(groups: Mapping[str, Any]) -> str:
    """The class among an item's group keys, "" where there is none."""
    by_name = {str(key).strip().lower(): value for key, value in groups.items()}
    return next((str(by_name[key]) for key in CLASS_KEYS if key in by_name), "")


def _without_doubles(answers: list[Answer]) -> list[Answer]:
    """Two answers of a student to one question cannot both count: neither does, with the reason."""
    times = Counter((a.school_class, a.student, a.question) for a in answers)
    doubled = MarkOfRecord(None, "missing", "two_answers")
    return [
        a if times[a.school_class, a.student, a.question] == 1
        else Answer(a.item, a.key, a.student, a.school_class, a.question, doubled)
        for a in answers
    ]  # fmt: skip
