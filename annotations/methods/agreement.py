"""The agreement suite: every coefficient of one criterion under its stable name.

Each is defined, with its source, in the module it comes from. Together they answer one question: had
other raters done the rating, would the numbers have come out the same?
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.methods import chance_agreement as chance
from annotations.methods.alpha_bootstrap import alpha_bootstrap
from annotations.methods.coefficient import Coefficient, Level
from annotations.methods.cohen_kappa import KAPPAS, PairAgreement, mean_kappa, pair_agreements
from annotations.methods.conger_kappa import conger_kappa
from annotations.methods.icc import NAMES as ICC_NAMES
from annotations.methods.icc import icc, sem_consistency
from annotations.methods.kendall_w import kendall_w
from annotations.methods.krippendorff_alpha import krippendorff_alpha
from annotations.methods.leave_one_rater_out import leave_one_rater_out
from annotations.methods.long_table import LongTable

Method = Callable[[LongTable, "Options"], Coefficient]


@dataclass(frozen=True)
class Options:
    """`within` is what counts as adjacent (None: a step of the scale); `interval` of α is
    "jackknife" or "bootstrap" (with `seed`)."""

    level: Level
    within: float | None = None
    confidence: float = 0.95
    interval: str = "jackknife"
    seed: int = 0


@dataclass(frozen=True)
class Agreement:
    """All that was asked about one criterion.

    `raters` is None for counts that differ in number from item to item. `without` holds α without
    each rater, in the order of `rater_labels`.
    """

    items: int
    raters: int | None
    level: Level
    coefficients: tuple[Coefficient, ...]
    pairs: tuple[PairAgreement, ...]
    rater_labels: tuple[Any, ...]
    without: tuple[Coefficient, ...]

    def __getitem__(self, name: str) -> Coefficient:
        return next(c for c in self.coefficients if c.name == name)


def agreement(
    table: LongTable,
    level: Level,
    names: Sequence[str] | None = None,
    within: float | None = None,
    confidence: float = 0.95,
    interval: str = "jackknife",
    seed: int = 0,
) -> Agreement:
    """Compute `names` (default: all of NAMES), all pairs of raters and α without each rater.

    Raises:
        ValueError: unknown level; KeyError: unknown name.
    """
    options = Options(level, within, confidence, interval, seed)
    return Agreement(
        items=table.item_count,
        raters=_rater_count(table),
        level=level,
        coefficients=tuple(METHODS[name](table, options) for name in names or NAMES),
        pairs=tuple(pair_agreements(table, within)),
        rater_labels=tuple(table.rater_labels.tolist()) if table.has_raters else (),
        without=tuple(leave_one_rater_out(table, level)),
    )


def _rater_count(table: LongTable) -> int | None:
    is_known = table.has_raters or not len(table) or table.sizes.min() == table.sizes.max()
    return table.rater_count if is_known else None


def _alpha(table: LongTable, options: Options) -> Coefficient:
    if options.interval == "bootstrap":
        return alpha_bootstrap(
            table, options.level, confidence=options.confidence, seed=options.seed
        )
    return krippendorff_alpha(table, options.level, options.confidence)


def _icc_method(name: str) -> Method:
    return lambda table, options: icc(table, name, options.confidence)


def _kappa_method(name: str) -> Method:
    return lambda table, options: mean_kappa(table, name, options.confidence)


METHODS: dict[str, Method] = {
    "krippendorff_alpha": _alpha,
    "percent_agreement": lambda t, o: chance.percent_agreement(t, o.confidence),
    "adjacent_agreement": lambda t, o: chance.adjacent_agreement(t, o.within, o.confidence),
    "gwet_ac1": lambda t, o: chance.gwet_ac1(t, o.confidence),
    "gwet_ac2_linear": lambda t, o: chance.gwet_ac2_linear(t, o.confidence),
    "gwet_ac2_quadratic": lambda t, o: chance.gwet_ac2_quadratic(t, o.confidence),
    "fleiss_kappa": lambda t, o: chance.fleiss_kappa(t, o.confidence),
    "conger_kappa": lambda t, o: conger_kappa(t, o.confidence),
    "brennan_prediger": lambda t, o: chance.brennan_prediger(t, o.confidence),
    **{name: _kappa_method(name) for name in KAPPAS},
    **{name: _icc_method(name) for name in ICC_NAMES},
    "sem_consistency": lambda t, o: sem_consistency(t, o.confidence),
    "kendall_w": lambda t, o: kendall_w(t),
}
NAMES = tuple(METHODS)
