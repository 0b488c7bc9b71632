"""The builder page stores what is typed, and publishes it."""

from __future__ import annotations

from unittest import mock

from annotations.actions.rubrics import publish_rubric
from annotations.models import Rubric
from tests.annotations.builder_case import HEAD, BuilderTestCase, row


class StoringTests(BuilderTestCase):
    def test_saving_stores_head_and_criteria(self):
        response = self.post(row(1), row(2), pass_percent="72.5")
        self.assertRedirects(response, self.url)
        self.rubric.refresh_from_db()
        assert (self.rubric.pass_mark, self.rubric.guidelines) == (0.725, "Be fair.")
        first, second = self.criteria()
        assert (first.key, second.key) == ("c1", "c2")
        assert first.levels == [
            {"value": 1.0, "label": "1", "descriptor": "bad"},
            {"value": 2.0, "label": "2", "descriptor": "fair"},
            {"value": 3.0, "label": "3", "descriptor": "good"},
        ]

    def test_what_was_saved_is_shown_again(self):
        self.post(row(1, name="正确性 & co"), row(2))
        response = self.client.get(self.url)
        assert self.value(response, "r1-name") == "正确性 & co"
        assert self.value(response, "r2-weight") == "50"
        self.assertContains(response, 'value="fair"', count=2)

    def test_saving_twice_changes_nothing(self):
        self.post(row(1), row(2))
        before = list(self.rubric.criteria.values_list("key", "levels", "weight", "veto_at"))
        self.post(row(1, key="c1"), row(2, key="c2"))
        assert list(self.rubric.criteria.values_list("key", "levels", "weight", "veto_at")) == before

    def test_a_new_criterion_gets_a_key_that_is_free(self):
        self.post(row(1), row(2))
        self.post(row(2, key="c2"), row(3))
        assert [c.key for c in self.criteria()] == ["c2", "c1"]

    def test_two_criteria_of_one_key_get_different_ones(self):
        self.post(row(1, key="c1"), row(2, key="c1"))
        assert [c.key for c in self.criteria()] == ["c1", "c2"]

    def test_half_points_and_commas_are_understood(self):
        self.post(row(1, scale="points", high="1，5", step="0,5"), kind="points")
        assert self.criteria()[0].values == [0, 0.5, 1, 1.5]

    def test_any_likert_scale_may_be_negative(self):
        self.post(row(1, low="-2", high="2"))
        assert self.criteria()[0].values == [-2, -1, 0, 1, 2]

    def test_yes_and_no_have_names_of_their_own(self):
        values = {"scale": "yes_no", "level-value": ["0", "1"], "level-label": ["危险", "安全"],
                  "level-descriptor": ["harm", "none"], "veto": "0"}  # fmt: skip
        self.post(row(1, **values))
        [line] = self.criteria()
        assert [level["label"] for level in line.levels] == ["危险", "安全"]
        assert (line.low, line.high, line.veto_at) == (0, 1, 0)

    def test_yes_and_no_are_called_so_when_nothing_was_typed(self):
        self.post(row(1, scale="yes_no"))
        assert [level["label"] for level in self.criteria()[0].levels] == ["No", "Yes"]

    def test_categories_keep_their_order_and_values(self):
        values = {"scale": "categories", "level-value": ["2", "0", "-1"],
                  "level-label": ["good", "poor", "harmful"], "level-descriptor": ["", "x", ""]}  # fmt: skip
        self.post(row(1, **values))
        [line] = self.criteria()
        assert [(v["label"], v["value"]) for v in line.levels] == [("good", 2), ("poor", 0), ("harmful", -1)]
        assert (line.low, line.high) == (-1, 2)

    def test_weights_need_not_sum_in_a_draft(self):
        self.assertRedirects(self.post(row(1, weight="10")), self.url)

    def test_a_later_version_keeps_its_name(self):
        self.post(row(1, weight="100"), do="publish")
        self.client.post(f"/rubrics/{self.rubric.pk}/new-version/")
        copy = Rubric.objects.get(version=2)
        self.client.post(f"/rubrics/{copy.pk}/edit/", {**HEAD, "name": "Other", "do": "save", "row": []})
        copy.refresh_from_db()
        assert copy.name == "Replies"


