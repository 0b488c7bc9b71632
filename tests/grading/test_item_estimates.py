"""The best estimate of every item: from ratings and machine, for the list of items and the mark sheet."""

from __future__ import annotations

import csv
import io

import numpy as np
from django.urls import reverse

from annotations.models import Adjudication
from grading.item_estimates import item_estimates
from grading.models import DecisionPolicy
from grading.reports.marks import mark_sheet
from grading.reports.marks_tables import answers_table
from tests import make
from tests.base import ConcordTestCase


class GradingTests(ConcordTestCase):
    """30 answers, 24 of them marked twice by people who slip now and then; the machine marks all."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        rng = np.random.default_rng(5)
        dataset = make.a_dataset(cls.team)
        question = make.a_question(dataset, "1", full_mark=10)
        rated = make.items(question, 24)
        rubric = make.a_rubric(cls.team, (10,), kind="points", high=10)
        cls.raters = [cls.cast.bob, cls.cast.carol]
        cls.campaign = make.a_campaign(dataset, rubric, cls.raters, kind="grading", slug="exam")
        cls.rest = make.items(question, 6)
        truth = {item: 1.0 + i % 9 for i, item in enumerate([*rated, *cls.rest])}
        given = []
        for row in cls.campaign.campaign_items.select_related("item"):
            for rater in cls.raters:
                mark = truth[row.item] + rng.choice([-1, 0, 0, 1])
                given.append((row, rater, {"c1": float(np.clip(mark, 0, 10))}))
        make.ratings(given)
        machine = {item: float(np.clip(mark + rng.choice([-1, 0, 1]), 0, 10)) for item, mark in truth.items()}
        make.a_scorer(cls.team, machine, name="grader")
        cls.rated = rated

    def test_an_answer_nobody_marked_has_the_machines_word_and_a_wider_interval(self):
        found = item_estimates(self.campaign)
        width = {item: found[item.pk].high - found[item.pk].low for item in (*self.rated, *self.rest)}
        assert min(width[item] for item in self.rest[:4]) > max(width[item] for item in self.rated[1:8])
        assert {found[item.pk].share for item in self.rest} == {0}
        assert all(0 < found[item.pk].share < 1 for item in self.rated)

    def test_an_estimate_lies_nearer_to_the_line_than_the_ratings_do(self):
        found = item_estimates(self.campaign)
        spread = [np.std([one[k] for one in map(found.get, [i.pk for i in self.rated])]) for k in (0, 4)]
        assert spread[0] < spread[1]

    def test_an_adjudicated_mark_stands_as_it_is(self):
        row = self.campaign.campaign_items.get(item=self.rated[0])
        Adjudication.objects.create(campaign_item=row, adjudicator=self.cast.dave, mark=7)
        one = item_estimates(self.campaign)[self.rated[0].pk]
        assert (one.value, one.low, one.high, one.share) == (7, 7, 7, 1)

    def test_no_estimate_leaves_the_scale(self):
        found = item_estimates(self.campaign).values()
        assert min(one.low for one in found) >= 0
        assert max(one.high for one in found) <= 10

    def test_of_two_machines_neither_is_chosen_unless_its_marks_count(self):
        make.a_scorer(self.team, dict.fromkeys(self.rest, 5.0), name="another")
        away = [item_estimates(self.campaign)[item.pk].value for item in self.rest]
        chosen = [item_estimates(self.campaign, "grader")[item.pk].value for item in self.rest]
        assert len(set(away)) == 1
        assert len(set(chosen)) > 1

    def test_where_no_answer_was_marked_twice_there_is_no_estimate(self):
        self.campaign.ratings.filter(rater=self.cast.bob).delete()
        assert item_estimates(self.campaign) == {}

    def test_the_marks_by_answer_hold_it_beside_the_mark_of_record(self):
        rows = {row["item"]: row for row in answers_table(mark_sheet(self.campaign)).records()}
        found = item_estimates(self.campaign)
        mine = rows[self.rest[0].key]
        assert (mine["mark"], mine["estimate"]) == (None, found[self.rest[0].pk].value)


class EvaluationTests(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        dataset = make.a_dataset(cls.team)
        question = make.a_question(dataset)
        items = [make.an_item(question, source=name) for name in "AB" for _i in range(8)]
        raters = [cls.cast.bob, cls.cast.carol]
        cls.campaign = make.a_campaign(dataset, make.a_rubric(cls.team), raters, slug="bots")
        given = []
        for i, row in enumerate(cls.campaign.campaign_items.select_related("item")):
            for n, rater in enumerate(raters):
                level = (3 if row.item.source == "A" else 1) + (i % 4 == n) + (i % 3 == 0)
                given.append((row, rater, {"c1": level, "c2": level, "c3": level}))
        make.ratings(given)
        cls.helper = make.a_scorer(
            cls.team, {item: 2.0 * (i % 3 == 0) + i % 2 for i, item in enumerate(items)}, name="judge", scale="score"
        )
        cls.items = items

    def lines(self) -> dict[str, dict[str, str]]:
        response = self.client_of("victor").get(reverse("items-export", args=["bots"]))
        return {row["Item"]: row for row in csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))}

    def test_the_file_has_composites_out_of_a_hundred_drawn_to_the_mean_of_their_source(self):
        rows = self.lines()
        mine = [rows[item.key] for item in self.items[:8]]
        rated = np.array([float(row["Ratings adjusted for severity"]) for row in mine])
        estimate = np.array([float(row["Best estimate"]) for row in mine])
        assert rated.max() > 60
        assert (np.abs(estimate - rated.mean()) <= np.abs(rated - rated.mean()) + 2).all()
        assert estimate.std() < rated.std()

    def test_the_policys_score_is_what_foretells(self):
        before = item_estimates(self.campaign)
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.create(campaign=self.campaign, threshold=0.6, auxiliary=self.helper)
        after = item_estimates(self.campaign)
        assert any(after[i.pk].value != before[i.pk].value for i in self.items)

    def test_only_readers_of_the_team_get_the_file(self):
        url = reverse("items-export", args=["bots"])
        for name, status in (("alice", 200), ("victor", 200), ("bob", 403), ("eve", 404)):
            assert self.client_of(name).get(url).status_code == status, name
