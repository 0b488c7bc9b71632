"""Submitting: stored once, counted once, never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotations.actions.read_slot import NoSuchSlot, claim_proof
from annotations.actions.save_draft import save_draft
from annotations.actions.store_rating import NotHeld
from annotations.actions.submit_rating import RatingRefused
from annotations.methods.composite import ScoreProblem
from annotations.models import Assignment, CampaignRater, CriterionScore, Draft, Rating
from tests import make
from tests.annotations.rating_base import SCORES, RatingTestCase, key

LONG_AGO = timezone.now() - timedelta(days=3)

pytestmark = pytest.mark.database


class SubmitRatingTests(RatingTestCase):
    def lose(self, slot: Assignment, to=None) -> str:
        """The lease runs out and `to` (or nobody) claims the slot; the proof of having held it."""
        Assignment.objects.filter(pk=slot.pk).update(
            state="claimed" if to else "open", rater=to, lease_expires_at=None
        )
        return claim_proof(slot.pk, self.cast.bob.pk)

    def test_it_stores_scores_composite_and_trail(self):
        slot = self.claim(self.cast.bob)
        done = self.submit(slot, self.cast.bob, note="fine", active_seconds=12.5)
        rating = Rating.objects.get(pk=done.rating_id)
        assert rating.composite == pytest.approx((40 * 3 + 30 * 4 + 30 * 5) / 500)
        assert (rating.state, rating.revision, rating.note) == ("current", 1, "fine")
        assert rating.active_seconds == 12.5
        assert {s.criterion.key: s.value for s in rating.scores.all()} == SCORES
        slot.refresh_from_db()
        assert (slot.state, slot.rater_id) == ("submitted", self.cast.bob.pk)

    def test_a_question_with_a_full_mark_gets_a_mark(self):
        self.question.full_mark, self.question.step = 10, 0.5
        self.question.save()
        done = self.rate(self.cast.bob)
        assert Rating.objects.get(pk=done.rating_id).mark == 8.0  # .78 × 10, to the half

    def test_the_same_key_twice_is_one_rating(self):
        slot, same = self.claim(self.cast.bob), key()
        first = self.submit(slot, self.cast.bob, submission_key=same)
        again = self.submit(slot, self.cast.bob, submission_key=same)
        assert again.rating_id == first.rating_id
        assert again.is_repeat
        assert Rating.objects.count() == 1
        assert CriterionScore.objects.count() == 3

    def test_another_content_under_the_same_key_is_an_edit(self):
        """Without JavaScript: the browser's way back, another score, and submitted again."""
        slot, same = self.claim(self.cast.bob), key()
        first = self.submit(slot, self.cast.bob, submission_key=same)
        for _click in range(2):
            changed = self.submit(slot, self.cast.bob, submission_key=same, note="on reflection")
        states = dict(Rating.objects.values_list("pk", "state"))
        assert states == {first.rating_id: "superseded", changed.rating_id: "current"}
        late = self.submit(slot, self.cast.bob, submission_key=same)
        assert (late.rating_id, late.is_repeat) == (first.rating_id, True)

    def test_the_same_scores_from_another_tab_are_one_rating(self):
        slot = self.claim(self.cast.bob)
        first = self.submit(slot, self.cast.bob)
        again = self.submit(slot, self.cast.bob)
        assert (again.rating_id, again.is_repeat) == (first.rating_id, True)

    def test_other_scores_make_a_revision_and_keep_the_old_one(self):
        slot = self.claim(self.cast.bob)
        first = self.submit(slot, self.cast.bob)
        second = self.submit(slot, self.cast.bob, scores={**SCORES, "c1": 0.0})
        states = dict(Rating.objects.values_list("pk", "state"))
        assert states == {first.rating_id: "superseded", second.rating_id: "current"}
        assert Rating.objects.get(pk=second.rating_id).revision == 2
        assert CriterionScore.objects.filter(rating=first.rating_id).count() == 3

    def test_a_key_that_was_undone_does_not_come_alive_again(self):
        slot, same = self.claim(self.cast.bob), key()
        self.submit(slot, self.cast.bob, submission_key=same)
        Rating.objects.update(state="withdrawn")
        Assignment.objects.filter(pk=slot.pk).update(state="claimed")
        again = self.submit(slot, self.cast.bob, submission_key=same)
        assert again.state == "withdrawn"
        assert Rating.objects.count() == 1

    def test_late_on_an_open_slot_it_counts(self):
        slot = self.claim(self.cast.bob)
        proof = self.lose(slot)
        done = self.submit(slot, self.cast.bob, claim=proof)
        assert done.state == "current"
        slot.refresh_from_db()
        assert slot.rater_id == self.cast.bob.pk

    def test_late_on_a_slot_given_away_it_is_surplus(self):
        slot = self.claim(self.cast.bob)
        slot.campaign_item.assignments.exclude(pk=slot.pk).delete()
        proof = self.lose(slot, to=self.cast.carol)
        done = self.submit(slot, self.cast.bob, claim=proof)
        assert done.state == "surplus"
        assert self.submit(slot, self.cast.carol).state == "current"
        assert Rating.objects.filter(state="current").count() == 1

    def test_a_surplus_rating_can_be_edited_and_stays_surplus(self):
        slot = self.claim(self.cast.bob)
        slot.campaign_item.assignments.exclude(pk=slot.pk).delete()
        proof = self.lose(slot, to=self.cast.carol)
        self.submit(slot, self.cast.bob, claim=proof)
        done = self.submit(slot, self.cast.bob, scores={**SCORES, "c1": 0.0})
        assert done.state == "surplus"
        assert sorted(Rating.objects.values_list("state", flat=True)) == ["superseded", "surplus"]

    def test_late_on_a_slot_given_away_it_takes_another_open_slot_of_the_item(self):
        slot = self.claim(self.cast.bob)
        proof = self.lose(slot, to=self.cast.carol)
        done = self.submit(slot, self.cast.bob, claim=proof)
        assert done.state == "current"
        rating = Rating.objects.get(pk=done.rating_id)
        assert rating.assignment_id != slot.pk
        assert rating.campaign_item_id == slot.campaign_item_id

    def test_a_planned_slot_of_another_is_not_taken_by_a_late_rating(self):
        slot = self.claim(self.cast.bob)
        slot.campaign_item.assignments.exclude(pk=slot.pk).update(planned_for=self.cast.frank)
        proof = self.lose(slot, to=self.cast.carol)
        assert self.submit(slot, self.cast.bob, claim=proof).state == "surplus"

    def test_who_rated_the_item_late_frees_the_slot_planned_for_him_there(self):
        slot = self.claim(self.cast.bob)
        other = slot.campaign_item.assignments.exclude(pk=slot.pk).get()
        Assignment.objects.filter(pk=other.pk).update(planned_for=self.cast.bob)
        proof = self.lose(slot)
        self.submit(slot, self.cast.bob, claim=proof)
        other.refresh_from_db()
        assert (other.state, other.planned_for) == ("open", None)

    def test_an_old_rating_that_comes_after_a_newer_on_another_slot_is_kept_but_not_counted(self):
        slot = self.claim(self.cast.bob)
        other = slot.campaign_item.assignments.exclude(pk=slot.pk).get()
        proof = self.lose(slot, to=self.cast.carol)
        Assignment.objects.filter(pk=other.pk).update(state="claimed", rater=self.cast.bob)
        self.submit(other, self.cast.bob)
        done = self.submit(slot, self.cast.bob, scores={**SCORES, "c1": 0.0}, claim=proof)
        assert done.state == "superseded"
        assert Rating.objects.filter(state="current", rater=self.cast.bob).count() == 1

    def test_a_slot_never_held_cannot_be_rated(self):
        slot = self.claim(self.cast.carol)
        for wrong in ("", "guess", claim_proof(slot.pk, self.cast.carol.pk)):
            with pytest.raises(NotHeld):
                self.submit(slot, self.cast.bob, claim=wrong)
        assert Rating.objects.count() == 0

    def test_who_does_not_rate_in_the_campaign_finds_no_slot(self):
        slot = self.claim(self.cast.bob)
        for name in ("alice", "dave", "eve"):
            with pytest.raises(NoSuchSlot):
                self.submit(slot, getattr(self.cast, name))

    def test_a_flagged_item_has_no_composite_and_uses_its_slot(self):
        slot = self.claim(self.cast.bob)
        done = self.submit(slot, self.cast.bob, scores={"c1": 2.0}, flag_reason="page missing")
        rating = Rating.objects.get(pk=done.rating_id)
        assert (rating.composite, rating.mark, rating.flag_reason) == (None, None, "page missing")
        assert rating.scores.count() == 1
        slot.refresh_from_db()
        assert slot.state == "submitted"

    def test_scores_off_the_scale_missing_or_unknown_are_refused_and_nothing_is_stored(self):
        slot = self.claim(self.cast.bob)
        for scores in (
            {**SCORES, "c1": 6.0},
            {**SCORES, "c1": 2.5},
            {"c1": 1.0},
            {**SCORES, "x": 1.0},
        ):
            with pytest.raises(ScoreProblem):
                self.submit(slot, self.cast.bob, scores=scores)
        assert Rating.objects.count() == 0
        slot.refresh_from_db()
        assert slot.state == "claimed"

    def test_a_paused_or_closed_campaign_keeps_the_work_as_a_draft(self):
        slot = self.claim(self.cast.bob)
        for state in ("paused", "closed"):
            self.set(state=state)
            with pytest.raises(RatingRefused) as caught:
                self.submit(slot, self.cast.bob, note="mine")
            assert state in str(caught.value)
            assert Draft.objects.get().data["scores"] == SCORES
        assert Rating.objects.count() == 0

    def test_a_stopped_rater_keeps_the_work_as_a_draft(self):
        slot = self.claim(self.cast.bob)
        CampaignRater.objects.filter(user=self.cast.bob).update(state="stopped")
        with pytest.raises(RatingRefused):
            self.submit(slot, self.cast.bob)
        assert Draft.objects.count() == 1

    def test_a_retry_of_an_acknowledged_rating_is_answered_even_after_the_close(self):
        slot, same = self.claim(self.cast.bob), key()
        first = self.submit(slot, self.cast.bob, submission_key=same)
        self.set(state="closed")
        assert self.submit(slot, self.cast.bob, submission_key=same).rating_id == first.rating_id

    def test_the_draft_goes_when_the_rating_is_there(self):
        slot = self.claim(self.cast.bob)
        save_draft(assignment=slot, rater=self.cast.bob, data={"scores": {"c1": 1}})
        self.submit(slot, self.cast.bob)
        assert Draft.objects.count() == 0

    def test_the_next_slot_comes_along(self):
        current, ahead = self.claim(self.cast.bob), self.claim(self.cast.bob)
        done = self.submit(current, self.cast.bob, in_hand=(ahead.pk,), want=1)
        [following] = done.next
        assert following.position == 2
        assert following.rater_id == self.cast.bob.pk

    def test_an_empty_hand_is_filled(self):
        current = self.claim(self.cast.bob)
        done = self.submit(current, self.cast.bob, want=2)
        assert [slot.position for slot in done.next] == [1, 2]

    def test_nothing_is_claimed_unasked(self):
        assert self.rate(self.cast.bob).next == ()
        assert not Assignment.objects.filter(state="claimed").exists()

    def test_a_retry_brings_the_item_whose_answer_was_lost(self):
        current, ahead = self.claim(self.cast.bob), self.claim(self.cast.bob)
        values = {"in_hand": (ahead.pk,), "want": 1, "submission_key": key()}
        first = self.submit(current, self.cast.bob, **values)
        again = self.submit(current, self.cast.bob, **values)
        assert [slot.pk for slot in again.next] == [slot.pk for slot in first.next]

    def test_the_rater_is_seen_at_work(self):
        self.rate(self.cast.bob)
        assert self.place(self.cast.bob).last_seen_at > timezone.now() - timedelta(seconds=20)

    def test_a_repeat_is_rated_again_by_the_same_rater(self):
        first = self.rate(self.cast.bob)
        row = first.slot.assignment.campaign_item
        repeat = Assignment.objects.create(
            campaign=self.campaign, campaign_item=row, kind="repeat", slot=0,
            planned_for=self.cast.bob,
        )  # fmt: skip
        assert self.claim(self.cast.bob).pk == repeat.pk
        done = self.submit(repeat, self.cast.bob, scores={**SCORES, "c1": 0.0})
        assert done.state == "current"
        assert Rating.objects.filter(state="current", rater=self.cast.bob).count() == 2

    def test_a_cycle_is_at_most_ten_queries_behind_the_sign_in(self):
        make.a_campaign_item(
            self.campaign, make.an_item(self.question), self.rubric, k=1, position=9
        )
        current, ahead = self.claim(self.cast.bob), self.claim(self.cast.bob)
        CampaignRater.objects.update(last_seen_at=timezone.now())
        third = self.submit(current, self.cast.bob, in_hand=(ahead.pk,), want=1).next[0]
        save_draft(assignment=ahead, rater=self.cast.bob, data={"scores": {}})
        # slot, BEGIN, finish, rating, scores, draft, own slots, pool, claim, COMMIT
        # and on PostgreSQL the lock that lets a rater's tabs queue up
        with self.assertNumQueries(10 + connection.features.has_select_for_update):
            done = self.submit(ahead, self.cast.bob, in_hand=(third.pk,), want=1)
        assert done.next[0].position == 9
