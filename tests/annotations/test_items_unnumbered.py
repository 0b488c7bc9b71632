"""Rows that no column numbers, and lines that are no answers."""

from __future__ import annotations

import pytest

from annotations import jobs
from annotations.actions import import_items as import_items_module
from annotations.formats.columns import Role, guess_roles
from annotations.formats.items import ItemReader
from annotations.formats.problems import Problem, Row
from annotations.models import Item, Question
from tests.annotations.import_base import ImportCase

SAME = "question,answer\nwhy?,do not know\nwhy?,because\nwhy?,do not know\nwhy?,do not know\n"


def read(roles: dict[str, str], *rows: dict[str, str]) -> list:
    reader = ItemReader(roles)
    return [reader(Row(line, row)) for line, row in enumerate(rows, start=2)]


@pytest.mark.database
class UnnumberedTests(ImportCase):
    def test_the_same_answer_without_a_number_is_an_item_each_time(self):
        done = self.run_import(SAME)
        assert self.counts(done) == (4, 0, 0)
        again = self.run_import(SAME + "why?,new\n", done.dataset)
        assert self.counts(again) == (1, 4, 0)

    def test_a_killed_import_numbers_equal_answers_as_before(self):
        whole = self.run_import(SAME)
        keys = list(Item.objects.order_by("position").values_list("key", flat=True))
        Item.objects.all().delete()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(import_items_module, "BATCH", 1)
            whole.state, whole.done = "waiting", 2
            whole.save()
            jobs.run_item_import(whole.pk)
        assert list(Item.objects.order_by("position").values_list("key", flat=True)) == keys[2:]

    def test_an_answer_on_the_line_of_every_rater_is_one_item(self):
        lines = "".join(f"why?,{text},{who}\n" for text in ("no", "yes", "because") for who in ("ann", "ben"))
        assert self.counts(self.run_import("question,answer,rater\n" + lines)) == (3, 3, 0)

    def test_equal_answers_stay_apart_where_each_was_marked_once(self):
        lines = "".join(f"why?,{text},ann\n" for text in ("no", "no", "yes", "because")) + "why?,no,ben\n"
        assert self.counts(self.run_import("question,answer,rater\n" + lines)) == (5, 0, 0)

    def test_equal_answers_of_participants_stay_apart_but_no_long_text_is_written_twice(self):
        short = "".join(f"why?,{text},{who}\n" for text in ("yes", "no") for who in ("p1", "p2"))
        assert self.counts(self.run_import("question,answer,participant\n" + short)) == (4, 0, 0)
        long = short.replace("yes", "y" * 40).replace("no", "n" * 40)
        assert self.counts(self.run_import("question,answer,participant\n" + long)) == (2, 2, 0)

    def test_references_without_questions_are_questions_of_their_own(self):
        done = self.run_import("answer,reference\na,x\nb,y\nc,x\n")
        assert self.counts(done) == (3, 0, 0)
        assert sorted(Question.objects.values_list("reference", flat=True)) == ["x", "y"]


def test_a_line_that_sums_up_is_no_answer():
    roles = {"学号": "source", "作答": "answer"}
    student, total = read(roles, {"学号": "001", "作答": ""}, {"学号": "平均分", "作答": " "})
    assert student.source == "001"
    assert isinstance(total, Problem)
    assert "平均分" in total.text


def test_a_line_of_means_is_named_though_its_word_stands_under_a_name():
    roles = {"姓名": "ignore", "学号": "source", "作答": "answer"}
    _student, total = read(roles, {"学号": "001", "作答": "因为"}, {"姓名": "平均分", "学号": "", "作答": ""})
    assert "平均分" in total.text


def test_a_mark_that_is_not_there_leaves_the_answer():
    roles = {"作答": "answer", "得分": "past_mark", "机评": "machine"}
    absent, half, wrong = read(
        roles,
        {"作答": "a", "得分": "缺考", "机评": "-"},
        {"作答": "b", "得分": "3½", "机评": "三分"},
        {"作答": "c", "得分": "三或四"},
    )
    assert (absent.reference_mark, absent.scores) == (None, {})
    assert (half.reference_mark, half.scores) == (3.5, {"机评": 3})
    assert isinstance(wrong, Problem)


def test_a_name_beside_a_number_of_the_student_is_information():
    guess = guess_roles(["学号", "姓名", "作答"], {})
    assert guess.roles["学号"] is Role.SOURCE
    assert guess.roles["姓名"] is Role.METADATA
    assert guess_roles(["姓名"], {}).roles == {"姓名": Role.SOURCE}


@pytest.mark.parametrize("name", ["一评", "二评", "终评", "仲裁"])
def test_marks_of_several_readers_are_asked(name):
    assert name in guess_roles([name], {name: ["3"]}).open
