"""Campaigns whose report is known, and a stored verdict."""

from __future__ import annotations

from grading.models import DecisionPolicy, Verdict
from tests import make

FORMULA = '=HYPERLINK("http://example.org","x")'


def an_evaluation(cast):
    """Two systems, four replies each, two raters; B is worse on every criterion."""
    dataset = make.a_dataset(cast.team)
    for key in "1234":
        question = make.a_question(dataset, key)
        make.an_item(question, source="A", text="<b>好</b>", group_keys={"class": "x" if key < "3" else "y"})
        make.an_item(question, source="B", text=FORMULA)
    campaign = make.a_campaign(dataset, make.a_rubric(cast.team), [cast.bob, cast.carol])
    for i, row in enumerate(campaign.campaign_items.select_related("item")):
        level = 4 if row.item.source == "A" else 1
        make.a_rating(row, cast.bob, {"c1": level, "c2": level, "c3": level - i % 2})
        make.a_rating(row, cast.carol, {"c1": level, "c2": level + 1, "c3": level}, note=FORMULA)
    return campaign


def an_exam(cast, tolerance=0):
    """Three students, two questions of 5 marks, one rater pair; the machine is right on half."""
    dataset = make.a_dataset(cast.team)
    machine = {}
    for key in "12":
        question = make.a_question(dataset, key, full_mark=5, school_subject="历史")
        for student, mark in (("s1", 3), ("s2", 4), ("s3", 5)):
            item = make.an_item(question, source=student, group_keys={"班级": "三班"})
            machine[item] = mark if key == "1" else mark - 2
    rubric = make.a_rubric(cast.team, (5,), kind="points")
    campaign = make.a_campaign(dataset, rubric, [cast.bob, cast.carol], kind="grading")
    marks = {"s1": 3, "s2": 4, "s3": 5}
    for row in campaign.campaign_items.select_related("item__question"):
        for rater in (cast.bob, cast.carol):
            make.a_rating(row, rater, {"c1": marks[row.item.source]})
    make.a_scorer(cast.team, machine, name="grader")
    with make.as_draft(campaign):
        DecisionPolicy.objects.create(
            campaign=campaign, estimand="right_marks", threshold=0.8, tolerance=tolerance
        )
    return campaign


def table(report, key):
    tables = {t.key: t for section in report.sections for t in section.tables}
    return tables[key].records()


def a_verdict(campaign, candidate, **kwargs):
    evidence = {
        "estimand": "mean_composite",
        "confidence": 0.95,
        "threshold": 0.7,
        "decision": {"outcome": "pass", "reason": "above", "leaning": "pass"},
        "estimate": {"value": 0.8, "intervals": {"like": {"estimate": 0.8, "low": 0.7, "high": 0.9, "reason": None}}},
        "gates": [{"metric": "accuracy", "value": 0.9, "threshold": 0.8, "n": 4, "is_passed": True}],
    }
    values = {"outcome": "pass", "evidence": evidence, "policy": {"threshold": 0.7}, "inputs_digest": "d" * 64, "method": "m", "code_version": "v"}
    return Verdict.objects.create(campaign=campaign, candidate=candidate, **{**values, **kwargs})
