"""Training: who is in it, when it ends and how."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from annotations.actions.gold import set_definitive_scores
from annotations.actions.gold_training import give_training, let_rate, train_again
from annotations.actions.rater_training import advance_training, qualification
from annotations.models import Assignment, CampaignRater, Rating
from tests import make
from tests.annotations.test_gold_actions import SCORES, GoldTestCase

FAR = {"c1": 1, "c2": 3, "c3": 5}


class TrainingTests(GoldTestCase):
    def state(self, place: CampaignRater) -> str:
        return CampaignRater.objects.get(pk=place.pk).state

    def settle(self) -> bool:
        """What happens after a submission: has the rater come out of training qualified?"""
        place = CampaignRater.objects.select_related("campaign").get(pk=self.bob.pk)
        advance_training(place)
        return self.state(self.bob) == "active"

    def test_a_rater_is_put_in_training_with_slots(self):
        self.add(2)
        self.add(1, "qualification")
        give_training(campaign_rater=self.bob)
        assert self.state(self.bob) == "training"
        assert self.state(self.carol) == "active"
        assert [s.kind for s in self.slots(planned_for=self.cast.bob)].count("practice") == 2

    def test_giving_training_twice_gives_it_once(self):
        self.add(2)
        give_training(campaign_rater=self.bob)
        give_training(campaign_rater=self.bob)
        give_training(campaign=self.campaign)
        assert len(self.slots()) == 2

    def test_without_training_items_a_rater_is_active(self):
        give_training(campaign_rater=self.bob)
        assert self.state(self.bob) == "active"

    def test_a_rater_trains_only_on_own_questions(self):
        politics = make.a_question(self.campaign.dataset, "2", school_subject="politics")
        make.an_item(politics)
        self.add(5)
        self.bob.school_subjects = ["politics"]
        self.bob.save()
        give_training(campaign_rater=self.bob)
        [slot] = self.slots(planned_for=self.cast.bob)
        assert slot.campaign_item.item.question == politics

    def test_a_rater_with_no_item_of_own_questions_is_active(self):
        self.add(2)
        self.bob.question_keys = ["9"]
        self.bob.save()
        give_training(campaign_rater=self.bob)
        assert self.state(self.bob) == "active"
        assert self.slots() == []

    def test_training_goes_on_until_everything_is_rated(self):
        [practice], [test] = self.add(), self.add(1, "qualification")
        give_training(campaign_rater=self.bob)
        self.rate(practice, self.bob, FAR)
        assert not self.settle()
        assert self.state(self.bob) == "training"
        self.rate(test, self.bob, SCORES)
        assert self.settle()

    def test_too_many_out_of_tolerance_is_not_qualified(self):
        rows = self.add(4, "qualification")
        give_training(campaign_rater=self.bob)
        for row, scores in zip(rows, [SCORES, SCORES, FAR, FAR], strict=True):
            self.rate(row, self.bob, scores)
        assert not self.settle()
        assert qualification(self.bob).within == 2
        assert self.state(self.bob) == "failed"

    def test_the_share_and_the_tolerance_are_the_campaigns(self):
        self.campaign.qualification_share, self.campaign.qualification_tolerance = 0.5, 1
        self.campaign.save()
        self.bob.refresh_from_db()
        rows = self.add(2, "qualification")
        give_training(campaign_rater=self.bob)
        self.rate(rows[0], self.bob, {**SCORES, "c1": 3})
        self.rate(rows[1], self.bob, FAR)
        assert self.settle()

    def test_a_flagged_item_is_out_of_tolerance(self):
        [row] = self.add(1, "qualification")
        give_training(campaign_rater=self.bob)
        self.rate(row, self.bob, {})
        assert not self.settle()

    def test_practice_alone_qualifies_whatever_was_given(self):
        [row] = self.add()
        give_training(campaign_rater=self.bob)
        self.rate(row, self.bob, FAR)
        assert self.settle()

    def test_training_waits_until_every_item_has_its_scores(self):
        self.add()
        [test] = self.add(1, "qualification", scores=None)
        give_training(campaign_rater=self.bob)
        assert self.state(self.bob) == "training"
        assert self.slots() == []
        set_definitive_scores(campaign_item=test, scores=SCORES, explanation="")
        assert len(self.slots(planned_for=self.cast.bob)) == 2

    def test_an_unscored_item_of_another_subject_holds_nobody_up(self):
        politics = make.a_question(self.campaign.dataset, "2", school_subject="politics")
        make.an_item(politics)
        self.add(4)
        self.add(1, scores=None)
        self.bob.school_subjects = ["history"]
        self.bob.save()
        give_training(campaign_rater=self.bob)
        assert len(self.slots(planned_for=self.cast.bob)) == 4

    def test_a_failed_rater_can_be_let_through(self):
        CampaignRater.objects.filter(pk=self.bob.pk).update(state="failed")
        let_rate(campaign_rater=self.bob)
        assert self.state(self.bob) == "active"

    def test_a_stopped_rater_is_not_let_through_here(self):
        CampaignRater.objects.filter(pk=self.bob.pk).update(state="stopped")
        with pytest.raises(ValidationError):
            let_rate(campaign_rater=self.bob)

    def test_training_again_starts_afresh_and_keeps_the_record(self):
        [row] = self.add(1, "qualification")
        give_training(campaign_rater=self.bob)
        old = self.rate(row, self.bob, FAR)
        self.settle()
        train_again(campaign_rater=self.bob)
        old.refresh_from_db()
        assert old.state == Rating.State.RETURNED
        assert old.scores.count() == 3
        [slot] = self.slots(planned_for=self.cast.bob)
        assert (slot.state, slot.rater, slot.kind) == ("open", None, "qualification")
        assert self.state(self.bob) == "training"
        assert qualification(self.bob).items == 0
        self.rate(row, self.bob, SCORES)
        assert self.settle()

    def test_training_again_gives_new_items_too_and_returns_live_work(self):
        self.add()
        live = self.campaign.campaign_items.filter(purpose="live").first().assignments.first()
        Assignment.objects.filter(pk=live.pk).update(state="claimed", rater=self.cast.bob)
        train_again(campaign_rater=self.bob)
        live.refresh_from_db()
        assert (live.state, live.rater) == ("open", None)
        assert len(self.slots(planned_for=self.cast.bob)) == 1

    def test_training_again_needs_items(self):
        with pytest.raises(ValidationError, match="no practice"):
            train_again(campaign_rater=self.bob)
        assert self.state(self.bob) == "active"
