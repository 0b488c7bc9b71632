"""Machines and decisions. Import the models from here."""

from grading.models.metric_run import MetricResult, MetricRun
from grading.models.policy import DecisionPolicy, Gate
from grading.models.selective import AcceptedMark, SelectiveGrading
from grading.models.verdict import Verdict
from grading.models.verdict_run import VerdictRun

__all__ = [
    "AcceptedMark",
    "DecisionPolicy",
    "Gate",
    "MetricResult",
    "MetricRun",
    "SelectiveGrading",
    "Verdict",
    "VerdictRun",
]
