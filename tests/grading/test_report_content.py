"""What the combined report says."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import Scorer
from grading.models import DecisionPolicy
from grading.reports.content import build_report
from tests import make
from tests.base import ConcordTestCase
from tests.grading.report_cast import a_verdict, an_evaluation, an_exam, table


class ContentTest(ConcordTestCase):
    def test_scores_are_the_means_of_the_ratings(self):
        report = build_report(an_evaluation(self.cast))
        rows = {row["candidate"]: row for row in table(report, "criterion_c1")}
        assert (rows["A"]["mean"], rows["B"]["mean"]) == (4, 1)
        assert rows["A"]["items"] == 4
        c2 = {row["candidate"]: row for row in table(report, "criterion_c2")}
        assert c2["A"]["mean"] == 4.5
        assert c2["A"]["low"] <= 4.5 <= c2["A"]["high"]

    def test_a_weighted_sample_uses_its_probabilities(self):
        campaign = an_evaluation(self.cast)
        rows = campaign.campaign_items.filter(item__source="A").order_by("item__question__key")
        scores = [row.ratings.first().scores.get(criterion__key="c1") for row in rows]
        for score, value in zip(scores, (5, 1, 1, 1), strict=True):
            for rating in score.rating.campaign_item.ratings.all():
                rating.scores.filter(criterion__key="c1").update(value=value)
        rows.filter(pk=rows[0].pk).update(probability=0.1)
        found = {r["candidate"]: r for r in table(build_report(campaign), "criterion_c1")}
        assert found["A"]["mean"] == pytest.approx((10 * 5 + 3 * 1) / 13)

    def test_severity_agreement_and_cost_are_those_of_the_ratings(self):
        report = build_report(an_evaluation(self.cast))
        rows = {row["rater"]: row for row in table(report, "raters")}
        assert rows["Carol"]["difference"] > 0
        assert rows["Carol"]["difference"] == pytest.approx(-rows["Bob"]["difference"])
        assert rows["Carol"]["low"] <= rows["Carol"]["difference"] <= rows["Carol"]["high"]
        assert rows["Bob"]["ratings"] == 8
        cost = {row["what"]: row["value"] for row in table(report, "cost")}
        assert cost["Counted ratings"] == 16
        assert cost["Hours spent (measured)"] == pytest.approx(16 * 20 / 3600)
        alpha = [r for r in table(report, "agreement") if r["coefficient"] == "Krippendorff’s α"]
        assert [r["criterion"] for r in alpha] == ["Composite", "Criterion 1", "Criterion 2", "Criterion 3"]
        assert alpha[1]["value"] == 1

    def test_it_says_who_stands_out_and_how_steadily_each_rater_rates(self):
        dataset = make.a_dataset(self.team)
        make.items(make.a_question(dataset), 20)
        raters = [self.cast.bob, self.cast.carol, self.cast.frank]
        campaign = make.a_campaign(dataset, make.a_rubric(self.team), raters, k=3)
        for i, row in enumerate(campaign.campaign_items.all()):
            for n, rater in enumerate(raters):
                level = 2 + i % 3 + (i % 5 == n) - 2 * (rater == self.cast.frank)
                make.a_rating(row, rater, {"c1": level, "c2": level, "c3": level})
        report = build_report(campaign)
        (section,) = [one for one in report.sections if one.key == "raters"]
        assert "Frank (severe" in section.lede
        advice = {row["rater"]: row["advice"] for row in table(report, "rater_advice") if row["word"] == "severe"}
        assert list(advice) == ["Frank"]
        figures = {(row["rater"], row["figure"]): row for row in table(report, "rater_quality")}
        steady = figures["Bob", "Unsteadiness"]
        assert 0 <= steady["low"] <= steady["value"] <= steady["high"]

    def test_in_grading_machine_marks_meet_human_marks(self):
        report = build_report(an_exam(self.cast))
        row = table(report, "human_against_machine")[0]
        assert (row["candidate"], row["items"], row["right"], row["mae"], row["bias"]) == ("grader", 6, 0.5, 1, -1)
        worst = table(report, "worst")
        assert [r["question"] for r in worst] == ["2", "2", "2"]
        by_question = {r["group"]: r for r in table(report, "by_question")}
        assert by_question["1"]["right"] == 1
        assert by_question["2"]["bias"] == -2

    def test_the_tolerance_of_the_policy_counts_as_right(self):
        report = build_report(an_exam(self.cast, tolerance=2))
        assert table(report, "human_against_machine")[0]["right"] == 1

    def test_verdicts_are_the_stored_ones_newest_first(self):
        campaign = an_evaluation(self.cast)
        a_verdict(campaign, "A", outcome="fail")
        a_verdict(campaign, "A", signed_by=self.cast.alice, signed_at=timezone.now(), sign_note="fine")
        rows = table(build_report(campaign), "verdicts")
        assert [(r["candidate"], r["outcome"]) for r in rows] == [("A", "pass")]
        said = table(build_report(campaign), "verdict_sentences")[0]["sentence"]
        assert "80.0 [70.0, 90.0]" in said
        assert (rows[0]["estimate"], rows[0]["low"], rows[0]["high"], rows[0]["threshold"]) == (0.8, 0.7, 0.9, 0.7)
        assert rows[0]["signed"].startswith("Alice")

    def test_without_a_verdict_or_a_rating_it_says_so(self):
        dataset = make.a_dataset(self.team)
        campaign = make.a_campaign(dataset, make.a_rubric(self.team), [])
        report = build_report(campaign)
        missing = {section.key for section in report.sections if section.missing}
        assert {"verdicts", "scores", "agreement", "machine", "errors", "raters", "cost"} <= missing

    def test_the_provenance_names_digests_and_changes_with_the_ratings(self):
        campaign = an_evaluation(self.cast)
        before = {r["what"]: r["value"] for r in table(build_report(campaign), "provenance")}
        rating = campaign.ratings.first()
        rating.composite = 0.111
        rating.save()
        after = {r["what"]: r["value"] for r in table(build_report(campaign), "provenance")}
        ratings_key = "Digest of the counted ratings (SHA-256)"
        items_key = "Digest of the drawn items (SHA-256)"
        assert before[ratings_key] != after[ratings_key]
        assert before[items_key] == after[items_key]

    def test_the_provenance_says_the_plan_in_words(self):
        campaign = an_exam(self.cast)
        campaign.plan = {
            "design": "stratified", "by": "school_subject", "allocation": "equal",
            "likelier": {"why": "high", "scorers": ["grader"], "near": None},
        }  # fmt: skip
        said = {row["what"]: row["value"] for row in table(build_report(campaign), "provenance")}
        assert said["Sampling design"] == "Some from each group, at random within it"
        assert said["Stratified by"] == "school subject"
        assert said["Allocation"] == "the same number from each"
        assert said["Chances grow with"] == "where the score is high (an uncertainty) · grader"

    def test_every_score_that_was_promised_is_named(self):
        campaign = an_exam(self.cast)
        second = make.a_scorer(self.team, {}, name="second")
        with make.as_draft(campaign):
            policy = DecisionPolicy.objects.get(campaign=campaign)
            policy.auxiliary = Scorer.objects.get(name="grader")
            policy.further_auxiliaries = [second.pk]
            policy.save()
        said = {row["what"]: row["value"] for row in table(build_report(campaign), "policy")}
        assert said["Automatic scores that may help"] == "grader, second"

    def test_a_source_without_a_name_is_not_called_all_items(self):
        campaign = an_evaluation(self.cast)
        campaign.dataset.items.filter(source="B").update(source="")
        a_verdict(campaign, "")
        report = build_report(campaign)
        for key in ("composite_by_group", "verdicts", "verdict_sentences", "gates"):
            names = {row["candidate"] for row in table(report, key)}
            assert "(no source named)" in names, key
            assert not names & {"", "all items"}, key

    def test_the_number_of_queries_does_not_grow_with_the_ratings(self):
        campaign = an_exam(self.cast)
        with CaptureQueriesContext(connection) as few:
            build_report(campaign)
        question = campaign.dataset.questions.first()
        rubric = campaign.rubrics.get().rubric
        for i in range(6):
            item = make.an_item(question, source=f"t{i}")
            row = make.a_campaign_item(campaign, item, rubric)
            make.a_rating(row, self.cast.bob, {"c1": 1})
        with CaptureQueriesContext(connection) as many:
            build_report(campaign)
        assert len(many) == len(few) < 40
