"""Generators are trained: one that marks stands beside its baselines, one that answers beside its base."""

from __future__ import annotations

import json
from io import StringIO
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from annotations.models import AutomaticScore, Item, Team
from grading.actions.grading_run import start_grading_run
from grading.actions.run_life import resume_run
from grading.actions.training_watch import TrainingWatch
from grading.backends.generator import Generator
from grading.backends.papers import Paper, Question
from grading.backends.trained import TrainedGrader
from grading.grader_jobs import fine_tune, grade
from grading.models import FineTuning, ModelVersion, PromptTemplate, TrainingSet
from grading.training_rows import rows_of
from grading.version_answers import written_examples
from tests import make
from tests.grading.grader_case import SAID
from tests.grading.training_case import a_class, a_training_set
from tests.grading.writer_case import USUAL, WriterCase, past_papers

State = FineTuning.State


class MarkingTest(WriterCase):
    def test_it_is_a_grader_beside_its_baselines(self):
        version = self.trained()
        told = version.measures["held_out"]
        assert set(told) == {"this", "plainest", "classical", "untrained"}
        assert told["this"]["accuracy"] == 1
        assert told["untrained"]["accuracy"] < 0.8
        assert version.measures["calibration"]["temperature"] > 0
        assert version.template.is_frozen
        assert version.lineage["base_digest"]
        assert version.fine_tuning.points.filter(split="validation").count() == USUAL["epochs"]

    def test_its_files_mark_a_dataset_with_all_probabilities(self):
        version = self.trained()
        told = TrainedGrader.load(version.folder).grade([Paper(Question("1", (0.0, 1.0, 2.0), "何时？"), SAID[2])])
        assert told[0].mark == 2
        assert sum(told[0].probabilities.values()) == pytest.approx(1)
        dataset = make.a_dataset(self.team)
        question = make.a_question(dataset, "1", text="何时？", full_mark=2, step=1)
        for n, said in enumerate(SAID):
            make.an_item(question, key=f"k{n}", text=said)
        run = start_grading_run(version=version, dataset=dataset, user=self.cast.alice)
        grade(run.pk)
        marks = AutomaticScore.objects.filter(scorer=version.scorer).order_by("item__key")
        assert list(marks.values_list("value", flat=True)) == [0, 1, 2]

    def test_the_next_version_is_held_against_it(self):
        training_set = past_papers(self.team)
        self.trained(training_set=training_set)
        second = self.trained(training_set=training_set, epochs=1)
        assert second.measures["held_out"]["previous"]["accuracy"] == 1

    def test_it_stops_when_asked_and_goes_on_from_its_checkpoint(self):
        run = self.started(checkpoint_seconds=0)
        seen = run.points

        def has_looked_once(_watch: TrainingWatch) -> bool:
            return seen.filter(split="validation").exists()

        with mock.patch.object(TrainingWatch, "is_cancelled", has_looked_once):
            fine_tune(run.pk)
        run.refresh_from_db()
        assert run.state == State.CANCELLED
        before = list(seen.filter(split="validation").values_list("step", "loss"))
        assert resume_run(run)
        fine_tune(run.pk)
        run.refresh_from_db()
        assert run.state == State.DONE, run.error
        after = list(seen.filter(split="validation").values_list("step", "loss"))
        assert after[: len(before)] == before
        assert len(after) == USUAL["epochs"]


