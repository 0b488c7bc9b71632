"""Machines and decisions. Import the models from here."""

from grading.models.metric_run import MetricResult, MetricRun
from grading.models.policy import DecisionPolicy, Gate
from grading.models.selective import AcceptedMark, SelectiveGrading
from grading.models.training_draft import TrainingDraft
from grading.models.training_set import MarksTaken, SplitBy, TrainingOrigin, TrainingSet
from grading.models.verdict import Verdict
from grading.models.verdict_run import VerdictRun

__all__ = [
    "AcceptedMark",
    "DecisionPolicy",
    "Gate",
    "MarksTaken",
    "MetricResult",
    "MetricRun",
    "SelectiveGrading",
    "SplitBy",
    "TrainingDraft",
    "TrainingOrigin",
    "TrainingSet",
    "Verdict",
    "VerdictRun",
]
