"""Store existing human ratings in the slots of a campaign; repeating it adds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_noop

from annotations.actions.imported_raters import Raters
from annotations.actions.imported_slots import ImportedSlots
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

    def add(self, other: RatingsImported) -> None:
        self.added += other.added
        self.surplus += other.surplus
        self.unchanged += other.unchanged
        self.problems += other.problems


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
    importer = RatingImporter(campaign, may_create_raters)
    done = RatingsImported()
    for batch in rating_batches(rows):
        with transaction.atomic():
            done.add(importer.store(batch))
    done.raters_created = importer.raters.created
    return done


def rating_batches(rows: list[RatingRow], skip: int = 0) -> Iterator[list[RatingRow]]:
    """Some hundred rows at a time, all of an item together; the first `skip` are left out."""
    batch: list[RatingRow] = []
    for row in sorted(rows, key=lambda row: row.item)[skip:]:
        if len(batch) >= BATCH and batch[-1].item != row.item:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


class RatingImporter:
    """Judges and stores batches of ratings of one campaign.

    Raises:
        BadFile: the campaign has no slots yet, or is closed.
    """

    def __init__(self, campaign: Campaign, may_create_raters: bool) -> None:
        if campaign.state in (Campaign.State.DRAFT, Campaign.State.CLOSED):
            raise BadFile(
                gettext_noop("The campaign “%(name)s” must be launched and not closed."),
                name=shown(campaign.name),
            )
        self._campaign = campaign
        self.raters = Raters(campaign, may_create_raters)
        self._items = _campaign_items(campaign)
        self._rubrics = Rubrics()

    def store(self, rows: list[RatingRow]) -> RatingsImported:
        """To be called in a transaction."""
        done = RatingsImported()
        slots, fresh = self._sort(rows, done, is_preview=False)
        ratings = [_rating(self._campaign, judged, slots, done) for judged in fresh]
        slots.save()
        Rating.objects.bulk_create(ratings)
        scores = (
            (rating.pk, criterion, value)
            for rating, judged in zip(ratings, fresh, strict=True)
            for criterion, value in judged.scores.items()
        )
        insert_rows(CriterionScore, ("rating", "criterion", "value"), scores)
        return done

    def foresee(self, rows: list[RatingRow]) -> RatingsImported:
        """What `store` would do; nothing is stored or locked."""
        done = RatingsImported()
        slots, fresh = self._sort(rows, done, is_preview=True)
        for judged in fresh:
            _rating(self._campaign, judged, slots, done)
        return done

    def _sort(
        self, rows: list[RatingRow], done: RatingsImported, is_preview: bool
    ) -> tuple[ImportedSlots, list[Judged]]:
        """The slots of the rows' items, and the ratings that are not there yet."""
        batch = list(self._judged(rows, done))
        item_ids = {judged.campaign_item_id for judged in batch}
        slots = ImportedSlots(item_ids, is_locked=not is_preview)
        stored = _stored(item_ids)
        fresh: list[Judged] = []
        for judged in batch:
            pair = (judged.campaign_item_id, judged.rater.username)
            earlier = stored.get(pair)
            if earlier == judged.scores:
                done.unchanged += 1
            elif earlier is not None:
                done.problems.append(_differs(judged))
            else:
                self.raters.join(judged.rater, is_preview)
                stored[pair] = judged.scores
                fresh.append(judged)
        return slots, fresh

    def _judged(self, rows: list[RatingRow], done: RatingsImported) -> Iterator[Judged]:
        for row in rows:
            try:
                yield self._judge(row)
            except Refusal as refusal:
                done.problems.append(refusal.problem)

    def _judge(self, row: RatingRow) -> Judged:
        item = self._items.get(row.item)
        if item is None:
            raise Refusal(
                row.line,
                gettext_noop("The campaign has no item “%(item)s” in its sample."),
                item=shown(row.item),
            )
        rater = self.raters.named(row.rater, row.line)
        scores, result = self._rubrics.judge(row, item)
        return Judged(row, item.pk, rater, scores, result)


def _campaign_items(campaign: Campaign) -> dict[str, CampaignItem]:
    """item key → live campaign item, with what a rubric needs of the question."""
    rows = campaign.campaign_items.filter(purpose=CampaignItem.Purpose.LIVE)
    rows = rows.select_related("item__question").only(
        "rubric_id", "campaign_id", "item__key", "item__question__full_mark", "item__question__step"
    )
    return {row.item.key: row for row in rows}


def _stored(item_ids: set[int]) -> dict[tuple[int, str], dict[int, float]]:
    """(campaign item, user name) → the scores that are there already."""
    ratings = Rating.objects.filter(campaign_item__in=item_ids, state__in=COUNTS)
    known = {pk: (item, rater) for pk, item, rater in
             ratings.values_list("pk", "campaign_item_id", "rater__username")}  # fmt: skip
    found: dict[tuple[int, str], dict[int, float]] = {pair: {} for pair in known.values()}
    scores = CriterionScore.objects.filter(rating__in=known.keys())
    for rating, criterion, value in scores.values_list("rating_id", "criterion_id", "value"):
        found[known[rating]][criterion] = value
    return found


def _differs(judged: Judged) -> Problem:
    message = gettext_noop("“%(rater)s” has already rated the item “%(item)s” otherwise.")
    params = {"rater": shown(judged.row.rater), "item": shown(judged.row.item)}
    return Problem(judged.row.line, message, params)


def _rating(
    campaign: Campaign, judged: Judged, slots: ImportedSlots, done: RatingsImported
) -> Rating:
    """The rating in a slot of its item, counted in `done`."""
    slot, is_counted = slots.take(judged.campaign_item_id, judged.rater.pk)
    done.added += is_counted
    done.surplus += not is_counted
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
