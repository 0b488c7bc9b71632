"""A version is trained: its baselines, its calibration, its files, and what stops it."""

from __future__ import annotations

from collections import Counter
from unittest import mock

import numpy as np
import pytest
from django.core.exceptions import ValidationError

from annotations.models import User
from grading.actions.fine_tune import start_fine_tuning
from grading.actions.grader_calibration import calibrated
from grading.actions.grader_robustness import SEED
from grading.actions.run_life import resume_run
from grading.actions.training_set import write_rows
from grading.actions.training_watch import DRAW_EVERY, TrainingWatch
from grading.backends.papers import Paper, Question
from grading.backends.progress import Point
from grading.backends.trained import TrainedGrader
from grading.grader_jobs import fine_tune
from grading.methods.perturbations import perturbed
from grading.models import FineTuning, ModelVersion, TrainingSet
from grading.training_rows import path_of, rows_of
from tests.grading.grader_case import GraderCase, past_papers
from tests.grading.training_case import a_class, a_training_set, asked, example

State = FineTuning.State


class ClassicalTest(GraderCase):
    def test_a_version_knows_what_it_is_worth_and_what_made_it(self):
        version = self.trained()
        told = version.measures["held_out"]["this"]
        assert told["accuracy"] > 0.9
        assert told["n"] == version.training_set.facts["splits"]["test"]
        assert version.lineage["data"] == version.training_set.digest
        assert version.lineage["environment"]["scikit-learn"]
        assert [one["question"] for one in version.measures["by_question"]] == ["1", "2"]
        answers = [row["answer"] for row in rows_of(version.training_set) if row["split"] == "test"]
        mistyped = [text for text in answers if perturbed(text, "typos", seed=SEED) != text]
        assert version.measures["robustness"]["typos"]["texts"] == len(mistyped) > 10

    def test_its_files_mark_as_it_did(self):
        version = self.trained()
        grader = TrainedGrader.load(version.folder)
        question = Question("1", (0.0, 1.0, 2.0), "为什么？")
        (told,) = grader.grade([Paper(question, "因为煤炭统治")])
        assert told.mark == 2
        assert sum(told.probabilities.values()) == pytest.approx(1)
        assert told.neighbours[0][1] == 2

    def test_the_next_version_is_held_against_the_one_before(self):
        training_set = past_papers(self.team)
        self.trained(training_set=training_set)
        second = self.trained(training_set=training_set)
        assert second.number == 2
        assert second.parent.number == 1
        held_out = second.measures["held_out"]
        assert held_out["previous"] == {**held_out["this"], "calibration_error": None}

    def test_what_the_version_before_has_learnt_is_no_test_of_it(self):
        self.trained(training_set=past_papers(self.team))
        rows = list(rows_of(TrainingSet.objects.get()))
        turned = {"train": "test", "test": "train", "validation": "validation"}
        digest = write_rows({**row, "split": turned[row["split"]]} for row in rows)
        other = TrainingSet.objects.get()
        other.pk, other.digest = None, digest
        other.facts["splits"] = dict(Counter(turned[row["split"]] for row in rows))
        other.save()
        second = self.trained(training_set=other)
        assert "previous" not in second.measures["held_out"]

    def test_nothing_can_be_learnt_from_one_mark(self):
        same = a_training_set(self.team, [one._replace(mark=1) for one in a_class()])
        with pytest.raises(ValidationError, match="same mark"):
            start_fine_tuning(
                training_set=same, school_subject="历史", kind="classical", hyper_parameters={}, user=None
            )
        assert not ModelVersion.objects.exists()

    def test_without_answers_held_out_nobody_could_say_what_it_is_worth(self):
        question = asked()
        rows = [example(question, 1, n % 3, answer=f"answer {n}") for n in range(30)]
        alone = a_training_set(self.team, rows)
        with pytest.raises(ValidationError, match="none is left to tell"):
            start_fine_tuning(
                training_set=alone, school_subject="历史", kind="classical", hyper_parameters={}, user=None
            )

    def test_a_file_that_was_changed_is_not_learnt_from(self):
        run = self.started()
        path = path_of(run.version.training_set.digest)
        content = path.read_bytes()
        try:
            path.chmod(0o644)
            path.write_bytes(content.replace("煤炭".encode(), "石油".encode()))
            fine_tune(run.pk)
        finally:
            path.write_bytes(content)
        run.refresh_from_db()
        assert run.state == State.FAILED
        assert "has been changed" in run.error
        assert run.version.trained_at is None


