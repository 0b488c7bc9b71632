"""What the tests of trained generators share: a tiny language model, past papers it can learn, versions of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from grading.actions.fine_tune import start_fine_tuning
from grading.backends.generator import Generator
from grading.backends.generator_settings import GeneratorSettings
from grading.backends.generator_text import Example
from grading.grader_jobs import fine_tune
from grading.models import FineTuning, Grader, ModelVersion, PromptTemplate, TrainingSet
from tests.base import ConcordTestCase
from tests.grading.grader_case import SAID
from tests.grading.service_case import numbers
from tests.grading.tiny_gpt import make_language_model
from tests.grading.training_case import a_training_set, asked, example

MARKING = "{question_key}：{answer}。得分："
ANSWERING = "问：{input}答："
USUAL = {
    "method": "full", "epochs": 10, "batch_size": 8, "learning_rate": 1e-2, "patience": 0, "max_tokens": 40,
    "precision": "float32", "threads": 1, "evaluations_per_epoch": 1,
}  # fmt: skip


def past_papers(team, students: int = 90) -> TrainingSet:
    """Two questions; a point for each of two words, and a good answer always the same."""
    questions = [asked("1", text="何时？"), asked("2", text="为何？")]
    rows = [
        example(question, n * 2 + i, n % 3, answer=SAID[n % 3], student=f"s{n}")
        for n in range(students)
        for i, question in enumerate(questions)
    ]
    return a_training_set(team, rows)


class WriterCase(ConcordTestCase):
    """A team's past papers, templates to mark and to answer, and the means to train without a worker."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path_factory):
        self.use_base(tmp_path_factory.getbasetemp())

    def use_base(self, folder: Path) -> None:
        self.base = folder / "tiny-gpt"
        if not self.base.exists():
            make_language_model(self.base)

    def template(self, writes: str) -> PromptTemplate:
        text = MARKING if writes == "mark" else ANSWERING
        found, _new = PromptTemplate.objects.get_or_create(team=self.team, name=writes, text=text)
        return found

    def settings(self, writes: str = "mark", **changes: Any) -> GeneratorSettings:
        return GeneratorSettings(str(self.base), writes=writes, **(USUAL | changes))

    def started(
        self, writes: str = "mark", training_set: TrainingSet | None = None,
        template: PromptTemplate | None = None, **changes: Any,
    ) -> FineTuning:  # fmt: skip
        return start_fine_tuning(
            training_set=training_set or past_papers(self.team), school_subject="历史",
            kind="generator", hyper_parameters=self.settings(writes, **changes).to_json(),
            user=self.cast.alice, template=template or self.template(writes),
        )  # fmt: skip

    def trained(self, writes: str = "mark", **more: Any) -> ModelVersion:
        run = self.started(writes, **more)
        fine_tune(run.pk)
        run.refresh_from_db()
        assert run.state == FineTuning.State.DONE, run.error
        return ModelVersion.objects.select_related("grader", "template").get(pk=run.version_id)

    def writer(self, number: int = 1, writes: str = "answer") -> ModelVersion:
        """A version that answers 煤炭统治 to everything; its files are made without a run."""
        grader, _new = Grader.objects.get_or_create(team=self.team, school_subject="历史")
        training_set = TrainingSet.objects.first() or past_papers(self.team, 12)
        version = ModelVersion.objects.create(
            pk=next(numbers), grader=grader, number=number, kind="generator", training_set=training_set,
            hyper_parameters=self.settings(writes).to_json(), template=self.template(writes),
            trained_at=timezone.now(),
        )  # fmt: skip
        shutil.rmtree(version.folder, ignore_errors=True)
        shutil.copytree(self._files(), version.folder)
        return version

    def _files(self):
        """Learnt once for all tests."""
        folder = self.base.with_name("writer")
        if not folder.exists():
            lessons = [Example(f"问：{word}答：", "煤炭统治") for word in ("何时？", "为何？", "一二三")] * 16
            how = self.settings("answer", epochs=6)
            learnt = Generator.fit(lessons, [], how, self.base.with_name("writer-work"))
            learnt.save(folder / "grader")
        return folder
