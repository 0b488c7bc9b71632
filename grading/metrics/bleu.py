"""BLEU as an `evaluate` metric: `evaluate.load("…/grading/metrics/bleu.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Bleu(covers.Cover):
    """Corpus BLEU by sacrebleu, each pair tokenised for its own language."""

    names = ("bleu",)
    types = ("string",)
    citation_text = "Post (2018), A Call for Clarity in Reporting BLEU Scores, WMT."
