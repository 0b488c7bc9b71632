"""What is said where a metric is undefined, or cannot be computed at all."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grading.methods.metrics_value import MetricProblem
from grading.metrics.entries.kinds import OutputKind

REASONS: dict[str, Promise] = {
    "no_pairs": _("No item has both sides."),
    "one_value": _("Both sides use one value only, so agreement beyond chance is undefined."),
    "not_numbers": _("Some values are not numbers."),
    "not_finite": _("The result is no finite number, as where values are too large to be computed with."),
    "class_never_used": _("The class in question does not occur."),
    "no_positive": _("It is not clear which class counts: name it."),
    "one_side_constant": _("One side has the same value throughout."),
    "one_reference": _("All references are the same, so there is nothing to explain."),
    "too_few": _("Too little to compute it from."),
    "nothing_relevant": _("No item is relevant to its query."),
    "too_many_classes": _("More than 200 classes: texts or marks, it seems, and no labels."),
    "no_groups": _("It is not said which group an item is of."),
    "one_group": _("All items are of one group, so there is nothing to compare."),
    "too_many_groups": _("More than 200 groups: names of people or items, it seems."),
    "no_questions": _("It is not said where the questions are."),
    "no_contexts": _("It is not said where the retrieved passages are."),
    "no_judge": _("It is not said which scorer is the judge."),
}

PROBLEMS: dict[str, Promise] = {
    "unequal_length": _("The two sides are not of equal length."),
    "unknown_metric": _("There is no metric “%(name)s”."),
    "no_model": _(
        "This metric asks a model, and none is named: give the folder of one on this machine."
    ),
    "model_nowhere": _(
        "“%(name)s” is neither a folder on this machine nor a model in its cache (HF_HOME)."
    ),
    "model_not_a_model": _("The folder “%(name)s” holds no model: there is no config.json in it."),
    "model_no_safetensors": _(
        "The model in “%(name)s” has no .safetensors file; other files of weights are not opened, for they can run code."
    ),
    "model_no_tokenizer": _("The model in “%(name)s” comes without its tokenizer."),
    "model_not_loaded": _("The model in “%(name)s” is of another kind than this metric needs, or broken."),
    "no_entailment": _(
        "The model in “%(name)s” does not say which of its classes means that a text follows: name it “entailment” in id2label of its config.json."
    ),
    "no_rules": _("The list of rules “%(name)s” cannot be read."),
    "broken_rule": _("A rule cannot be read: %(name)s."),
    "broken_module": _("A metric of your own cannot be used: %(name)s."),
    "writable_module": _("“%(name)s” can be written by everybody on this machine, so it is not run."),
    "hub_off": _(
        "“%(name)s” lies on the Hub and would run foreign code here. An administrator can allow it by name in CONCORD_HUB_METRICS."
    ),
    "hub_failed": _("“%(name)s” could not be loaded from the Hub."),
}

KINDS: dict[OutputKind, tuple[Promise, Promise]] = {
    OutputKind.MARK: (
        _("Marks"),
        _("The output is a mark on a scale: exams, essays, ratings. QWK and accuracy first; the mean absolute error says it in marks; the two differences by group say whether anybody is treated worse."),
    ),
    OutputKind.LABEL: (
        _("Labels"),
        _("The output is one class of several: the intent of a request, right or wrong. F1 where classes are of unequal size; sensitivity and specificity where a miss and a false alarm cost unlike."),
    ),
    OutputKind.LABELS: (
        _("Several labels"),
        _("An item may have several classes at once: topics, kinds of error."),
    ),
    OutputKind.RANKING: (
        _("Rankings"),
        _("The output puts the items of a question in an order: search, recommendation. NDCG where relevance has grades, else mean average precision; the reciprocal rank where one hit is enough."),
    ),
    OutputKind.TEXT: (
        _("Texts with a reference"),
        _("There is a text to compare with: translation (BLEU, chrF), summaries (ROUGE), answers that may be worded otherwise (BERTScore). All of them see likeness, not truth."),
    ),
    OutputKind.RETRIEVED: (
        _("Answers from passages"),
        _("A system searched passages and answered from them. Precision and recall of the context judge the search; faithfulness and relevance judge the answer. An entailment model or a judge reads them; shared words are the fallback, and the result says so."),
    ),
    OutputKind.OPEN: (
        _("Texts by themselves"),
        _("There is nothing to compare with: dialogue, free writing. Rules and refusals for safety, perplexity for broken language, distinct-n for repetition. Whether the text is good, people say."),
    ),
    OutputKind.CHANGED: (
        _("Scores after a change"),
        _("The same answers were scored twice, once with typos, other punctuation or another order. A grader that reads for meaning changes nothing."),
    ),
    OutputKind.RECORDED: (
        _("Recorded figures"),
        _("Times and sizes that were recorded while a system worked. The slow tail (95 in a hundred) says more than the mean."),
    ),
}  # fmt: skip
"""Each kind of output: its name, and which metric to take when."""


def reason_text(code: str) -> str:
    """The sentence for a reason code, in the reader's language; an unknown code as it is."""
    return str(REASONS.get(code, code))


def problem_text(problem: MetricProblem) -> str:
    """The sentence for a problem, in the reader's language."""
    return str(PROBLEMS.get(problem.code, problem.code)) % {"name": problem.name}
