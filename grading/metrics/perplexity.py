"""Perplexity as an `evaluate` metric: `evaluate.load("…/grading/metrics/perplexity.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Perplexity(covers.Cover):
    """How much texts surprise a causal language model in a local folder."""

    names = ("perplexity",)
    types = ("string",)
    options = "language_model (str): folder of the model; the references are not looked at."
    citation_text = "Jelinek et al. (1977), Perplexity, J. Acoustical Society of America 62."
