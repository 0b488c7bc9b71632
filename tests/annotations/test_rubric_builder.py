"""The builder page: every button, every scale, every mistake at its place, nothing typed is lost."""

from __future__ import annotations

import html
import re
from unittest import mock

from annotations.actions.rubric_templates import TEMPLATES
from annotations.actions.rubrics import create_rubric, publish_rubric
from annotations.models import Rubric
from tests.base import ConcordTestCase

HEAD = {"name": "Replies", "kind": "weighted", "pass_percent": "60", "guidelines": "Be fair."}


def row(number: int, **values: object) -> dict[str, object]:
    """A criterion as the page posts it."""
    base = {"name": f"Criterion {number}", "weight": "50", "scale": "likert", "low": "1", "high": "3",
            "step": "1", "is_required": "on", "level-value": ["1", "2", "3"],
            "level-descriptor": ["bad", "fair", "good"]}  # fmt: skip
    base |= values
    return {f"r{number}-{name}": v for name, v in base.items() if v is not None}


class BuilderTestCase(ConcordTestCase):
    def setUp(self) -> None:
        start = TEMPLATES["blank"]
        self.rubric = create_rubric(
            team=self.team, name="Replies", by=self.cast.alice, head=start.head(), lines=[]
        )
        self.url = f"/rubrics/{self.rubric.pk}/edit/"
        self.sign_in("alice")

    def post(self, *rows: dict, do: str = "save", htmx: bool = False, **head: str):
        ids = [next(iter(r)).split("-")[0][1:] for r in rows]
        data = {**HEAD, **head, "row": ids, "do": do}
        for values in rows:
            data |= values
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.post(self.url, data, headers=headers)

    def criteria(self) -> list:
        return list(self.rubric.criteria.all())

    def order(self, response) -> list[str]:
        return re.findall(r'name="row" value="(\d+)"', response.content.decode())

    def value(self, response, name: str) -> str:
        text = response.content.decode()
        [found] = re.findall(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', text)
        return html.unescape(re.search(r'value="([^"]*)"', found)[1])


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
