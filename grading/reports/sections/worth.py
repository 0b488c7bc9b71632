"""What the automatic scores were worth to each verdict, and the candidates compared pair by pair."""

from __future__ import annotations

from itertools import combinations

from django.utils.translation import gettext as _

from grading.methods.comparison import Comparison
from grading.reports.blocks import Column, Section, Table
from grading.reports.data import ReportData
from grading.verdict_compare import Compared, compare_candidates
from grading.verdict_compare_words import REASONS
from grading.verdict_data import NoVerdict, campaign_data
from grading.verdict_reasons import ESTIMATE, METRIC_OFF, word
from grading.verdict_words import candidate_name
from grading.verdict_worth import NAMED, chosen, worth_of

MOST_COMPARED = 4


def section(data: ReportData) -> Section:
    title = _("Worth of the automatic scores")
    tables = [table for table in (worth_table(data), method_table(data)) if table.rows]
    missing = "" if tables else _("No verdict has been computed yet.")
    return Section("worth", title, blocks=tables, missing=missing)


def worth_table(data: ReportData) -> Table:
    """ρ², the cap of the raters' noise, and whether the score was used."""
    head = [
        Column("candidate", _("Candidate")),
        Column("scores", _("Automatic scores")),
        Column("saved", _("Ratings it saves") + " (ρ²)", "share"),
        Column("cap", _("No score could save more than"), "share"),
        Column("sentence", _("In a sentence"), "long"),
    ]
    rows = []
    for verdict in data.verdicts:
        found = worth_of(verdict.evidence.get("estimate") or {})
        rows.append(
            [
                candidate_name(verdict.candidate),
                found["name"],
                found.get("saved"),
                found.get("cap"),
                found["sentence"],
            ]
        )
    return Table("worth", _("Worth of the automatic scores"), head, rows)


def method_table(data: ReportData) -> Table:
    """The same estimate by every named method."""
    head = [
        Column("candidate", _("Candidate")),
        Column("method", _("Method")),
        Column("estimate", _("Estimate"), "hundred"),
        Column("low", _("Low"), "hundred"),
        Column("high", _("High"), "hundred"),
        Column("saved", _("Ratings saved"), "share"),
        Column("decides", _("Decides")),
        Column("reason", _("Reason where undefined")),
    ]
    rows = []
    for verdict in data.verdicts:
        estimate = verdict.evidence.get("estimate") or {}
        for row in estimate.get("alternatives") or []:
            why = METRIC_OFF if row["reason"] in METRIC_OFF else ESTIMATE
            rows.append(
                [
                    candidate_name(verdict.candidate), word(NAMED, row["name"]), row["value"], row["low"], row["high"],
                    row["ratings_saved"], _("yes") if row["name"] == chosen(estimate) else "",
                    word(why, row["reason"]),
                ]
            )  # fmt: skip
    return Table("methods", _("The same estimate by other methods"), head, rows)


def compare_section(data: ReportData) -> Section:
    title = _("Candidates compared")
    rows = [row for found in _compared(data) for row in _rows(found)]
    if not rows:
        missing = _("A comparison needs two candidates that were rated on the same items.")
        return Section("compare", title, missing=missing)
    head = [
        Column("a", "A"),
        Column("b", "B"),
        Column("criterion", _("Criterion")),
        Column("pairs", _("Pairs"), "count"),
        Column("difference", _("Difference, A less B"), "hundred"),
        Column("low", _("Low"), "hundred"),
        Column("high", _("High"), "hundred"),
        Column("like_low", _("Low, raters like these"), "hundred"),
        Column("like_high", _("High, raters like these"), "hundred"),
        Column("p", "p", "p"),
        Column("p_holm", _("p, corrected (Holm)"), "p"),
        Column("reason", _("Reason where undefined")),
    ]
    lede = _("Pair by pair on the same items, so that hard items burden neither of them.")
    return Section("compare", title, lede, [Table("compare", title, head, rows)])


def _compared(data: ReportData) -> list[Compared]:
    names = [name for name in data.candidates if data.table.item.size][:MOST_COMPARED]
    if data.policy is None or len(names) < 2:
        return []
    found = []
    try:
        loaded = campaign_data(data.campaign, data.table)
        for a, b in combinations(names, 2):
            found.append(compare_candidates(data.campaign, a, b, loaded))
    except NoVerdict:
        return found
    return found


def _rows(found: Compared) -> list[list[str | float | int | None]]:
    sides = candidate_name(found.a), candidate_name(found.b)
    return [[*sides, found.names[key], *_numbers(row)] for key, row in found.rows.items()]


def _numbers(row: Comparison) -> list[str | float | int | None]:
    why = word(REASONS, row.reason or row.like.reason)
    return [row.items, row.difference, row.low, row.high, row.like.low, row.like.high, row.p, row.p_holm, why]
