"""Every automatic metric is explained, and a report names the methods behind its numbers."""

from __future__ import annotations

from annotations.method_notes import NOTES
from grading.metrics import CATALOGUE
from grading.reports.builders import BUILDERS
from grading.reports.content import build_report
from grading.reports.metric_tables import metric_notes
from tests.base import ConcordTestCase
from tests.grading.report_cast import an_evaluation


def test_every_metric_of_the_catalogue_is_explained() -> None:
    assert [key for key in metric_notes(CATALOGUE) if key not in NOTES] == []


class ReportMethodsTests(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_evaluation(cls.cast)

    def methods(self) -> list[str]:
        report = build_report(self.campaign)
        return [key for section in report.sections for key in section.methods]

    def test_every_method_that_a_report_names_is_explained(self) -> None:
        assert "alpha" in self.methods()
        assert [key for key in self.methods() if key not in NOTES] == []

    def test_the_page_links_to_the_notes(self) -> None:
        page = self.client_of("alice").get(f"/campaigns/{self.campaign.slug}/report/")
        for key in self.methods():
            self.assertContains(page, f'href="/methods/#{key}"')

    def test_the_exported_file_names_the_sources_and_links_nowhere(self) -> None:
        body = BUILDERS["html"].build(build_report(self.campaign)).decode()
        assert "/methods/" not in body
        assert NOTES["alpha"].sources[-1] in body
