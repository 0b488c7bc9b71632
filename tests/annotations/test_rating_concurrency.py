"""Many raters at once, for real: threads with connections of their own on a database file."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connections
from django.test import TransactionTestCase

from annotations.actions.claim_assignment import claim_assignment
from annotations.actions.submit_rating import submit_rating
from annotations.models import Assignment, CampaignRater, Rating, User
from tests import make
from tests.base import Cast

RATERS = 50
SCORES = {"c1": 3.0, "c2": 4.0, "c3": 5.0}


@pytest.mark.database
class ConcurrencyTests(TransactionTestCase):
    """50 raters, 24 items, three ratings an item."""

    def setUp(self) -> None:
        cast = Cast()
        self.raters = [
            User.objects.create(username=f"rater{number}", password="!") for number in range(RATERS)
        ]
        dataset = make.a_dataset(cast.team)
        make.items(make.a_question(dataset), 24)
        rubric = make.a_rubric(cast.team)
        self.campaign = make.a_campaign(dataset, rubric, self.raters, k=3)

    def at_once(self, work, people) -> list:
        """Run work(person) in a thread each, all starting together; what they returned."""
        start = threading.Barrier(len(people))

        def one(person):
            try:
                start.wait(30)
                return work(person)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(people)) as pool:
            return list(pool.map(one, people))

    def place(self, user: User) -> CampaignRater:
        return CampaignRater.objects.select_related("campaign").get(
            campaign=self.campaign, user=user
        )

    def rate_until_dry(self, user: User) -> int:
        count, place = 0, self.place(user)
        while slot := claim_assignment(campaign_rater=place):
            submit_rating(assignment_id=slot.pk, rater=user, scores=SCORES)
            count += 1
        return count

    def test_every_item_gets_exactly_its_ratings_and_nobody_rates_twice(self):
        done = self.at_once(self.rate_until_dry, self.raters)
        pairs = list(
            Rating.objects.filter(state="current").values_list("campaign_item", "rater")
        )
        assert sum(done) == len(pairs) == 72
        assert len(set(pairs)) == 72
        assert set(Counter(item for item, _rater in pairs).values()) == {3}
        assert not Assignment.objects.exclude(state="submitted").exists()

    def test_planned_loads_stay_balanced(self):
        for number, slot in enumerate(Assignment.objects.order_by("position", "slot")):
            Assignment.objects.filter(pk=slot.pk).update(planned_for=self.raters[number % 9])
        done = self.at_once(self.rate_until_dry, self.raters[:9])
        assert set(done) == {8}

    def test_a_rater_in_four_tabs_never_holds_an_item_twice(self):
        rater = self.raters[0]
        slots = self.at_once(
            lambda _tab: claim_assignment(campaign_rater=self.place(rater)), range(4)
        )
        assert len({slot.campaign_item_id for slot in slots}) == 4

    def test_a_rating_sent_eight_times_at_once_is_one_rating(self):
        rater, key = self.raters[0], uuid4()
        slot = claim_assignment(campaign_rater=self.place(rater))
        answers = self.at_once(
            lambda _i: submit_rating(
                assignment_id=slot.pk, rater=rater, scores=SCORES, submission_key=key, want=1
            ),
            range(8),
        )
        assert len({answer.rating_id for answer in answers}) == 1
        assert Rating.objects.count() == 1
        assert {answer.state for answer in answers} == {"current"}

    def test_different_scores_from_two_tabs_at_once_leave_one_counted(self):
        rater = self.raters[0]
        slot = claim_assignment(campaign_rater=self.place(rater))
        self.at_once(
            lambda value: submit_rating(
                assignment_id=slot.pk, rater=rater, scores={**SCORES, "c1": float(value)}
            ),
            range(4),
        )
        assert Rating.objects.filter(state="current").count() == 1
        assert Rating.objects.filter(state="superseded").count() == 3
