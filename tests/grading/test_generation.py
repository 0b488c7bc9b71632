"""Generators: answers become items, once each, and their pages."""

from __future__ import annotations

from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations.models import Dataset, Item
from grading import endpoint_jobs
from grading.actions.generation_run import estimate_generation_run, start_generation_run
from grading.actions.run_life import resume_run
from grading.models import GenerationRun, PromptTemplate
from tests import make
from tests.grading.endpoint_server import refused, said
from tests.grading.generation_case import GenerationCase, echo
from tests.queries import queries_of


class GenerationRunTest(GenerationCase):
    def test_every_sample_of_every_question_becomes_an_item(self):
        run = self.generated(echo)
        assert (run.state, run.done, run.total, run.failed) == ("done", 4, 4, 0)
        found = {item.key: (item.text, item.source) for item in Item.objects.all()}
        assert found == {
            "tiny/1": ("Answer: Why 1? #11", "tiny"), "tiny/1-2": ("Answer: Why 1? #12", "tiny"),
            "tiny/2": ("Answer: Why 2? #11", "tiny"), "tiny/2-2": ("Answer: Why 2? #12", "tiny"),
        }  # fmt: skip
        positions = list(Item.objects.values_list("position", flat=True))
        assert len(set(positions)) == 4
        assert (run.tokens_in, run.tokens_out) == (16, 8)

    def test_the_instruction_goes_before_the_prompt(self):
        self.generated(echo)
        first, second = self.server.requests[0]["messages"]
        assert first == {"role": "system", "content": "Be brief."}
        assert second["role"] == "user"

    def test_an_item_says_how_it_was_made(self):
        self.generated(echo)
        metadata = Item.objects.get(key="tiny/1-2").metadata
        assert (metadata["model"], metadata["prompt template"]) == ("tiny", "plain v1")
        assert (metadata["sample"], metadata["seed"]) == ("2", "12")

    def test_more_questions_and_samples_go_into_the_same_source_without_asking_twice(self):
        self.generated(echo, samples=1)
        make.a_question(self.dataset, "3", text="Why 3?")
        run = self.generated(echo, samples=1)
        assert Item.objects.count() == 3
        assert run.state == "done"

    def test_what_fails_is_recorded_and_asked_again_alone(self):
        def answer(payload):
            is_one = "Why 1" in payload["messages"][-1]["content"]
            return refused(400, "no thanks") if is_one else echo(payload)

        run = self.generated(answer, samples=1)
        assert (run.state, run.done, run.failed) == ("done", 2, 1)
        assert run.answers.get(problem="bad_request").detail == "400 no thanks"
        assert resume_run(run)
        self.work(run, echo)
        assert len(self.server.requests) == 1
        assert (run.failed, Item.objects.count()) == (0, 2)

    def test_an_answer_that_was_cut_off_says_so(self):
        run = self.generated(lambda _payload: said("and then", finish="length"), samples=1)
        assert run.answers.filter(is_cut=True).count() == 2
        assert Item.objects.first().metadata["cut at"] == "1024 tokens"

    def test_a_used_template_never_changes(self):
        self.generated(echo)
        template = PromptTemplate.objects.get()
        assert template.is_frozen
        template.text = "other {input}"
        with pytest.raises(ValidationError, match="never changes"):
            template.save()
        with pytest.raises(ValidationError):
            template.delete()

    def test_a_source_that_others_made_is_not_mixed_with(self):
        make.an_item(self.dataset.questions.first(), source="tiny")
        with pytest.raises(ValidationError, match="made in another way"):
            start_generation_run(plan=self.plan(), user=None)

    def test_another_temperature_needs_another_source(self):
        self.generated(echo)
        with pytest.raises(ValidationError, match="made in another way"):
            start_generation_run(plan=self.plan(temperature=0.1), user=None)
        assert start_generation_run(plan=self.plan(temperature=0.1, source="cold"), user=None)

    def test_a_long_key_is_shortened_to_a_digest(self):
        self.dataset.questions.filter(key="1").update(key="q" * 199)
        self.generated(echo, samples=1)
        assert {len(key) <= 200 for key in Item.objects.values_list("key", flat=True)} == {True}

    def test_the_estimate_is_the_most_it_can_cost(self):
        self.endpoint.price_in, self.endpoint.price_out = 0, 1
        found = estimate_generation_run(self.plan(max_tokens=500))
        assert (found.requests, found.tokens_out) == (4, 2000)
        assert float(found.cost) == pytest.approx(0.002)

    def test_a_place_that_the_questions_do_not_have_is_told_beforehand(self):
        other = PromptTemplate.objects.create(team=self.team, name="odd", text="{topic}: {input}")
        with pytest.raises(ValidationError, match="topic"):
            estimate_generation_run(self.plan(template=other))


