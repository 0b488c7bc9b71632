"""Verdicts of large campaigns: through the queue, all or nothing, and what the page says."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone
from django.utils.translation import gettext, override

from annotations.models import Campaign, User
from config.queue import QueueDown
from grading import jobs
from grading.actions import run_life
from grading.actions import verdict_run as action
from grading.actions.verdict import compute_verdicts
from grading.models import DecisionPolicy, Gate, Verdict, VerdictRun
from grading.verdict_data import NoVerdict
from tests import make
from tests.base import ConcordTestCase
from tests.grading.verdict_cast import an_evaluation


class VerdictRuns(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(cls.cast, n=6)
        cls.root = f"/campaigns/{cls.campaign.slug}/verdicts/"

    def setUp(self) -> None:
        self.sign_in("alice")

    def start(self) -> VerdictRun:
        return action.start_verdict_run(campaign=self.campaign, user=self.cast.alice)

    def compute(self, *, queue=None):
        """Press the button of a campaign that is large."""
        at_work = mock.patch("grading.views.verdict.enqueue", side_effect=queue)
        with mock.patch.object(action, "AT_ONCE", 0), at_work as enqueue:
            response = self.client.post(f"{self.root}compute/", follow=True)
        return response, enqueue

    def test_a_worker_stores_what_the_request_would_have_stored(self) -> None:
        here = compute_verdicts(campaign=self.campaign, by=None)
        Verdict.objects.all().delete()
        run = self.start()
        jobs.compute_verdicts(run.pk)
        run.refresh_from_db()
        assert (run.state, run.done, run.total) == ("done", 2, 2)
        there = Verdict.objects.order_by("candidate")
        assert [v.inputs_digest for v in there] == [v.inputs_digest for v in here]
        assert {v.created_by for v in there} == {self.cast.alice}

    def test_small_campaigns_are_weighed_at_once_and_texts_compared_count(self) -> None:
        assert not action.takes_long(self.campaign)
        self.add_a_gate()
        with mock.patch.object(action, "AT_ONCE", 11 * action.A_TEXT_COMPARED):
            assert action.takes_long(self.campaign)

    def add_a_gate(self) -> None:
        with make.as_draft(self.campaign):
            Gate.objects.create(
                campaign=self.campaign, metric="bleu", prediction="text",
                reference="question.reference", threshold=0,
            )  # fmt: skip

    def test_the_page_says_that_a_worker_does_it_and_queues_it_once(self) -> None:
        response, enqueue = self.compute()
        run = VerdictRun.objects.get()
        enqueue.assert_called_once_with(jobs.compute_verdicts, run.pk)
        self.assertContains(response, "so a worker does it")
        self.assertContains(response, f'hx-get="{self.root}progress/"')
        assert Verdict.objects.count() == 0

    def test_pressing_again_sends_the_waiting_run_and_makes_no_second(self) -> None:
        self.compute()
        _response, enqueue = self.compute()
        enqueue.assert_called_once_with(jobs.compute_verdicts, VerdictRun.objects.get().pk)

    def test_a_run_at_work_is_not_sent_again_unless_its_worker_is_gone(self) -> None:
        run = run_life.claim_run(VerdictRun, self.start().pk, "")
        response, enqueue = self.compute()
        enqueue.assert_not_called()
        self.assertNotContains(response, "Compute the verdicts")
        long_ago = timezone.now() - run_life.SELDOM_STALLED_AFTER - timedelta(seconds=1)
        VerdictRun.objects.filter(pk=run.pk).update(beat_at=long_ago)
        self.assertContains(self.client.get(self.root), "Compute the verdicts")
        _response, enqueue = self.compute()
        enqueue.assert_called_once_with(jobs.compute_verdicts, run.pk)

    def test_a_run_whose_worker_died_is_sent_again_at_once(self) -> None:
        run = run_life.claim_run(VerdictRun, self.start().pk, "j1")
        action.cancel_verdict_run(campaign=self.campaign)
        with mock.patch("grading.actions.run_life.has_job_died", return_value=True):
            _response, enqueue = self.compute()
        enqueue.assert_called_once_with(jobs.compute_verdicts, run.pk)
        run.refresh_from_db()
        assert (run.state, run.is_cancel_requested) == ("waiting", False)

    def test_a_queue_that_is_down_is_said_and_the_run_waits(self) -> None:
        response, _enqueue = self.compute(queue=QueueDown("gone"))
        self.assertContains(response, "The queue cannot be reached")
        self.assertContains(response, "Send to a worker again")
        assert VerdictRun.objects.get().state == "waiting"
        assert Verdict.objects.count() == 0

    def test_cancelled_between_two_candidates_it_stores_nothing(self) -> None:
        run = self.start()
        assess = action.compute_verdicts.__globals__["assess"]

        def and_cancel(*args):
            action.cancel_verdict_run(campaign=self.campaign)
            return assess(*args)

        with mock.patch("grading.actions.verdict.assess", side_effect=and_cancel):
            jobs.compute_verdicts(run.pk)
        run.refresh_from_db()
        assert (run.state, run.done) == ("cancelled", 1)
        assert Verdict.objects.count() == 0
        self.assertContains(self.client.get(self.root), "It was cancelled")

    def test_a_worker_that_was_taken_for_dead_stores_nothing_and_leaves_the_run_to_the_other(self) -> None:
        run = self.start()
        assess = action.compute_verdicts.__globals__["assess"]

        def and_taken_over(*args):
            VerdictRun.objects.filter(pk=run.pk).update(started_at=timezone.now(), job_id="other")
            return assess(*args)

        with mock.patch("grading.actions.verdict.assess", side_effect=and_taken_over):
            jobs.compute_verdicts(run.pk)
        run.refresh_from_db()
        assert (run.state, run.job_id) == ("running", "other")
        assert Verdict.objects.count() == 0

    def test_a_run_cancelled_while_it_waits_is_left_alone_by_the_worker(self) -> None:
        run = self.start()
        self.client.post(f"{self.root}cancel/")
        jobs.compute_verdicts(run.pk)
        run.refresh_from_db()
        assert run.state == "cancelled"
        assert Verdict.objects.count() == 0

    def test_an_error_is_told_without_its_message(self) -> None:
        run = self.start()
        with mock.patch("grading.actions.verdict.assess", side_effect=ValueError("an answer")):
            jobs.compute_verdicts(run.pk)
        page = self.client.get(self.root).content.decode()
        assert "met an error" in page
        assert "an answer" not in page
        compute_verdicts(campaign=self.campaign, by=None)
        self.assertNotContains(self.client.get(self.root), "met an error")

    def test_what_makes_a_verdict_impossible_is_told_in_the_language_of_who_asked(self) -> None:
        run = self.start()
        User.objects.filter(pk=self.cast.alice.pk).update(language="zh-hans")
        Campaign.objects.filter(pk=self.campaign.pk).update(state="draft")
        jobs.compute_verdicts(run.pk)
        run.refresh_from_db()
        with override("zh-hans"):
            sentence = gettext("The campaign has not been launched, so there is nothing to judge.")
        assert (run.state, run.error) == ("failed", sentence)

    def test_a_finished_run_reloads_the_page(self) -> None:
        run = self.start()
        assert "HX-Refresh" not in self.client.get(f"{self.root}progress/").headers
        jobs.compute_verdicts(run.pk)
        assert self.client.get(f"{self.root}progress/").headers["HX-Refresh"] == "true"

    def test_who_may_cancel(self) -> None:
        self.start()
        for name, status in [("erin", 302), ("victor", 403), ("bob", 403), ("eve", 404)]:
            assert self.client_of(name).post(f"{self.root}cancel/").status_code == status, name

    def test_without_a_policy_nothing_is_queued(self) -> None:
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.all().delete()
        with pytest.raises(NoVerdict):
            self.start()
        response, enqueue = self.compute()
        enqueue.assert_not_called()
        self.assertContains(response, "no decision policy")
