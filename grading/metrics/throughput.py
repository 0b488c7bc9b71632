"""Throughput as an `evaluate` metric: `evaluate.load("…/grading/metrics/throughput.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Throughput(covers.Cover):
    """Answers a second, from the seconds that each took."""

    names = ("throughput",)
    options = "at_once (int): how many were worked on at once; the references are not looked at."
    citation_text = "Little (1961), A proof for the queuing formula L = λW, Operations Research 9."
