"""A training set is stored once, read back whole, and found out when its file is damaged."""

from __future__ import annotations

import hashlib

import pytest
from django.utils import timezone

from annotations.formats.opening import open_table
from annotations.models import Adjudication, Appeal, Campaign, Rating, Scorer
from grading.actions.training_set import write_rows
from grading.grader_data import learning_rows
from grading.models import DecisionPolicy, TrainingSet
from grading.training_columns import describe_papers
from grading.training_examples import of_campaign, of_dataset, of_file
from grading.training_rows import DamagedSet, path_of, rows_of
from tests import make
from tests.base import ConcordTestCase
from tests.grading.report_cast import a_verdict, an_exam
from tests.grading.training_case import (
    a_class,
    a_training_set,
    built,
    papers,
    papers_of,
    score_sheet,
    upload,
)


class StoringTest(ConcordTestCase):
    def test_the_file_has_the_digest_for_a_name_and_all_rows(self):
        stored = a_training_set(self.team)
        content = path_of(stored.digest).read_bytes()
        assert hashlib.sha256(content).hexdigest() == stored.digest
        assert list(rows_of(stored)) == built(a_class()).rows
        assert (stored.row_count, stored.question_count) == (30, 1)

    def test_equal_content_is_the_set_there_is(self):
        first = a_training_set(self.team)
        again = a_training_set(self.team, reversed(a_class()))
        assert again.pk == first.pk
        assert TrainingSet.objects.count() == 1

    def test_two_teams_do_not_share_a_set_but_may_share_the_file(self):
        mine, theirs = a_training_set(self.team), a_training_set(self.cast.elsewhere)
        assert mine.pk != theirs.pk
        assert mine.digest == theirs.digest

    def test_no_part_of_a_file_is_left_where_writing_failed(self):
        def rows():
            yield {"answer": "一"}
            raise OSError("disk full")

        before = set(path_of("").parent.glob("*"))
        with pytest.raises(OSError, match="disk full"):
            write_rows(rows())
        assert set(path_of("").parent.glob("*")) == before

    def test_papers_carry_their_questions_scale_and_weight(self):
        stored = a_training_set(self.team, [one._replace(weight=0.5) for one in a_class()])
        parts = {name: part.papers for name, part in learning_rows(stored).parts.items()}
        learnt = parts["train"]
        assert {name: len(papers) for name, papers in parts.items()} == stored.facts["splits"]
        assert {paper.weight for paper in learnt} == {0.5}
        assert len({id(paper.question) for paper in learnt}) == 1
        assert learnt[0].question.marks == (0, 1, 2)

    def test_rows_of_one_split_are_all_of_it_whatever_answers_look_like(self):
        examples = a_class()
        examples[0] = examples[0]._replace(answer='{"split":"test"} "split":"train"')
        stored = a_training_set(self.team, examples)
        for split, count in stored.facts["splits"].items():
            found = list(rows_of(stored, split))
            assert [row["split"] for row in found] == [split] * count

    def test_a_changed_file_is_found_out(self):
        stored = a_training_set(self.team)
        path = path_of(stored.digest)
        path.write_bytes(path.read_bytes().replace(b'"mark":1', b'"mark":2', 1))
        with pytest.raises(DamagedSet):
            papers_of(stored)
        path.unlink()


class SourcesTest(ConcordTestCase):
    def a_file(self, text: str):
        table = open_table(upload(text).file, "期中.csv")
        return of_file(table, describe_papers(table)["guess"])

    def test_a_file_and_the_dataset_imported_from_it_are_one_set(self):
        dataset = make.a_dataset(self.team)
        for key in (1, 2):
            make.a_question(dataset, str(key), text=f"第{key}题？", reference=f"答案{key}", full_mark=2)
        for found in list(self.a_file(papers())):
            make.an_item(
                dataset.questions.get(key=found.question.key), found.item, text=found.answer,
                source=found.student, group_keys={"班级": found.group}, reference_mark=found.mark,
            )
        rows = built(of_dataset(dataset)).rows
        assert len(rows) == 40
        assert rows == built(self.a_file(papers())).rows

    def test_what_only_a_later_line_says_of_a_question_holds_for_all_its_answers(self):
        text = "题号,满分,学号,作答,得分\n1,,a,甲,1\n1,3,b,乙,2\n"
        assert {row["question"]["full_mark"] for row in built(self.a_file(text)).rows} == {3}

    def test_lines_that_contradict_what_was_said_of_a_question_are_problems(self):
        found = built(self.a_file("题号,满分,学号,作答,得分\n1,2,a,甲,1\n1,3,b,乙,2\n"))
        assert [problem.line for problem in found.problems] == [3]

    def test_a_line_of_averages_is_told_once_however_many_questions_stand_side_by_side(self):
        found = built(self.a_file(score_sheet() + ",平均分,,,,,\n"))
        assert [problem.line for problem in found.problems] == [22]
        assert (found.refused, len(found.rows)) == (1, 40)


