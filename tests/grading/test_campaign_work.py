"""Large launches and extensions: a worker carries them out, and all of it or nothing stays."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.actions import campaign_work
from annotations.actions.campaign_work import WorkCancelled, claim_work, give_up, start_launch
from annotations.actions.campaigns import create_campaign, delete_draft, save_settings
from annotations.models import Assignment, Campaign, CampaignRater, CampaignRubric, CampaignWork
from config.queue import QueueDown
from grading.jobs import run_campaign_work
from grading.models import DecisionPolicy
from tests import make
from tests.base import ConcordTestCase


class WorkCase(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")
        dataset = make.a_dataset(self.team)
        make.items(make.a_question(dataset), 20)
        self.campaign = create_campaign(
            dataset=dataset, name="Large", kind="evaluation", by=self.cast.alice
        )
        CampaignRubric.objects.create(campaign=self.campaign, rubric=make.a_rubric(self.team))
        for user in (self.cast.bob, self.cast.carol):
            CampaignRater.objects.create(campaign=self.campaign, user=user)
        DecisionPolicy.objects.create(campaign=self.campaign, estimand="mean_composite")
        self.campaign.plan = {"design": "random", "n": 8, "seed": 5}
        self.campaign.save()
        for name, value in (("campaign_work.QUEUED_FROM", 10), ("campaign_slots.BATCH", 5)):
            patch = mock.patch(f"annotations.actions.{name}", value)
            patch.start()
            self.addCleanup(patch.stop)

    def url(self, name: str) -> str:
        return reverse(f"campaign-{name}", args=[self.campaign.slug])

    def post(self, name: str, **data):
        with mock.patch("grading.views.campaign_actions.enqueue") as self.queue:
            response = self.client.post(self.url(name), data, follow=True)
        self.campaign.refresh_from_db()
        return response

    def work(self) -> CampaignWork:
        return self.campaign.works.first()

    def drawn(self) -> tuple[int, int]:
        slots = Assignment.objects.filter(campaign=self.campaign)
        return self.campaign.campaign_items.count(), slots.count()

    def launched(self) -> None:
        self.post("launch")
        run_campaign_work(self.work().pk)
        self.campaign.refresh_from_db()


class LaunchTests(WorkCase):
    def test_a_large_launch_waits_for_a_worker_and_the_page_shows_it(self):
        response = self.post("launch")
        self.queue.assert_called_once_with(run_campaign_work, self.work().pk)
        self.assertRedirects(response, self.url("work"))
        self.assertContains(response, "waiting for a worker")
        assert self.campaign.state == Campaign.State.DRAFT

    def test_the_worker_launches_it_as_the_request_would_have(self):
        self.launched()
        assert self.campaign.state == Campaign.State.RUNNING
        assert self.drawn() == (8, 16)
        work = self.work()
        assert (work.state, work.done, work.total) == ("done", 24, 24)
        self.assertRedirects(self.client.get(self.url("work")), self.url("detail"))

    def test_each_batch_is_one_transaction(self):
        """Outside of one SQLite commits every single row, a hundred times as slow."""
        self.post("launch")
        with CaptureQueriesContext(connection) as seen:
            run_campaign_work(self.work().pk)
        sql = [query["sql"] for query in seen.captured_queries]
        written = [place for place, text in enumerate(sql) if "times: INSERT" in text]
        assert len(written) >= 24 / 5
        assert all(sql[place - 1].startswith("SAVEPOINT") for place in written)

    def test_a_small_one_is_launched_within_the_request(self):
        with mock.patch.object(campaign_work, "QUEUED_FROM", 17):
            self.post("launch")
        self.queue.assert_not_called()
        assert self.campaign.state == Campaign.State.RUNNING

    def test_with_the_queue_down_nothing_is_started_and_the_page_says_so(self):
        with mock.patch("grading.views.campaign_actions.enqueue", side_effect=QueueDown):
            response = self.client.post(self.url("launch"), follow=True)
        self.assertContains(response, "nothing was started")
        assert not CampaignWork.objects.exists()

    def test_cancelled_half_way_it_leaves_the_draft_as_it_was(self):
        self.post("launch")
        plan, work, steps = self.campaign.plan, self.work(), []

        def cancel_after_ten_rows(one, **values):
            steps.append((values.get("step"), self.drawn()))
            if values.get("done", 0) >= 10:
                raise WorkCancelled

        with mock.patch.object(campaign_work, "_beat", side_effect=cancel_after_ten_rows):
            run_campaign_work(work.pk)
        assert sum(steps[-1][1]) >= 10
        assert self.drawn() == (0, 0)
        self.campaign.refresh_from_db()
        assert (self.campaign.state, self.campaign.plan) == ("draft", plan)
        self.assertContains(self.client.get(self.url("work")), "The launch was cancelled.")

    def test_the_worker_sees_the_wish_to_cancel(self):
        self.post("launch")
        CampaignWork.objects.update(is_cancel_requested=True)
        run_campaign_work(self.work().pk)
        assert self.work().state == "cancelled"
        assert self.drawn() == (0, 0)

    def test_the_wish_to_cancel_is_seen_between_the_steps_of_the_drawing(self):
        self.post("launch")
        drawn = mock.Mock(side_effect=lambda *_rest: CampaignWork.objects.update(is_cancel_requested=True))
        with (
            mock.patch("annotations.actions.campaign_plan.draw_audited", drawn),
            mock.patch("annotations.actions.campaign_plan.plan_for") as planned,
        ):
            run_campaign_work(self.work().pk)
        drawn.assert_called_once()
        planned.assert_not_called()
        assert self.work().state == "cancelled"

    def test_a_worker_taken_for_dead_leaves_what_a_newer_launch_has_written(self):
        self.post("launch")
        old = claim_work(self.work().pk)
        CampaignWork.objects.update(state="cancelled")
        self.post("launch")
        with (
            mock.patch("grading.jobs.give_up"),
            mock.patch.object(campaign_work, "open_work", side_effect=RuntimeError),
        ):
            run_campaign_work(self.work().pk)
        give_up(work=old, state="cancelled")
        assert self.drawn() == (8, 16)
        assert self.work().state == "running"

    def test_what_waits_is_cancelled_at_once_and_can_be_launched_again(self):
        self.post("launch")
        self.client.post(self.url("work-cancel"))
        assert self.work().state == "cancelled"
        self.launched()
        assert self.campaign.state == Campaign.State.RUNNING

    def test_an_error_at_the_end_leaves_the_draft_as_it_was(self):
        self.post("launch")
        with mock.patch.object(campaign_work, "open_work", side_effect=RuntimeError("secret")):
            run_campaign_work(self.work().pk)
        work = self.work()
        assert (work.state, work.error) == ("failed", "RuntimeError")
        assert self.drawn() == (0, 0)
        self.launched()
        assert self.drawn() == (8, 16)

    def test_what_is_missing_is_said_on_the_page(self):
        self.post("launch")
        self.campaign.raters.all().delete()
        run_campaign_work(self.work().pk)
        self.assertContains(self.client.get(self.url("work")), "choose at least one rater")

    def test_a_killed_worker_is_noticed_and_cleared_up(self):
        self.post("launch")
        work = self.work()
        with (
            mock.patch("grading.jobs.give_up"),
            mock.patch.object(campaign_work, "open_work", side_effect=RuntimeError),
        ):
            run_campaign_work(work.pk)
        assert self.drawn() == (8, 16)
        CampaignWork.objects.update(beat_at=timezone.now() - timedelta(minutes=5))
        self.assertContains(self.client.get(self.url("work")), "no sign of life")
        self.client.post(self.url("work-cancel"))
        assert self.drawn() == (0, 0)

    def test_run_twice_it_is_launched_once(self):
        self.launched()
        run_campaign_work(self.work().pk)
        assert self.drawn() == (8, 16)

    def test_a_draft_that_is_being_launched_cannot_be_changed_or_launched_again(self):
        self.post("launch")
        for act in (
            lambda: save_settings(campaign=self.campaign, plan={}),
            lambda: delete_draft(campaign=self.campaign),
            lambda: start_launch(campaign=self.campaign, by=self.cast.alice),
        ):
            with self.assertRaisesMessage(ValidationError, "A worker is launching"):
                act()
        url = reverse("campaign-setup", args=[self.campaign.slug, "sample"])
        self.assertRedirects(self.client.get(url), self.url("work"))


class ExtensionTests(WorkCase):
    def test_a_worker_extends_and_the_campaign_says_so_meanwhile(self):
        self.launched()
        response = self.post("extend", n=16)
        self.assertContains(response, "A worker enlarges the sample to 16 items.")
        run_campaign_work(self.work().pk)
        assert self.drawn() == (16, 32)
        assert self.work().state == "done"

    def test_a_size_that_cannot_be_leaves_the_sample_and_is_said(self):
        self.launched()
        self.post("extend", n=50)
        run_campaign_work(self.work().pk)
        assert self.drawn() == (8, 16)
        page = self.client.get(self.url("work"))
        self.assertContains(page, "there are only 20")
        self.assertContains(page, "The sample could not be enlarged.")

    def test_cancelled_before_the_end_the_sample_is_as_it_was(self):
        self.launched()
        self.post("extend", n=16)
        with mock.patch.object(campaign_work, "_close", side_effect=WorkCancelled):
            run_campaign_work(self.work().pk)
        assert self.drawn() == (8, 16)
        self.campaign.refresh_from_db()
        assert self.campaign.plan["n"] == 8


class ProgressTests(WorkCase):
    def test_the_page_asks_for_its_progress_alone(self):
        self.post("launch")
        CampaignWork.objects.update(state="running", step="writing", done=6, total=24)
        response = self.client.get(self.url("work"), headers={"HX-Request": "true"})
        self.assertContains(response, "writing items and slots")
        self.assertContains(response, "6 of 24 rows")
        self.assertNotContains(response, "<html")

    def test_when_it_is_done_the_page_leads_to_the_campaign(self):
        self.launched()
        response = self.client.get(self.url("work"), headers={"HX-Request": "true"})
        assert response.headers["HX-Redirect"] == self.url("detail")