class PublishingTests(BuilderTestCase):
    def test_publishing_freezes_with_a_digest(self):
        response = self.post(row(1), row(2), do="publish")
        self.assertRedirects(response, f"/rubrics/{self.rubric.pk}/")
        self.rubric.refresh_from_db()
        assert self.rubric.is_published
        assert len(self.rubric.digest) == 64

    def test_levels_without_a_word_are_named_and_the_lead_decides(self):
        bare = row(1, weight="100", **{"level-descriptor": ["", "fair", " "]})
        response = self.post(bare, do="publish")
        self.assertContains(response, "“Criterion 1” does not say what these levels mean: 1, 3.")
        self.rubric.refresh_from_db()
        assert not self.rubric.is_published
        assert [c.name for c in self.criteria()] == ["Criterion 1"]
        self.post(bare, do="publish-anyway")
        self.rubric.refresh_from_db()
        assert self.rubric.is_published

    def test_names_and_the_ends_of_long_scales_are_enough(self):
        rows = [
            row(1, scale="yes_no", **{"level-value": ["0", "1"], "level-label": ["no", "yes"],
                                      "level-descriptor": ["", ""]}),
            row(2, low="0", high="20", **{"level-value": [str(n) for n in range(21)],
                                          "level-descriptor": ["none", *[""] * 19, "all"]}),
        ]  # fmt: skip
        self.post(*rows, do="publish")
        self.rubric.refresh_from_db()
        assert self.rubric.is_published

    def test_the_button_of_the_rubrics_page_asks_the_same(self):
        self.post(row(1, weight="100", **{"level-descriptor": ["", "", ""]}))
        response = self.client.post(f"/rubrics/{self.rubric.pk}/publish/", follow=True)
        self.assertContains(response, "Publish anyway")
        self.rubric.refresh_from_db()
        assert not self.rubric.is_published

    def test_publishing_anyway_still_asks_for_weights_that_sum(self):
        response = self.post(row(1, weight="40"), do="publish-anyway")
        self.assertContains(response, "The weights sum to 40 %, not to 100 %.")

    def test_weights_that_do_not_sum_are_said_and_nothing_is_lost(self):
        response = self.post(row(1, weight="40"), row(2, weight="30"), do="publish")
        self.assertContains(response, "The weights sum to 70 %, not to 100 %.")
        assert self.value(response, "r1-weight") == "40"
        self.rubric.refresh_from_db()
        assert not self.rubric.is_published
        assert self.criteria() == []

    def test_an_empty_rubric_is_not_published(self):
        self.assertContains(self.post(do="publish"), "at least one criterion")

    def test_points_without_marks_are_not_published(self):
        values = {"scale": "categories", "level-value": ["-1", "0"], "level-label": ["a", "b"],
                  "level-descriptor": ["", ""]}  # fmt: skip
        response = self.post(row(1, **values), do="publish", kind="points")
        self.assertContains(response, "add up to no marks")

    def test_points_need_no_weights(self):
        self.post(row(1, scale="points", weight=""), do="publish", kind="points")
        self.rubric.refresh_from_db()
        assert self.rubric.is_published

    def test_a_published_rubric_has_no_builder(self):
        self.post(row(1, weight="100"), do="publish")
        self.assertRedirects(self.client.get(self.url), f"/rubrics/{self.rubric.pk}/")
        self.assertRedirects(self.post(row(1, name="Other")), f"/rubrics/{self.rubric.pk}/")
        assert self.criteria()[0].name == "Criterion 1"

    def test_a_rubric_published_in_another_tab_is_not_overwritten(self):
        self.post(row(1, weight="100"))
        stale = Rubric.objects.get(pk=self.rubric.pk)
        publish_rubric(rubric=self.rubric, by=self.cast.alice)
        with mock.patch("annotations.access.get_rubric_or_404", return_value=stale):
            response = self.post(row(1, name="Mine", weight="100"))
        self.assertContains(response, "A published rubric never changes")
        assert self.value(response, "r1-name") == "Mine"
        assert self.criteria()[0].name == "Criterion 1"
