"""NDCG as an `evaluate` metric: `evaluate.load("…/grading/metrics/ndcg.py")`."""

from __future__ import annotations

from grading.metrics import covers


class Ndcg(covers.Cover):
    """Discounted cumulative gain of a ranking, of what was possible."""

    names = ("ndcg",)
    options = (
        "queries (list): which ranking an item is of; predictions are scores, references "
        "relevances, k (int): how many places count."
    )
    citation_text = "Järvelin and Kekäläinen (2002), ACM TOIS 20(4)."