class CampaignTest(ConcordTestCase):
    def setUp(self) -> None:
        self.campaign = an_exam(self.cast)

    def marks(self, taken: str) -> dict[str, tuple[float | None, float]]:
        return {f"{e.student}/{e.question.key}": (e.mark, e.weight) for e in of_campaign(self.campaign, taken)}

    def row_of(self, student: str, key: str):
        return self.campaign.campaign_items.get(item__source=student, item__question__key=key)

    def disagree(self, student: str, key: str) -> None:
        self.row_of(student, key).ratings.filter(rater=self.cast.bob).update(mark=0)

    def adjudicate(self, student: str, key: str, mark: float) -> None:
        row = self.row_of(student, key)
        Adjudication.objects.create(campaign_item=row, adjudicator=self.cast.dave, mark=mark)

    def test_agreed_and_adjudicated_marks_are_settled_and_disputed_ones_are_not(self):
        self.disagree("s1", "1")
        self.disagree("s2", "1")
        self.adjudicate("s2", "1", 2)
        found = self.marks("settled")
        assert found["s1/1"][0] is None
        assert found["s2/1"] == (2, 1)
        assert found["s3/1"][0] is not None

    def test_only_adjudicated_marks_can_be_asked_for(self):
        self.adjudicate("s2", "1", 2)
        found = {key: mark for key, (mark, _weight) in self.marks("adjudicated").items() if mark is not None}
        assert found == {"s2/1": 2}

    def test_one_rater_alone_settles_nothing_but_counts_among_all(self):
        row = self.row_of("s1", "1")
        row.assignments.filter(rater=self.cast.bob).update(state="open", rater=None)
        row.ratings.filter(rater=self.cast.bob).delete()
        row.assignments.filter(state="open").delete()
        assert self.marks("settled")["s1/1"][0] is None
        assert self.marks("all")["s1/1"][0] is not None

    def test_where_the_plan_asks_for_one_rating_it_settles_what_nobody_appeals_against(self):
        self.campaign.ratings.filter(rater=self.cast.bob).delete()
        self.campaign.assignments.filter(rater=self.cast.bob).delete()
        assert {mark for mark, _weight in self.marks("settled").values()} == {None}
        Campaign.objects.update(ratings_per_item=1)
        row = self.row_of("s1", "1")
        Appeal.objects.create(item=row.item, mark=3, text="why?")
        found = self.marks("settled")
        assert found.pop("s1/1")[0] is None
        assert {key: mark for key, (mark, _weight) in found.items()} == {
            "s1/2": 3, "s2/1": 4, "s2/2": 4, "s3/1": 5, "s3/2": 5
        }  # fmt: skip
        self.adjudicate("s1", "1", 2)
        assert self.marks("settled")["s1/1"] == (2, 1)

    def test_marks_that_only_the_machine_gave_are_never_learnt_from(self):
        question = self.campaign.dataset.questions.get(key="1")
        item = make.an_item(question, source="s9")
        Scorer.objects.get(name="grader").automatic_scores.create(item=item, value=2)
        a_verdict(self.campaign, "grader", signed_by=self.cast.alice, signed_at=timezone.now())
        assert self.marks("all")["s9/1"][0] is None

    def test_weights_fall_where_raters_differ_and_adjudicated_marks_count_in_full(self):
        with make.as_draft(self.campaign):
            DecisionPolicy.objects.filter(campaign=self.campaign).update(tolerance=1)
        row = self.row_of("s1", "1")
        rating = Rating.objects.get(campaign_item=row, rater=self.cast.bob)
        Rating.objects.filter(pk=rating.pk).update(mark=rating.mark - 1)
        self.adjudicate("s2", "1", 2)
        found = self.marks("weighted")
        assert found["s2/1"] == (2, 1)
        assert 0 < found["s1/1"][1] < 1
