"""Whatever raters do in whatever order, the invariants of assignment hold."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from annotations.actions.claim_assignment import claim_assignment, held_assignments
from annotations.actions.read_slot import claim_proof
from annotations.actions.skip_assignment import skip_assignment
from annotations.actions.stuck_items import stuck_items
from annotations.actions.submit_rating import submit_rating
from annotations.actions.undo_rating import undo_rating
from annotations.models import Assignment, Campaign, CampaignRater, Rating, Skip
from tests import make
from tests.base import Cast

SCORES = {"c1": 3.0, "c2": 4.0, "c3": 5.0}
STEPS = ("claim", "submit", "skip", "undo", "expire", "late")
steps = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 3)), max_size=40)


class ClaimPropertyTests(TestCase):
    def prepare(self, is_planned: bool) -> None:
        cast = Cast()
        self.raters = [cast.bob, cast.carol, cast.frank, cast.dave]
        dataset = make.a_dataset(cast.team)
        make.items(make.a_question(dataset), 4)
        self.campaign = make.a_campaign(
            dataset, make.a_rubric(cast.team), self.raters, k=2, help_after_hours=0
        )
        if is_planned:
            for number, slot in enumerate(Assignment.objects.order_by("position", "slot")):
                Assignment.objects.filter(pk=slot.pk).update(planned_for=self.raters[number % 4])
        self.proofs: dict[int, list[int]] = {rater.pk: [] for rater in self.raters}

    def place(self, rater) -> CampaignRater:
        rows = CampaignRater.objects.select_related("campaign")
        return rows.get(campaign=self.campaign, user=rater)

    def do(self, step: str, rater) -> None:
        place = self.place(rater)
        held = held_assignments(place).first()
        if step == "claim" and (slot := claim_assignment(campaign_rater=place)):
            self.proofs[rater.pk].append(slot.pk)
        elif step == "submit" and held:
            submit_rating(assignment_id=held.pk, rater=rater, scores=SCORES)
        elif step == "skip" and held:
            skip_assignment(assignment=held, campaign_rater=place, reason="no")
        elif step == "undo":
            undo_rating(campaign_rater=place)
        elif step == "expire":
            past = timezone.now() - timedelta(minutes=1)
            Assignment.objects.filter(state="claimed").update(lease_expires_at=past)
        elif step == "late" and self.proofs[rater.pk]:
            slot_id = self.proofs[rater.pk][-1]
            proof = claim_proof(slot_id, rater.pk)
            submit_rating(assignment_id=slot_id, rater=rater, scores=SCORES, claim=proof)

    def check(self) -> None:
        counted = Rating.objects.filter(state="current")
        per_slot = list(counted.values_list("assignment", flat=True))
        assert len(per_slot) == len(set(per_slot))
        pairs = list(
            Rating.objects.filter(state__in=("current", "surplus")).values_list(
                "campaign_item", "rater"
            )
        )
        assert len(pairs) == len(set(pairs))
        submitted = Assignment.objects.filter(state="submitted")
        assert set(submitted.values_list("pk", flat=True)) == set(per_slot)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=steps, is_planned=st.booleans())
    def test_nothing_is_counted_twice_and_nothing_starves(self, steps, is_planned):
        self.prepare(is_planned)
        for step, number in steps:
            self.do(step, self.raters[number])
            self.check()
        self.finish()

    def finish(self) -> None:
        """Let everybody rate what they can get: what is still open then, nobody could have."""
        past = timezone.now() - timedelta(minutes=1)
        Assignment.objects.filter(state="claimed").update(lease_expires_at=past)
        for rater in self.raters * 2:
            while slot := claim_assignment(campaign_rater=self.place(rater)):
                submit_rating(assignment_id=slot.pk, rater=rater, scores=SCORES)
        self.check()
        still_open = Assignment.objects.exclude(state="submitted")
        stuck = stuck_items(Campaign.objects.get(pk=self.campaign.pk))
        assert {slot.campaign_item_id for slot in still_open} == {row.pk for row in stuck}
        if not Skip.objects.exists() and not Rating.objects.filter(state="surplus").exists():
            assert not still_open.exists()
