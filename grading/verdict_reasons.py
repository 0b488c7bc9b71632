"""Codes stored in a verdict's evidence, as sentences in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grading.metrics import CATALOGUE, reason_text

AGREEMENT: dict[str, Promise] = {
    "no_ratings": _("there are no ratings"),
    "one_rater": _("only one rater has rated, so there is nobody to agree with"),
    "no_overlap": _("no item was rated by two raters"),
    "one_item": _("only one item was rated by more than one rater"),
    "one_value": _("only one value was used, so agreement cannot be told from chance"),
    "no_variance": _("the ratings do not vary enough"),
    "incomplete": _("too few items were rated by the same raters"),
    "disconnected": _("the raters fall into groups that share no items"),
    "too_few_items": _("too few items were rated by more than one rater"),
    "one_item_decides": _("all disagreement lies in one item"),
    "no_interval": _("this coefficient has no interval"),
    "negative_values": _("a ratio scale starts at 0, but there are values below 0"),
    "too_many_values": _("there are too many different values"),
    "text_values": _("the values are no numbers"),
    "raters_unknown": _("it is not known who gave which rating"),
    "no_disagreement": _("nobody disagreed on any item"),
}

ESTIMATE: dict[str, Promise] = {
    "too_few_items": _("fewer than two items have been rated"),
    "one_rater": _("a single rater cannot speak for raters like them: at least two must rate"),
    "empty_stratum": _("a group of items has no rating at all yet"),
    "bad_probabilities": _("the stored inclusion probabilities are no probabilities"),
    "partial": _("a question or a group had no rating yet at that look"),
    "population_too_small": _("more items were rated than the dataset has"),
}

METRIC_OFF: dict[str, Promise] = {
    "none_given": _(
        "No automatic score was chosen beforehand, so the estimate rests on people alone."
    ),
    "incomplete": _("Switched off: the score is missing on some items of the candidate."),
    "too_few_items": _(
        "Switched off: with fewer than five rated items its slope would be a guess."
    ),
    "constant_score": _("Switched off: the score is the same on every rated item."),
    "constant_ratings": _("Switched off: the human scores are all the same."),
    "weak": _(
        "Switched off: its correlation with the human scores is below the bar, so it would add noise."
    ),
    "too_few_items_for_folds": _(
        "Switched off: several scores are joined by fitting on some items and using on others, which needs "
        "15 rated items."
    ),
    "off_scale": _("Not possible: the score is not on the scale of the human scores, 0 to 1."),
    "perfect_fit": _("Switched off: it follows the human scores exactly, as a copy of them would."),
}

GATE: dict[str, Promise] = {
    "unknown_field": _("One side of the comparison is not there."),
    "unknown_metric": _("There is no such metric."),
    "unequal_length": _("The two sides differ in length."),
}

CAUTIONS: dict[str, Promise] = {
    "frame_changed": _(
        "The dataset has changed since the sample was drawn. The verdict speaks about the items that "
        "were there then, and the automatic score is not used."
    ),
    "closed_early": _(
        "The campaign was closed before every drawn item was rated. Stopping when the picture looks "
        "good makes wrong verdicts more frequent."
    ),
    "partial": _(
        "Some questions or groups have no rating yet, so the estimate speaks only for what has been "
        "rated so far. It shows where things stand and decides nothing."
    ),
    "by_question": _(
        "Items are rated question by question, so what is rated so far is not a random part. Each "
        "question counts by its size."
    ),
    "second_look": _(
        "The sample was made larger after a verdict on it, so this is a second look. Two looks together make "
        "wrong verdicts more frequent than planned where the truth lies close to the threshold."
    ),
    "unjudged": _(
        "Some items have no usable score (flagged as impossible to judge, or no mark). They are left out."
    ),
}

METHODS: dict[str, Promise] = {
    "sample_mean": _("mean of the rated items"),
    "stratified_mean": _("stratified mean"),
    "hajek_mean": _("mean weighted by the inclusion probabilities (Hájek)"),
    "regression_estimator": _("regression estimator (control variate)"),
    "difference_estimator": _("difference estimator with survey weights"),
    "none": _("no estimate"),
}

INTERVALS: dict[str, Promise] = {
    "t": _("Student's t"),
    "wilson": _("Wilson's score interval"),
    "clopper_pearson": _("exact binomial (Clopper-Pearson)"),
}

COEFFICIENTS: dict[str, Promise] = {
    "krippendorff_alpha": _("Krippendorff’s α"),
    "icc_a_k": _("reliability of the mean, ICC(A,k)"),
    "gwet_ac2_quadratic": _("Gwet’s AC2"),
}

WORDS: dict[str, Promise] = {
    "reliable": _("reliable"),
    "tentative": _("tentative"),
    "low": _("low"),
    "unknown": _("unknown"),
}


def word(table: dict[str, Promise], code: str | None) -> str:
    """The words of a code; an unknown code is shown as it is, never dropped."""
    return str(table.get(code or "", code or ""))


def gate_reason(code: str | None) -> str:
    return word(GATE, code) if code in GATE else reason_text(code or "")


def metric_title(name: str) -> str:
    return str(CATALOGUE[name].title) if name in CATALOGUE else name
