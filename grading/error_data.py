"""What error analysis is laid over: a scorer's marks of a dataset, and the marks they should have been."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Length
from django.utils.translation import gettext as _

from annotations.models import AutomaticScore, Campaign, Dataset, Item, Scorer
from grading.exam_data import confidence_for
from grading.methods.error_analysis import MarkedAnswer, most_alike
from grading.methods.marks_of_record import ADJUDICATED, HUMAN
from grading.models import DecisionPolicy
from grading.reports.marks import mark_sheet

PAST = "past"
MOST_COMPARED = 1000  # right answers to a question among which a like one is looked for


@dataclass(frozen=True)
class Reference:
    """Marks to hold a scorer against: past marks, or the people's marks of record of a campaign, with the
    tolerance on which it decides."""

    key: str
    title: str
    tolerance: float = 0.0


@dataclass(frozen=True)
class Like:
    """A like answer to the same question that was marked rightly."""

    item: int
    key: str
    mark: float
    likeness: float


def scorers_with_marks(dataset: Dataset) -> list[Scorer]:
    """Scorers of the dataset whose scores are marks; where none are, those that are no metric."""
    rows = Scorer.objects.filter(
        team=dataset.team_id, automatic_scores__item__dataset=dataset, automatic_scores__criterion=""
    ).exclude(kind=Scorer.Kind.METRIC)
    found = list(rows.distinct().order_by("name"))
    return [s for s in found if s.scale == Scorer.Scale.MARK] or found


def references_of(dataset: Dataset) -> list[Reference]:
    """Past marks first, then campaigns in which people mark, the newest first."""
    found = []
    if dataset.items.filter(reference_mark__isnull=False).exists():
        found.append(Reference(PAST, _("past marks")))
    campaigns = Campaign.objects.filter(dataset=dataset, kind=Campaign.Kind.GRADING)
    policies = DecisionPolicy.objects.filter(campaign__in=campaigns)
    tolerances = dict(policies.values_list("campaign", "tolerance"))
    for campaign in campaigns.exclude(state=Campaign.State.DRAFT).order_by("-pk"):
        title = _("marks of record by people: %(campaign)s") % {"campaign": campaign.name}
        found.append(Reference(campaign.slug, title, float(tolerances.get(campaign.pk, 0))))
    return found


def marked_answers(dataset: Dataset, scorer: Scorer, reference: Reference) -> list[MarkedAnswer]:
    """Every answer that both have marked, in the order of the dataset; a fixed number of queries."""
    wanted = _wanted(dataset, reference)
    given = _scores(dataset, scorer.name)
    sure = _scores(dataset, _confidence_of(dataset, scorer))
    rows = Item.objects.filter(dataset=dataset).annotate(length=Length("text")).order_by("position", "pk")
    fields = ("pk", "question__key", "question__full_mark", "length", "group_keys")
    return [
        MarkedAnswer(
            pk, given[pk], wanted[pk], question, None if full is None else float(full), length,
            {str(name): str(value) for name, value in groups.items()}, sure.get(pk),
        )
        for pk, question, full, length, groups in rows.values_list(*fields)
        if pk in given and pk in wanted
    ]  # fmt: skip


def _wanted(dataset: Dataset, reference: Reference) -> dict[int, float]:
    if reference.key == PAST:
        rows = Item.objects.filter(dataset=dataset, reference_mark__isnull=False)
        return dict(rows.values_list("pk", "reference_mark"))
    campaign = Campaign.objects.get(dataset=dataset, slug=reference.key)
    return {
        answer.item: answer.record.mark
        for answer in mark_sheet(campaign).answers
        if answer.record.mark is not None and answer.record.origin in (ADJUDICATED, HUMAN)
    }


def _scores(dataset: Dataset, scorer: str) -> dict[int, float]:
    rows = AutomaticScore.objects.filter(
        scorer__team=dataset.team_id, scorer__name=scorer, item__dataset=dataset, criterion=""
    )
    return dict(rows.values_list("item_id", "value"))


def _confidence_of(dataset: Dataset, scorer: Scorer) -> str:
    others = Scorer.objects.filter(team=dataset.team_id, scale=Scorer.Scale.SCORE, name__startswith=scorer.name)
    names = others.exclude(pk=scorer.pk).filter(automatic_scores__item__dataset=dataset)
    return confidence_for(scorer.name, names.distinct().order_by("name").values_list("name", flat=True))


def likes_of(
    dataset: Dataset, wrong: Iterable[MarkedAnswer], answers: Iterable[MarkedAnswer], tolerance: float
) -> dict[int, Like]:
    """Wrong answer → the like answer to its question that was marked rightly."""
    shown = list(wrong)
    right: dict[str, list[MarkedAnswer]] = {question: [] for question in {a.question for a in shown}}
    for answer in answers:
        mine = right.get(answer.question)
        if mine is not None and not answer.is_wrong(tolerance) and len(mine) < MOST_COMPARED:
            mine.append(answer)
    marks = {answer.key: answer.given for mine in right.values() for answer in mine}
    rows = Item.objects.filter(dataset=dataset).only("pk", "key", "text")
    items = rows.in_bulk([*marks, *(a.key for a in shown)])
    texts = {q: {a.key: items[a.key].text for a in mine} for q, mine in right.items()}
    found = {}
    for answer in shown:
        like = most_alike(items[answer.key].text, texts[answer.question])
        if like is not None:
            found[answer.key] = Like(like[0], items[like[0]].key, marks[like[0]], like[1])
    return found
