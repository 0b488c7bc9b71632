"""The combined report: its page, its command, and who may read it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tests.base import ConcordTestCase
from tests.grading.report_cast import an_evaluation, an_exam


class CommandTest(ConcordTestCase):
    def setUp(self):
        self.campaign = an_evaluation(self.cast)

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
