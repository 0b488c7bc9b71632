"""The looks of a campaign's stopping rule at one candidate, each from the ratings there were then.

An item counts for a look when none of its slots is open. A look is made when so many items of the
candidate are done, from everything that had been submitted by then. A verdict takes it: from then
on it stays, also where a rating is corrected, and the first look that decides stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from annotations.models import Assignment, Campaign
from grading.methods.decision import UNDECIDED
from grading.methods.estimation import Estimate
from grading.methods.interval import Interval, unknown
from grading.methods.looks import Look, looks_taken
from grading.methods.stopping import ANYTIME, FIXED, StoppingRule
from grading.models import DecisionPolicy
from grading.verdict_data import CampaignData, Ints
from grading.verdict_estimate import estimate_of
from grading.verdict_inputs import CandidateInputs, candidate_inputs, candidate_rows
from grading.verdict_taken import Taken, taken_looks

LOOKS = 5


@dataclass(frozen=True)
class Stopping:
    """The rule, `done` items of the candidate, the looks so far and when each was due.

    `ratings_at`: counted ratings of the campaign when the first, second … item was done. `taken`: by
    items, those of the looks that a verdict has taken.
    """

    rule: StoppingRule
    done: int
    looks: tuple[Look, ...]
    ratings_at: Ints
    is_open: bool
    taken: Mapping[int, Taken] = field(default_factory=dict)

    @property
    def is_decided(self) -> bool:
        return bool(self.looks) and self.looks[-1].outcome != UNDECIDED

    @property
    def last_taken(self) -> Taken | None:
        """Where the last look was taken before."""
        return self.taken.get(self.looks[-1].rated) if self.looks else None

    @property
    def next_look(self) -> int | None:
        """After how many items; None when it is decided or no look is left."""
        if self.is_decided or not self.is_open:
            return None
        if self.rule.kind == ANYTIME:
            return max(self.rule.first_look, self.done + 1)
        return next((at for at in self.rule.schedule if at > self.done), None)


def stopping_at(data: CampaignData, candidate: str) -> Stopping | None:
    """Go through the looks. None under the rule of one look at the end, which needs none."""
    if data.policy.stopping == FIXED:
        return None
    planned, ratings_at = _course(data, candidate)
    if planned < 2:
        return None
    rule = rule_of(data.policy, planned)
    done = len(ratings_at)

    def interval_at(items: int, confidence: float) -> Interval:
        inputs, found = look_at(data, candidate, int(ratings_at[items - 1]), confidence)
        if found is None:
            return unknown(inputs.problem or "too_few_items")
        return unknown("partial") if "partial" in inputs.sample.cautions else found.like

    taken = taken_looks(data.campaign, data.policy, candidate)
    kept = {at: one.look for at, one in taken.items()}
    looks = looks_taken(rule, done, interval_at, data.policy.threshold, kept)
    is_open = data.campaign.state != Campaign.State.CLOSED and done < planned
    return Stopping(rule, done, looks, ratings_at, is_open, taken)


def rule_of(policy: DecisionPolicy, planned: int) -> StoppingRule:
    return StoppingRule(policy.stopping, planned, min(LOOKS, planned), alpha=1 - policy.confidence)


def look_at(
    data: CampaignData, candidate: str, ratings: int, confidence: float
) -> tuple[CandidateInputs, Estimate | None]:
    """The candidate's inputs and estimate as they were after so many ratings."""
    inputs = candidate_inputs(data.after(ratings), candidate)
    return inputs, estimate_of(data.policy, inputs, confidence)


def looked_at(
    data: CampaignData, candidate: str, stopping: Stopping
) -> tuple[CandidateInputs, Estimate | None]:
    """Inputs and estimate of the last look."""
    last = stopping.looks[-1]
    return look_at(data, candidate, int(stopping.ratings_at[last.rated - 1]), last.confidence)


def stopping_facts(stopping: Stopping | None) -> dict[str, Any] | None:
    """As plain data for the evidence."""
    if stopping is None:
        return None
    rule = stopping.rule
    return {
        "kind": rule.kind,
        "planned": rule.planned,
        "schedule": list(rule.schedule),
        "done": stopping.done,
        "next": stopping.next_look,
        "is_decided": stopping.is_decided,
        "looks": [_look_facts(look, stopping) for look in stopping.looks],
    }


def _look_facts(look: Look, stopping: Stopping) -> dict[str, Any]:
    """`taken`: when a verdict before this one took it; `today`: what corrections would make of it."""
    taken = stopping.taken.get(look.rated)
    return {
        "items": look.rated,
        "information": look.rated / stopping.rule.planned,
        "boundary": stopping.rule.critical_value(look.rated),
        "confidence": look.confidence,
        **_ends(look.interval),
        "outcome": look.outcome,
        "taken": taken.at.isoformat() if taken else None,
        "today": _ends(look.today) if look.today else None,
    }


def _ends(interval: Interval) -> dict[str, float | None]:
    return {"estimate": interval.estimate, "low": interval.low, "high": interval.high}


def _course(data: CampaignData, candidate: str) -> tuple[int, Ints]:
    """(items planned, counted ratings when each item was done, ascending)."""
    mine = data.drawn.campaign_item[candidate_rows(data, candidate)]
    order = np.argsort(data.table.rating, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    newest = np.zeros(len(data.drawn.campaign_item), dtype=np.int64)
    np.maximum.at(newest, np.searchsorted(data.drawn.campaign_item, data.table.campaign_item), rank)
    newest[newest == 0] = len(order)  # nothing will come: known only in the end
    is_done = np.isin(data.drawn.campaign_item, mine) & ~np.isin(
        data.drawn.campaign_item, _open_items(data)
    )
    return len(mine), np.sort(newest[is_done])


def _open_items(data: CampaignData) -> list[int]:
    """Campaign items that wait for a rating; read once."""
    if "open items" not in data.remembered:
        slots = Assignment.objects.filter(campaign=data.campaign, kind=Assignment.Kind.LIVE)
        waiting = slots.exclude(state=Assignment.State.SUBMITTED)
        found = waiting.order_by().values_list("campaign_item_id", flat=True).distinct()
        data.remembered["open items"] = list(found)
    return data.remembered["open items"]  # type: ignore[no-any-return]
