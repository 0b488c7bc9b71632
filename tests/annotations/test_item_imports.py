"""The actions of an import: sort, store, repeat, resume, cancel."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from annotations import jobs
from annotations.actions import import_items as import_items_module
from annotations.actions import item_imports
from annotations.formats.problems import Problem
from annotations.models import AutomaticScore, Item, ItemImage, ItemImport, Question, Scorer
from tests import make
from tests.annotations.import_base import ImportCase

HEAD = "题号,题目,满分,步长,采分点,参考答案,科目,学号,班级,作答,机器评分,备注\n"
LINES = (
    "1,为什么？,4,0.5,甲2分；乙2分,因为,历史,s1,1班,一,3.5,x\n"
    "1,为什么？,4,0.5,甲2分；乙2分,因为,历史,s2,2班,二,2,\n"
    "2,谁？,2,,,,历史,s1,1班,三,1,\n"
)


def zip_of(table: str, **images: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("table.csv", table)
        for name, data in images.items():
            archive.writestr(f"{name}.png", data)
    return buffer.getvalue()


def png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (6, 4)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.database
class ImportTests(ImportCase):
    def test_items_questions_and_machine_marks_are_stored(self):
        done = self.run_import(HEAD + LINES)
        assert done.state == "done"
        assert self.counts(done) == (3, 0, 0)
        first, second = Question.objects.order_by("position")
        assert (first.key, first.text, first.full_mark, first.step) == (
            "历史 1",
            "为什么？",
            4,
            0.5,
        )
        assert first.scoring_points == [{"text": "甲", "marks": 2}, {"text": "乙", "marks": 2}]
        assert (first.reference, first.school_subject, second.step) == ("因为", "历史", 1)
        item = Item.objects.get(key="s1/历史 1")
        assert (item.text, item.source, item.question) == ("一", "s1", first)
        assert item.group_keys == {"科目": "历史", "班级": "1班"}
        assert item.metadata == {"备注": "x"}
        scorer = Scorer.objects.get()
        assert (scorer.name, scorer.scale, scorer.kind) == ("机器评分", "mark", "column")
        assert sorted(AutomaticScore.objects.values_list("value", flat=True)) == [1, 2, 3.5]

    def test_the_preview_stores_nothing_and_foresees_the_import(self):
        draft = self.upload(HEAD + LINES + "1,另一题,4,,,,历史,s3,1班,四,1,\n" + "9,x\n")
        assert Item.objects.count() == Question.objects.count() == Scorer.objects.count() == 0
        assert self.counts(draft) == (3, 0, 2)
        assert [problem["line"] for problem in draft.problems] == [5, 6]
        assert draft.facts["is_whole"] is True
        assert draft.facts["first_rows"][0]["text"] == "一"

    def test_a_file_imported_twice_adds_nothing(self):
        first = self.run_import(HEAD + LINES)
        again = self.run_import(HEAD + LINES, first.dataset)
        assert self.counts(again) == (0, 3, 0)
        assert Item.objects.count() == AutomaticScore.objects.count() == 3

    def test_other_content_under_a_known_key_is_reported_and_not_stored(self):
        dataset = self.run_import(HEAD + LINES).dataset
        changed = LINES.replace(",一,", ",改了,").replace(",2,\n", ",4,\n")
        again = self.run_import(HEAD + changed, dataset)
        sentences = [sentence(problem) for problem in again.problems]
        assert sentences == [
            "The dataset has another answer under the same key “s1/历史 1”.",
            "“机器评分” of the item “s2/历史 1” is stored as 2; the file says 4.",
        ]
        assert Item.objects.get(key="s1/历史 1").text == "一"

    def test_a_key_twice_in_one_file_is_one_item_or_a_problem(self):
        lines = LINES + "2,谁？,2,,,,历史,s1,1班,三,1,\n" + "2,谁？,2,,,,历史,s1,1班,别的,1,\n"
        assert self.counts(self.upload(HEAD + lines)) == (3, 1, 1)
        done = self.run_import(HEAD + lines)
        assert self.counts(done) == (3, 1, 1)
        assert Item.objects.count() == 3

    def test_a_second_file_completes_what_the_first_left_empty(self):
        dataset = self.run_import("题号,学号,作答\n1,s1,一\n1,s2,二\n").dataset
        self.run_import(
            "题号,题目,满分,学号,作答,得分\n1,为什么？,4,s1,一,3\n1,为什么？,4,s3,三,2\n",
            dataset,
            得分="past_mark",
        )
        question = Question.objects.get()
        assert (question.text, question.full_mark) == ("为什么？", 4)
        marks = dict(Item.objects.values_list("key", "reference_mark"))
        assert marks == {"s1/1": 3, "s2/1": None, "s3/1": 2}

    def test_a_question_that_contradicts_is_refused(self):
        dataset = self.run_import(HEAD + LINES).dataset
        again = self.run_import(HEAD + "1,另一题,4,0.5,,,历史,s9,1班,新,1,\n", dataset)
        assert self.counts(again) == (0, 0, 1)
        assert "already has another text" in sentence(again.problems[0])

    def test_a_mark_beyond_the_stored_full_mark_is_refused(self):
        dataset = self.run_import(HEAD + LINES).dataset
        again = self.run_import("科目,题号,学号,作答,机器评分\n历史,1,s9,新,5\n", dataset)
        assert self.counts(again) == (0, 0, 1)
        assert "outside the marks from 0 to 4" in sentence(again.problems[0])

    def test_a_file_of_scores_finds_its_items(self):
        dataset = self.run_import(HEAD + LINES).dataset
        table = "科目,题号,学号,rouge1\n历史,1,s1,0.5\n历史,1,s7,0.5\n"
        done = self.run_import(table, dataset)
        assert self.counts(done) == (0, 1, 1)
        assert "no item “s7/历史 1”" in sentence(done.problems[0])
        assert AutomaticScore.objects.get(scorer__name="rouge1").item.key == "s1/历史 1"

    def test_a_rater_column_stays_information(self):
        done = self.run_import("学号,题号,作答,评委\ns1,1,x,2\n", 评委="rating")
        assert Item.objects.get().metadata == {"评委": "2"}
        assert done.added == 1
        assert not Scorer.objects.exists()

    def test_marks_made_elsewhere_are_on_the_scale_that_the_dataset_knows(self):
        dataset = self.run_import(HEAD + LINES).dataset
        done = self.run_import("科目,题号,学号,机评\n历史,1,s1,85\n历史,2,s1,1\n", dataset)
        assert [sentence(one) for one in done.problems] == ["“机评” is 85, outside the marks from 0 to 4."]
        other = self.run_import("科目,题号,学号,模型评分\n历史,1,s1,3/5\n", dataset)
        assert "already has another full mark" in sentence(other.problems[0])
        assert list(AutomaticScore.objects.filter(scorer__name="机评").values_list("item__key", "value")) == [
            ("s1/历史 2", 1)
        ]

    def test_a_scorer_of_another_scale_stops_the_import_with_a_sentence(self):
        Scorer.objects.create(team=self.team, name="机器评分", scale="score")
        done = self.run_import(HEAD + LINES)
        assert done.state == "failed"
        assert "another kind or scale" in sentence(done.facts["failure"])
        assert not Item.objects.exists()

    def test_a_killed_import_goes_on_behind_its_last_batch(self):
        lines = "".join(f"1,s{i},a{i}\n" for i in range(7))
        item_import = self.upload("题号,学号,作答\n" + lines)
        item_imports.confirm_import(item_import=item_import)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(import_items_module, "BATCH", 2)
            self.kill_after(patch, batches=2)
            with pytest.raises(KeyboardInterrupt):
                jobs.run_item_import(item_import.pk)
        item_import.refresh_from_db()
        assert (item_import.state, item_import.done, Item.objects.count()) == ("running", 4, 4)
        jobs.run_item_import(item_import.pk)
        item_import.refresh_from_db()
        assert item_import.done == 4, "a run that gives signs of life is left alone"
        ItemImport.objects.update(beat_at=timezone.now() - 2 * item_imports.STALE)
        jobs.run_item_import(item_import.pk)
        item_import.refresh_from_db()
        assert (item_import.state, self.counts(item_import)) == ("done", (7, 0, 0))
        assert Item.objects.count() == 7
        assert list(Item.objects.values_list("position", flat=True)) == list(range(7))

    def test_the_speed_is_that_of_the_run_at_work(self):
        lines = "".join(f"1,s{i},a{i}\n" for i in range(7))
        item_import = self.upload("题号,学号,作答\n" + lines)
        item_imports.confirm_import(item_import=item_import)
        ItemImport.objects.update(done=4, total=7)
        again = item_imports.claim_import(item_import.pk)
        assert again.per_second is None
        again.done, again.started_at = 5, timezone.now() - timedelta(seconds=10)
        assert again.per_second == pytest.approx(0.1, rel=0.01)
        assert again.seconds_left == 20

    def kill_after(self, patch, batches: int) -> None:
        record = import_items_module.record
        calls = []

        def recorded(*args, **counts):
            if len(calls) == batches:
                raise KeyboardInterrupt
            calls.append(1)
            record(*args, **counts)

        patch.setattr(import_items_module, "record", recorded)

    def test_cancelling_stops_before_the_next_batch(self):
        item_import = self.upload("题号,学号,作答\n" + "".join(f"1,s{i},a\n" for i in range(6)))
        item_imports.confirm_import(item_import=item_import)
        record = import_items_module.record

        def cancel_then_record(*args, **counts):
            if Item.objects.count() == 4:
                item_imports.cancel_import(item_import=item_import)
            record(*args, **counts)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(import_items_module, "BATCH", 2)
            patch.setattr(import_items_module, "record", cancel_then_record)
            jobs.run_item_import(item_import.pk)
        item_import.refresh_from_db()
        assert item_import.state in ("cancelled", "running")
        assert Item.objects.count() == item_import.added == 2

    def test_a_waiting_import_is_cancelled_at_once_and_not_run(self):
        item_import = self.upload(HEAD + LINES)
        item_imports.confirm_import(item_import=item_import)
        item_imports.cancel_import(item_import=item_import)
        jobs.run_item_import(item_import.pk)
        item_import.refresh_from_db()
        assert item_import.state == "cancelled"
        assert not Item.objects.exists()

    def test_images_come_from_the_zip(self):
        table = "题号,学号,图片\n1,s1,a.png;b.png\n1,s2,none.png\n1,s3,c.png\n"
        done = self.run_import(zip_of(table, a=png(), b=png(), c=b"no image"))
        assert self.counts(done) == (1, 0, 2)
        assert [problem["line"] for problem in done.problems] == [3, 4]
        item = Item.objects.get()
        assert item.has_images
        assert [(image.width, image.height) for image in item.images.all()] == [(6, 4), (6, 4)]
        assert ItemImage.objects.first().file.read() == png()

    def test_image_names_without_a_zip_are_a_problem(self):
        done = self.run_import("题号,学号,图片\n1,s1,a.png\n")
        assert "in one zip" in sentence(done.problems[0])

    def test_markup_and_right_to_left_text_are_stored_as_they_are(self):
        text = "<script>alert(1)</script> ‮שלום‬ 🙂 =cmd()"
        self.run_import(f'题号,学号,作答\n1,s1,"{text}"\n')
        assert Item.objects.get().text == text

    def test_a_hundred_thousand_characters_fit(self):
        self.run_import(f"题号,学号,作答\n1,s1,{'长' * 100_000}\n")
        assert len(Item.objects.get().text) == 100_000

    def test_queries_do_not_grow_with_the_rows(self):
        def queries(n: int, name: str) -> int:
            dataset = make.a_dataset(self.team)
            head = "题号,学号,作答,机评\n"
            item_import = self.upload(
                head + "".join(f"1,{name}{i},a,1\n" for i in range(n)), dataset
            )
            item_imports.confirm_import(item_import=item_import)
            with CaptureQueriesContext(connection) as captured:
                jobs.run_item_import(item_import.pk)
            return len(captured)

        few = queries(10, "a")
        assert queries(200, "b") <= few


def sentence(data: dict) -> str:
    return Problem.from_data(data).text
