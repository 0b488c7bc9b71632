"""Machines and decisions. Import the models from here."""

from grading.models.endpoint import Endpoint
from grading.models.generation_run import GeneratedAnswer, GenerationRun
from grading.models.grader import (
    FineTuning,
    Grader,
    GradingRun,
    ItemGrade,
    ModelVersion,
    TrainingPoint,
)
from grading.models.judge_run import JudgeAnswer, JudgePair, JudgeRun
from grading.models.metric_run import MetricResult, MetricRun
from grading.models.policy import DecisionPolicy, Gate
from grading.models.prompt_template import PromptTemplate
from grading.models.selective import AcceptedMark, SelectiveGrading
from grading.models.training_draft import TrainingDraft
from grading.models.training_set import MarksTaken, SplitBy, TrainingOrigin, TrainingSet
from grading.models.verdict import Verdict
from grading.models.verdict_run import VerdictRun

__all__ = [
    "AcceptedMark",
    "DecisionPolicy",
    "Endpoint",
    "FineTuning",
    "Gate",
    "GeneratedAnswer",
    "GenerationRun",
    "Grader",
    "GradingRun",
    "ItemGrade",
    "JudgeAnswer",
    "JudgePair",
    "JudgeRun",
    "MarksTaken",
    "MetricResult",
    "MetricRun",
    "ModelVersion",
    "PromptTemplate",
    "SelectiveGrading",
    "SplitBy",
    "TrainingDraft",
    "TrainingOrigin",
    "TrainingPoint",
    "TrainingSet",
    "Verdict",
    "VerdictRun",
]
