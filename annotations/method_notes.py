"""What the methods page explains: every number of the interface with its anchor, title and source.

The prose stands in templates/annotations/methods/<section>.<language>.html, one block a note, written
in each language rather than translated. Titles and sources are here once, for pages link by key and
the exported report names the sources without the page. Sources stay in their own language.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from annotations.method_sources import SOURCES


@dataclass(frozen=True)
class Note:
    """`key` is the anchor; `sources` are citations."""

    key: str
    title: str | Promise

    @property
    def sources(self) -> tuple[str, ...]:
        return SOURCES[self.key]


@dataclass(frozen=True)
class NoteSection:
    key: str
    title: Promise
    notes: tuple[Note, ...]

    @property
    def template(self) -> str:
        """The prose in the reader's language; English where it is not written in it."""
        language = "zh" if (get_language() or "").startswith("zh") else "en"
        return f"annotations/methods/{self.key}.{language}.html"


def _section(key: str, title: Promise, notes: dict[str, str | Promise]) -> NoteSection:
    return NoteSection(key, title, tuple(Note(name, said) for name, said in notes.items()))


NOTE_SECTIONS: tuple[NoteSection, ...] = (
    _section("agreement", _("Agreement of raters"), {
        "alpha": _("Krippendorff’s α and its interval"),
        "percent-agreement": _("Exact and adjacent agreement"),
        "ac": _("Gwet’s AC1 and AC2"),
        "fleiss-kappa": _("Fleiss’ κ"),
        "conger-kappa": _("Conger’s κ"),
        "brennan-prediger": "Brennan-Prediger",
        "cohen-kappa": _("Cohen’s κ: plain, linear and quadratic (QWK)"),
        "icc": _("Intraclass correlation (ICC)"),
        "sem": _("Standard error of measurement"),
        "kendall-w": _("Kendall’s W"),
        "without-a-rater": _("α without a rater"),
    }),
    _section("raters", _("Raters one by one"), {
        "severity": _("Severity: the difference to the others"),
        "unsteadiness": _("Unsteadiness"),
        "spread": _("Spread"),
        "halo": _("Halo"),
        "drift": _("Change over time"),
        "group-bias": _("Groups treated differently"),
        "dawid-skene": "Dawid-Skene",
    }),
    _section("sample", _("Scores, sample and plan"), {
        "composite": _("Composite and mark"),
        "mark-of-record": _("Mark of record"),
        "best-estimate": _("Best estimate of one item"),
        "inclusion": _("Inclusion probability and weight"),
        "audit": _("Audit share"),
        "efficiency": _("Design efficiency and components"),
        "power": _("What a plan can settle"),
    }),
    _section("estimates", _("Estimates"), {
        "estimate": _("The estimate"),
        "speaks-for": _("These raters, raters like these, items like these"),
        "regression": _("Regression estimator"),
        "ridge": _("Cross-fit ridge over several scores"),
        "ppi": "PPI, PPI++",
        "worth": _("What the metric is worth"),
        "rates": _("Rates near 0 and 1"),
    }),
    _section("decision", _("The decision"), {
        "gate": _("Gates"),
        "floor": _("Agreement floor"),
        "threshold": _("The interval against the threshold"),
        "undecided": _("Undecided, and how many more ratings"),
        "stopping": _("Stopping rules"),
        "comparison": _("Comparing two versions"),
        "holm": _("Holm’s correction"),
    }),
    _section("exam", _("Exams"), {
        "exam-guarantee": _("The exam guarantee"),
        "non-inferiority": _("No worse than a human marker"),
        "alternative-annotator": _("Alternative annotator test"),
        "mcnemar": _("McNemar’s test"),
        "selective": _("Selective grading"),
    }),
    _section("watching", _("Watching a grader in service"), {
        "audit-agreement": _("Right by the audit"),
        "input-drift": _("Drift of the answers"),
        "confidence-drift": _("Drift of confidence"),
        "person-share": _("More answers for people"),
    }),
    _section("metrics", _("Automatic metrics"), {
        "metric-accuracy": _("Accuracy"),
        "metric-precision": _("Precision"),
        "metric-recall": _("Recall"),
        "metric-f1": _("F1"),
        "metric-confusion_matrix": _("Confusion matrix"),
        "metric-qwk": _("Quadratic weighted kappa"),
        "metric-mae": _("Mean absolute error"),
        "metric-rmse": _("Root mean squared error"),
        "metric-bleu": "BLEU",
        "metric-rouge1": "ROUGE-1",
        "metric-rouge2": "ROUGE-2",
        "metric-rougeL": "ROUGE-L",
        "metric-chrf": "chrF",
        "metric-exact_match": _("Exact match"),
        "metric-edit_distance": _("Edit distance"),
        "metric-mcc": _("Matthews’ correlation"),
        "metric-sensitivity": _("Sensitivity"),
        "metric-specificity": _("Specificity"),
        "metric-roc_auc": "ROC-AUC",
        "metric-adjacent": _("Adjacent agreement"),
        "metric-mse": _("Mean squared error"),
        "metric-r2": "R²",
        "metric-pearson": _("Pearson’s correlation"),
        "metric-spearman": _("Spearman’s correlation"),
        "metric-kendall": _("Kendall’s τ-b"),
        "metric-meteor": "METEOR",
        "metric-distinct": "Distinct-n",
        "metric-jaccard": _("Jaccard index"),
        "metric-hamming_loss": _("Hamming loss"),
        "metric-ndcg": "NDCG",
        "metric-mean_average_precision": _("Mean average precision"),
        "metric-mrr": _("Mean reciprocal rank"),
        "metric-precision_at_k": _("Precision at k"),
    }),
    _section("metrics-use", _("Metrics of meaning, safety and use"), {
        "metric-bertscore": "BERTScore",
        "metric-perplexity": _("Perplexity"),
        "metric-faithfulness": _("Faithfulness"),
        "metric-answer_relevance": _("Answer relevance"),
        "metric-context_precision": _("Context precision"),
        "metric-context_recall": _("Context recall"),
        "metric-unsafe": _("Unsafe outputs, by rules"),
        "metric-refusals": _("Refusals"),
        "metric-judged_unsafe": _("Unsafe outputs, by a judge"),
        "metric-error_gap": _("Difference of error by group"),
        "metric-mark_gap": _("Difference of mark by group"),
        "metric-score_change": _("Change of score"),
        "metric-changed_share": _("Share of changed scores"),
        "metric-latency": _("Latency"),
        "metric-throughput": _("Throughput"),
        "metric-training_time": _("Training time"),
        "metric-peak_memory": _("Peak memory"),
        "error-analysis": _("Error analysis"),
    }),
)  # fmt: skip

NOTES: dict[str, Note] = {note.key: note for section in NOTE_SECTIONS for note in section.notes}
