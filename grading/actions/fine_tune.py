"""Starting the training of a version. The work itself is in fine_tuning_work.py."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from annotations.models import Team, User
from grading.actions.prompt_templates import stray_brace_text
from grading.actions.run_life import is_resumable
from grading.backends.generator_settings import ANSWER
from grading.backends.paper_prompts import answering_values, marking_values
from grading.backends.papers import Paper, Question
from grading.methods.prompt_text import StrayBrace, UnknownPlace, places, render
from grading.models import FineTuning, Grader, ModelVersion, PromptTemplate, TrainingSet
from grading.training_rows import TRAIN, DamagedSet, rows_of

Kind = ModelVersion.Kind


@transaction.atomic
def start_fine_tuning(
    *,
    training_set: TrainingSet,
    school_subject: str,
    kind: str,
    hyper_parameters: dict[str, Any],
    user: User | None,
    note: str = "",
    template: PromptTemplate | None = None,
) -> FineTuning:
    """A new version of the subject's grader that waits for the graders' worker; the caller queues it.
    A generator takes a template, which is frozen. Asked for again before it has ended, it is the same.

    Raises:
        ValidationError: the set has too little to learn from, or the template does not fit.
    """
    check_learnable(training_set, kind, hyper_parameters)
    if kind == Kind.GENERATOR:
        check_template(training_set, template, hyper_parameters)
    team = Team.objects.select_for_update(no_key=True).get(pk=training_set.team_id)
    grader, _made = Grader.objects.get_or_create(
        team=team, school_subject=school_subject, defaults={"created_by": user}
    )
    asked = {
        "kind": kind, "training_set": training_set, "hyper_parameters": hyper_parameters,
        "template": template, "note": note, "created_by": user,
    }  # fmt: skip
    return _going_on(grader.versions.filter(**asked)) or _new_version(grader, asked)


def _going_on(versions: QuerySet[ModelVersion]) -> FineTuning | None:
    """Their training that waits or is at work; one whose worker has fallen silent is none."""
    State = FineTuning.State
    rows = FineTuning.objects.filter(version__in=versions, state__in=(State.WAITING, State.RUNNING))
    runs = rows.select_related("version__grader")
    return next((run for run in runs if run.state == State.WAITING or not is_resumable(run)), None)


def _new_version(grader: Grader, asked: dict[str, Any]) -> FineTuning:
    """Numbered after the last one, and held against the newest that can mark."""
    number = (grader.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version = ModelVersion.objects.create(
        grader=grader, number=number, parent=trained_versions(grader).first(), **asked
    )
    if version.template is not None:
        version.template.freeze()
    waiting = FineTuning.State.WAITING
    return FineTuning.objects.create(version=version, state=waiting, created_by=version.created_by)


def check_learnable(training_set: TrainingSet, kind: str, said: dict[str, Any]) -> None:
    """Raises ValidationError where a part that is needed is empty, no answer counts, or one mark is all there is.
    `said` are the hyper-parameters."""
    _check_weights(training_set)
    if _writes_answers(said):
        return _check_answers(training_set, said["least_share"])
    splits = training_set.facts.get("splits", {})
    needed = ("train",) if kind == Kind.CLASSICAL else ("train", "validation")
    if not all(splits.get(name) for name in needed):
        raise ValidationError(
            _(
                "The training set has no rows to learn from, or none to tune on: make it with other shares."
            )
        )
    if not (splits.get("validation") or splits.get("test")):
        raise ValidationError(
            _(
                "All answers of the training set are learnt from, so that none is left to tell how well the grader "
                "marks. Make it with answers of more students, or with other shares."
            )
        )
    given = {
        mark
        for question in training_set.facts["questions"]
        for mark, counts in question["marks"].items()
        if counts.get("train")
    }
    if len(given) < 2:
        raise ValidationError(
            _("All answers of the training set have the same mark: nothing can be learnt.")
        )
    if kind == Kind.CLASSICAL:
        _check_known(training_set)


def _check_weights(training_set: TrainingSet) -> None:
    """Only a set that has answers of no weight is read for it; a damaged file is told of by who learns from it."""
    if training_set.facts.get("least_weight", 1) > 0 or not training_set.facts.get("splits", {}).get(TRAIN):
        return
    try:
        is_any = any(row["weight"] > 0 for row in rows_of(training_set, TRAIN))
    except (DamagedSet, OSError):
        return
    if not is_any:
        raise ValidationError(
            _(
                "No answer to learn from counts: all of them have the weight 0. Make the training set again with "
                "marks that count in full."
            )
        )


def _check_known(training_set: TrainingSet) -> None:
    """A classical grader can be held against answers to questions that it has learnt alone."""
    splits = [
        {split for counts in question["marks"].values() for split, count in counts.items() if count}
        for question in training_set.facts["questions"]
    ]
    held_out = [found for found in splits if found - {"train"}]
    if held_out and not any("train" in found for found in held_out):
        raise ValidationError(
            _(
                "A classical grader marks only questions that it has learnt, and the held-out answers are all "
                "to others. Split the training set by student, or train an encoder."
            )
        )


def _check_answers(training_set: TrainingSet, least_share: float) -> None:
    """Only answers with a good mark are learnt from, and looked at."""
    good = [
        counts
        for question in training_set.facts["questions"]
        for mark, counts in question["marks"].items()
        if float(mark) >= least_share * question["full_mark"]
    ]
    if not all(any(counts.get(split) for counts in good) for split in ("train", "validation")):
        raise ValidationError(
            _("Too few answers have so high a mark: none to learn from, or none to tune on.")
        )


def check_template(
    training_set: TrainingSet, template: PromptTemplate | None, said: dict[str, Any]
) -> None:
    """Raises ValidationError where there is none, or papers cannot fill it."""
    if template is None or template.team_id != training_set.team_id:
        raise ValidationError(_("A generator needs a prompt template of the training set’s team."))
    question = Question("", (0.0, 1.0))
    known = answering_values(question) if _writes_answers(said) else marking_values(Paper(question, ""))
    try:
        render(template.text, known)
    except UnknownPlace as place:
        raise ValidationError(
            _("The template has a place {%(name)s}, for which papers say nothing. They know: %(known)s.")
            % {"name": place.name, "known": ", ".join(f"{{{name}}}" for name in known)}
        ) from place
    except StrayBrace as brace:
        raise ValidationError(stray_brace_text(template.text, brace)) from brace
    if not _writes_answers(said) and not {"input", "answer"} & set(places(template.text)):
        raise ValidationError(
            _("Write {input} or {answer} into the template: without the answer there is nothing to mark.")
        )


def _writes_answers(said: dict[str, Any]) -> bool:
    return said.get("writes") == ANSWER


def trained_versions(grader: Grader) -> QuerySet[ModelVersion]:
    """Those that can mark, the newest first."""
    return grader.versions.marking().usable()
