"""The verdicts: the newest of each candidate, its interval against the threshold, who signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grading.models import Verdict
from grading.reports.blocks import Column, Figure, Section, Table, link, outcome
from grading.reports.charts import intervals
from grading.reports.charts.intervals import Estimate
from grading.reports.data import ReportData
from grading.reports.words import reason_words, speaks_for
from grading.verdict_advice import advice
from grading.verdict_plainly import plainly
from grading.verdict_reasons import metric_title
from grading.verdict_sentences import sentence
from grading.verdict_words import candidate_name, in_a_row

METHODS = ("estimate", "speaks-for", "threshold", "gate", "floor")


def section(data: ReportData) -> Section:
    title = _("Verdicts")
    verdicts = data.verdicts
    if not verdicts:
        missing = _("No verdict has been computed yet.")
        return Section("verdicts", title, missing=missing)
    gates = gate_table(verdicts)
    blocks: list[Table | Figure] = [sentences(verdicts), _figure(data, verdicts)]
    blocks += [gates] if gates.rows else []
    blocks.append(verdict_table(verdicts))
    return Section("verdicts", title, blocks=blocks, methods=METHODS)


def sentences(verdicts: list[Verdict]) -> Table:
    """What each verdict says, its numbers in plain words, and what would decide an undecided one."""
    rows = [
        [
            link(candidate_name(v.candidate), f"/campaigns/{v.campaign.slug}/verdicts/{v.pk}/"),
            outcome(str(v.get_outcome_display()), v.outcome), in_a_row(sentence(v), plainly(v.evidence)),
            advice(v.evidence),
        ]
        for v in verdicts
    ]  # fmt: skip
    head = [
        Column("candidate", _("Candidate")),
        Column("outcome", _("Verdict"), "outcome"),
        Column("sentence", _("In a sentence"), "long"),
        Column("advice", _("What would decide it"), "long"),
    ]
    return Table("verdict_sentences", _("Verdicts"), head, rows)


def _figure(data: ReportData, verdicts: list[Verdict]) -> Figure:
    title = _("Estimate and interval against the threshold")
    rows = [_estimate(data, verdict) for verdict in verdicts]
    known = [v for row in rows for v in (row.value, row.low, row.high) if v is not None]
    svg = (
        intervals(
            rows, title=title, low=0, high=100, threshold=_threshold(data, verdicts),
            threshold_name=_("threshold"),
        )
        if known
        else None
    )  # fmt: skip
    return Figure("verdict_intervals", title, svg, intervals_table(verdicts), _caption(data))


def _caption(data: ReportData) -> str:
    what = data.policy.get_estimand_display() if data.policy else ""
    return _("%(what)s, 0–100, for raters like these.") % {"what": str(what).capitalize()}


def _estimate(data: ReportData, verdict: Verdict) -> Estimate:
    value, low, high = (_hundred(v) for v in interval_of(verdict.evidence))
    return Estimate(candidate_name(verdict.candidate), value, low, high, data.colours.get(verdict.candidate, 0))


def interval_of(evidence: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    """(estimate, low, high) for raters like these, on [0, 1]."""
    estimate = evidence.get("estimate") or {}
    like = (estimate.get("intervals") or {}).get("like") or {}
    return estimate.get("value"), like.get("low"), like.get("high")


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _threshold(data: ReportData, verdicts: list[Verdict]) -> float | None:
    stored = verdicts[0].policy.get("threshold")
    if stored is None and data.policy is not None:
        stored = data.policy.threshold
    return _hundred(stored)


def verdict_table(verdicts: list[Verdict]) -> Table:
    """The numbers of each verdict, who signed it, and the digest of what went in."""
    head = [
        Column("candidate", _("Candidate")),
        Column("outcome", _("Verdict"), "outcome"),
        Column("estimate", _("Estimate"), "hundred"),
        Column("low", _("Low"), "hundred"),
        Column("high", _("High"), "hundred"),
        Column("threshold", _("Threshold"), "hundred"),
        Column("computed", _("Computed")),
        Column("signed", _("Signed off by")),
        Column("note", _("Note")),
        Column("digest", _("Digest of the inputs"), "digest"),
    ]
    rows = [
        [
            candidate_name(v.candidate), outcome(str(v.get_outcome_display()), v.outcome), *interval_of(v.evidence), v.policy.get("threshold"),
            when(v.created_at), _signature(v), v.sign_note, v.inputs_digest,
        ]
        for v in verdicts
    ]  # fmt: skip
    return Table("verdicts", _("Numbers and signatures"), head, rows)


def intervals_table(verdicts: list[Verdict]) -> Table:
    """Every interval of every candidate: whom it speaks for, and its ends."""
    head = [
        Column("candidate", _("Candidate")),
        Column("speaks_for", _("Speaks for")),
        Column("estimate", _("Estimate"), "hundred"),
        Column("low", _("Low"), "hundred"),
        Column("high", _("High"), "hundred"),
        Column("reason", _("Reason where undefined")),
    ]
    rows = []
    for verdict in verdicts:
        stored = (verdict.evidence.get("estimate") or {}).get("intervals") or {}
        for name, ends in stored.items():
            rows.append(
                [
                    candidate_name(verdict.candidate), speaks_for(name), ends.get("estimate"), ends.get("low"),
                    ends.get("high"), reason_words(ends.get("reason") or ""),
                ]
            )  # fmt: skip
    return Table("verdict_intervals", _("Intervals"), head, rows)


def gate_table(verdicts: list[Verdict]) -> Table:
    """The gates of every candidate and whether it passed them."""
    head = [
        Column("candidate", _("Candidate")),
        Column("metric", _("Gate")),
        Column("value", _("Value"), "number"),
        Column("threshold", _("Threshold"), "number"),
        Column("items", _("Items"), "count"),
        Column("passed", _("Passed")),
    ]
    passed = {True: _("yes"), False: _("no"), None: _("cannot be told")}
    rows = [
        [
            candidate_name(v.candidate), metric_title(gate["metric"]), gate["value"], gate["threshold"],
            gate["n"], passed[gate["is_passed"]],
        ]
        for v in verdicts
        for gate in v.evidence.get("gates", [])
    ]  # fmt: skip
    return Table("gates", _("Gates"), head, rows)


def _signature(verdict: Verdict) -> str:
    if verdict.signed_at is None:
        return _("not signed off yet")
    return f"{verdict.signed_by or '–'} · {when(verdict.signed_at)}"


def when(moment: Any) -> str:
    """Date and time in the server's time zone."""
    return "" if moment is None else timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