class GenerationPagesTest(GenerationCase):
    def setUp(self) -> None:
        super().setUp()
        self.url = f"/generation-runs/new/?dataset={self.dataset.pk}"
        self.data = {
            "endpoint": self.endpoint.pk, "template": self.template.pk, "samples": 1,
            "temperature": 0.7, "seed": 1, "max_tokens": 100,
        }  # fmt: skip

    def test_the_price_then_the_run(self):
        self.sign_in("erin")
        page = self.client.post(self.url, self.data)
        self.assertContains(page, "2 requests; about")
        self.assertContains(page, "The endpoint has no prices")
        assert not GenerationRun.objects.exists()
        with mock.patch("grading.views.generation_run.enqueue") as enqueue:
            self.client.post(self.url, {**self.data, "start": "1"})
        run = GenerationRun.objects.get()
        enqueue.assert_called_once_with(endpoint_jobs.generate, run.pk)
        assert run.source == "tiny"

    def test_the_page_of_a_run_says_what_went_wrong(self):
        run = self.generated(lambda _payload: refused(400, "<i>no</i>"), samples=1)
        page = self.client_of("victor").get(f"/generation-runs/{run.pk}/")
        self.assertContains(page, "&lt;i&gt;no")
        self.assertNotContains(page, "Ask again for what failed")
        self.assertContains(self.client_of("alice").get(f"/generation-runs/{run.pk}/"), "Ask again")

    def test_a_file_of_questions_becomes_a_dataset(self):
        file = SimpleUploadedFile("topics.jsonl", '{"prompt": "写一首诗", "style": "五言"}\n'.encode())
        self.sign_in("alice")
        response = self.client.post("/generation-runs/new/", {"team": self.team.pk, "file": file})
        dataset = Dataset.objects.get(name="topics")
        self.assertRedirects(response, f"/generation-runs/new/?dataset={dataset.pk}")
        assert dataset.questions.get().metadata == {"style": "五言"}

    def test_a_file_without_questions_is_refused_and_makes_no_dataset(self):
        file = SimpleUploadedFile("x.csv", b"colour,size\nred,1\n")
        self.sign_in("alice")
        page = self.client.post("/generation-runs/new/", {"team": self.team.pk, "file": file})
        self.assertContains(page, "No column holds the questions")
        assert not Dataset.objects.filter(name="x").exists()

    def test_who_may_see_and_who_may_start(self):
        run = self.generated(echo)
        seen = {"alice": 200, "erin": 200, "dave": 200, "victor": 200, "bob": 403, "eve": 404}
        started = {"alice": 200, "erin": 200, "dave": 403, "victor": 403, "bob": 403, "eve": 404}
        for name in seen:
            client = self.client_of(name)
            assert client.get(f"/generation-runs/{run.pk}/").status_code == seen[name], name
            assert client.get(self.url).status_code == started[name], name

    def test_the_number_of_queries_of_the_list_does_not_grow(self):
        start_generation_run(plan=self.plan(), user=self.cast.alice)
        self.sign_in("alice")
        with_one = queries_of(self.client, "/generation-runs/")
        for _more in range(5):
            start_generation_run(plan=self.plan(), user=self.cast.alice)
        assert queries_of(self.client, "/generation-runs/") == with_one
