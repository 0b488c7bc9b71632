"""A generator trained here answers the questions of a dataset: on the graders' worker, once each, as an endpoint does."""

from __future__ import annotations

import json
from io import StringIO
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from annotations.models import Item
from grading import endpoint_jobs, grader_jobs
from grading.actions import generate_version
from grading.actions.generation_run import GenerationPlan, start_generation_run
from grading.actions.run_life import resume_run
from grading.backends import generator
from grading.backends.generator import Generator
from grading.models import GenerationRun
from tests import make
from tests.grading.endpoint_case import an_endpoint
from tests.grading.writer_case import WriterCase

WRITES = "煤炭统治"


class VersionAnswersCase(WriterCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team, "questions")
        for key, text in (("1", "何时？"), ("2", "为何？"), ("3", "一二三")):
            make.a_question(self.dataset, key, text=text, full_mark=2, step=1)
        self.version = self.writer()
        generate_version._kept.cache_clear()

    def plan(self, **values) -> GenerationPlan:
        said = {"source": "", "temperature": 0.0, "max_tokens": 8, **values}
        version = said.pop("version", self.version)
        return GenerationPlan(self.dataset, None, version.template, version=version, **said).named()

    def run_of(self, **values) -> GenerationRun:
        return start_generation_run(plan=self.plan(**values), user=self.cast.alice)

    def done(self, run: GenerationRun) -> GenerationRun:
        grader_jobs.generate(run.pk)
        run.refresh_from_db()
        return run


class RunTest(VersionAnswersCase):
    def test_its_answers_become_items_whose_source_is_the_version(self):
        run = self.done(self.run_of())
        assert (run.state, run.done, run.total, run.failed) == ("done", 3, 3, 0)
        assert {item.text.replace(" ", "") for item in Item.objects.all()} == {WRITES}
        assert {item.source for item in Item.objects.all()} == {str(self.version)}
        item = Item.objects.get(key=f"{self.version}/1")
        assert item.metadata["model"] == str(self.version)
        assert item.metadata["prompt template"] == str(self.version.template)

    def test_tokens_read_and_written_are_counted_and_nothing_is_charged(self):
        run = self.done(self.run_of())
        assert run.tokens_out == 3 * 5  # four characters and the end
        assert run.tokens_in == sum(len(f"问：{text}答：") for text in ("何时？", "为何？", "一二三"))
        assert run.cost is None

    def test_an_answer_that_was_cut_off_says_so(self):
        run = self.done(self.run_of(max_tokens=2))
        assert run.answers.filter(is_cut=True).count() == 3

    def test_a_run_whose_worker_was_killed_writes_only_what_is_missing(self):
        self.killed_and_resumed(self.run_of(samples=2))

    def test_texts_drawn_after_a_kill_are_those_that_would_have_been_drawn(self):
        self.killed_and_resumed(self.run_of(samples=2, temperature=3.0))
        after = dict(Item.objects.values_list("key", "text"))
        Item.objects.all().delete()
        self.done(self.run_of(samples=2, temperature=3.0))
        assert dict(Item.objects.values_list("key", "text")) == after
        assert len(set(after.values())) > 3, "they are drawn"

    def killed_and_resumed(self, run: GenerationRun) -> None:
        """Killed when four of six were stored."""

        class Killed(BaseException):
            """Stands for what leaves no time to tidy up."""

        stored, calls = generate_version._outcome, []

        def dies_at_the_fifth(told):
            calls.append(told)
            if len(calls) == 5:
                raise Killed
            return stored(told)

        with mock.patch.object(generate_version, "_outcome", dies_at_the_fifth), pytest.raises(Killed):
            grader_jobs.generate(run.pk)
        assert Item.objects.count() == 4
        GenerationRun.objects.filter(pk=run.pk).update(state="failed")
        run.refresh_from_db()
        assert resume_run(run)
        asked: list[str] = []
        write = Generator.generate

        def counted(writer, prompts, *args, **more):
            asked.extend(prompts)
            return write(writer, prompts, *args, **more)

        with mock.patch.object(Generator, "generate", counted):
            self.done(run)
        assert len(asked) == 2
        assert (run.state, run.done, run.done_before, Item.objects.count()) == ("done", 6, 4, 6)

    def test_long_texts_are_stored_one_by_one(self):
        asked: list[int] = []
        write = Generator.generate

        def counted(writer, prompts, *args, **more):
            asked.append(len(prompts))
            return write(writer, prompts, *args, **more)

        little = {"cpu": 50, "cuda": 50}
        with mock.patch.object(generator, "TOKENS", little), mock.patch.object(Generator, "generate", counted):
            self.done(self.run_of(max_tokens=20))
        assert asked == [1, 1, 1]

    def test_it_stops_in_the_middle_of_a_text_when_asked(self):
        run = self.run_of()
        with mock.patch.object(generate_version, "beat", return_value=True):
            self.done(run)
        assert run.state == "cancelled"
        assert not Item.objects.exists()

    def test_with_its_files_gone_it_says_what_to_do(self):
        (self.version.folder / "grader" / "generator.json").unlink()
        run = self.done(self.run_of())
        assert run.state == "failed"
        assert "Train it again" in run.error

    def test_only_versions_that_answer_and_are_of_the_team_can_be_asked(self):
        marker = self.writer(2, writes="mark")
        with pytest.raises(ValidationError, match="does not answer"):
            self.run_of(version=marker)
        self.version.retired_at = self.version.trained_at
        self.version.save()
        with pytest.raises(ValidationError, match="does not answer"):
            self.run_of()

    def test_the_graders_worker_takes_up_its_runs_and_leaves_those_of_endpoints(self):
        mine = self.run_of()
        plan = GenerationPlan(self.dataset, an_endpoint(self.team), self.version.template, "endpoint")
        start_generation_run(plan=plan, user=None)
        with mock.patch("grading.grader_jobs.enqueue") as sent:
            grader_jobs.take_up_again()
        sent.assert_called_once_with(grader_jobs.generate, mine.pk, queue="graders")


