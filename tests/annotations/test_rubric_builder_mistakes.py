"""The builder page says every mistake at its place, and nothing typed is lost."""

from __future__ import annotations

import html

from annotations.actions.rubric_templates import TEMPLATES
from annotations.actions.rubrics import create_rubric
from tests.annotations.builder_case import HEAD, BuilderTestCase, row


class MistakeTests(BuilderTestCase):
    def refused(self, words: str, *rows: dict, **head: str) -> None:
        response = self.post(*rows, **head)
        self.assertContains(response, html.escape(words))
        assert self.criteria() == []

    def test_a_criterion_needs_a_name(self):
        self.refused("This field is required.", row(1, name=""))

    def test_two_criteria_of_one_name_are_refused(self):
        self.refused("Another criterion has this name already.", row(1, name="A"), row(2, name="A"))

    def test_a_weight_is_a_number(self):
        for weight in ("", "many", "-5", "nan", "inf", "1e9"):
            self.refused("Give a weight: a number from 0, such as 30.", row(1, weight=weight))

    def test_a_scale_must_go_up(self):
        self.refused("The highest level must be above the lowest.", row(1, low="5", high="5"))
        self.refused("The highest level must be above the lowest.", row(1, scale="points", high="0"))

    def test_the_ends_of_a_scale_are_numbers(self):
        self.refused("Give a number.", row(1, low="", high="x"))

    def test_a_step_is_above_zero(self):
        for step in ("0", "-1", "", "x"):
            self.refused("The step must be a number above 0", row(1, scale="points", step=step))

    def test_a_scale_of_thousands_of_levels_is_refused(self):
        self.refused("more than 201 levels", row(1, scale="points", high="1000", step="0.5"))

    def test_categories_need_names_and_different_numbers(self):
        values = {"scale": "categories", "level-value": ["1", "1", "x"], "level-label": ["a", "b", ""],
                  "level-descriptor": ["", "", "kept"]}  # fmt: skip
        response = self.post(row(1, **values))
        self.assertContains(response, "Another category has this number already.")
        self.assertContains(response, "Name this category.")
        self.assertContains(response, 'value="kept"')
        assert self.criteria() == []

    def test_a_scoring_point_is_no_likert_scale(self):
        self.refused("A scoring point counts from 0", row(1), kind="points")

    def test_a_veto_on_the_highest_level_is_refused(self):
        self.refused("no longer on the scale, or is its highest", row(1, veto="3"))

    def test_a_veto_on_a_level_that_is_gone_is_refused(self):
        self.refused("no longer on the scale", row(1, veto="7"))

    def test_the_pass_mark_is_a_percentage(self):
        self.refused("less than or equal to 100", row(1), pass_percent="101")

    def test_a_name_the_team_has_used_is_refused_at_the_field(self):
        start = TEMPLATES["reply"]
        create_rubric(team=self.team, name="Taken", by=None, head=start.head(), lines=start.fields())
        self.refused("This team already has a rubric of this name.", row(1), name="Taken")

    def test_an_unknown_kind_or_scale_is_refused(self):
        assert self.post(row(1), kind="wild").status_code == 200
        assert self.post(row(1, scale="wild")).status_code == 200
        assert self.criteria() == []

    def test_everything_typed_comes_back_after_a_mistake(self):
        response = self.post(row(1, weight="x", name="<b>bold</b>"), guidelines="  <script>alert(1)</script>")
        assert self.value(response, "r1-name") == "<b>bold</b>"
        assert self.value(response, "r1-weight") == "x"
        self.assertContains(response, "&lt;script&gt;alert(1)&lt;/script&gt;")
        self.assertNotContains(response, "<script>alert(1)")
        self.assertContains(response, 'value="fair"')

    def test_nonsense_in_the_address_of_a_button_changes_nothing(self):
        for do in ("", "up", "up:x", "level-remove:1", "remove:99", "level-add:99", "explode:1", "up:1:2", "add:1"):
            assert self.order(self.post(row(1), row(2), do=do)) == ["1", "2"]

    def test_row_numbers_that_are_none_are_ignored(self):
        response = self.client.post(self.url, {**HEAD, "row": ["x", "-1", "²", "1"], "do": "refresh", **row(1)})
        assert response.status_code == 200
        assert self.order(response) == ["1"]
