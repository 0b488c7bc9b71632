"""manage.py raters: every figure of the raters page, for a machine and for a reader."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from annotations.methods.text_width import text_width
from annotations.models import Criterion
from tests import make
from tests.base import ConcordTestCase


class RatersCommandTests(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        dataset = make.a_dataset(cls.team)
        make.items(make.a_question(dataset), 30)
        raters = [cls.cast.bob, cls.cast.carol, cls.cast.frank]
        cls.campaign = make.a_campaign(dataset, make.a_rubric(cls.team), raters, k=3, slug="exam")
        given = []
        for i, row in enumerate(cls.campaign.campaign_items.all()):
            for n, rater in enumerate(raters):
                c1 = 2 + (i * 7) % 3 + (n == 1 and i % 4 == 0) - (n == 2)
                given.append((row, rater, {"c1": c1, "c2": (i + n * (i % 5 == 0)) % 5, "c3": i % 5}))
        make.ratings(given)

    def answer(self, *arguments: str) -> str:
        out = StringIO()
        call_command("raters", "--campaign", "exam", *arguments, stdout=out)
        return out.getvalue()

    def test_json_has_every_figure_and_the_severe_rater_is_positive(self):
        data = json.loads(self.answer("--criterion", "c1", "--json"))
        by_name = {one["rater"]: one for one in data["raters"]}
        frank = by_name["Frank"]
        assert frank["severity"]["low"] > 0
        assert frank["severity"]["low"] <= frank["severity"]["value"] <= frank["severity"]["high"]
        assert {"consistency", "spread", "halo", "drift", "component", "ratings"} <= set(frank)
        assert (data["reason"], data["classes"]) == (None, None)
        assert 0 < data["rater_share"] < 1

    def test_a_criterion_is_found_by_its_name_too(self):
        assert json.loads(self.answer("--criterion", "Criterion 1", "--json"))["criterion"] == "c1"
        assert self.answer("--criterion", "c1").startswith("Criterion 1: 30 items")

    def test_the_text_names_every_rater(self):
        text = self.answer()
        assert text.startswith("Composite: 30 items, 90 ratings")
        assert all(name in text for name in ("Bob", "Carol", "Frank"))

    def test_figures_stand_in_one_column_beside_long_chinese_names(self):
        self.cast.bob.display_name = "欧阳老师和她的实习生"
        self.cast.bob.save()
        lines = [line for line in self.answer().splitlines() if "severity" in line]
        assert len(lines) == 3
        assert len({text_width(line[: line.index("severity")]) for line in lines}) == 1

    def test_what_cannot_be_told_is_said(self):
        self.campaign.ratings.exclude(rater=self.cast.bob).delete()
        data = json.loads(self.answer("--json"))
        assert data["reason"] == "one_rater"
        assert data["raters"][0]["severity"]["value"] is None
        assert data["explanation"] in self.answer()

    def test_of_named_categories_it_says_how_often_each_rater_is_right_and_nothing_else(self):
        rows = Criterion.objects.filter(key="c1")
        models.QuerySet.update(rows, scale="categories")  # as published
        text = self.answer("--criterion", "c1")
        assert "Accuracy by class" in text
        assert "severity" not in text

    def test_an_unknown_campaign_and_criterion_are_refused(self):
        with pytest.raises(CommandError, match="no campaign"):
            call_command("raters", "--campaign", "nothing")
        with pytest.raises(CommandError, match="There are: composite, mark, c1"):
            self.answer("--criterion", "nothing")
