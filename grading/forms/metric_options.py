"""The options of metrics as fields: each is offered where a metric of the kind takes it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from grading.methods.metrics_labels import AVERAGES

SEGMENTATIONS = [("words", _("words (jieba)")), ("characters", _("characters"))]
AVERAGE_NAMES = {
    "macro": _("every class counts the same"),
    "weighted": _("classes count by their size"),
    "micro": _("every item counts the same"),
}
WAYS = [
    ("words", _("shared words, for want of a model")),
    ("model", _("an entailment model")),
    ("judge", _("the scores of a judge")),
]
FOLDER_HELP = _("A folder on this machine, or the name of a model in its cache.")


class MetricOptionsForm(forms.Form):
    """What is left empty is as usual (`DEFAULTS` of the catalogue)."""

    tolerance = forms.FloatField(
        label=_("Tolerance in marks"), min_value=0, initial=0, required=False
    )
    average = forms.ChoiceField(
        label=_("Averaged over classes"),
        choices=[(name, AVERAGE_NAMES[name]) for name in AVERAGES if name in AVERAGE_NAMES],
        required=False,
    )
    positive = forms.CharField(
        label=_("The class that counts"),
        help_text=_("For sensitivity, specificity and ROC-AUC; empty: 1 of 0 and 1, or a word for yes."),
        required=False,
    )
    segmentation = forms.ChoiceField(
        label=_("Chinese is cut into"), choices=SEGMENTATIONS, required=False
    )
    step = forms.FloatField(
        label=_("One step of the scale"), min_value=0.01, initial=1, required=False,
        help_text=_("How far apart marks may be to count as adjacent."),
    )  # fmt: skip
    n = forms.IntegerField(
        label=_("Words in a run, for distinct-n"), min_value=1, max_value=9, initial=2, required=False
    )
    k = forms.IntegerField(
        label=_("Places that count"), min_value=1, max_value=1000, initial=10, required=False,
        help_text=_("Of the ranking of each question, for NDCG and precision at k."),
    )  # fmt: skip
    way = forms.ChoiceField(
        label=_("Who says whether a passage bears a sentence out"), choices=WAYS, required=False
    )
    entailment_model = forms.CharField(
        label=_("Entailment model"), max_length=300, required=False, help_text=FOLDER_HELP
    )
    encoder = forms.CharField(
        label=_("Encoder, for BERTScore"), max_length=300, required=False, help_text=FOLDER_HELP
    )
    layer = forms.IntegerField(
        label=_("Layer of the encoder"), min_value=0, max_value=200, initial=0, required=False,
        help_text=_("0: two thirds of the way up, where words mean most."),
    )  # fmt: skip
    language_model = forms.CharField(
        label=_("Language model, for perplexity"), max_length=300, required=False,
        help_text=FOLDER_HELP,
    )  # fmt: skip
    limit = forms.FloatField(
        label=_("Unsafe from which score of the judge on"), initial=0.5, required=False
    )
    percentile = forms.FloatField(
        label=_("Latency: how many in a hundred"), min_value=1, max_value=99.9, initial=95,
        required=False,
    )  # fmt: skip
    at_once = forms.IntegerField(
        label=_("Worked on at once, for throughput"), min_value=1, initial=1, required=False
    )


OPTIONS = tuple(MetricOptionsForm.base_fields)
