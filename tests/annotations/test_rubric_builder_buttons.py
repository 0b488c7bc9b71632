"""Every button of the builder page, and its preview."""

from __future__ import annotations

import re

from tests.annotations.builder_case import HEAD, BuilderTestCase, row


class ButtonTests(BuilderTestCase):
    def test_adding_a_criterion_keeps_what_was_typed(self):
        response = self.post(row(4, weight="oops"), do="add")
        assert self.order(response) == ["4", "5"]
        assert self.value(response, "r4-weight") == "oops"
        self.assertNotContains(response, "This field is required")
        assert self.criteria() == []

    def test_moving_and_removing(self):
        rows = (row(1), row(2), row(3))
        assert self.order(self.post(*rows, do="down:1")) == ["2", "1", "3"]
        assert self.order(self.post(*rows, do="up:3")) == ["1", "3", "2"]
        assert self.order(self.post(*rows, do="up:1")) == ["1", "2", "3"]
        assert self.order(self.post(*rows, do="down:3")) == ["1", "2", "3"]
        assert self.order(self.post(*rows, do="remove:2")) == ["1", "3"]

    def test_making_weights_sum_to_a_hundred(self):
        response = self.post(row(1, weight="2"), row(2, weight="1"), row(3, weight="x"), do="hundred")
        assert [self.value(response, f"r{i}-weight") for i in (1, 2, 3)] == ["67", "33", "0"]
        self.assertContains(response, "Weights sum to 100 %")

    def test_a_longer_scale_brings_new_levels_and_keeps_the_words(self):
        response = self.post(row(1, high="5"), do="refresh")
        text = response.content.decode()
        assert re.findall(r'type="hidden" name="r1-level-value" value="(\d)"', text) == list("12345")
        self.assertContains(response, 'value="good"')

    def test_a_shorter_scale_carries_the_words_along_unseen(self):
        response = self.post(row(1, high="2"), do="refresh")
        text = response.content.decode()
        assert '<input type="hidden" name="r1-level-descriptor" value="good">' in text
        again = self.post(row(1, **{"level-value": ["1", "2", "3"], "level-descriptor": ["bad", "fair", "good"]}), do="refresh")
        self.assertContains(again, "Meaning of 3")

    def test_a_half_typed_scale_keeps_the_words(self):
        response = self.post(row(1, high=""), do="refresh")
        self.assertContains(response, 'name="r1-level-descriptor" value="good"')

    def test_categories_can_be_added_and_removed(self):
        values = {"scale": "categories", "level-value": ["0", "3"], "level-label": ["a", "b"],
                  "level-descriptor": ["", ""]}  # fmt: skip
        added = self.post(row(1, **values), do="level-add:1").content.decode()
        assert re.findall(r'name="r1-level-value"[^>]*value="([^"]*)"', added) == ["0", "3", "4"]
        removed = self.post(row(1, **values), do="level-remove:1:0").content.decode()
        assert re.findall(r'name="r1-level-label"[^>]*value="([^"]*)"', removed) == ["b", ""]

    def test_weights_are_hidden_but_kept_in_a_points_rubric(self):
        response = self.post(row(1, weight="40"), do="refresh", kind="points")
        self.assertContains(response, '<input type="hidden" name="r1-weight" value="40">')

    def test_a_fragment_brings_the_preview_and_the_formula(self):
        response = self.post(row(1), do="add", htmx=True)
        self.assertNotContains(response, "<html")
        self.assertContains(response, 'id="rubric-preview" hx-swap-oob')
        self.assertContains(response, "composite = 100 % Criterion 1")

    def test_too_many_criteria_are_not_added(self):
        rows = [row(i) for i in range(1, 61)]
        assert len(self.order(self.post(*rows, do="add"))) == 60


class PreviewTests(BuilderTestCase):
    def preview(self, *rows: dict, **head: str):
        ids = [next(iter(r)).split("-")[0][1:] for r in rows]
        data = {**HEAD, **head, "row": ids}
        for values in rows:
            data |= values
        return self.client.post(f"/rubrics/{self.rubric.pk}/preview/", data)

    def test_it_shows_what_is_typed_without_storing_it(self):
        response = self.preview(row(1, name="Tone"))
        self.assertContains(response, "Tone")
        self.assertContains(response, "fair")
        self.assertNotContains(response, "<html")
        assert self.criteria() == []

    def test_a_line_with_a_mistake_is_left_out_and_counted(self):
        response = self.preview(row(1, name="Tone"), row(2, high="x", name="Broken"))
        self.assertContains(response, "1 criterion with an open question is not shown.")
        self.assertNotContains(response, "Broken")

    def test_an_empty_builder_can_be_previewed(self):
        assert self.preview().status_code == 200

    def test_it_works_as_a_page(self):
        self.post(row(1, name="Tone"))
        response = self.client.get(f"/rubrics/{self.rubric.pk}/preview/")
        self.assertContains(response, "<html")
        self.assertContains(response, "Tone")

    def test_a_reader_sees_the_stored_one_whatever_is_posted(self):
        self.post(row(1, name="Tone"))
        self.sign_in("victor")
        response = self.preview(row(1, name="Sneaked in"))
        self.assertContains(response, "Tone")
        self.assertNotContains(response, "Sneaked in")