class EncoderTest(GraderCase):
    def test_a_network_is_trained_beside_its_baselines_with_a_curve(self):
        version = self.trained("encoder")
        assert set(version.measures["held_out"]) == {"this", "plainest", "classical", "untrained"}
        training = version.measures["training"]
        assert training["parameters_trained"] == training["parameters"] > 10_000
        assert training["peak_memory_bytes"] > 0
        points = version.fine_tuning.points
        assert points.filter(split="validation").count() >= 2
        assert points.filter(split="train").exists()
        run = version.fine_tuning
        assert run.done == run.total == training["steps"]
        assert version.lineage["base_digest"]

    def test_fewer_parameters_are_trained_by_lora_and_freeze(self):
        training_set = past_papers(self.team, 45)
        counts = {}
        for method, more in (("full", {}), ("lora", {"lora_rank": 2}), ("freeze", {"layers_kept": 1})):
            version = self.trained("encoder", training_set=training_set, epochs=1, method=method, **more)
            counts[method] = version.measures["training"]["parameters_trained"]
        assert counts["lora"] < counts["freeze"] < counts["full"]

    def test_a_base_model_that_is_not_there_is_said_with_what_to_do(self):
        run = self.started("encoder")
        run.version.hyper_parameters["base"] = "no-such-model"
        run.version.save()
        fine_tune(run.pk)
        run.refresh_from_db()
        assert run.state == State.FAILED
        assert "HF_HOME" in run.error

    def test_it_stops_when_asked_and_goes_on_from_there(self):
        run = self.started("encoder")
        FineTuning.objects.filter(pk=run.pk).update(is_cancel_requested=True)
        fine_tune(run.pk)
        run.refresh_from_db()
        assert run.state == State.CANCELLED
        assert resume_run(run)
        fine_tune(run.pk)
        run.refresh_from_db()
        assert run.state == State.DONE

    def test_the_curve_of_what_is_learnt_goes_on_between_the_evaluations(self):
        run = self.started("encoder")
        FineTuning.objects.filter(pk=run.pk).update(state=State.RUNNING)
        run.refresh_from_db()
        watch = TrainingWatch(run)
        for step in range(1, 9):
            split = "train" if step % 2 else "validation"
            with mock.patch("grading.actions.training_watch.time.monotonic", return_value=100 + step * DRAW_EVERY / 2):
                watch.point(Point(step, 20, 1.0, split, 0.5, 0.5, None, 10.0, 5.0))
        assert [p.step for p in run.points.filter(split="train")] == [1, 3, 5, 7]

    def test_a_run_that_another_worker_has_is_left_alone(self):
        run = self.started()
        FineTuning.objects.filter(pk=run.pk).update(state=State.RUNNING)
        fine_tune(run.pk)
        run.version.refresh_from_db()
        assert run.version.trained_at is None


class CalibrationTest(GraderCase):
    def test_an_overconfident_grader_is_cooled_down(self):
        question = Question("1", (0.0, 1.0))

        class Sure:
            def probabilities(self, papers):
                return [np.array([0.999, 0.001])] * len(papers)

        papers = [Paper(question, "", float(n % 4 == 0)) for n in range(80)]
        found = calibrated(Sure(), papers)
        assert found.temperature > 2
        assert found.probabilities(Sure().probabilities(papers[:1]))[0][0] == pytest.approx(0.75, abs=0.02)

    def test_a_user_may_be_gone(self):
        run = self.started()
        User.objects.filter(pk=self.cast.alice.pk).delete()
        fine_tune(run.pk)
        run.refresh_from_db()
        assert run.state == State.DONE
