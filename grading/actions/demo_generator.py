"""The demo's generator: a tiny language model that answers the two history questions. Its training was recorded
(`bench/demo_generator.py`), so that loading the demo needs no torch and takes no time."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from django.utils import timezone

from annotations.models import Team, User
from grading.actions.prompt_templates import save_template
from grading.actions.version_files import keep_version
from grading.demo.exam import FOLDER
from grading.models import (
    FineTuning,
    ModelVersion,
    PromptTemplate,
    ServedGenerator,
    TrainingPoint,
    TrainingSet,
)

RECORDED = FOLDER / "generator"
NAME = "history-answers"
LONGEST = 180  # tokens; here each character is one
PROMPT = "问题：{question}\n满分：{full_mark}\n回答："
NOTE = "演示：极小的模型，只会写这两道题的答案"


def history_writer(team: Team, marking: ModelVersion, by: User) -> ModelVersion:
    """The next version of the grader of `marking`, taught by the same training set, and in service."""
    template = writer_template(team, by)
    version = _recorded_version(marking.training_set, template, marking, by)
    template.freeze()
    ServedGenerator.objects.create(
        team=team, name=NAME, version=version, template=template, temperature=0.7,
        max_tokens=LONGEST, created_by=by,
    )  # fmt: skip
    return version


def writer_template(team: Team, by: User) -> PromptTemplate:
    return save_template(team=team, name="历史题作答（演示）", text=PROMPT, system="", by=by, changed=None)


def _recorded_version(
    training_set: TrainingSet, template: PromptTemplate, before: ModelVersion, by: User
) -> ModelVersion:
    told: dict[str, Any] = json.loads((RECORDED / "training.json").read_text("utf-8"))
    version = ModelVersion.objects.create(
        grader=before.grader, number=before.number + 1, kind=ModelVersion.Kind.GENERATOR, parent=before,
        training_set=training_set, template=template, hyper_parameters=told["hyper_parameters"],
        note=NOTE, created_by=by,
    )  # fmt: skip
    keep_version(version, _copy, told["measures"])
    now, steps = timezone.now(), told["measures"]["training"]["steps"]
    run = FineTuning.objects.create(
        version=version, state=FineTuning.State.DONE, done=steps, total=steps, started_at=now,
        finished_at=now, created_by=by,
    )  # fmt: skip
    TrainingPoint.objects.bulk_create(TrainingPoint(fine_tuning=run, **point) for point in told["points"])
    return version


def _copy(folder: Path) -> None:
    shutil.copytree(RECORDED, folder, ignore=shutil.ignore_patterns("training.json"))
