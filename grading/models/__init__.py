"""Machines and decisions. Import the models from here."""

from grading.models.api_token import ApiToken
from grading.models.deployment import Deployment
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
from grading.models.monitoring import Alarm, MonitoredHour, Notice, Watch
from grading.models.policy import DecisionPolicy, Gate
from grading.models.prompt_template import PromptTemplate
from grading.models.selective import AcceptedMark, SelectiveGrading
from grading.models.served import Feedback, ServedAnswer, ServedRequest
from grading.models.served_generator import ServedGenerator
from grading.models.training_draft import TrainingDraft
from grading.models.training_set import MarksTaken, SplitBy, TrainingOrigin, TrainingSet
from grading.models.verdict import Verdict
from grading.models.verdict_run import VerdictRun

__all__ = [
    "AcceptedMark",
    "Alarm",
    "ApiToken",
    "DecisionPolicy",
    "Deployment",
    "Endpoint",
    "Feedback",
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
    "MonitoredHour",
    "Notice",
    "PromptTemplate",
    "SelectiveGrading",
    "ServedAnswer",
    "ServedGenerator",
    "ServedRequest",
    "SplitBy",
    "TrainingDraft",
    "TrainingOrigin",
    "TrainingPoint",
    "TrainingSet",
    "Verdict",
    "VerdictRun",
    "Watch",
]
