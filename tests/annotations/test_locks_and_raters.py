"""What holds locks, and people who write rows that point to what is held: nobody waits for long, or in a circle."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
from django.db import connection, connections, transaction
from django.db.models.deletion import Collector
from django.test import TransactionTestCase

from annotations.actions import save_draft as drafts
from annotations.actions import store_rating
from annotations.actions.campaigns import create_campaign
from annotations.actions.claim_assignment import claim_assignment
from annotations.actions.datasets import InUse, delete_dataset
from annotations.actions.extend_sample import extend_sample
from annotations.actions.launch_campaign import launch_campaign
from annotations.actions.submit_rating import submit_rating
from annotations.models import CampaignRater, CampaignRubric, Dataset, Rating
from tests import make
from tests.base import Cast

SCORES = {"c1": 3.0, "c2": 4.0, "c3": 5.0}
PATIENCE = 5  # seconds


@pytest.mark.database
class LockTests(TransactionTestCase):
    def setUp(self) -> None:
        if not connection.features.has_select_for_update:
            self.skipTest("SQLite has one writer at a time; this is for PostgreSQL")
        self.cast = cast = Cast()
        dataset = make.a_dataset(cast.team)
        make.items(make.a_question(dataset), 24)
        campaign = create_campaign(dataset=dataset, name="Chats", kind="evaluation", by=cast.alice)
        CampaignRubric.objects.create(campaign=campaign, rubric=make.a_rubric(cast.team))
        place, _other = (CampaignRater.objects.create(campaign=campaign, user=user) for user in (cast.bob, cast.carol))
        campaign.plan = {**campaign.plan, "design": "random", "n": 12}
        campaign.save()
        self.campaign = launch_campaign(campaign=campaign, by=cast.alice)
        place.refresh_from_db()
        self.slot = claim_assignment(campaign_rater=place)
        pool = ThreadPoolExecutor(2)
        self.addCleanup(pool.shutdown)
        self.pool = pool

    def beside(self, work: Callable[[], Any]) -> Future[Any]:
        """work() on a connection of its own; an error where it waits for a lock for long."""

        def one() -> Any:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(f"SET lock_timeout = '{PATIENCE}s'")
                return work()
            finally:
                connections.close_all()

        return self.pool.submit(one)

    def submit(self) -> None:
        submit_rating(assignment_id=self.slot.pk, rater=self.cast.bob, scores=SCORES)

    def keep(self, **data: Any) -> None:
        drafts.save_draft(assignment=self.slot, rater=self.cast.bob, data=data)

    def test_a_rating_is_stored_while_the_sample_is_extended(self):
        with transaction.atomic():
            extend_sample(campaign=self.campaign, n=20)
            self.beside(self.submit).result()
            assert Rating.objects.count() == 1

    def test_a_draft_that_is_still_on_its_way_and_the_rating_do_not_wait_for_each_other(self):
        self.keep(note="so far")
        half_kept, half_stored = threading.Event(), threading.Event()
        renew, finish = drafts.renew_leases, store_rating.finish_slot

        def renewed(*args: Any) -> int:
            half_kept.set()
            half_stored.wait(PATIENCE)
            return renew(*args)

        def finished(*args: Any) -> bool:
            done = finish(*args)
            half_stored.set()
            return done

        with mock.patch.object(drafts, "renew_leases", renewed), mock.patch.object(store_rating, "finish_slot", finished):
            draft = self.beside(lambda: self.keep(note="so far, and more"))
            assert half_kept.wait(PATIENCE)
            rating = self.beside(self.submit)
            rating.result()
            draft.result()
        assert Rating.objects.count() == 1

    def test_a_dataset_that_a_campaign_takes_while_it_is_being_deleted_stays(self):
        dataset = make.a_dataset(self.cast.team)
        make.items(make.a_question(dataset), 3)
        delete = Collector.delete

        def meanwhile(collector: Collector) -> Any:
            if Dataset in collector.data:
                how = {"dataset": dataset, "name": "Talks", "kind": "evaluation", "by": self.cast.alice}
                self.beside(lambda: create_campaign(**how)).result()
            return delete(collector)

        with mock.patch.object(Collector, "delete", meanwhile), pytest.raises(InUse):
            delete_dataset(dataset=Dataset.objects.get(pk=dataset.pk))
        assert dataset.campaigns.count() == 1
        assert dataset.items.count() == 3
