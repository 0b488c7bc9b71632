"""METEOR as an `evaluate` metric: `evaluate.load("…/grading/metrics/meteor.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Meteor(covers.Cover):
    """Shared words, recall above precision, less a penalty for broken order."""

    names = ("meteor",)
    types = ("string",)
    options = 'segmentation (str): Chinese by "words" (jieba) or "characters".'
    citation_text = "Banerjee and Lavie (2005), METEOR, ACL workshop."
