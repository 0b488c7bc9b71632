"""What the tests of metric runs share: a dataset of two systems, and a run on it."""

from __future__ import annotations

from grading.actions.metric_run import start_metric_run
from tests import make


def replies(team):
    """Two systems answer two prompts; the request they recognised is in the metadata."""
    dataset = make.a_dataset(team)
    for key in ("1", "2"):
        question = make.a_question(dataset, key, reference="我们会在三天内退款。")
        for source, intent in (("A", "refund"), ("B", "complaint")):
            make.an_item(
                question, source=source, text="我们会在三天内退款。" if source == "A" else "不知道",
                metadata={"intent": intent, "intent label": "refund"},
            )
    return dataset


def a_run(dataset, user, metrics=("rougeL", "bleu"), prediction="text", reference="question.reference", **options):
    return start_metric_run(
        dataset=dataset, user=user, metrics=list(metrics), prediction=prediction,
        reference=reference, options=options,
    )
