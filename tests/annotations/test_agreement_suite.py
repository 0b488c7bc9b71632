"""Every coefficient of one criterion on the agreement page, and what names cannot have."""

from __future__ import annotations

from django.urls import reverse

from annotations.method_notes import NOTES
from annotations.methods.agreement import NAMES as STABLE
from annotations.models.rating_table import rating_table
from annotations.views.agreement_parts import criterion_rows, heat_map
from annotations.views.agreement_suite import NAMES, suite
from tests import make
from tests.base import ConcordTestCase


def test_every_coefficient_of_the_command_has_a_title_and_a_note():
    assert tuple(NAMES) == STABLE
    assert all(note in NOTES for _title, note in NAMES.values())


class SuiteTests(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        dataset = make.a_dataset(cls.team)
        make.items(make.a_question(dataset), 12)
        raters = [cls.cast.bob, cls.cast.carol]
        rubric = make.a_rubric(cls.team, publish=False)
        rubric.criteria.filter(key="c2").update(scale="categories")
        rubric.state = "published"
        rubric.save()
        cls.campaign = make.a_campaign(dataset, rubric, raters, slug="exam")
        for i, row in enumerate(cls.campaign.campaign_items.all()):
            for n, rater in enumerate(raters):
                make.a_rating(row, rater, {"c1": (i + n * (i % 3 == 0)) % 6, "c2": i % 4 + n * (i % 5 == 0), "c3": 3})
        cls.url = reverse("campaign-agreement", args=["exam"])

    def test_it_is_computed_when_somebody_asks_for_it(self):
        self.sign_in("alice")
        assert self.client.get(self.url).context["suite"] is None
        page = self.client.get(self.url, {"criterion": "c1", "all": "1"})
        assert len(page.context["suite"]) == len(STABLE)
        self.assertContains(page, "ICC(A,k)")
        self.assertContains(page, "jackknife over items")

    def test_a_value_that_is_undefined_comes_with_its_reason(self):
        rows = {row.note: row for row in suite(rating_table(self.campaign), "c3")}
        assert rows["alpha"].found.value is None
        assert rows["alpha"].words.startswith("Only one value was used")

    def test_of_named_categories_only_what_asks_for_the_same_name_is_defined(self):
        rows = zip(STABLE, suite(rating_table(self.campaign), "c2"), strict=True)
        defined = {name for name, row in rows if row.found.value is not None}
        assert defined == {
            "krippendorff_alpha", "percent_agreement", "gwet_ac1", "fleiss_kappa", "conger_kappa",
            "brennan_prediger", "cohen_kappa",
        }  # fmt: skip

    def test_raters_of_named_categories_are_compared_by_plain_kappa(self):
        table = rating_table(self.campaign)
        row = next(row for row in criterion_rows(table) if row.key == "c2")
        assert (row.qwk, row.ac2.value, row.adjacent.value) == (None, None, None)
        heat = heat_map(table.long("c2"), table.rater_names)
        assert not heat["is_weighted"]
        assert heat["rows"][0][1][1].shade
