"""The files of the report: nothing from the network, no formula, the same numbers."""

from __future__ import annotations

import csv
import io
import json
import re

import openpyxl
from django.template.loader import get_template

from grading.reports import csv as csv_builder
from grading.reports import xlsx
from grading.reports.blocks import Column, Report, Section, Table
from grading.reports.builders import BUILDERS
from grading.reports.content import build_report
from grading.reports.html import STYLES
from tests.base import ConcordTestCase
from tests.grading.report_cast import FORMULA, a_verdict, an_evaluation


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

    def test_the_html_file_brings_every_style_sheet_of_the_page_but_frame_and_forms(self):
        linked = [
            name
            for template in ("base.html", "grading/report.html")
            for name in re.findall(r"'css/(\w+)\.css'", get_template(template).template.source)
        ]
        assert set(STYLES) == set(linked) - {"frame", "forms"}

    def test_counts_among_other_numbers_have_no_decimals_in_the_workbook(self):
        made = Table("t", "t", [Column("n", "n", "number", 2)], [[300], [4.5]])
        report = Report("r", "", "en", sections=[Section("s", "s", blocks=[made])])
        sheet = openpyxl.load_workbook(io.BytesIO(xlsx.build(report)))["t"]
        assert [sheet[cell].number_format for cell in ("A2", "A3")] == ["#,##0", "0.00"]

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
        assert not any("  " in name for name in names)

    def test_a_title_cut_at_an_apostrophe_still_names_a_sheet(self):
        report = Report("x" * 30 + "'s class \x01", "", "en")
        assert openpyxl.load_workbook(io.BytesIO(xlsx.build(report))).sheetnames == ["x" * 30]

    def test_json_holds_every_table(self):
        found = json.loads(BUILDERS["json"].build(build_report(self.campaign)))
        keys = {t["key"] for s in found["sections"] for t in s["tables"]}
        assert {"verdicts", "gates", "agreement", "raters", "cost", "provenance", "worst", "profile"} <= keys
