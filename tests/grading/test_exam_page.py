"""The page of the exam guarantee: the bar, every way of marking, and what is undefined."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from grading.exam_data import exam_data
from grading.exam_page import chance_ends, exam_page
from grading.methods.exam_guarantee import Bar
from tests import make
from tests.base import ConcordTestCase
from tests.grading.report_cast import an_evaluation
from tests.grading.test_selective_grading import SAMPLE, an_exam


class ExamPageTest(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_exam(cls.cast)
        cls.url = f"/campaigns/{cls.campaign.slug}/exam/"

    def page(self, bar: Bar | None = None):
        data = exam_data(self.campaign)
        return exam_page(data, data.values_of("grader"), bar or Bar(), 1.0, None)

    def row(self, key: str):
        return next(row for row in self.page().rows if row.key == key)

    def make_bob_wrong_on(self, n: int) -> None:
        rows = list(self.campaign.campaign_items.order_by("pk")[:n])
        for row in rows:
            row.ratings.filter(rater=self.cast.bob).update(mark=1)
            row.adjudications.create(adjudicator=self.cast.dave, mark=3)

    def test_the_machine_and_each_person_stand_beside_each_other(self):
        self.make_bob_wrong_on(30)
        names = {row.name: row.standing for row in self.page().rows}
        assert (names["Bob"].wrong, names["Carol"].wrong, names["Bob"].marks) == (30, 0, SAMPLE)
        assert self.row("machine").standing.wrong == 12
        assert self.row("double_adjudicated").standing.wrong == 0
        assert self.row("double").standing.wrong == 30

    def test_every_chance_lies_within_its_interval(self):
        self.make_bob_wrong_on(3)
        for row in self.page().rows:
            low, high = chance_ends(row.standing, Bar())
            assert low <= row.standing.chance_next <= high

    def test_it_says_when_the_bar_is_above_one_human_s_reach(self):
        assert "One human can keep this bar" in self.page(Bar(papers=5, wrong_allowed=4)).reach
        self.make_bob_wrong_on(30)
        for row in self.campaign.campaign_items.order_by("-pk")[:20]:
            row.ratings.filter(rater=self.cast.carol).update(mark=1)
            row.adjudications.create(adjudicator=self.cast.dave, mark=3)
        assert "above one human's reach: the surest marker here, Carol" in self.page().reach

    def test_disputes_without_a_decision_are_said_to_flatter_people(self):
        assert self.page().left_out == ""
        self.campaign.campaign_items.first().ratings.filter(rater=self.cast.bob).update(mark=0)
        assert "people look better here than they are" in self.page().left_out

    def test_people_and_machine_share_the_work_where_a_threshold_is_proven(self):
        self.sign_in("alice")
        self.assertContains(self.client.get(self.url), "machine where it is sure, a person for the rest")
        self.team.scorers.filter(name="grader confidence").delete()
        self.assertNotContains(self.client.get(self.url), "machine where it is sure")

    def test_the_bar_comes_from_the_address(self):
        self.sign_in("alice")
        page = self.client.get(f"{self.url}?papers=20&wrong_allowed=1&tolerance=1")
        self.assertContains(page, "In a class of 20 papers")
        assert page.context["page"].rows[0].standing.wrong == 0
        refused = self.client.get(f"{self.url}?papers=2&wrong_allowed=2")
        self.assertContains(refused, "Fewer than the class has marks in all.")
        assert refused.context["page"] is None

    def test_all_marks_alike_leave_agreement_undefined_with_the_reason(self):
        assert "agreement beyond chance is undefined" in self.page().inferiority

    def test_a_campaign_nobody_rated_says_why_there_is_nothing(self):
        question = make.a_question(make.a_dataset(self.team), full_mark=5)
        item = make.an_item(question)
        campaign = make.a_campaign(question.dataset, make.a_rubric(self.team, (5,), kind="points"), [], kind="grading")
        make.a_scorer(self.team, {item: 1}, name="alone")
        self.sign_in("alice")
        page = self.client.get(f"/campaigns/{campaign.slug}/exam/")
        self.assertContains(page, "No answer has both this mark and a definitive one.")
        self.assertContains(page, "No rating was timed.")
        assert page.context["page"].figure.svg is None  # the table says why, a picture would be empty

    def test_a_dataset_without_a_machine_says_what_to_import(self):
        self.team.scorers.all().delete()
        self.sign_in("alice")
        for end in ("", "selective/"):
            self.assertContains(self.client.get(self.url + end), "No machine has marked this dataset")

    def test_an_evaluation_has_no_such_page(self):
        campaign = an_evaluation(self.cast)
        self.sign_in("alice")
        for end in ("", "selective/"):
            assert self.client.get(f"/campaigns/{campaign.slug}/exam/{end}").status_code == 404

    def test_the_number_of_queries_does_not_grow(self):
        self.sign_in("alice")
        for end in ("", "selective/"):
            with CaptureQueriesContext(connection) as before:
                self.client.get(self.url + end)
            question = self.campaign.dataset.questions.get()
            items = make.items(question, 5)
            for item in items:
                row = make.a_campaign_item(self.campaign, item, self.campaign.rubrics.get().rubric)
                make.a_rating(row, self.cast.bob, {"c1": 3})
                make.a_rating(row, self.cast.frank, {"c1": 3})
            with CaptureQueriesContext(connection) as after:
                self.client.get(self.url + end)
            assert len(after) <= len(before)
