"""manage.py training_set: make, list, export."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from grading.models import TrainingSet
from grading.training_rows import path_of, rows_of
from tests.base import ConcordTestCase
from tests.grading.report_cast import an_exam
from tests.grading.training_case import a_class, a_training_set, asked, example, papers, score_sheet


def without_splits(training_set: TrainingSet) -> list[str]:
    rows = ({**row, "split": ""} for row in rows_of(training_set))
    return sorted(json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows)


class CommandTest(ConcordTestCase):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.folder_path = tmp_path

    def a_file(self, text: str, name: str = "期中.csv") -> str:
        path = self.folder_path / name
        path.write_text(text, "utf-8")
        return str(path)

    def run_it(self, *words: str) -> tuple[str, str]:
        out, err = io.StringIO(), io.StringIO()
        call_command("training_set", *words, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    def make(self, *words: str) -> tuple[str, str]:
        return self.run_it("make", *words, "--team", "school")

    def test_a_file_becomes_a_set_and_the_same_file_again_is_that_set(self):
        path = self.a_file(papers())
        out, err = self.make(path, "--subject", "历史")
        made = TrainingSet.objects.get()
        assert f"Training set {made.pk}, digest {made.digest}" in out
        assert "No student stands in two splits." in out
        assert "Answers to learn from: only" in err
        assert (made.name, made.school_subject, made.file_name) == ("期中", "历史", "期中.csv")
        assert "It was there already" in self.make(path, "--name", "another name")[0]
        assert TrainingSet.objects.count() == 1

    def test_of_several_marks_the_one_that_was_named_is_learnt_and_without_it_one_is_asked(self):
        path = self.a_file("作答,学号,初评,终评\n甲,1,2,1\n乙,2,2,0\n")
        with pytest.raises(CommandError, match="终评"):
            self.make(path)
        self.make(path, "--map", "mark=终评")
        assert sorted(row["mark"] for row in rows_of(TrainingSet.objects.get())) == [0, 1]

    def test_several_questions_side_by_side_are_learnt_at_once_or_the_one_that_was_named(self):
        path = self.a_file(score_sheet(more=",第3题作答"))
        out, _err = self.make(path)
        assert "第2题: 第2题作答, 第2题得分（2分）" in out
        assert "Not learnt: 第3题作答" in out
        assert TrainingSet.objects.get().row_count == 40
        self.make(path, "--map", "answer=第2题作答", "--map", "mark=第2题得分（2分）")
        assert TrainingSet.objects.latest("pk").row_count == 20

    def test_of_two_marks_of_a_question_side_by_side_one_is_asked(self):
        path = self.a_file("学号,Q1 answer,Q1 mark,Q2 answer,Q2初评,Q2终评\na,x,1,y,2,1\nb,z,2,u,0,0\n")
        with pytest.raises(CommandError, match="Q2初评, Q2终评"):
            self.make(path)
        self.make(path, "--map", "mark=Q2终评", "--map", "ignore=Q2初评")
        marks = {(row["question"]["key"], row["student"]): row["mark"] for row in rows_of(TrainingSet.objects.get())}
        assert marks["Q2", "a"] == 1

    def test_problems_are_told_by_line_and_the_rest_is_taken(self):
        path = self.a_file("题号,满分,学号,作答,得分\n1,2,a,甲,1\n1,2,b,乙,5\n")
        assert "line 3:" in self.make(path)[1]
        assert TrainingSet.objects.get().row_count == 1

    def test_shares_seed_and_tie_are_as_told(self):
        path = self.a_file(papers(40))
        self.make(path, "--shares", "50,0,50", "--seed", "4", "--split-by", "question")
        made = TrainingSet.objects.get()
        assert (made.shares, made.seed, made.split_by) == ([0.5, 0.0, 0.5], 4, "question")
        assert made.facts["splits"] == {"train": 40, "validation": 0, "test": 40}

    def test_shares_that_are_none_are_refused(self):
        path = self.a_file(papers())
        for shares in ("80,20", "0,50,50", "80,10,20", "a,b,c", "120,-10,-10", "nan,50,50"):
            with pytest.raises(CommandError, match="three numbers that sum to 100"):
                self.make(path, f"--shares={shares}")

    def test_one_source_is_needed_and_it_must_hold_something(self):
        with pytest.raises(CommandError, match="Name one source"):
            self.make()
        with pytest.raises(CommandError, match="nothing named"):
            self.make("--campaign", "no-such")
        with pytest.raises(CommandError, match="There is nothing to learn from"):
            self.make(self.a_file("学号,作答,得分\na,甲,\n"))
        assert not TrainingSet.objects.exists()

    def test_marks_of_record_are_taken_as_asked(self):
        campaign = an_exam(self.cast)
        self.make("--campaign", campaign.slug, "--marks", "all")
        made = TrainingSet.objects.get()
        assert (made.campaign, made.marks, made.row_count) == (campaign, "all", 6)

    def test_the_files_of_several_sets_put_together_are_learnt_as_they_were(self):
        points = [{"text": "蒸汽机", "marks": 1.5}, {"text": "煤炭/煤矿", "marks": 0.5}]
        halves = asked("2", text="为什么？", full_mark=2, step="0.5", scoring_points=points, reference="煤")
        second = [example(halves, number, (number % 5) / 2, answer=f"因为{number}") for number in range(30)]
        sets = [a_training_set(self.team), a_training_set(self.team, second)]
        self.make(self.a_file("".join(path_of(one.digest).read_text("utf-8") for one in sets)))
        made = TrainingSet.objects.latest("pk")
        assert made.pk not in {one.pk for one in sets}
        assert without_splits(made) == sorted(without_splits(sets[0]) + without_splits(sets[1]))

    def test_the_list_is_told_to_people_and_to_programs(self):
        made = a_training_set(self.team)
        assert made.digest[:12] in self.run_it("list")[0]
        (one,) = json.loads(self.run_it("list", "--json")[0])
        assert (one["digest"], one["splits"]) == (made.digest, made.facts["splits"])

    def test_an_export_is_found_by_number_and_by_digest(self):
        made = a_training_set(self.team)
        whole, part = self.folder_path / "set.zip", self.folder_path / "test.jsonl"
        self.run_it("export", str(made.pk), "--out", str(whole))
        with zipfile.ZipFile(whole) as archive:
            inside = archive.read("test.jsonl")
        self.run_it("export", made.digest[:10], "--split", "test", "--out", str(part))
        assert part.read_bytes() == inside

    def test_an_export_says_what_is_wrong_before_it_writes(self):
        made = a_training_set(self.team, a_class(10))
        target = self.folder_path / "out.zip"
        for words, wrong in (
            ((str(made.pk), "--template", "{essay}"), "nothing to put at {essay}"),
            ((str(made.pk), "--template", "{"), "A brace stands alone"),
            (("ffff-none",), "no one training set"),
        ):
            with pytest.raises(CommandError, match=wrong):
                self.run_it("export", *words, "--out", str(target))
        assert not target.exists()
        with pytest.raises(CommandError, match="A zip goes to a file"):
            self.run_it("export", str(made.pk), "--out", "-")
