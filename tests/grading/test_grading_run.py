"""A version marks a dataset: what is stored, what is left out, and how it goes on after a stop."""

from __future__ import annotations

import json
from io import StringIO
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from annotations.models import AutomaticScore
from grading.actions import grading_work
from grading.actions.grading_run import start_grading_run
from grading.actions.run_life import resume_run
from grading.grader_jobs import grade
from grading.models import GradingRun
from tests import make
from tests.grading.grader_case import GraderCase

State = GradingRun.State


class GradingRunTest(GraderCase):
    def setUp(self) -> None:
        self.version = self.trained()
        self.dataset = self.an_exam()
        grading_work._kept.cache_clear()  # versions of other tests had the same number

    def marked(self, **more) -> GradingRun:
        run = start_grading_run(version=self.version, dataset=self.dataset, user=self.cast.alice)
        grade(run.pk)
        run.refresh_from_db()
        return run

    def scores(self, scorer) -> dict[str, float]:
        rows = AutomaticScore.objects.filter(scorer=scorer)
        return dict(rows.values_list("item__key", "value"))

    def test_marks_and_confidences_become_automatic_scores(self):
        run = self.marked()
        assert run.state == State.DONE, run.error
        self.version.refresh_from_db()
        marks = self.scores(self.version.scorer)
        assert marks == {f"k{n}": float(n % 3) for n in range(12)}
        sure = self.scores(self.version.confidence_scorer)
        assert sure.keys() == marks.keys()
        assert all(0 < value <= 1 for value in sure.values())
        assert run.measures["answers"] == 12
        assert run.measures["answers_per_second"] > 0

    def test_every_item_keeps_all_probabilities_and_its_nearest_marked_answers(self):
        run = self.marked()
        row = run.grades.get(item__key="k2")
        assert set(row.probabilities) == {"0", "1", "2"}
        assert sum(row.probabilities.values()) == pytest.approx(1, abs=0.001)
        assert max(row.probabilities, key=row.probabilities.get) == "2"
        assert row.neighbours[0]["mark"] == 2
        assert "煤炭统治" in row.neighbours[0]["answer"]

    def test_items_of_a_question_that_it_has_not_learnt_have_no_mark(self):
        other = make.a_question(self.dataset, "9", text="谁？", full_mark=3)
        make.an_item(other, key="new", text="煤炭")
        run = self.marked()
        assert (run.done, run.skipped) == (13, 1)
        self.version.refresh_from_db()
        assert "new" not in self.scores(self.version.scorer)
        assert run.grades.get(item__key="new").is_skipped

    def test_a_question_is_known_by_its_text_whatever_its_number(self):
        self.dataset = self.an_exam(key="第三题", name="另一次")
        run = self.marked()
        assert run.skipped == 0

    def test_a_question_with_that_number_and_another_text_is_not_taken_for_it(self):
        self.dataset = self.an_exam(name="别的", text="法国大革命的意义？")
        assert self.marked().skipped == 12

    def test_the_command_says_why_nothing_was_marked_and_what_graders_there_are(self):
        self.dataset.questions.update(text="Another?", key="9")
        out, err = StringIO(), StringIO()
        call_command("grade", self.version.grader.school_subject, self.dataset.name, stdout=out, stderr=err)
        assert json.loads(out.getvalue())["marked"] == 0
        assert "learnt none of these questions" in err.getvalue()
        with pytest.raises(CommandError, match=f"There are: .*{self.dataset.name}"):
            call_command("grade", self.version.grader.school_subject, "nothing")
        with pytest.raises(CommandError, match=f"Graders there are: {self.version.grader.school_subject}"):
            call_command("grade", "nothing", self.dataset.name)

    def test_it_goes_on_where_it_was_stopped_and_nothing_is_there_twice(self):
        seen = []
        real = grading_work._store_scores

        def store(run, items, found):
            seen.extend(item.pk for item in items)
            real(run, items, found)
            if len(seen) == 8:
                raise RuntimeError("killed")

        with mock.patch.object(grading_work, "BATCH", 4), mock.patch.object(grading_work, "_store_scores", store):
            run = self.marked()
        assert run.state == State.FAILED
        assert run.grades.count() == 4
        assert resume_run(run)
        grade(run.pk)
        run.refresh_from_db()
        assert (run.state, run.done, run.done_before) == (State.DONE, 12, 4)
        self.version.refresh_from_db()
        assert AutomaticScore.objects.filter(scorer=self.version.scorer).count() == 12

    def test_a_second_run_replaces_the_marks_of_the_first(self):
        self.marked()
        self.dataset.items.filter(key="k0").update(text="煤炭统治")
        self.marked()
        self.version.refresh_from_db()
        marks = self.scores(self.version.scorer)
        assert (marks["k0"], len(marks)) == (2.0, 12)

    def test_it_stops_when_asked(self):
        run = start_grading_run(version=self.version, dataset=self.dataset, user=None)
        GradingRun.objects.filter(pk=run.pk).update(is_cancel_requested=True)
        grade(run.pk)
        run.refresh_from_db()
        assert (run.state, run.done) == (State.CANCELLED, 0)

    def test_files_that_are_not_there_are_said(self):
        run = start_grading_run(version=self.version, dataset=self.dataset, user=None)
        self.version.folder.rename(self.version.folder.with_suffix(".away"))
        try:
            grade(run.pk)
        finally:
            self.version.folder.with_suffix(".away").rename(self.version.folder)
        run.refresh_from_db()
        assert run.state == State.FAILED
        assert "Train it again" in run.error

    def test_another_teams_dataset_is_not_marked(self):
        theirs = make.a_dataset(self.cast.elsewhere, "fremd")
        with pytest.raises(ValidationError, match="another team"):
            start_grading_run(version=self.version, dataset=theirs, user=None)

    def test_a_scorer_of_that_name_is_not_taken_over(self):
        taken = make.a_scorer(self.team, {}, name=str(self.version))
        self.marked()
        self.version.refresh_from_db()
        assert self.version.scorer != taken
        assert self.version.scorer.name == f"{self.version} (2)"


class EncoderRunTest(GraderCase):
    def test_an_encoder_marks_questions_that_it_has_never_seen(self):
        version = self.trained("encoder", epochs=1)
        grading_work._kept.cache_clear()
        dataset = self.an_exam(key="8", text="如何？", full_mark=4)
        run = start_grading_run(version=version, dataset=dataset, user=None)
        grade(run.pk)
        run.refresh_from_db()
        assert (run.state, run.skipped) == (State.DONE, 0), run.error
        assert set(run.grades.first().probabilities) == {"0", "1", "2", "3", "4"}
