"""Choosing gold items, giving definitive scores, and the slots that raters in training get."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from annotations.actions import gold
from annotations.actions.gold import (
    add_gold,
    add_random_gold,
    candidates,
    change_purpose,
    move_gold,
    remove_gold,
    set_definitive_scores,
)
from annotations.actions.gold_training import give_training, training_items
from annotations.methods.composite import ScoreProblem
from annotations.models import Assignment, CampaignItem, CampaignRater, CampaignWork, Rating
from tests import make
from tests.base import ConcordTestCase

SCORES = {"c1": 4, "c2": 3, "c3": 5}


class GoldTestCase(ConcordTestCase):
    """A launched campaign over two live items; four items of the dataset are free."""

    def setUp(self) -> None:
        self.rubric = make.a_rubric(self.team)
        self.question = make.a_question(make.a_dataset(self.team), "1", school_subject="history")
        make.items(self.question, 2)
        raters = [self.cast.bob, self.cast.carol]
        self.campaign = make.a_campaign(
            self.question.dataset, self.rubric, raters, launched_at=timezone.now()
        )
        self.free = make.items(self.question, 4)
        self.bob, self.carol = self.campaign.raters.all()

    def add(self, n: int = 1, purpose: str = "practice", scores=SCORES) -> list[CampaignItem]:
        rows = add_gold(
            campaign=self.campaign, items=list(candidates(self.campaign)[:n]), purpose=purpose
        )
        for row in rows if scores else []:
            set_definitive_scores(campaign_item=row, scores=scores, explanation="because")
        return rows

    def in_training(self) -> None:
        CampaignRater.objects.update(state="training")
        self.bob.refresh_from_db()

    def slots(self, **kwargs) -> list[Assignment]:
        return list(Assignment.objects.filter(campaign=self.campaign, **kwargs).exclude(kind="live"))

    def rate(self, row: CampaignItem, place: CampaignRater, scores: dict[str, float]) -> Rating:
        slot = row.assignments.get(planned_for=place.user)
        slot.state, slot.rater = "submitted", place.user
        slot.save()
        rating = Rating.objects.create(
            campaign=self.campaign, campaign_item=row, assignment=slot, rater=place.user,
            kind=slot.kind, revision=row.ratings.filter(rater=place.user).count() + 1,
        )
        for criterion in row.rubric.criteria.filter(key__in=scores):
            rating.scores.create(criterion=criterion, value=scores[criterion.key])
        return rating


class ChoosingGoldTests(GoldTestCase):
    def test_only_items_outside_the_campaign_can_be_chosen(self):
        assert list(candidates(self.campaign)) == self.free
        live = self.campaign.campaign_items.first().item
        with pytest.raises(ValidationError, match="in the campaign already"):
            add_gold(campaign=self.campaign, items=[live], purpose="practice")
        [row] = self.add()
        with pytest.raises(ValidationError, match="in the campaign already"):
            add_gold(campaign=self.campaign, items=[row.item], purpose="practice")

    def test_an_item_of_another_dataset_is_refused(self):
        stranger = make.an_item(make.a_question(make.a_dataset(self.cast.elsewhere)))
        with pytest.raises(ValidationError, match="of another dataset"):
            add_gold(campaign=self.campaign, items=[stranger], purpose="practice")

    def test_a_live_or_seed_purpose_is_refused(self):
        for purpose in ("live", "seed", ""):
            with pytest.raises(ValidationError, match="for practice or for qualification"):
                add_gold(campaign=self.campaign, items=self.free[:1], purpose=purpose)

    def test_a_question_without_rubric_is_refused(self):
        self.campaign.rubrics.all().delete()
        with pytest.raises(ValidationError, match="rubric first"):
            add_gold(campaign=self.campaign, items=self.free[:1], purpose="practice")

    def test_while_a_worker_enlarges_the_sample_no_item_is_taken(self):
        CampaignWork.objects.create(campaign=self.campaign, kind="extension", state="running")
        with pytest.raises(ValidationError, match="A worker is launching or extending"):
            self.add(scores=None)
        CampaignWork.objects.update(state="done")
        assert len(self.add(scores=None)) == 1

    def test_a_closed_campaign_takes_no_gold(self):
        self.campaign.state = "closed"
        self.campaign.save()
        with pytest.raises(ValidationError, match="is closed"):
            self.add()

    def test_the_rubric_of_the_question_goes_before_the_common_one(self):
        own = make.a_rubric(self.team, name="own")
        self.campaign.rubrics.create(question=self.question, rubric=own)
        assert self.add(scores=None)[0].rubric == own

    def test_a_seed_repeats_a_random_choice(self):
        def draw():
            rows = add_random_gold(
                campaign=self.campaign, among=candidates(self.campaign), n=2, purpose="practice", seed=7
            )
            chosen = [row.item_id for row in rows]
            for row in rows:
                remove_gold(campaign_item=row)
            return chosen

        assert draw() == draw()

    def test_more_than_there_are_cannot_be_drawn(self):
        with pytest.raises(ValidationError, match="between 1 and 4"):
            add_random_gold(campaign=self.campaign, among=candidates(self.campaign), n=5, purpose="practice")

    def test_gold_items_carry_no_probability(self):
        assert self.add()[0].probability is None


class ScoringGoldTests(GoldTestCase):
    def test_a_score_off_the_scale_is_refused_and_nothing_stored(self):
        [row] = self.add(scores=None)
        for scores in ({"c1": 9, "c2": 1, "c3": 1}, {"c1": 1}, {}, {**SCORES, "c9": 1}):
            with pytest.raises(ScoreProblem):
                set_definitive_scores(campaign_item=row, scores=scores, explanation="")
        row.gold.refresh_from_db()
        assert row.gold.scores == {}

    def test_a_live_item_has_no_definitive_scores_beforehand(self):
        with pytest.raises(ValidationError):
            set_definitive_scores(
                campaign_item=self.campaign.campaign_items.first(), scores=SCORES, explanation=""
            )

    def test_an_item_without_scores_gives_no_slots(self):
        self.in_training()
        self.add(scores=None)
        give_training(campaign=self.campaign)
        assert self.slots() == []
        self.bob.refresh_from_db()
        assert self.bob.state == "training"

    def test_scoring_it_gives_every_rater_in_training_a_slot_of_their_own(self):
        self.in_training()
        [row] = self.add()
        slots = self.slots(campaign_item=row, kind="practice", state="open")
        assert {s.planned_for for s in slots} == {self.cast.bob, self.cast.carol}
        assert sorted(s.slot for s in slots) == [0, 1]

    def test_active_raters_are_left_alone(self):
        self.add()
        assert self.slots() == []

    def test_scoring_again_gives_no_second_slot(self):
        self.in_training()
        [row] = self.add()
        set_definitive_scores(campaign_item=row, scores={**SCORES, "c1": 1}, explanation="new")
        assert len(self.slots()) == 2
        row.gold.refresh_from_db()
        assert (row.gold.scores["c1"], row.gold.explanation) == (1, "new")

    def test_a_draft_campaign_gives_slots_only_at_its_launch(self):
        self.campaign.state, self.campaign.launched_at = "draft", None
        self.campaign.save()
        self.in_training()
        self.add()
        assert self.slots() == []

    def test_a_rubric_changed_before_the_launch_asks_for_new_scores(self):
        self.campaign.state, self.campaign.launched_at = "draft", None
        self.campaign.save()
        [row] = self.add()
        short = make.a_rubric(self.team, (100,), name="short", high=2)
        self.campaign.rubrics.update(rubric=short)
        self.in_training()
        give_training(campaign=self.campaign)
        row.refresh_from_db()
        assert row.rubric == short
        assert self.slots() == []
        set_definitive_scores(campaign_item=row, scores={"c1": 2}, explanation="")
        give_training(campaign=self.campaign)
        assert len(self.slots()) == 2


class ArrangingGoldTests(GoldTestCase):
    def order(self, purpose: str = "practice") -> list[int]:
        return [row.pk for row in training_items(self.campaign).filter(purpose=purpose)]

    def test_moving_an_item_moves_its_slots(self):
        self.in_training()
        first, second, third = self.add(3)
        move_gold(campaign_item=third, by=-1)
        assert self.order() == [first.pk, third.pk, second.pk]
        assert {s.position for s in self.slots(campaign_item=third)} == {1}
        move_gold(campaign_item=first, by=-1)
        assert self.order()[0] == first.pk

    def test_changing_the_purpose_changes_the_slots(self):
        self.in_training()
        first, second = self.add(2)
        change_purpose(campaign_item=first, purpose="qualification")
        assert self.order() == [second.pk]
        assert self.order("qualification") == [first.pk]
        assert {s.kind for s in self.slots(campaign_item=first)} == {"qualification"}
        assert len(self.slots()) == 4

    def test_an_item_that_somebody_has_rated_stays(self):
        self.in_training()
        [row] = self.add()
        self.rate(row, self.bob, SCORES)
        for act in (
            lambda: remove_gold(campaign_item=row),
            lambda: change_purpose(campaign_item=row, purpose="qualification"),
        ):
            with pytest.raises(ValidationError, match="1 rater has begun"):
                act()

    def test_an_item_on_somebodys_screen_stays(self):
        self.in_training()
        [row] = self.add()
        soon = timezone.now() + timezone.timedelta(minutes=5)
        slot = row.assignments.first()
        Assignment.objects.filter(pk=slot.pk).update(
            state="claimed", rater=slot.planned_for, lease_expires_at=soon
        )
        with pytest.raises(ValidationError, match="1 rater has begun"):
            remove_gold(campaign_item=row)

    def test_an_unrated_item_can_be_removed_and_frees_the_item(self):
        self.in_training()
        first, second = self.add(2)
        remove_gold(campaign_item=first)
        assert first.item in candidates(self.campaign)
        second.refresh_from_db()
        assert second.position == 0
        assert {s.campaign_item for s in self.slots()} == {second}

    def test_removing_the_last_item_opens_live_work(self):
        self.in_training()
        [row] = self.add()
        remove_gold(campaign_item=row)
        self.bob.refresh_from_db()
        assert self.bob.state == "active"

    def test_a_live_item_cannot_be_removed_here(self):
        with pytest.raises(ValidationError):
            remove_gold(campaign_item=self.campaign.campaign_items.first())


def test_everything_the_page_needs_is_exported():
    assert all(hasattr(gold, name) for name in gold.__all__)
