"""The table of counted ratings that agreement, verdict and report read."""

from __future__ import annotations

import numpy as np

from annotations.models import CampaignRubric, Rating
from annotations.models.rating_table import criterion_columns, rating_table
from tests import make
from tests.base import ConcordTestCase


class RatingTableTests(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team)
        self.question = make.a_question(self.dataset)
        make.items(self.question, 3, source="system A")
        self.rubric = make.a_rubric(self.team)
        self.campaign = make.a_campaign(
            self.dataset, self.rubric, [self.cast.bob, self.cast.carol], k=2
        )
        self.rows = list(self.campaign.campaign_items.all())

    def rate(self, row: int, rater: str, *values: float, **kwargs) -> Rating:
        scores = {f"c{i}": value for i, value in enumerate(values, start=1)}
        return make.a_rating(self.rows[row], getattr(self.cast, rater), scores, **kwargs)

    def test_it_has_one_row_a_rating_with_scores_composite_and_seconds(self):
        first = self.rate(0, "bob", 5, 0, 0, active_seconds=12)
        second = self.rate(0, "carol", 5, 5, 5)
        third = self.rate(1, "bob", 0, 0, 5)
        table = rating_table(self.campaign)
        assert table.rating.tolist() == [first.pk, second.pk, third.pk]
        assert table.composite.tolist() == [0.4, 1.0, 0.3]
        assert table.values["c1"].tolist() == [5, 5, 0]
        assert table.values["c3"].tolist() == [0, 5, 5]
        assert table.seconds.tolist() == [12, 20, 20]
        assert table.source.tolist() == ["system A"] * 3
        assert table.rater_names == {self.cast.bob.pk: "Bob", self.cast.carol.pk: "Carol"}
        assert np.isnan(table.mark).all()

    def test_only_current_live_ratings_count(self):
        self.rate(0, "bob", 1, 1, 1)
        for row, state in enumerate(["superseded", "surplus"], start=1):
            rating = self.rate(row, "carol", 2, 2, 2)
            Rating.objects.filter(pk=rating.pk).update(state=state)
        practice = self.rate(2, "bob", 3, 3, 3)
        Rating.objects.filter(pk=practice.pk).update(kind="practice")
        assert rating_table(self.campaign).composite.tolist() == [0.2]

    def test_a_flagged_rating_has_no_numbers(self):
        rating = self.rate(0, "bob", 1, 1, 1)
        rating.scores.all().delete()
        Rating.objects.filter(pk=rating.pk).update(flag_reason="blank", composite=None)
        table = rating_table(self.campaign)
        assert table.is_flagged.tolist() == [True]
        assert np.isnan(table.composite[0])
        assert np.isnan(table.values["c1"][0])

    def test_a_campaign_without_ratings_is_empty(self):
        table = rating_table(self.campaign)
        assert len(table) == 0
        assert table.item_count == 0
        assert list(table.values) == ["c1", "c2", "c3"]

    def test_where_keeps_the_rows_asked_for(self):
        self.rate(0, "bob", 1, 1, 1)
        self.rate(1, "carol", 2, 2, 2)
        table = rating_table(self.campaign)
        kept = table.where(table.rater == self.cast.carol.pk)
        assert kept.values["c2"].tolist() == [2]
        assert kept.composite.tolist() == [0.4]

    def test_rubrics_with_the_same_criterion_share_a_column_and_others_do_not(self):
        same = make.a_rubric(self.team, weights=(1,))
        other = make.a_rubric(self.team, weights=(1,), high=3, name="Poems")
        for rubric, key in [(same, "2"), (other, "3")]:
            question = make.a_question(self.dataset, key)
            CampaignRubric.objects.create(campaign=self.campaign, rubric=rubric, question=question)
        columns = {column.key: column for column in criterion_columns(self.campaign)}
        assert set(columns) == {f"{self.rubric}/c1", "Poems v1/c1", "c2", "c3"}
        assert columns["Poems v1/c1"].domain == (0, 1, 2, 3)
        assert len(columns[f"{self.rubric}/c1"].criterion_ids) == 2

    def test_query_count_does_not_grow(self):
        self.rate(0, "bob", 1, 1, 1)
        with self.assertNumQueries(5):
            rating_table(self.campaign)
        self.rate(0, "carol", 1, 1, 1)
        self.rate(1, "bob", 1, 1, 1)
        with self.assertNumQueries(5):
            rating_table(self.campaign)
