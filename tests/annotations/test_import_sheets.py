"""Score sheets as items: a line a student, several questions side by side."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from annotations import jobs
from annotations.actions import import_items as import_items_module
from annotations.actions import item_imports
from annotations.actions.known_items import mapping_of_items
from annotations.models import Item, Question
from tests.annotations.format_files import opened
from tests.annotations.import_base import ImportCase

SHEET = "学号,班级,第1题作答,第1题得分（3分）,第2题作答,总分\ns1,1班,煤炭,3,统治,3\ns2,1班,不知道,0,,0\ns3,2班,铁,2分,圈地,4\n"


def guess(header: str, line: str) -> dict[str, str]:
    return item_imports.describe(opened(f"{header}\n{line}\n"))["guess"]


@pytest.mark.database
class SheetTests(ImportCase):
    def test_every_answer_of_a_line_becomes_an_item(self):
        done = self.run_import(SHEET)
        assert (done.state, self.counts(done)) == ("done", (6, 0, 0))
        items = {item.key: item for item in Item.objects.all()}
        assert set(items) == {f"s{i}/第{q}题" for i in (1, 2, 3) for q in (1, 2)}
        assert (items["s3/第1题"].text, items["s3/第1题"].reference_mark) == ("铁", 2.0)
        assert items["s2/第2题"].text == ""
        assert items["s1/第2题"].reference_mark is None
        assert items["s1/第2题"].group_keys == {"班级": "1班"}
        assert items["s1/第2题"].metadata == {"总分": "3"}
        assert dict(Question.objects.values_list("key", "full_mark")) == {"第1题": 3, "第2题": None}

    def test_the_same_sheet_again_adds_nothing(self):
        dataset = self.run_import(SHEET).dataset
        again = self.run_import(SHEET, dataset)
        assert self.counts(again) == (0, 6, 0)

    def test_after_a_kill_between_two_answers_of_a_line_it_goes_on_there(self):
        item_import = self.upload(SHEET)
        item_imports.confirm_import(item_import=item_import)
        stored = import_items_module._store
        calls = []

        def killed(*args):
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return stored(*args)

        with (
            patch.object(import_items_module, "BATCH", 3),
            patch.object(import_items_module, "_store", killed),
            pytest.raises(KeyboardInterrupt),
        ):
            jobs.run_item_import(item_import.pk)
        assert Item.objects.count() == 3
        item_imports.give_up_dead_run(item_import)
        type(item_import).objects.filter(pk=item_import.pk).update(state="failed")
        jobs.run_item_import(item_import.pk)
        item_import.refresh_from_db()
        assert (item_import.state, self.counts(item_import)) == ("done", (6, 0, 0))
        assert Item.objects.count() == 6

    def test_its_lines_name_no_single_item_for_ratings(self):
        dataset = self.run_import(SHEET).dataset
        assert mapping_of_items(dataset, SHEET.splitlines()[0].split(",")) == {}

    def test_the_page_shows_which_columns_belong_together(self):
        self.sign_in("alice")
        item_import = self.upload(SHEET + "s4,2班,a\n")
        for path in ("columns/", ""):
            page = self.client.get(f"/imports/{item_import.pk}/{path}")
            self.assertContains(page, "2 questions side by side")
            self.assertContains(page, "<bdi>第1题得分（3分）</bdi>")
        self.assertContains(page, "This line has 3 columns where the header has 6.")

    def test_a_mark_whose_answer_is_missing_is_asked_about(self):
        self.sign_in("alice")
        item_import = self.upload("学号,第1题作答,第2题作答,第3题得分\ns1,a,b,3\n", 第3题得分="ignore")
        facts = item_import.facts
        chosen = {**facts["guess"], "第3题得分": "past_mark"}
        data = {f"column_{i}": chosen[column] for i, column in enumerate(facts["columns"])}
        page = self.client.post(f"/imports/{item_import.pk}/columns/", data)
        self.assertContains(page, "have no partner of the same question: 第3题得分")


def test_a_column_that_only_names_the_question_holds_its_answers_where_they_are_texts():
    assert guess("姓名,第1题,第2题", "张三,因为煤炭,不知道") == {
        "姓名": "source", "第1题": "answer", "第2题": "answer",
    }  # fmt: skip
    assert "answer" not in guess("姓名,第1题,第2题", "张三,3,2分").values()


def test_two_responses_to_one_prompt_are_no_two_questions():
    assert list(guess("prompt,response 1,response 2", "hi,a,b").values()).count("answer") == 0
    assert list(guess("题号,作答,Q1 answer,Q2 answer", "1,x,a,b").values()).count("answer") == 1


def test_the_number_of_a_line_is_its_student_where_nothing_else_is():
    assert guess("条目编号,第1题作答,第2题作答", "1,a,b")["条目编号"] == "source"
