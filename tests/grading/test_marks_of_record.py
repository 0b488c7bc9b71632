"""Marks of record: from ratings, adjudications and accepted machines to the mark sheet."""

from __future__ import annotations

import csv
import io

import openpyxl
from django.utils import timezone

from annotations.models import Adjudication, Gold
from grading.models import Verdict
from grading.reports.marks import class_of, mark_sheet
from grading.reports.marks_tables import classes_table, sheet_table
from tests import make
from tests.base import ConcordTestCase
from tests.grading.report_cast import a_verdict, an_evaluation, an_exam


class MarkSheetTest(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_exam(cls.cast)

    def row_of(self, student: str, key: str):
        return self.campaign.campaign_items.get(item__source=student, item__question__key=key)

    def marks(self) -> dict[tuple[str, str], tuple[float | None, str, str]]:
        keys = {q.pk: q.key for q in self.campaign.dataset.questions.all()}
        return {
            (a.student, keys[a.question]): (a.record.mark, a.record.origin, a.record.reason)
            for a in mark_sheet(self.campaign).answers
        }

    def disagree(self, student: str, key: str) -> None:
        self.row_of(student, key).ratings.filter(rater=self.cast.bob).update(mark=0)

    def sign(self, **kwargs) -> Verdict:
        return a_verdict(self.campaign, "grader", signed_by=self.cast.alice, signed_at=timezone.now(), **kwargs)

    def test_agreed_marks_make_totals_by_student(self):
        rows = sheet_table(mark_sheet(self.campaign)).records()
        assert [(r["class"], r["student"], r["total"]) for r in rows] == [
            ("三班", "s1", 6), ("三班", "s2", 8), ("三班", "s3", 10),
        ]  # fmt: skip

    def test_a_disputed_mark_is_missing_until_it_is_adjudicated(self):
        self.disagree("s1", "1")
        assert self.marks()["s1", "1"] == (None, "missing", "raters_disagree")
        rows = {r["student"]: r for r in sheet_table(mark_sheet(self.campaign)).records()}
        assert (rows["s1"]["total"], rows["s1"]["missing"]) == (None, 1)
        for mark in (1, 2):
            Adjudication.objects.create(
                campaign_item=self.row_of("s1", "1"), adjudicator=self.cast.dave, mark=mark
            )
        assert self.marks()["s1", "1"] == (2, "adjudicated", "")

    def test_the_machine_counts_only_with_a_signed_pass(self):
        self.disagree("s1", "1")
        a_verdict(self.campaign, "grader")
        assert self.marks()["s1", "1"][1] == "missing"
        self.sign()
        assert self.marks()["s1", "1"] == (3, "machine", "raters_disagree")
        assert self.marks()["s2", "1"][1] == "human"

    def test_a_newer_verdict_that_is_not_signed_takes_the_machine_back(self):
        self.disagree("s1", "1")
        self.sign()
        a_verdict(self.campaign, "grader")
        assert self.marks()["s1", "1"][1] == "missing"

    def test_a_signed_fail_accepts_nothing(self):
        self.disagree("s1", "1")
        self.sign(outcome="fail")
        assert mark_sheet(self.campaign).machine == ""

    def test_an_answer_that_was_not_drawn_gets_the_accepted_machines_mark(self):
        question = self.campaign.dataset.questions.get(key="1")
        item = make.an_item(question, source="s9", group_keys={"class": "四班"})
        assert self.marks()["s9", "1"] == (None, "missing", "machine_not_accepted")
        self.sign()
        assert self.marks()["s9", "1"] == (None, "missing", "no_machine_mark")
        make.a_scorer(self.team, {item: 2}, name="another")
        from annotations.models import AutomaticScore, Scorer

        AutomaticScore.objects.create(item=item, scorer=Scorer.objects.get(name="grader"), value=4)
        assert self.marks()["s9", "1"] == (4, "machine", "")

    def test_a_gold_item_has_its_definitive_mark(self):
        Gold.objects.create(campaign_item=self.row_of("s3", "2"), scores={"c1": 1})
        assert self.marks()["s3", "2"] == (1, "adjudicated", "")

    def test_surplus_and_superseded_ratings_do_not_count(self):
        row = self.row_of("s1", "1")
        row.ratings.filter(rater=self.cast.bob).update(state="surplus", mark=0)
        assert self.marks()["s1", "1"] == (None, "missing", "unfinished")

    def test_two_answers_of_a_student_to_a_question_count_neither(self):
        question = self.campaign.dataset.questions.get(key="1")
        make.an_item(question, source="s1", group_keys={"班级": "三班"})
        found = mark_sheet(self.campaign)
        assert [a.record.reason for a in found.answers if (a.student, a.question) == ("s1", question.pk)] == ["two_answers"] * 2

    def test_classes_are_summed_up_over_complete_students(self):
        self.disagree("s3", "1")
        row = classes_table(mark_sheet(self.campaign)).records()[0]
        assert (row["students"], row["complete"], row["mean"], row["low"], row["high"]) == (3, 2, 7, 6, 8)

    def test_the_class_is_found_under_its_usual_names(self):
        assert class_of({"Class": "7a"}) == class_of({"班级": "7a"}) == "7a"
        assert class_of({"school": "x"}) == ""


class MarkPageTest(ConcordTestCase):
    def names(self, campaign, **query) -> list[str]:
        """The students of the page, in its order."""
        response = self.client.get(f"/campaigns/{campaign.slug}/marks/", query)
        return [row.student.student for row in response.context["listing"].page]

    def two_classes(self):
        campaign = an_exam(self.cast)
        question = campaign.dataset.questions.first()
        make.an_item(question, source="other", group_keys={"class": "八班"})
        self.sign_in("alice")
        return campaign

    def test_the_list_is_narrowed_to_a_class_or_a_name(self):
        campaign = self.two_classes()
        assert self.names(campaign) == ["s1", "s2", "s3", "other"]
        assert self.names(campaign, **{"class": "八班"}) == ["other"]
        assert self.names(campaign, q="S2") == ["s2"]
        assert self.names(campaign, q="nobody") == []

    def test_it_sorts_by_any_question_and_who_has_no_mark_comes_last(self):
        campaign = self.two_classes()
        question = campaign.dataset.questions.first()
        assert self.names(campaign, sort=f"-q{question.pk}") == ["s3", "s2", "s1", "other"]
        assert self.names(campaign, sort="total") == ["s1", "s2", "s3", "other"]

    def test_what_is_shown_is_taken_home(self):
        campaign = self.two_classes()
        query = {"format": "csv", "class": "三班", "sort": "-total"}
        response = self.client.get(f"/campaigns/{campaign.slug}/marks/", query)
        text = response.getvalue().decode("utf-8-sig")
        assert [row[1] for row in csv.reader(io.StringIO(text))] == ["Student", "s3", "s2", "s1"]

    def test_the_csv_comes_by_student_and_by_answer(self):
        campaign = an_exam(self.cast)
        self.sign_in("alice")
        body = self.client.get(f"/campaigns/{campaign.slug}/marks.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(body)))
        assert rows[1] == ["三班", "s1", "3", "3", "6", "0"]
        response = self.client.get(f"/campaigns/{campaign.slug}/marks.csv?by=answer")
        assert len(list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))) == 7
        assert "marks-by-answer.csv" in response["Content-Disposition"]

    def test_the_workbook_has_sheet_classes_and_answers(self):
        campaign = an_exam(self.cast)
        self.sign_in("alice")
        body = self.client.get(f"/campaigns/{campaign.slug}/marks.xlsx").content
        book = openpyxl.load_workbook(io.BytesIO(body))
        assert book.sheetnames[1:] == ["Mark sheet", "By class", "Marks of record"]
        assert book["Mark sheet"]["E2"].value == 6

    def test_an_evaluation_has_no_marks(self):
        campaign = an_evaluation(self.cast)
        self.sign_in("alice")
        assert self.client.get(f"/campaigns/{campaign.slug}/marks/").status_code == 404
        assert self.client.get(f"/campaigns/{campaign.slug}/marks.csv").status_code == 404

    def test_the_number_of_queries_does_not_grow(self):
        campaign = an_exam(self.cast)
        self.sign_in("alice")
        with self.assertNumQueries(16):
            self.client.get(f"/campaigns/{campaign.slug}/marks/")
        for i in range(5):
            make.an_item(campaign.dataset.questions.first(), source=f"t{i}")
        with self.assertNumQueries(16):
            self.client.get(f"/campaigns/{campaign.slug}/marks/")
