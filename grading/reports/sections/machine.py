"""Human against machine: marks against marks in grading, composites against scores otherwise."""

from __future__ import annotations

import numpy as np
from django.utils.translation import gettext as _

from grading.metrics import compute
from grading.reports.blocks import Column, Figure, Section, Table
from grading.reports.charts import scatter
from grading.reports.data import ReportData
from grading.reports.metric_tables import matrix_figure, metric_notes

MOST_LABELS, MOST_FIGURES = 13, 6
Pairs = list[tuple[float, float]]  # machine, human


def section(data: ReportData) -> Section:
    title = _("Human against machine")
    if not data.human or not data.scorers:
        missing = _("This needs rated items that have an automatic score too.")
        return Section("machine", title, missing=missing)
    blocks = marks_blocks(data) if data.is_grading else score_blocks(data)
    methods = metric_notes(("accuracy", "qwk", "mae")) if data.is_grading else ("worth",)
    return Section("machine", title, _lede(data), blocks, methods=methods)


def _lede(data: ReportData) -> str:
    if data.is_grading:
        return _(
            "The human mark is the adjudicated one, else the mean of the ratings rounded to the step."
        )
    return _("How the automatic scores go with the mean human composite, item by item.")


def mark_pairs(data: ReportData, scorer: str) -> dict[int, tuple[float, float]]:
    """Item id → (machine mark, human mark) where both are there."""
    if scorer not in data.pairs:
        scores = data.scores.get(scorer, {})
        data.pairs[scorer] = {
            pk: (scores[pk], human.mark)
            for pk, human in data.human.items()
            if pk in scores and human.mark is not None
        }
    return data.pairs[scorer]


def marks_blocks(data: ReportData) -> list[Table | Figure]:
    pairs = {name: list(mark_pairs(data, name).values()) for name in data.candidates}
    figures = [_picture(data, n, p) for n, p in list(pairs.items())[:MOST_FIGURES] if p]
    return [marks_table(data, pairs), *figures]


def marks_table(data: ReportData, pairs: dict[str, Pairs]) -> Table:
    head = [
        Column("candidate", _("Candidate")),
        Column("items", _("Items"), "count"),
        Column("right", _("Marks that are right"), "share"),
        Column("qwk", _("Quadratic weighted kappa"), "number", 2),
        Column("mae", _("Mean absolute error"), "number"),
        Column("bias", _("Machine less human"), "number"),
    ]
    rows = []
    for name, found in pairs.items():
        machine, human = [m for m, _h in found], [h for _m, h in found]
        mae = compute("mae", machine, human)
        right = compute("accuracy", machine, human, tolerance=data.tolerance)
        full_marks = [data.full_mark(pk) for pk in mark_pairs(data, name)]
        qwk = compute("qwk", machine, human, full_marks=full_marks)
        rows.append([name, len(found), right.value, qwk.value, mae.value, mae.detail.get("bias")])
    note = _("Right: within %(tolerance)s marks of the human mark.") % {"tolerance": f"{data.tolerance:g}"}
    return Table("human_against_machine", _("Machine marks against human marks"), head, rows, note)


def _picture(data: ReportData, name: str, pairs: Pairs) -> Figure:
    machine, human = [m for m, _h in pairs], [h for _m, h in pairs]
    if len(set(machine) | set(human)) <= MOST_LABELS:
        return matrix_figure(name, compute("confusion_matrix", machine, human).detail, f"marks_{name}")
    title = _("Machine and human marks: %(candidate)s") % {"candidate": name}
    top = max([*machine, *human, 1])
    svg = scatter(
        [(h, m) for m, h in pairs], title=title, x_title=_("Human mark"),
        y_title=_("Machine mark"), low=min([0, *machine, *human]), high=top,
        colour=data.colours.get(name, 0),
    )  # fmt: skip
    return Figure(f"scatter_{name}", title, svg)


def score_pairs(data: ReportData, scorer: str) -> Pairs:
    scores = data.scores[scorer]
    return [
        (scores[pk], human.composite)
        for pk, human in data.human.items()
        if pk in scores and human.composite is not None
    ]


def correlation(pairs: Pairs) -> float | None:
    """Pearson's r; None with fewer than three pairs or without variance."""
    if len(pairs) < 3:
        return None
    x, y = np.array(pairs).T
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(x, y)[0, 1])


def score_blocks(data: ReportData) -> list[Table | Figure]:
    pairs = {name: score_pairs(data, name) for name in data.scorers}
    found = {name: correlation(p) for name, p in pairs.items()}
    head = [
        Column("scorer", _("Automatic score")),
        Column("items", _("Items"), "count"),
        Column("correlation", _("Correlation with people"), "number", 2),
        Column("saved", _("Ratings it would save"), "share"),
    ]
    ranked = sorted(found.items(), key=lambda pair: -abs(pair[1] or 0))
    rows = [[n, len(pairs[n]), r, None if r is None else r * r] for n, r in ranked]
    note = _("About the square of the correlation: what a metric is worth in ratings.")
    table = Table("scorers_against_people", _("Worth of the automatic scores"), head, rows, note)
    best = _shown_scorer(data, found)
    return [table, *([_score_picture(data, best, pairs[best])] if best else [])]


def _shown_scorer(data: ReportData, found: dict[str, float | None]) -> str | None:
    """The one chosen beforehand, else the one that goes with people best."""
    chosen = data.policy.auxiliary.name if data.policy and data.policy.auxiliary else ""
    if found.get(chosen) is not None:
        return chosen
    known = {name: abs(r) for name, r in found.items() if r is not None}
    return max(known, key=lambda name: known[name]) if known else None


def _score_picture(data: ReportData, name: str, pairs: Pairs) -> Figure:
    title = _("%(scorer)s and the human composite") % {"scorer": name}
    values = [m for m, _h in pairs]
    low, high = min(values), max(values)
    scaled = [(100 * (m - low) / (high - low), 100 * h) for m, h in pairs]
    svg = scatter(
        scaled, title=title, x_title=_("%(scorer)s, from its lowest to its highest (%%)") % {"scorer": name},
        y_title=_("Human composite, 0–100"), low=0, high=100,
    )  # fmt: skip
    caption = _("%(low)s to %(high)s on its own scale.") % {"low": f"{low:.4g}", "high": f"{high:.4g}"}
    return Figure("scatter_best", title, svg, None, caption)
