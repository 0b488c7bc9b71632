"""Graders, their versions, and the two kinds of work that make and use a version."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from annotations.models import Dataset, Item, Scorer, Team
from annotations.models.long_work import LongWork
from config.paths import VAR
from grading.models.prompt_template import PromptTemplate
from grading.models.training_set import TrainingSet

# A key that is missing, as of other kinds, is no such value.
WRITES_ANSWERS = {"kind": "generator", "hyper_parameters__writes": "answer"}


class Grader(models.Model):
    """What marks one school subject of a team; the subject is also its name in the API.

    Served answers that nobody needs are deleted after `keep_days`; 0 keeps all.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    school_subject = models.CharField(_("school subject"), max_length=60)
    keep_days = models.PositiveSmallIntegerField(_("days for which answers are kept"), default=90)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["school_subject"]
        constraints = [
            models.UniqueConstraint(fields=["team", "school_subject"], name="one_grader_a_subject")
        ]

    def __str__(self) -> str:
        return self.school_subject


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    """`marking` and `writing` divide all; of each kind some are not trained, or retired."""

    def marking(self) -> ModelVersionQuerySet:
        return self.exclude(**WRITES_ANSWERS)

    def writing(self) -> ModelVersionQuerySet:
        """Generators that answer questions."""
        return self.filter(**WRITES_ANSWERS)

    def generators(self) -> ModelVersionQuerySet:
        """All that write text, were it a mark."""
        return self.filter(kind=ModelVersion.Kind.GENERATOR)

    def usable(self) -> ModelVersionQuerySet:
        """Those whose files are complete, the newest first."""
        return self.filter(trained_at__isnull=False, retired_at=None).order_by("-number")


class ModelVersion(models.Model):
    """A grader as it was trained once. Its files never change and lie in `folder`.

    A generator was trained with a `template`; it writes marks, or answers, and then it is held and
    numbered as a grader is, but gives no marks. `lineage`: {"data": digest, "base", "base_digest", "code",
    "environment": {…}}. `measures`: {"held_out": {name: figures}, "by_question": [figures], "calibration",
    "training": record}, where the names are "this", "plainest", "classical", "untrained" and "previous"
    (actions/version_measures.py); of a generator that answers {"answers": {name: foresight}, "training": record}.
    `trained_at` is empty until the files are complete. The scorers hold its marks and confidences.
    """

    class Kind(models.TextChoices):
        CLASSICAL = "classical", _("classical (words and characters, no network)")
        ENCODER = "encoder", _("encoder (BERT and its kin)")
        GENERATOR = "generator", _("generator (a causal language model)")

    grader = models.ForeignKey(Grader, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    training_set = models.ForeignKey(TrainingSet, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    hyper_parameters = models.JSONField(default=dict)
    template = models.ForeignKey(
        PromptTemplate, null=True, blank=True, on_delete=models.RESTRICT, related_name="+"
    )
    lineage = models.JSONField(default=dict)
    measures = models.JSONField(default=dict)
    note = models.CharField(_("note"), max_length=200, blank=True)
    scorer = models.ForeignKey(Scorer, null=True, on_delete=models.SET_NULL, related_name="+")
    confidence_scorer = models.ForeignKey(
        Scorer, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    trained_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["grader", "number"], name="version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.grader.school_subject} v{self.number}"

    @property
    def gives_marks(self) -> bool:
        """Whether it can be a grader; else it answers questions."""
        return not (self.kind == self.Kind.GENERATOR and self.hyper_parameters.get("writes") == "answer")

    @property
    def folder(self) -> Path:
        return VAR / "models" / str(self.pk)


class Run(LongWork):
    """Work of the graders' worker. `beat_at` is its last sign of life; by `job_id` the queue knows
    whether it lives; `done_before` was done by an earlier worker."""

    beat_at = models.DateTimeField(null=True)
    done_before = models.PositiveIntegerField(default=0)
    job_id = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True


class FineTuning(Run):
    """The training of one version; `done` and `total` count its steps."""

    version = models.OneToOneField(
        ModelVersion, on_delete=models.CASCADE, related_name="fine_tuning"
    )

    def get_step_display(self) -> str:
        """A classical grader is itself what stands beside others."""
        is_itself = self.step == self.Step.BASELINE and self.version.kind == ModelVersion.Kind.CLASSICAL
        return str(dict(self.Step.choices).get(self.Step.LEARNING if is_itself else self.step, self.step))

    @cached_property
    def last_point(self) -> TrainingPoint | None:
        """While it learns: the newest of what it learns from."""
        if self.state != self.State.RUNNING or self.step != self.Step.LEARNING:
            return None
        return self.points.filter(split="train").order_by("step").last()

    @property
    def seconds_left(self) -> int | None:
        """As the training itself reckons: the time before its first step does not count."""
        return round(self.last_point.seconds_left) if self.last_point else None


class TrainingPoint(models.Model):
    """One point of the learning curve; a step that is trained again after a kill replaces its point."""

    fine_tuning = models.ForeignKey(FineTuning, on_delete=models.CASCADE, related_name="points")
    split = models.CharField(max_length=10)
    step = models.PositiveIntegerField()
    epoch = models.FloatField()
    loss = models.FloatField()
    accuracy = models.FloatField()
    qwk = models.FloatField(null=True)
    examples_per_second = models.FloatField(default=0)
    seconds_left = models.FloatField(default=0)

    class Meta:
        ordering = ["step"]
        constraints = [
            models.UniqueConstraint(
                fields=["fine_tuning", "split", "step"], name="one_training_point"
            )
        ]


class GradingRun(Run):
    """A version marks all items of a dataset. `measures`: {"seconds", "answers_per_second", …};
    `skipped` items answer questions that the version does not know."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="runs")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    skipped = models.PositiveIntegerField(default=0)
    measures = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at", "-id"]


class ItemGrade(models.Model):
    """What a run said of one item beside mark and confidence, which are AutomaticScores.

    `probabilities`: {mark: probability}; `neighbours`: nearest marked answers of the training set,
    [{"answer", "mark", "likeness"}]. `is_skipped`: the version does not know the question.
    """

    run = models.ForeignKey(
        GradingRun, on_delete=models.CASCADE, related_name="grades", db_index=False
    )  # one_grade_an_item begins with it
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    probabilities = models.JSONField(default=dict)
    neighbours = models.JSONField(default=list)
    is_skipped = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "item"], name="one_grade_an_item")]
