"""Store existing human ratings in the slots of a campaign; repeating it adds nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from annotations.actions.imported_raters import find_raters
from annotations.actions.insert_rows import insert_rows
from annotations.actions.judge_imported import Refusal, Rubrics
from annotations.formats.problems import BadFile, Problem, shown
from annotations.formats.ratings import RatingRow
from annotations.methods.composite import Result
from annotations.models import Assignment, Campaign, CampaignItem, CriterionScore, Rating, User

BATCH = 500
COUNTS = (Rating.State.CURRENT, Rating.State.SURPLUS)


@dataclass
class RatingsImported:
    """How many ratings went where; `surplus` are kept and do not count: their slots were full."""

    added: int = 0
    surplus: int = 0
    unchanged: int = 0
    raters_created: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Judged:
    """A rating that fits its rubric. `scores` maps criterion id → value."""

    row: RatingRow
    campaign_item_id: int
    rater: User
    scores: dict[int, float]
    result: Result


def import_ratings(
    *, campaign: Campaign, rows: list[RatingRow], may_create_raters: bool
) -> RatingsImported:
    """Give every rating a slot of its item, as if the rater had submitted it here.

    Raises:
        BadFile: the campaign has no slots yet, or is closed.
    """
    if campaign.state in (Campaign.State.DRAFT, Campaign.State.CLOSED):
        raise BadFile(
            gettext_noop("The campaign “%(name)s” must be launched and not closed."),
            name=shown(campaign.name),
        )
    done = RatingsImported()
    raters, done.raters_created = find_raters(
        campaign, {row.rater for row in rows}, may_create_raters
    )
    items = _campaign_items(campaign)
    rubrics = Rubrics()
    judged: list[Judged] = []
    for row in rows:
        try:
            judged.append(_judge(row, items, raters, rubrics))
        except Refusal as refusal:
            done.problems.append(refusal.problem)
    for start in range(0, len(judged), BATCH):
        with transaction.atomic():
            _store(campaign, judged[start : start + BATCH], done)
    return done


def _campaign_items(campaign: Campaign) -> dict[str, CampaignItem]:
    """item key → live campaign item, with what a rubric needs of the question."""
    rows = campaign.campaign_items.filter(purpose=CampaignItem.Purpose.LIVE)
    rows = rows.select_related("item__question").only(
        "rubric_id", "campaign_id", "item__key", "item__question__full_mark", "item__question__step"
    )
    return {row.item.key: row for row in rows}


def _judge(
    row: RatingRow, items: dict[str, CampaignItem], raters: dict[str, User], rubrics: Rubrics
) -> Judged:
    item = items.get(row.item)
    if item is None:
        raise Refusal(
            row.line,
            gettext_noop("The campaign has no item “%(item)s” in its sample."),
            item=shown(row.item),
        )
    rater = raters.get(row.rater)
    if rater is None:
        raise Refusal(
            row.line,
            gettext_noop(
                "“%(rater)s” does not rate in this campaign; --create-raters adds the raters of a file."
            ),
            rater=shown(row.rater),
        )
    scores, result = rubrics.judge(row, item)
    return Judged(row, item.pk, rater, scores, result)


def _store(campaign: Campaign, batch: list[Judged], done: RatingsImported) -> None:
    item_ids = {judged.campaign_item_id for judged in batch}
    stored = _stored(item_ids)
    slots = _Slots(item_ids)
    fresh: list[tuple[Rating, Judged]] = []
    for judged in batch:
        earlier = stored.get((judged.campaign_item_id, judged.rater.pk))
        if earlier == judged.scores:
            done.unchanged += 1
        elif earlier is not None:
            done.problems.append(_differs(judged))
        else:
            fresh.append((_rating(campaign, judged, slots), judged))
    slots.save()
    Rating.objects.bulk_create([rating for rating, _ in fresh])
    scores = (
        (rating.pk, criterion, value)
        for rating, judged in fresh
        for criterion, value in judged.scores.items()
    )
    insert_rows(CriterionScore, ("rating", "criterion", "value"), scores)
    surplus = sum(rating.state == Rating.State.SURPLUS for rating, _ in fresh)
    done.surplus += surplus
    done.added += len(fresh) - surplus


def _stored(item_ids: set[int]) -> dict[tuple[int, int], dict[int, float]]:
    """(campaign item, rater) → the scores that are there already."""
    ratings = Rating.objects.filter(campaign_item__in=item_ids, state__in=COUNTS)
    known = {pk: (item, rater) for pk, item, rater in
             ratings.values_list("pk", "campaign_item_id", "rater_id")}  # fmt: skip
    found: dict[tuple[int, int], dict[int, float]] = {pair: {} for pair in known.values()}
    scores = CriterionScore.objects.filter(rating__in=known.keys())
    for rating, criterion, value in scores.values_list("rating_id", "criterion_id", "value"):
        found[known[rating]][criterion] = value
    return found


def _differs(judged: Judged) -> Problem:
    message = gettext_noop("“%(rater)s” has already rated the item “%(item)s” otherwise.")
    params = {"rater": shown(judged.row.rater), "item": shown(judged.row.item)}
    return Problem(judged.row.line, message, params)


def _rating(campaign: Campaign, judged: Judged, slots: _Slots) -> Rating:
    slot, is_counted = slots.take(judged.campaign_item_id, judged.rater.pk)
    return Rating(
        campaign=campaign,
        campaign_item_id=judged.campaign_item_id,
        assignment_id=slot,
        rater=judged.rater,
        kind=Assignment.Kind.LIVE,
        state=Rating.State.CURRENT if is_counted else Rating.State.SURPLUS,
        composite=judged.result.composite,
        mark=judged.result.mark,
        is_vetoed=judged.result.is_vetoed,
        note=judged.row.note,
        active_seconds=judged.row.seconds,
    )


class _Slots:
    """The live slots of some items, locked until the transaction ends. A slot goes to who holds
    it, then to whom it is planned for, then to anybody; where none is open the rating is surplus
    on the first slot. What was taken is written by `save`, at once."""

    def __init__(self, item_ids: set[int]) -> None:
        self._by_item: dict[int, list[Assignment]] = {}
        self._taken: dict[tuple[str, int | None, int], list[int]] = {}
        self._released: list[int] = []
        rows = Assignment.objects.filter(campaign_item__in=item_ids, kind=Assignment.Kind.LIVE)
        for slot in sorted(_lock(rows), key=lambda slot: slot.slot):
            self._by_item.setdefault(slot.campaign_item_id, []).append(slot)

    def take(self, item_id: int, rater_id: int) -> tuple[int, bool]:
        """(assignment id, whether the rating counts)."""
        slots = self._by_item[item_id]
        ranked = [(rank, slot) for slot in slots if (rank := _rank(slot, rater_id)) is not None]
        if not ranked:
            return slots[0].pk, False
        _, slot = min(ranked, key=lambda pair: pair[0])
        self._taken.setdefault((slot.state, slot.rater_id, rater_id), []).append(slot.pk)
        slot.state, slot.rater_id = Assignment.State.SUBMITTED, rater_id
        self._release_others(item_id, rater_id)
        return slot.pk, True

    def _release_others(self, item_id: int, rater_id: int) -> None:
        """What else of the item was planned for the rater is anybody's now, or it would starve."""
        for slot in self._by_item[item_id]:
            if slot.planned_for_id == rater_id and slot.state == Assignment.State.OPEN:
                self._released.append(slot.pk)
                slot.planned_for_id = None

    def save(self) -> None:
        """One update for each rater. Conditional all the same: were a slot not as it was read,
        the batch is undone as a whole.

        Raises:
            DatabaseError: a slot has changed in spite of the lock.
        """
        for (state, holder, rater_id), ids in self._taken.items():
            same = Assignment.objects.filter(pk__in=ids, state=state, rater=holder)
            changed = same.update(
                state=Assignment.State.SUBMITTED, rater=rater_id, lease_expires_at=None
            )
            if changed != len(ids):
                raise DatabaseError("A slot was taken while its ratings were imported.")
        Assignment.objects.filter(pk__in=self._released).update(planned_for=None)


def _lock(slots: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Row by row, in one order; SQLite, which has no such locks, has one writer at a time."""
    if connection.features.has_select_for_update:
        slots = slots.select_for_update()
    return slots.order_by("pk")


def _rank(slot: Assignment, rater_id: int) -> int | None:
    if slot.state == Assignment.State.CLAIMED:
        return 0 if slot.rater_id == rater_id else None
    if slot.state == Assignment.State.SUBMITTED:
        return None
    if slot.planned_for_id == rater_id:
        return 1
    return 2 if slot.planned_for_id is None else 3
