"""The pages of metric runs, and who may see them."""

from __future__ import annotations

from unittest import mock

from config.queue import QueueDown
from grading import jobs
from grading.models import MetricRun
from tests import make
from tests.base import ConcordTestCase
from tests.grading.metric_run_case import a_run, replies
from tests.queries import queries_of


class MetricPagesTest(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = replies(self.team)
        self.url = f"/datasets/{self.dataset.pk}/metrics/"
        self.data = {"metrics": ["bleu"], "prediction": "text", "reference": "question.reference"}

    def test_starting_a_run_queues_it_and_shows_it(self):
        self.sign_in("erin")
        with mock.patch("grading.views.metric_run.enqueue") as enqueue:
            response = self.client.post(f"{self.url}new/?kind=text", self.data)
        run = MetricRun.objects.get()
        enqueue.assert_called_once_with(jobs.compute_metrics, run.pk, queue="default")
        self.assertRedirects(response, f"{self.url}{run.pk}/")

    def test_with_the_queue_down_the_run_waits_and_the_page_says_so(self):
        self.sign_in("alice")
        with mock.patch("grading.views.metric_run.enqueue", side_effect=QueueDown):
            response = self.client.post(f"{self.url}new/?kind=text", self.data, follow=True)
        self.assertContains(response, "The queue cannot be reached")
        self.assertContains(response, "Send to a worker again")
        assert MetricRun.objects.get().state == "waiting"

    def test_the_results_page_shows_totals_and_charts(self):
        run = a_run(self.dataset, self.cast.alice, ["accuracy", "confusion_matrix"], "metadata.intent", "metadata.intent label")
        jobs.compute_metrics(run.pk)
        self.sign_in("victor")
        response = self.client.get(f"{self.url}{run.pk}/")
        self.assertContains(response, "Confusion matrix: A")
        self.assertContains(response, "<svg")
        self.assertNotContains(response, "resume")

    def test_progress_reloads_the_page_when_done(self):
        run = a_run(self.dataset, self.cast.alice)
        self.sign_in("alice")
        assert "HX-Refresh" not in self.client.get(f"{self.url}{run.pk}/progress/").headers
        jobs.compute_metrics(run.pk)
        assert self.client.get(f"{self.url}{run.pk}/progress/").headers["HX-Refresh"] == "true"

    def test_cancel_and_resume_by_button(self):
        run = a_run(self.dataset, self.cast.alice)
        self.sign_in("alice")
        self.client.post(f"{self.url}{run.pk}/cancel/")
        run.refresh_from_db()
        assert run.state == "cancelled"
        with mock.patch("grading.views.metric_run.enqueue") as enqueue:
            self.client.post(f"{self.url}{run.pk}/resume/")
        enqueue.assert_called_once()

    def test_who_may_see_and_who_may_start(self):
        run = a_run(self.dataset, self.cast.alice)
        seen = {"alice": 200, "erin": 200, "dave": 200, "victor": 200, "bob": 403, "eve": 404}
        started = {"alice": 200, "erin": 200, "dave": 403, "victor": 403, "bob": 403, "eve": 404}
        for name in seen:
            client = self.client_of(name)
            assert client.get(self.url).status_code == seen[name], name
            assert client.get(f"{self.url}{run.pk}/").status_code == seen[name], name
            assert client.get(f"{self.url}new/").status_code == started[name], name

    def test_a_viewer_is_not_offered_what_is_refused(self):
        assert b"metrics/new/" in self.client_of("erin").get(self.url).content
        assert b"metrics/new/" not in self.client_of("victor").get(self.url).content

    def test_a_source_with_markup_is_shown_as_text(self):
        question = self.dataset.questions.first()
        for source in ("<script>x</script>", "C"):
            make.an_item(question, source=source)
        run = a_run(self.dataset, self.cast.alice, ["bleu"])
        jobs.compute_metrics(run.pk)
        self.sign_in("alice")
        response = self.client.get(f"{self.url}{run.pk}/")
        self.assertNotContains(response, "<script>x")
        self.assertContains(response, "&lt;script&gt;x")

    def test_the_number_of_queries_of_the_list_does_not_grow(self):
        a_run(self.dataset, self.cast.alice)
        self.sign_in("alice")
        with_one = queries_of(self.client, self.url)
        for _more in range(5):
            a_run(self.dataset, self.cast.alice)
        assert queries_of(self.client, self.url) == with_one
