"""Where the numbers come from: data, rubrics, sampling plan, policy, software."""

from __future__ import annotations

import hashlib
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from annotations.forms.campaign_sample import (
    ALLOCATION_CHOICES,
    DESIGN_CHOICES,
    WHY_CHOICES,
    address_title,
)
from annotations.models import Item, Rubric
from annotations.models.campaign import OPEN
from annotations.templatetags.figures import as_percent
from grading.models import Gate
from grading.reports.blocks import Cell, Column, Section, Table
from grading.reports.data import ReportData
from grading.verdict_data import helpers_of
from grading.verdict_reasons import metric_title
from grading.verdict_words import limit

CHOICES = {
    "design": dict([*DESIGN_CHOICES, (OPEN, gettext_lazy("Items come one by one"))]),
    "allocation": dict(ALLOCATION_CHOICES),
}
PLAN_WORDS = (
    "design", "n", "by", "allocation", "spread_by", "likelier", "seed", "frame_size", "frame_digest",
    "score_digest",
)  # fmt: skip


def section(data: ReportData) -> Section:
    title = _("Provenance")
    blocks = [facts_table(data), rubrics_table(data), policy_table(data)]
    return Section("provenance", title, blocks=[block for block in blocks if block.rows])


def facts_table(data: ReportData) -> Table:
    campaign = data.campaign
    plan = campaign.plan or {}
    rows: list[list[Any]] = [
        [_("Dataset"), campaign.dataset.name],
        [_("Items in the dataset"), data.population()],
        [_("Items drawn"), len(data.items)],
        [_("Digest of the drawn items (SHA-256)"), items_digest(data)],
        [_("Digest of the counted ratings (SHA-256)"), ratings_digest(data)],
        [_("Ratings per item"), campaign.ratings_per_item],
        [_("Share rated more than once"), as_percent(f"{100 * campaign.overlap_share:g}")],
    ]
    rows += [[_plan_words(k), _plan_value(k, plan[k])] for k in PLAN_WORDS if plan.get(k) not in (None, "")]
    return Table("provenance", _("Data and sampling plan"), _pair(), [[w, str(v)] for w, v in rows])


def _pair() -> list[Column]:
    return [Column("what", _("What")), Column("value", _("Value"))]


def _plan_words(key: str) -> str:
    return {
        "design": _("Sampling design"),
        "n": _("Sample size"),
        "by": _("Stratified by"),
        "allocation": _("Allocation"),
        "spread_by": _("Score whose spread decides"),
        "likelier": _("Chances grow with"),
        "seed": _("Seed"),
        "frame_size": _("Items to draw from"),
        "frame_digest": _("Digest of what was drawn from"),
        "score_digest": _("Digest of the scores drawn by"),
    }[key]


def _plan_value(key: str, value: Any) -> Any:
    """A choice in the words of the wizard, everything else as it is."""
    if key == "by":
        return address_title(value)
    if key != "likelier":
        return CHOICES.get(key, {}).get(value, value)
    near = [] if value.get("near") is None else [f"{value['near']:g}"]
    return " · ".join([str(dict(WHY_CHOICES)[value["why"]]), *value["scorers"], *near])


def items_digest(data: ReportData) -> str:
    """SHA-256 over keys and texts (each after its length) of the drawn items, by key."""
    digest = hashlib.sha256()
    drawn = Item.objects.filter(campaign_items__campaign=data.campaign, campaign_items__purpose="live")
    for key, text in drawn.order_by("key").values_list("key", "text").iterator():
        digest.update(f"{len(key)}:{key}{len(text)}:{text}".encode())
    return digest.hexdigest()


def ratings_digest(data: ReportData) -> str:
    """SHA-256 over item, rater, composite and mark of the counted ratings, in table order."""
    table, digest = data.table, hashlib.sha256()
    for column in (table.item, table.rater, table.composite, table.mark):
        digest.update(column.tobytes())
    return digest.hexdigest()


def rubrics_table(data: ReportData) -> Table:
    ids = data.campaign.rubrics.values("rubric")
    rows: list[list[Cell]] = [
        [str(rubric), rubric.get_kind_display(), rubric.pass_mark, rubric.digest]
        for rubric in Rubric.objects.filter(pk__in=ids).order_by("name", "version")
    ]
    head = [
        Column("rubric", _("Rubric")),
        Column("kind", _("Kind")),
        Column("pass_mark", _("Pass mark"), "hundred"),
        Column("digest", _("Digest (SHA-256)"), "digest"),
    ]
    return Table("rubrics", _("Rubrics"), head, rows)


def policy_table(data: ReportData) -> Table:
    policy = data.policy
    rows: list[list[str]] = []
    if policy is not None:
        between = pgettext("between names", ", ")
        helpers = [scorer.name for scorer in helpers_of(policy)]
        rows = [
            [_("What is estimated"), str(policy.get_estimand_display())],
            [_("Threshold"), limit(policy.threshold)],
            [_("Confidence"), as_percent(f"{100 * policy.confidence:g}")],
            [_("Tolerance in marks"), f"{policy.tolerance:g}"],
            [_("Agreement coefficient"), str(policy.get_coefficient_display())],
            [_("Agreement floor"), f"{policy.agreement_floor:g}"],
            [_("Automatic scores that may help"), between.join(helpers) or _("none")],
            [_("Decided"), str(policy.get_stopping_display())],
        ]
    for gate in Gate.objects.filter(campaign=data.campaign):
        sign = "≥" if gate.is_at_least else "≤"
        rows.append([_("Gate: %(metric)s") % {"metric": metric_title(gate.metric)}, f"{sign} {gate.threshold:g}"])
    return Table("policy", _("What was promised before the first rating"), _pair(), rows)
