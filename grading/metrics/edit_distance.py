"""Edit distance as an `evaluate` metric: `evaluate.load("…/grading/metrics/edit_distance.py")`."""

from __future__ import annotations

from grading.metrics import covers


class EditDistance(covers.Cover):
    """Mean Levenshtein distance as a share of the longer text."""

    names = ("edit_distance",)
    types = ("string",)
    citation_text = "Levenshtein (1966), Soviet Physics Doklady 10(8)."
