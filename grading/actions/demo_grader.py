"""The demo's grader of history: a version from each of two years' papers, their marks for a monthly test, and
what people's check says of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from annotations.actions.launch_campaign import launch_campaign
from annotations.models import Campaign, Dataset, Team, User
from grading.actions import run_life, training_draft, training_making
from grading.actions.demo_exam import exam_campaign, truth_of, written_dataset
from grading.actions.demo_ratings import adjudicate_differences, rate
from grading.actions.fine_tune import start_fine_tuning
from grading.actions.fine_tuning_work import carry_out_fine_tuning
from grading.actions.grading_run import start_grading_run
from grading.actions.grading_work import carry_out_grading_run
from grading.actions.verdict import compute_verdicts, sign_verdict
from grading.demo.exam import HISTORY, Answer, exam, history, teachers_marks
from grading.models import FineTuning, GradingRun, ModelVersion, TrainingDraft, TrainingSet

MADE_UP = "学生、答案和分数都是虚构的。 / The students, answers and marks are made up."
CLASSES = ["八年级（1）班", "八年级（2）班"]
HEAD = ["题号", "题目", "参考答案", "采分点", "满分", "学号", "作答", "历史得分"]


def history_grader(team: Team, people: dict[str, User], raters: list[User]) -> ModelVersion:
    """Two versions that have marked a test; returns the later one, validated by a signed verdict."""
    engineer = people["engineer"]
    first = _trained(_set_of_file(team, engineer), engineer, "只有 2024 届的试卷")
    second = _trained(_set_of_dataset(team, people), engineer, "2025 届的试卷，是上次的五倍")
    test, written = _monthly_test(team, people["lead"])
    for version in (first, second):
        _mark(version, test, engineer)
    campaign = exam_campaign(
        test, people, raters, threshold=0.75,
        name="历史月考验证（已完成，演示）", slug="demo-history",
        plan={"design": "all", "seed": 20260704},
    )  # fmt: skip
    _check(campaign, written, people, raters)
    second.refresh_from_db()
    return second


def _set_of_file(team: Team, user: User) -> TrainingSet:
    written = history(50, seed=21, cohort="2024届")
    file = SimpleUploadedFile("2024届期末历史.csv", _table(written).encode())
    draft = training_draft.start_draft(
        team=team, user=user, origin="file", file=file, school_subject=HISTORY,
        name="2024 届期末历史（演示）",
    )  # fmt: skip
    training_draft.set_columns(draft=draft, roles=draft.facts["guess"])
    return _made(draft)


def _table(written: list[Answer]) -> str:
    asked = {one["key"]: one for one in exam()["questions"]}
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow(HEAD)
    for answer, mark in zip(written, teachers_marks(written, seed=31), strict=True):
        one = asked[answer.question]
        points = "；".join(f"{point['text']} {point['marks']}分" for point in one["points"])
        rows.writerow([
            one["key"], one["text"], one["reference"], points, one["full_mark"],
            answer.student, answer.text, f"{mark:g}",
        ])  # fmt: skip
    return out.getvalue()


def _set_of_dataset(team: Team, people: dict[str, User]) -> TrainingSet:
    written = history(260, seed=22, cohort="2025届")
    named = "2025 届期末历史（演示，内容为虚构）"
    marks = teachers_marks(written, seed=32)
    dataset, _items = written_dataset(team, people["lead"], (named, MADE_UP), written, CLASSES, marks)
    draft = training_draft.start_draft(
        team=team, user=people["engineer"], origin="dataset", dataset=dataset,
        name="2025 届期末历史（演示）",
    )  # fmt: skip
    training_draft.preview(draft=draft)
    return _made(draft)


def _made(draft: TrainingDraft) -> TrainingSet:
    training_making.confirm(draft=draft)
    claimed = training_making.claim(draft.pk)
    assert claimed is not None
    training_making.carry_out(draft=claimed)
    assert claimed.training_set is not None
    return claimed.training_set


def _trained(training_set: TrainingSet, user: User, note: str) -> ModelVersion:
    run = start_fine_tuning(
        training_set=training_set, school_subject=HISTORY, kind=ModelVersion.Kind.CLASSICAL,
        hyper_parameters={}, user=user, note=note,
    )  # fmt: skip
    claimed = run_life.claim_run(FineTuning, run.pk, "")
    assert claimed is not None
    carry_out_fine_tuning(claimed)
    run_life.finish_run(claimed, FineTuning.State.DONE)
    return ModelVersion.objects.select_related("grader").get(pk=run.version_id)


def _monthly_test(team: Team, lead: User) -> tuple[Dataset, list[Answer]]:
    written = history(60, seed=23, cohort="2026届")
    named = "八年级历史月考（演示，内容为虚构）"
    dataset, _items = written_dataset(team, lead, (named, MADE_UP), written, CLASSES)
    return dataset, written


def _mark(version: ModelVersion, dataset: Dataset, user: User) -> None:
    run = start_grading_run(version=version, dataset=dataset, user=user)
    claimed = run_life.claim_run(GradingRun, run.pk, "")
    assert claimed is not None
    carry_out_grading_run(claimed)
    run_life.finish_run(claimed, GradingRun.State.DONE)


def _check(
    campaign: Campaign, written: Sequence[Answer], people: dict[str, User], raters: list[User]
) -> None:
    """Two people mark every answer; the verdict that passes a version is signed."""
    launch_campaign(campaign=campaign, by=people["lead"])
    truth = truth_of(list(campaign.dataset.items.order_by("position")), written)
    rate(campaign, truth, raters, share=1.0, seed=4, days=2)
    adjudicate_differences(campaign, truth, people["adjudicator"])
    campaign.state, campaign.closed_at = Campaign.State.CLOSED, timezone.now()
    campaign.save()
    for verdict in compute_verdicts(campaign=campaign, by=people["lead"]):
        if verdict.outcome == verdict.Outcome.PASS:
            sign_verdict(verdict=verdict, by=people["lead"], note="演示：同意投入使用，并抽查五分之一。")
