"""All counted ratings of a campaign, streamed as CSV, JSON lines and a workbook."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from grading.reports import ratings, ratings_xlsx
from tests.base import ConcordTestCase
from tests.grading.report_cast import FORMULA, an_evaluation


class RatingsExportTest(ConcordTestCase):
    def setUp(self):
        self.campaign = an_evaluation(self.cast)

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
