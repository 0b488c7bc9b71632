"""ROUGE-1, ROUGE-2 and ROUGE-L as an `evaluate` metric: `evaluate.load("…/grading/metrics/rouge.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Rouge(covers.Cover):
    """F1 of shared words, word pairs and the longest shared sequence."""

    names = ("rouge1", "rouge2", "rougeL")
    types = ("string",)
    options = 'segmentation (str): Chinese by "words" (jieba) or "characters".'
    citation_text = "Lin (2004), ROUGE: A Package for Automatic Evaluation of Summaries, ACL."
