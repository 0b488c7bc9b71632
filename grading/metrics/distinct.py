"""Distinct-n as an `evaluate` metric: `evaluate.load("…/grading/metrics/distinct.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Distinct(covers.Cover):
    """Different runs of words among all of them; needs no reference."""

    names = ("distinct",)
    types = ("string",)
    options = "n (int): length of the runs of words; segmentation (str)."
    citation_text = "Li et al. (2016), A Diversity-Promoting Objective Function, NAACL."
