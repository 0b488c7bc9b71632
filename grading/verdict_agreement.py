"""The raters' agreement as a verdict reads it: the policy's coefficient over the whole campaign."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotations.methods.agreement import METHODS, Options
from annotations.methods.coefficient import Coefficient
from annotations.methods.long_table import long_table
from grading.methods.decision import Agreement
from grading.verdict_data import CampaignData


@dataclass(frozen=True)
class CampaignAgreement:
    """The coefficient of the policy on the composite, and what it was computed from."""

    agreement: Agreement
    coefficient: str
    method: str
    items: int
    raters: int


def campaign_agreement(data: CampaignData) -> CampaignAgreement:
    """Over all counted ratings of the campaign: raters are the same whatever the candidate."""
    known = np.isfinite(data.table.composite)
    table = long_table(
        data.table.campaign_item[known], data.table.rater[known], data.table.composite[known]
    )
    options = Options(level="interval", confidence=data.policy.confidence, seed=data.policy.seed)
    found = METHODS[data.policy.coefficient](table, options)
    return CampaignAgreement(
        Agreement(found.value, found.low, found.high, _why(found)),
        data.policy.coefficient,
        found.method,
        len(table.paired.item_labels),
        table.rater_count,
    )


def _why(found: Coefficient) -> str | None:
    problem = found.reason or (found.caution if found.low is None else None)
    return problem.code if problem else None
