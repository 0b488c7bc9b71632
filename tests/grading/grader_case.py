"""What the tests of graders share: past papers whose words tell the mark, and versions trained on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading.actions.fine_tune import start_fine_tuning
from grading.grader_jobs import fine_tune
from grading.models import FineTuning, ModelVersion, TrainingSet
from tests import make
from tests.base import ConcordTestCase
from tests.grading import tiny_bert
from tests.grading.training_case import a_training_set, asked, example

SAID = ("不知道", "煤炭", "煤炭统治")


def past_papers(team, students: int = 90) -> TrainingSet:
    """Two questions; a point for each of two words."""
    questions = [asked("1", text="为什么？", reference="煤炭；统治"), asked("2", text="何时？")]
    rows = [
        example(question, n * 2 + i, n % 3, answer=f"因为{SAID[n % 3]}{'而且' * (n % 4)}{n}", student=f"s{n}")
        for n in range(students)
        for i, question in enumerate(questions)
    ]
    return a_training_set(team, rows)


def tiny_settings(base: Path, **changes) -> dict:
    return tiny_bert.settings(base, **{"epochs": 2, **changes}).to_json()


class GraderCase(ConcordTestCase):
    """A team's past papers and the means to train on them without a worker."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path_factory):
        self.base = tmp_path_factory.getbasetemp() / "tiny-base"
        if not self.base.exists():
            tiny_bert.make_base(self.base)

    def started(self, kind: str = "classical", training_set: TrainingSet | None = None, **changes) -> FineTuning:
        chosen = tiny_settings(self.base, **changes) if kind == "encoder" else {}
        return start_fine_tuning(
            training_set=training_set or past_papers(self.team), school_subject="历史", kind=kind,
            hyper_parameters=chosen, user=self.cast.alice,
        )  # fmt: skip

    def trained(self, kind: str = "classical", **more) -> ModelVersion:
        run = self.started(kind, **more)
        fine_tune(run.pk)
        run.refresh_from_db()
        assert run.state == FineTuning.State.DONE, run.error
        return ModelVersion.objects.select_related("grader", "scorer", "confidence_scorer").get(pk=run.version_id)

    def an_exam(self, count: int = 12, key: str = "1", **values):
        """A dataset with answers to the question of that key."""
        dataset = make.a_dataset(self.team, values.pop("name", "期中"))
        asked_here = make.a_question(dataset, key, **{"text": "为什么？", "full_mark": 2, "step": 1, **values})
        for n in range(count):
            make.an_item(asked_here, key=f"k{n}", text=f"因为{SAID[n % 3]}{'好' * (n % 5)}", reference_mark=n % 3)
        return dataset
