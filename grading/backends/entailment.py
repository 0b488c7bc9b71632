"""Does one text follow from another? By a sequence classifier trained on entailment (MNLI, XNLI, QNLI …)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grading.backends.metric_model import batches, loaded, longest
from grading.methods.metrics_retrieved import Pair, Supports
from grading.methods.metrics_value import MetricProblem

YES = ("entailment", "entail", "entailed", "蕴含")


def supports(folder: str) -> Supports:
    """(given, claim) pairs → the probability that the claim follows, in [0, 1].

    Raises:
        MetricProblem: as `metric_model.loaded`; "no_entailment", no class of the model says that it
            follows (its config.json names the classes in `id2label`).
    """
    tokenizer, model = loaded(folder, "AutoModelForSequenceClassification")
    column = _column(model.config.id2label, folder)

    def probabilities(pairs: Sequence[Pair]) -> list[float]:
        return _probabilities(tokenizer, model, list(pairs), column)

    return probabilities


def _column(labels: dict[int, str], folder: str) -> int:
    for place, label in labels.items():
        if str(label).strip().lower() in YES:
            return int(place)
    raise MetricProblem("no_entailment", folder)


def _probabilities(tokenizer: Any, model: Any, pairs: list[Pair], column: int) -> list[float]:
    """Each different pair is asked once; of a pair that is too long the given text is cut."""
    import torch

    different = list(dict.fromkeys(pairs))
    most = longest(tokenizer, model)
    rows = [_encoded(tokenizer, pair, most) for pair in different]
    found: dict[Pair, float] = {}
    for places in batches([len(row["input_ids"]) for row in rows]):
        batch = tokenizer.pad([rows[i] for i in places], return_tensors="pt").to(model.device)
        with torch.inference_mode():
            likely = model(**batch).logits.softmax(-1)[:, column]
        found.update(zip((different[i] for i in places), likely.tolist(), strict=True))
    return [found[pair] for pair in pairs]


def _encoded(tokenizer: Any, pair: Pair, most: int) -> Any:
    """A claim longer than half the room is cut too, so that something of both is left."""
    claim = tokenizer(pair[1], add_special_tokens=False)["input_ids"]
    rule = "only_first" if len(claim) < most // 2 else "longest_first"
    return tokenizer(pair[0], pair[1], truncation=rule, max_length=most)
