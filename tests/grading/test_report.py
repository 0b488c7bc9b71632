"""The combined report: what it says, its files, and who may read it."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from grading.models import DecisionPolicy, Verdict
from grading.reports import csv as csv_builder
from grading.reports import ratings, ratings_xlsx, xlsx
from grading.reports.blocks import Column, Report, Section, Table
from grading.reports.builders import BUILDERS
from grading.reports.content import build_report
from tests import make
from tests.base import ConcordTestCase

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
        "threshold": 0.7,
        "decision": {"outcome": "pass", "reason": "above", "leaning": "pass"},
        "estimate": {"value": 0.8, "intervals": {"like": {"estimate": 0.8, "low": 0.7, "high": 0.9, "reason": None}}},
        "gates": [{"metric": "accuracy", "value": 0.9, "threshold": 0.8, "n": 4, "is_passed": True}],
    }
    values = {"outcome": "pass", "evidence": evidence, "policy": {"threshold": 0.7}, "inputs_digest": "d" * 64, "method": "m", "code_version": "v"}
    return Verdict.objects.create(campaign=campaign, candidate=candidate, **{**values, **kwargs})


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
            score.rating.campaign_item.ratings.all()
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
        alpha = [r for r in table(report, "agreement") if r["coefficient"] == "Krippendorff's α"]
        assert [r["criterion"] for r in alpha] == ["Composite", "Criterion 1", "Criterion 2", "Criterion 3"]
        assert alpha[1]["value"] == 1

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

    def test_the_number_of_queries_does_not_grow_with_the_ratings(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        campaign = an_exam(self.cast)
        with CaptureQueriesContext(connection, ) as few:
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


class FilesTest(ConcordTestCase):
    def setUp(self):
        self.campaign = an_evaluation(self.cast)
        a_verdict(self.campaign, "A")

    def test_the_html_file_needs_nothing_else(self):
        body = BUILDERS["html"].build(build_report(self.campaign)).decode()
        assert not re.search(r"(src|href)=\"(?!#)", body)
        assert "@import" not in body
        assert "url(" not in body
        assert "<script" not in body
        for rule in ("--series-1:", ".badge-fail", ".chart-svg", ".table {", ".fold"):
            assert rule in body, rule
        assert "<svg" in body
        assert "<b>好" not in body
        assert "&lt;b&gt;好" in body

    def test_csv_and_xlsx_cells_are_inert(self):
        report = build_report(self.campaign)
        text = BUILDERS["csv"].build(report).decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert "'" + FORMULA in cells
        assert FORMULA not in cells
        book = openpyxl.load_workbook(io.BytesIO(BUILDERS["xlsx"].build(report)))
        values = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value == FORMULA]
        assert values
        assert {c.data_type for c in values} == {"s"}
        assert all(c.quotePrefix for c in values)

    def test_a_negative_number_stays_a_number(self):
        made = Table("t", "t", [Column("n", "n", "number"), Column("s", "s")], [[-1.5, "-1.5"]])
        report = Report("r", "", "en", sections=[Section("s", "s", blocks=[made])])
        rows = list(csv.reader(io.StringIO(csv_builder.build(report).decode("utf-8-sig"))))
        assert [row[-1] for row in rows[1:]] == ["-1.5", "'-1.5"]
        sheet = openpyxl.load_workbook(io.BytesIO(xlsx.build(report)))["t"]
        assert (sheet["A2"].value, sheet["A2"].data_type) == (-1.5, "n")

    def test_composites_are_on_the_same_scale_in_every_file_for_people(self):
        made = Table("t", "t", [Column("n", "n", "hundred")], [[0.5], [None]])
        report = Report("r", "", "en", sections=[Section("s", "s", blocks=[made])])
        rows = list(csv.reader(io.StringIO(csv_builder.build(report).decode("utf-8-sig"))))
        assert [row[-1] for row in rows[1:]] == ["50.0", ""]
        sheet = openpyxl.load_workbook(io.BytesIO(xlsx.build(report)))["t"]
        assert (sheet["A2"].value, sheet["A3"].value) == (50, None)

    def test_sheets_whose_names_excel_refuses_are_renamed(self):
        made = [Table("t", f"a/b:*?[]{'长' * 40}", [Column("n", "n")], []) for _i in range(3)]
        report = Report("r", "", "en", sections=[Section("s", "s", blocks=made)])
        names = openpyxl.load_workbook(io.BytesIO(xlsx.build(report))).sheetnames
        assert len(set(names)) == 4
        assert all(len(name) <= 31 for name in names)

    def test_a_title_cut_at_an_apostrophe_still_names_a_sheet(self):
        report = Report("x" * 27 + "'s class \x01", "", "en")
        assert openpyxl.load_workbook(io.BytesIO(xlsx.build(report))).sheetnames == ["x" * 27]

    def test_json_holds_every_table(self):
        found = json.loads(BUILDERS["json"].build(build_report(self.campaign)))
        keys = {t["key"] for s in found["sections"] for t in s["tables"]}
        assert {"verdicts", "gates", "agreement", "raters", "cost", "provenance", "worst", "profile"} <= keys

    def test_ratings_come_as_one_line_a_criterion_and_inert(self):
        text = "".join(ratings.csv_lines(self.campaign))
        rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
        assert len(rows) == 16 * 3
        assert {row["rater"] for row in rows} == {"bob", "carol"}
        assert {row["note"] for row in rows} == {"", "'" + FORMULA}

    def test_ratings_come_as_json_lines(self):
        lines = "".join(ratings.jsonl(self.campaign)).splitlines()
        first = json.loads(lines[0])
        assert len(lines) == 16
        assert set(first["scores"]) == {"c1", "c2", "c3"}
        assert first["seconds"] == 20

    def test_ratings_come_as_a_workbook_with_a_line_a_rating_and_no_formula(self):
        data = b"".join(ratings_xlsx.workbook(self.campaign))
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        head, *rows = sheet.iter_rows()
        names = [cell.value for cell in head]
        assert len(rows) == 16
        assert {"scores.c1", "scores.c2", "scores.c3"} <= set(names)
        notes = [row[names.index("note")] for row in rows]
        assert {cell.value for cell in notes} == {None, FORMULA}
        assert not any(cell.data_type == "f" for row in rows for cell in row)

    def test_a_stream_of_more_than_one_chunk_is_complete(self):
        whole = list(ratings.records(self.campaign))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ratings, "CHUNK", 3)
            assert list(ratings.records(self.campaign)) == whole

    def test_the_command_writes_the_file_in_the_language_asked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "r.html"
            call_command("report", campaign=self.campaign.slug, format="html", output=path, language="zh-hans", verbosity=0)
            assert '<html lang="zh-hans">' in path.read_text()
        assert translation.get_language() == "en"

    def test_the_command_says_what_is_wrong(self):
        with pytest.raises(CommandError, match="no campaign"):
            call_command("report", campaign="none", format="html", output=Path("x"))
        with pytest.raises(CommandError, match="No such file"):
            call_command("report", campaign=self.campaign.slug, format="json", output=Path("/nowhere/x.json"))


class PageTest(ConcordTestCase):
    def test_the_page_shows_every_section_and_links_the_files(self):
        campaign = an_evaluation(self.cast)
        self.sign_in("victor")
        response = self.client.get(f"/campaigns/{campaign.slug}/report/")
        for words in ("Scores by criterion", "Agreement of the raters", "Error analysis", "Provenance", "Compute the verdicts"):
            self.assertContains(response, words)
        self.assertNotContains(response, "<b>好")
        for suffix in ("html", "xlsx", "csv", "json"):
            self.assertContains(response, f"/campaigns/{campaign.slug}/report.{suffix}")

    def test_every_file_downloads(self):
        campaign = an_exam(self.cast)
        self.sign_in("erin")
        for path in ("report.html", "report.xlsx", "report.csv", "report.json", "ratings.csv", "ratings.jsonl", "ratings.xlsx", "marks.csv", "marks.xlsx", "marks.json"):
            response = self.client.get(f"/campaigns/{campaign.slug}/{path}")
            assert response.status_code == 200, path
            assert "attachment" in response["Content-Disposition"], path
            assert response.getvalue(), path
        for path in ("report.exe", "ratings.pdf", "marks.html"):
            assert self.client.get(f"/campaigns/{campaign.slug}/{path}").status_code == 404, path

    def test_raters_and_outsiders_do_not_see_it(self):
        campaign = an_exam(self.cast)
        expected = {"alice": 200, "erin": 200, "dave": 200, "victor": 200, "bob": 403, "eve": 404}
        for name, status in expected.items():
            client = self.client_of(name)
            for path in ("report/", "report.json", "ratings.csv", "marks/", "marks.csv"):
                assert client.get(f"/campaigns/{campaign.slug}/{path}").status_code == status, (name, path)
