"""chrF as an `evaluate` metric: `evaluate.load("…/grading/metrics/chrf.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Chrf(covers.Cover):
    """Corpus chrF2 by sacrebleu."""

    names = ("chrf",)
    types = ("string",)
    citation_text = "Popović (2015), chrF: character n-gram F-score, WMT."
