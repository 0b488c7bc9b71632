"""BERTScore as an `evaluate` metric: `evaluate.load("…/grading/metrics/bertscore.py")`."""

from __future__ import annotations

from grading.metrics import covers


class BertScore(covers.Cover):
    """Nearness in meaning to the reference, word by word, by an encoder in a local folder."""

    names = ("bertscore",)
    types = ("string",)
    options = (
        "encoder (str): folder of the model; "
        "layer (int): 0 for two thirds of the way up; idf (bool)."
    )
    citation_text = "Zhang et al. (2020), BERTScore: Evaluating Text Generation with BERT, ICLR."