class PageTest(VersionAnswersCase):
    def setUp(self) -> None:
        super().setUp()
        self.url = f"/generation-runs/new/?dataset={self.dataset.pk}"
        self.data = {"samples": 1, "temperature": 0, "seed": 1, "max_tokens": 8}
        self.sign_in("erin")

    def test_without_an_endpoint_only_versions_are_offered(self):
        page = self.client.get(self.url)
        self.assertContains(page, f">{self.version}</option>")
        self.assertNotContains(page, 'name="endpoint"')
        self.writer(2, writes="mark")
        self.assertNotContains(self.client.get(self.url), ">历史 v2</option>")

    def test_its_run_goes_to_the_graders_worker(self):
        data = {**self.data, "version": self.version.pk}
        self.assertContains(self.client.post(self.url, data), "no cost is told")
        with mock.patch("grading.views.generation_run.enqueue") as enqueue:
            page = self.client.post(self.url, {**data, "start": "1"}, follow=True)
        run = GenerationRun.objects.get()
        enqueue.assert_called_once_with("grading.grader_jobs.generate", run.pk, queue="graders")
        assert (run.version, run.template, run.source) == (self.version, self.version.template, str(self.version))
        self.assertContains(page, f"/graders/{self.version.grader_id}/versions/1/")

    def test_either_an_endpoint_or_a_version_is_chosen(self):
        endpoint, template = an_endpoint(self.team), self.version.template
        both = {**self.data, "endpoint": endpoint.pk, "version": self.version.pk, "template": template.pk}
        for data in (both, self.data):
            self.assertContains(self.client.post(self.url, data), "Choose either an endpoint or")
        data = {**self.data, "endpoint": endpoint.pk}
        self.assertContains(self.client.post(self.url, data), "An endpoint needs a prompt template")
        with mock.patch("grading.views.generation_run.enqueue") as enqueue:
            self.client.post(self.url, {**data, "template": template.pk, "start": "1"})
        enqueue.assert_called_once_with(endpoint_jobs.generate, GenerationRun.objects.get().pk)


class CommandTest(VersionAnswersCase):
    def test_it_answers_from_the_command_line(self):
        out, err = StringIO(), StringIO()
        arguments = ["--dataset=questions", "--team=school", "--temperature=0", "--max-tokens=8", "--json"]
        call_command("generate", *arguments, "--generator=历史:1", stdout=out, stderr=err)
        told = json.loads(out.getvalue())
        assert (told["state"], told["done"], told["source"], told["cost"]) == ("done", 3, "历史 v1", None)
        for more, words in (
            (["--generator=历史:9"], "no version.*There are: 历史:1"),
            (["--generator=历史:1", "--endpoint=x"], "--generator"),
            (["--generator=历史:1", "--template=answer"], "--generator"),
        ):
            with pytest.raises(CommandError, match=words):
                call_command("generate", *arguments, *more)