class AnsweringTest(WriterCase):
    def test_it_learns_from_good_answers_alone_and_is_measured_beside_its_base(self):
        version = self.trained("answer")
        assert not version.gives_marks
        told = version.measures["answers"]
        good = [row for row in rows_of(version.training_set, "test") if row["mark"] == 2]
        assert told["this"]["answers"] == len(good) > 0
        assert told["this"]["foreseen"] == 1
        assert told["this"]["perplexity"] < 1.5 < told["untrained"]["perplexity"]
        assert version.measures["training"]["examples"] == len(
            [row for row in rows_of(version.training_set, "train") if row["mark"] == 2]
        )
        assert "held_out" not in version.measures

    def test_it_shows_what_it_writes_beside_real_answers(self):
        shown = written_examples(self.trained("answer"))
        assert [one["question"] for one in shown] == ["何时？", "为何？"]
        assert {one["written"].replace(" ", "") for one in shown} == {SAID[2]} == {one["real"] for one in shown}

    def test_a_lower_share_learns_from_more_answers(self):
        training_set = past_papers(self.team)
        counts = [
            self.trained("answer", training_set=training_set, epochs=1, least_share=share).measures["training"]["examples"]
            for share in (1.0, 0.5)
        ]  # fmt: skip
        assert counts[1] == 2 * counts[0]

    def test_it_is_no_grader(self):
        version = self.trained("answer", epochs=1)
        dataset = make.an_item(make.a_question(make.a_dataset(self.team))).dataset
        with pytest.raises(ValidationError, match="gives no marks"):
            start_grading_run(version=version, dataset=dataset, user=None)
        assert not version.grader.versions.marking().exists()
        assert Generator.load(version.folder / "grader")
        with pytest.raises(OSError, match=r"version\.json"):
            TrainedGrader.load(version.folder)

    def test_a_grader_after_it_has_no_version_before(self):
        training_set = past_papers(self.team)
        self.trained("answer", training_set=training_set, epochs=1)
        second = self.trained("mark", training_set=training_set, epochs=1)
        assert second.parent is None
        assert "previous" not in second.measures["held_out"]


class TemplateTest(WriterCase):
    def test_a_template_must_fit_what_is_learnt(self):
        for text, writes, words in (
            ("{input} {topic}", "mark", "topic"),
            ("{question}", "mark", "nothing to mark"),
            ("{input} {answer}", "answer", "answer"),
        ):
            template = PromptTemplate.objects.create(team=self.team, name=words, text=text)
            with pytest.raises(ValidationError, match=words):
                self.started(writes, TrainingSet.objects.first(), template)
        assert not ModelVersion.objects.exists()

    def test_a_template_of_another_team_is_refused(self):
        other = Team.objects.create(name="other", slug="other")
        template = PromptTemplate.objects.create(team=other, name="t", text="{input}")
        with pytest.raises(ValidationError, match="needs a prompt template"):
            self.started(template=template)

    def test_without_good_answers_nothing_can_be_learnt(self):
        poor = a_training_set(self.team, [one._replace(mark=n % 2) for n, one in enumerate(a_class())])
        with pytest.raises(ValidationError, match="so high a mark"):
            self.started("answer", training_set=poor)


class CommandTest(WriterCase):
    def arguments(self, *more: str) -> list[str]:
        said = [f"--{name.replace('_', '-')}={value}" for name, value in USUAL.items() if name != "epochs"]
        training_set = past_papers(self.team)
        return [str(training_set.pk), "--subject=历史", f"--base={self.base}", "--epochs=1", *said, *more]

    def test_a_generator_is_trained_with_a_version_of_a_template(self):
        self.template("answer")
        PromptTemplate.objects.create(team=self.team, name="answer", version=2, text="{input}")
        out = StringIO()
        more = ["--kind=generator", "--template=answer:1", "--writes=answer", "--least-share=0.5", "--json"]
        call_command("fine_tune", *self.arguments(*more), stdout=out)
        told = json.loads(out.getvalue())
        assert told["version"] == "历史 v1"
        assert set(told["answers"]) == {"this", "untrained"}
        version = ModelVersion.objects.get()
        assert version.template.version == 1
        assert version.hyper_parameters["least_share"] == 0.5

    def test_what_belongs_to_another_kind_is_refused(self):
        for more in (["--writes=mark"], ["--kind=generator", "--head=class"], ["--kind=classical"]):
            with pytest.raises(CommandError):
                call_command("fine_tune", *self.arguments(*more))
        with pytest.raises(CommandError, match="needs a prompt template"):
            call_command("fine_tune", *self.arguments("--kind=generator"))
        assert not ModelVersion.objects.exists()
        assert not Item.objects.exists()
