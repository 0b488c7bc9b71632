"""What a draft campaign will cost, what it can compare and what it can settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np
from django.core.exceptions import ValidationError

from annotations.actions.campaign_frame import UNEQUAL
from annotations.actions.campaign_plan import CampaignPlan, plan_of, rubric_ids
from annotations.actions.gold_training import current_training_items, is_ready
from annotations.actions.plan_quality import SubjectQuality, quality_by_subject
from annotations.models import Campaign, CampaignRater, Rating
from grading.actions.gate_metrics import runs_at_work
from grading.actions.policy import policy_problems
from grading.early_gates import EarlyGates, early_gates
from grading.methods.power import Power, detectable_difference, rate_sd
from grading.models import DecisionPolicy, MetricRun

DEFAULT_PACE = 30.0  # seconds a rating, before anything has been measured
RATINGS_FOR_PACE, FEWEST_FOR_PACE = 500, 20
RATER_SHARE = 0.3  # severities spread .3 times as much as items: 9 % of the item variance
EDGE_STEPS = 50
MOST_RATERS = 12  # more are not proposed
COARSE = 0.1  # a difference this large on 0–1 is worth a warning


@dataclass(frozen=True)
class Load:
    """Planned ratings of one rater and the hours they take."""

    rater: CampaignRater
    ratings: int
    hours: float


@dataclass(frozen=True)
class Settling:
    """What the plan settles about a candidate, with 80 % assurance at the usual spreads.

    A truth of `passes_above` or better passes, one of `fails_below` or worse fails, both in
    [0, 1]; None where no truth does. `power` is the plan's at the threshold. `raters_wanted`: with so
    many the same items could pass; None where they can already, or more raters alone do not help.
    """

    power: Power
    threshold: float
    smallest_n: int
    raters: int
    passes_above: float | None
    fails_below: float | None
    raters_wanted: int | None = None

    @property
    def is_wider_than_scale(self) -> bool:
        return bool(self.power.half_width and 2 * self.power.half_width >= 1)

    @property
    def is_coarse(self) -> bool:
        return self.passes_above is not None and self.passes_above - self.threshold > COARSE

    @property
    def do_raters_limit(self) -> bool:
        """More items would help little: the few raters make the interval wide."""
        floor, width = self.power.raters_floor, self.power.half_width
        return bool(floor and width and floor > 0.7 * width)


@dataclass(frozen=True)
class Review:
    """`problems` stop the launch; everything else is None where they do.

    `gates`: what is known of them before the drawing; `gate_run`: a metric run at work, which may
    tell more.
    """

    problems: tuple[str, ...]
    gates: EarlyGates | None = None
    gate_run: MetricRun | None = None
    plan: CampaignPlan | None = None
    loads: tuple[Load, ...] = ()
    subjects: tuple[SubjectQuality, ...] = ()
    pace: float = DEFAULT_PACE
    is_pace_measured: bool = False
    settling: Settling | None = None
    training: int = 0
    training_unready: int = 0

    @property
    def spared(self) -> int:
        """Items that are not rated because their candidate is rejected already."""
        return self.plan.planned - len(self.plan.sample) if self.plan else 0

    @property
    def is_shared(self) -> bool:
        """Some item is rated more than once."""
        return self.plan is not None and bool((self.plan.wanted > 1).any())

    @property
    def apart(self) -> list[SubjectQuality]:
        """School subjects whose raters cannot all be compared."""
        return [subject for subject in self.subjects if subject.is_apart]

    @property
    def efficiency(self) -> float | None:
        """The lowest of any subject."""
        return min((s.efficiency for s in self.subjects if s.efficiency is not None), default=None)

    @property
    def hours(self) -> float:
        return sum(load.hours for load in self.loads)


def review_campaign(campaign: Campaign) -> Review:
    """Everything the last step of the wizard shows. Writes nothing."""
    policy = DecisionPolicy.objects.filter(campaign=campaign).first()
    problems = policy_problems(campaign)
    gates = early_gates(campaign)
    plan, missing = _planned(campaign, gates.audit)
    if plan is None or missing:
        return Review((*missing, *problems), gates)
    pace, is_measured = pace_of(campaign)
    pairs = zip(plan.raters, plan.loads, strict=True)
    training = current_training_items(campaign)
    return Review(
        problems=tuple(problems),
        gates=gates,
        gate_run=runs_at_work(campaign).first() if gates.missing else None,
        plan=plan,
        loads=tuple(Load(rater, n, n * pace / 3600) for rater, n in pairs),
        subjects=quality_by_subject(plan),
        pace=pace,
        is_pace_measured=is_measured,
        settling=settling_of(campaign, policy, plan) if policy else None,
        training=len(training),
        training_unready=sum(not is_ready(item) for item in training),
    )


def _planned(
    campaign: Campaign, audit: Mapping[str, float]
) -> tuple[CampaignPlan | None, list[str]]:
    """The plan, if there can be one, and what is missing in it or in its rubrics: all at once."""
    plan, missing = None, []
    try:
        plan = plan_of(campaign, audit)
    except ValidationError as problem:
        missing += problem.messages
    try:
        rubric_ids(campaign, plan.question_ids if plan else np.empty(0, dtype=np.int64))
    except ValidationError as problem:
        missing += problem.messages
    return plan, missing


def pace_of(campaign: Campaign) -> tuple[float, bool]:
    """Median active seconds of the latest ratings on this dataset; the default before there are some."""
    rows = Rating.objects.filter(
        campaign__dataset_id=campaign.dataset_id, kind="live", active_seconds__gt=0
    )
    newest = rows.order_by("-id").values_list("active_seconds", flat=True)[:RATINGS_FOR_PACE]
    seconds = [float(value or 0) for value in newest]
    is_measured = len(seconds) >= FEWEST_FOR_PACE
    return (median(seconds), True) if is_measured else (DEFAULT_PACE, False)


def settling_of(campaign: Campaign, policy: DecisionPolicy, plan: CampaignPlan) -> Settling:
    """For the candidate with the fewest sampled items."""
    n, population = smallest_candidate(campaign, plan)
    weighed = max(2, round(n * evenness(campaign, plan))) if n > 1 else n
    k = campaign.ratings_per_item if campaign.overlap_share == 1 else 1
    is_rate = policy.estimand != DecisionPolicy.Estimand.MEAN_COMPOSITE

    def power_at(truth: float, raters: int = len(plan.raters)) -> Power:
        return detectable_difference(
            weighed, population=population, raters=raters, ratings_per_item=k,
            confidence=policy.confidence, **(rate_spreads(truth, n) if is_rate else {}),
        )  # fmt: skip

    power = power_at(policy.threshold)
    passes_above = _edge(policy.threshold, 1.0, power_at)
    return Settling(
        power, policy.threshold, n, len(plan.raters), passes_above,
        fails_below=_edge(policy.threshold, 0.0, power_at),
        raters_wanted=_raters_wanted(policy.threshold, len(plan.raters), power_at) if passes_above is None else None,
    )  # fmt: skip


def _raters_wanted(threshold: float, raters: int, power_at: Callable[[float, int], Power]) -> int | None:
    """The fewest with whom some truth passes."""
    for more in range(raters + 1, MOST_RATERS + 1):
        if _edge(threshold, 1.0, partial(power_at, raters=more)) is not None:
            return more
    return None


def evenness(campaign: Campaign, plan: CampaignPlan) -> float:
    """What unequal weights leave of n, in (0, 1]: (Σw)² ÷ nΣw² (Kish 1965). 1 for other designs,
    whose weights differ on purpose. Careful: it counts nothing for what the score foresees."""
    if campaign.plan.get("design") != UNEQUAL:
        return 1.0
    weights = 1 / plan.sample.probability
    return float(weights.sum() ** 2 / (len(weights) * (weights**2).sum()))


def rate_spreads(rate: float, n: int) -> dict[str, float]:
    """Standard deviations to expect of a rate among n items.

    Two passes and two fails are added, as the verdict does near 0 and 1 (Agresti & Coull 1998).
    """
    spread = rate_sd((n * rate + 2) / (n + 4))
    return {"item_sd": spread, "rater_sd": RATER_SHARE * spread, "noise_sd": 0.0}


def _edge(threshold: float, end: float, power_at: Callable[[float], Power]) -> float | None:
    """The truth nearest to the threshold, on the way to `end`, that is settled."""
    for step in range(EDGE_STEPS + 1):
        truth = threshold + (end - threshold) * step / EDGE_STEPS
        difference = power_at(truth).difference
        if difference is not None and abs(truth - threshold) >= difference:
            return truth
    return None


def smallest_candidate(campaign: Campaign, plan: CampaignPlan) -> tuple[int, int]:
    """(sampled items, all items) of the candidate with the fewest sampled ones.

    In grading every candidate marks the same items; in evaluation a candidate is a source, and one
    that is rejected already needs no power.
    """
    if campaign.kind == Campaign.Kind.GRADING:
        return len(plan.sample), len(plan.frame)
    sources = plan.frame.sources
    drawn = Counter(sources[i] for i in plan.sample.index.tolist())
    judged = {name: n for name, n in drawn.items() if name not in plan.audit} or drawn
    name, n = min(judged.items(), key=lambda pair: (pair[1], pair[0]))
    return n, sum(source == name for source in sources)
