"""The pages of LLM judges: the price before the start, results, and who may see them."""

from __future__ import annotations

from unittest import mock

from config.queue import QueueDown
from grading import endpoint_jobs
from grading.models import Endpoint, JudgeRun
from tests import make
from tests.grading.endpoint_case import a_judge_run, fair_judge
from tests.grading.endpoint_server import said
from tests.grading.judge_case import JudgeCase
from tests.queries import queries_of


class JudgePagesTest(JudgeCase):
    def setUp(self) -> None:
        super().setUp()
        self.url = f"/judge-runs/new/?campaign={self.campaign.slug}"
        self.data = {
            "endpoint": self.endpoint.pk, "scope": "drawn", "checks": 2, "temperature": 0, "seed": 1,
        }  # fmt: skip

    def test_the_price_is_told_before_it_can_be_started(self):
        Endpoint.objects.update(price_in=1000, price_out=1000, currency="CNY")
        self.sign_in("erin")
        self.assertNotContains(self.client.get(self.url), "Start judging")
        page = self.client.post(self.url, self.data)
        self.assertContains(page, "14 requests; about")
        self.assertContains(page, "CNY; models that think aloud cost more.")
        self.assertContains(page, "Start judging")
        assert not JudgeRun.objects.exists()

    def test_starting_queues_the_run_and_shows_it(self):
        self.sign_in("erin")
        with mock.patch("grading.views.judge_run.enqueue") as enqueue:
            response = self.client.post(self.url, {**self.data, "start": "1", "sources": ["A"]})
        run = JudgeRun.objects.get()
        enqueue.assert_called_once_with(endpoint_jobs.judge, run.pk)
        self.assertRedirects(response, f"/judge-runs/{run.pk}/")
        assert (run.sources, run.total, run.checks) == (["A"], 3, 2)

    def test_with_the_queue_down_the_run_waits_and_the_page_says_so(self):
        self.sign_in("alice")
        with mock.patch("grading.views.judge_run.enqueue", side_effect=QueueDown):
            page = self.client.post(self.url, {**self.data, "start": "1"}, follow=True)
        self.assertContains(page, "The queue cannot be reached")
        self.assertContains(page, "Send to a worker again")

    def test_a_draft_rubric_is_told_on_the_form(self):
        draft = make.a_campaign(self.dataset, make.a_rubric(self.team, publish=False), [])
        self.sign_in("alice")
        page = self.client.post(f"/judge-runs/new/?campaign={draft.slug}", self.data)
        self.assertContains(page, "Publish the rubric first")

    def test_the_campaign_is_chosen_first(self):
        self.sign_in("alice")
        self.assertContains(self.client.get("/judge-runs/new/"), self.campaign.slug)

    def test_the_results_tell_of_the_judge_in_sentences_with_pictures(self):
        for row in self.campaign.campaign_items.all()[:3]:
            make.a_rating(row, self.cast.bob, {"c1": 4, "c2": 4, "c3": 4})
        run = self.judged(fair_judge, checks=2)
        self.sign_in("victor")
        page = self.client.get(f"/judge-runs/{run.pk}/")
        self.assertContains(page, "On 3 items that people have scored as well")
        self.assertContains(page, "by −20.0 [−20.0, −20.0] points of 100")
        self.assertContains(page, "gives 2 of 2 items the very same score")
        self.assertContains(page, "the scores of 2 responses change by +0.0")
        self.assertContains(page, "Of 2 pairs shown in both orders, the preference changes with the order in 100 %")
        self.assertContains(page, '<figure class="report-figure', count=4)

    def test_what_failed_is_shown_with_the_reason_and_the_answer(self):
        run = self.judged(lambda _payload: said("<b>I would rather not.</b>"))
        self.sign_in("alice")
        page = self.client.get(f"/judge-runs/{run.pk}/?only=failed")
        self.assertContains(page, "The answer holds no JSON, also when asked again.")
        self.assertContains(page, "&lt;b&gt;I would rather not.")
        self.assertContains(page, "Ask again for what failed")

    def test_reasons_are_on_the_item_page_but_not_for_who_rates_there(self):
        self.judged(fair_judge)
        url = f"/datasets/{self.dataset.pk}/items/{self.items[0].pk}/"
        assert b"why c1" in self.client_of("alice").get(url).content
        assert self.client_of("bob").get(url).status_code == 403
        assert b"why c1" not in self.client_of("dave").get(url).content

    def test_an_item_page_names_the_criteria_and_an_adjudicator_sees_reasons_on_request(self):
        self.judged(fair_judge)
        page = self.client_of("alice").get(f"/datasets/{self.dataset.pk}/items/{self.items[0].pk}/")
        self.assertContains(page, "Criterion 1")
        row = self.campaign.campaign_items.first()
        url = f"/campaigns/{self.campaign.slug}/items/{row.pk}/"
        self.assertNotContains(self.client_of("dave").get(url), "why c1")
        self.assertContains(self.client_of("dave").post(f"{url}reveal/"), "why c1")

    def test_scores_are_hidden_from_whom_they_could_sway(self):
        for row in self.campaign.campaign_items.all()[:1]:
            make.a_rating(row, self.cast.bob, {"c1": 4, "c2": 4, "c3": 4})
        run = self.judged(fair_judge, checks=2)
        page = self.client_of("dave").get(f"/judge-runs/{run.pk}/")
        self.assertNotContains(page, "people have scored")
        self.assertNotContains(page, self.items[0].key)
        self.assertContains(page, "Scores are shown here once")
        file = self.client_of("dave").get(f"/judge-runs/{run.pk}/?format=csv")
        assert self.items[0].key.encode() not in b"".join(file)

    def test_progress_reloads_the_page_when_done(self):
        run = a_judge_run(self.campaign, self.endpoint)
        self.sign_in("alice")
        assert "HX-Refresh" not in self.client.get(f"/judge-runs/{run.pk}/progress/").headers
        self.work(run, fair_judge)
        assert self.client.get(f"/judge-runs/{run.pk}/progress/").headers["HX-Refresh"] == "true"

    def test_cancel_and_resume_by_button(self):
        run = a_judge_run(self.campaign, self.endpoint)
        self.sign_in("alice")
        self.client.post(f"/judge-runs/{run.pk}/cancel/")
        run.refresh_from_db()
        assert run.state == "cancelled"
        with mock.patch("grading.views.judge_run.enqueue") as enqueue:
            self.client.post(f"/judge-runs/{run.pk}/resume/")
        enqueue.assert_called_once()

    def test_who_may_see_and_who_may_start(self):
        run = a_judge_run(self.campaign, self.endpoint)
        seen = {"alice": 200, "erin": 200, "dave": 200, "victor": 200, "bob": 403, "eve": 404}
        started = {"alice": 200, "erin": 200, "dave": 403, "victor": 403, "bob": 403, "eve": 404}
        for name in seen:
            client = self.client_of(name)
            assert client.get(f"/judge-runs/{run.pk}/").status_code == seen[name], name
            assert client.get(self.url).status_code == started[name], name

    def test_an_endpoint_of_another_team_is_not_taken(self):
        other = Endpoint.objects.create(
            team=self.cast.elsewhere, name="theirs", base_url="http://localhost/v1", model="x"
        )
        self.sign_in("alice")
        self.client.post(self.url, {**self.data, "endpoint": other.pk, "start": "1"})
        assert not JudgeRun.objects.exists()

    def test_the_number_of_queries_of_the_list_does_not_grow(self):
        a_judge_run(self.campaign, self.endpoint, self.cast.alice)
        self.sign_in("alice")
        with_one = queries_of(self.client, "/judge-runs/")
        for _more in range(5):
            a_judge_run(self.campaign, self.endpoint, self.cast.alice)
        assert queries_of(self.client, "/judge-runs/") == with_one
