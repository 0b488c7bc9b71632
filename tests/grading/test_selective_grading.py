"""Selective grading: proven on the sample, applied to the dataset, taken back, the rest to people."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from annotations.actions.campaign_frame import frame_of
from annotations.models import Adjudication, Campaign
from grading.actions.selective import apply_selective, make_queue, undo_selective
from grading.actions.verdict import sign_verdict
from grading.exam_data import confidence_for, exam_data
from grading.methods.exam_guarantee import Bar
from grading.models import AcceptedMark, DecisionPolicy, SelectiveGrading, Verdict
from grading.reports.marks import mark_sheet
from grading.reports.marks_tables import origins_sentence, sheet_table
from grading.selective_data import calibration, curve, selective
from tests import make
from tests.base import ConcordTestCase

SAMPLE, REST = 60, 20
BAR = Bar(papers=10, questions=1, wrong_allowed=2)
CHOICE = {"machine": "grader", "confidence": "grader confidence", "alpha": 0.05, "delta": 0.1}


def an_exam(cast, wrong_below: float = 0.2) -> Campaign:
    """Sixty answers marked by two people who agree on 3; twenty more that only the machine marked.

    The confidence runs evenly from 0 to 1 in both; below `wrong_below` the machine gives 2.
    """
    dataset = make.a_dataset(cast.team)
    question = make.a_question(dataset, full_mark=5)
    rubric = make.a_rubric(cast.team, (5,), kind="points")
    drawn = make.several_items(question, [{"source": f"s{i:02}", "group_keys": {"class": "a"}} for i in range(SAMPLE)])
    campaign = make.a_campaign(dataset, rubric, [cast.bob, cast.carol], kind="grading")
    make.ratings([(row, rater, {"c1": 3}) for row in campaign.campaign_items.all() for rater in (cast.bob, cast.carol)])
    rest = make.several_items(question, [{"source": f"t{i:02}", "group_keys": {"class": "b"}} for i in range(REST)])
    sure = {item: (i + 0.5) / len(part) for part in (drawn, rest) for i, item in enumerate(part)}
    marks = {item: 3 if value >= wrong_below else 2 for item, value in sure.items()}
    make.a_scorer(cast.team, marks, name="grader")
    make.a_scorer(cast.team, sure, name="grader confidence", scale="score")
    with make.as_draft(campaign):
        DecisionPolicy.objects.create(campaign=campaign, estimand="right_marks")
    return campaign


class SelectiveCase(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_exam(cls.cast)

    def apply(self, part: str = "alone", **kwargs) -> SelectiveGrading:
        values = {**CHOICE, "part": part, "bar": BAR, **kwargs}
        return apply_selective(campaign=self.campaign, by=self.cast.alice, **values)

    def record(self, student: str):
        return next(a.record for a in mark_sheet(self.campaign).answers if a.student == student)

    def rate(self, campaign: Campaign, student: str, mark: float) -> None:
        """One person marks the student's answer in the campaign for the rest."""
        item = self.campaign.dataset.items.get(source=student)
        row = make.a_campaign_item(campaign, item, campaign.rubrics.get().rubric, 1)
        make.a_rating(row, self.cast.bob, {"c1": mark})


class ProofTest(SelectiveCase):
    def proven(self, part: str = "alone"):
        found = calibration(exam_data(self.campaign), "grader", "grader confidence", 0)
        return found, selective(found, BAR, part=part, alpha=0.05, delta=0.1)

    def test_the_threshold_is_proven_on_the_sample_and_used_on_the_dataset(self):
        found, result = self.proven()
        assert result.acceptance.bound <= 0.05
        assert result.acceptance.threshold >= 0.2
        assert len(result.accepted) == SAMPLE + REST
        expected = found.frame_confidence >= result.acceptance.threshold
        assert (result.accepted == expected).all()

    def test_the_curve_runs_from_people_alone_to_the_machine_alone(self):
        found, _result = self.proven()
        points = curve(found, BAR, "alone")
        assert (points[0].effort, points[0].error, points[-1].effort) == (1, 0, 0)
        assert points[-1].error == sum(found.machine == 2) / SAMPLE

    def test_an_undecided_answer_counts_as_wrong(self):
        row = self.campaign.campaign_items.order_by("pk").last()
        row.ratings.filter(rater=self.cast.bob).update(mark=0)
        found, _result = self.proven()
        assert found.data.disputed.sum() == 1
        assert found.wrong[-1] == 1

    def test_a_sample_that_is_not_complete_or_not_even_proves_nothing(self):
        found, _result = self.proven()
        assert found.problem == ""
        first = self.campaign.campaign_items.first()
        first.ratings.update(state="surplus")
        found, result = self.proven()
        assert (found.problem, result) == ("unfinished", None)
        self.campaign.campaign_items.filter(pk=first.pk).update(probability=0.5)
        assert self.proven()[0].problem == "uneven"

    def test_the_column_of_this_machine_is_taken_first(self):
        names = ["length", "other confidence", "v2 置信度"]
        assert confidence_for("v2", names) == "v2 置信度"
        assert confidence_for("v3", names) == "other confidence"
        assert confidence_for("v3", ["length"]) == ""


class ApplyTest(SelectiveCase):
    def test_accepted_marks_become_marks_of_record_and_the_rest_stays_open(self):
        made = self.apply()
        assert self.record("t19").mark == 3
        assert self.record("t19").origin == "machine"
        assert self.record("t00").mark is None
        assert made.evidence["accepted"] == AcceptedMark.objects.filter(selective=made).count()
        totals = {r["student"]: r["total"] for r in sheet_table(mark_sheet(self.campaign)).records()}
        assert (totals["t19"], totals["t00"]) == (3, None)

    def test_what_people_settled_is_never_replaced(self):
        self.apply()
        assert self.record("s59").origin == "human"

    def test_an_accepted_mark_stays_although_the_scorer_changes_its_mind(self):
        self.apply()
        item = self.campaign.dataset.items.get(source="t19")
        item.automatic_scores.filter(scorer__name="grader").update(value=0)
        assert self.record("t19").mark == 3

    def test_the_same_inputs_have_the_same_digest_and_others_another(self):
        first = self.apply()
        undo_selective(campaign=self.campaign, by=self.cast.alice)
        second = self.apply()
        undo_selective(campaign=self.campaign, by=self.cast.alice)
        item = self.campaign.dataset.items.get(source="t10")
        item.automatic_scores.filter(scorer__name="grader").update(value=0)
        assert first.inputs_digest == second.inputs_digest != self.apply().inputs_digest

    def test_it_is_in_force_once_and_can_be_taken_back(self):
        self.apply()
        with pytest.raises(ValidationError):
            self.apply()
        undo_selective(campaign=self.campaign, by=self.cast.alice)
        assert self.record("t19").mark is None
        kept = SelectiveGrading.objects.get()
        assert (kept.undone_by, kept.marks.count()) == (self.cast.alice, kept.evidence["accepted"])
        with pytest.raises(ValidationError):
            undo_selective(campaign=self.campaign, by=self.cast.alice)

    def test_what_is_not_proven_is_not_applied(self):
        with pytest.raises(ValidationError):
            self.apply(alpha=0.001)
        assert not SelectiveGrading.objects.exists()

    def test_as_second_marker_it_counts_beside_a_person(self):
        made = self.apply("second")
        assert self.record("t19").reason == "not_rated"
        made.queue = make.a_campaign(make.a_dataset(self.team), self.rubric(), [self.cast.bob])
        made.save()
        self.rate(made.queue, "t19", 3)
        self.rate(made.queue, "t18", 5)
        assert (self.record("t19").mark, self.record("t19").origin) == (3, "together")
        assert self.record("t18").reason == "machine_differs"
        row = made.queue.campaign_items.get(item__source="t18")
        Adjudication.objects.create(campaign_item=row, adjudicator=self.cast.dave, mark=4)
        assert self.record("t18").mark == 4
        assert "1 by a person and the machine" in origins_sentence(mark_sheet(self.campaign))

    def test_as_a_check_it_only_asks_for_another_look(self):
        made = self.apply("check")
        made.queue = make.a_campaign(make.a_dataset(self.team), self.rubric(), [self.cast.bob])
        made.save()
        for student, mark in (("t19", 3), ("t18", 5), ("t00", 5)):
            self.rate(made.queue, student, mark)
        assert (self.record("t19").mark, self.record("t19").origin) == (3, "human")
        assert self.record("t18").reason == "machine_differs"
        assert self.record("t00").mark == 5, "the machine was not sure of it, so it checks nothing"

    def rubric(self):
        return self.campaign.rubrics.get().rubric


class QueueTest(SelectiveCase):
    def test_the_rest_becomes_a_draft_campaign_with_the_same_raters_and_rubric(self):
        self.apply()
        queue = make_queue(campaign=self.campaign, by=self.cast.alice)
        left = {a.item for a in mark_sheet(self.campaign).answers if a.record.mark is None}
        assert set(frame_of(queue).item_ids) == left
        assert (queue.state, queue.ratings_per_item) == ("draft", 1)
        assert {r.user for r in queue.raters.all()} == {self.cast.bob, self.cast.carol}
        assert queue.rubrics.get().rubric == self.campaign.rubrics.get().rubric
        assert DecisionPolicy.objects.filter(campaign=queue).exists()

    def test_marks_from_there_fill_the_sheet_and_outlive_an_undo(self):
        self.apply()
        queue = make_queue(campaign=self.campaign, by=self.cast.alice)
        self.rate(queue, "t00", 4)
        assert (self.record("t00").mark, self.record("t00").origin) == (4, "human")
        undo_selective(campaign=self.campaign, by=self.cast.alice)
        assert self.record("t00").mark == 4

    def test_there_is_one_and_only_where_something_is_left(self):
        with pytest.raises(ValidationError):
            make_queue(campaign=self.campaign, by=self.cast.alice)
        self.apply()
        make_queue(campaign=self.campaign, by=self.cast.alice)
        with pytest.raises(ValidationError):
            make_queue(campaign=self.campaign, by=self.cast.alice)


class PageTest(SelectiveCase):
    def url(self, end: str = "") -> str:
        return f"/campaigns/{self.campaign.slug}/exam/selective/{end}"

    def test_a_lead_applies_makes_the_rest_and_takes_it_back(self):
        self.sign_in("alice")
        page = self.client.get(self.url())
        self.assertContains(page, "Apply: accept these machine marks")
        form = page.context["form"]
        chosen = {field.name: field.value() for field in form}
        self.client.post(self.url("apply/"), chosen)
        made = SelectiveGrading.objects.get()
        assert (made.created_by, made.machine, made.alpha) == (self.cast.alice, "grader", 0.05)
        self.assertContains(self.client.get(self.url()), "In force")
        answer = self.client.post(self.url("queue/"))
        assert answer.url == f"/campaigns/{SelectiveGrading.objects.get().queue.slug}/setup/review/"
        assert self.client.get(answer.url).status_code == 200
        self.client.post(self.url("undo/"))
        assert SelectiveGrading.objects.get().undone_by == self.cast.alice

    def test_before_it_replaces_a_signed_verdict_the_page_says_so(self):
        self.sign_in("alice")
        self.assertNotContains(self.client.get(self.url()), "A signed verdict lets")
        verdict = Verdict.objects.create(campaign=self.campaign, candidate="grader", outcome="pass")
        sign_verdict(verdict=verdict, by=self.cast.alice)
        self.assertContains(self.client.get(self.url()), "A signed verdict lets every mark of grader count now")
        self.apply()
        self.assertNotContains(self.client.get(self.url()), "A signed verdict lets")

    def test_the_square_is_named_only_where_a_threshold_is_proven(self):
        self.sign_in("alice")
        self.assertContains(self.client.get(self.url()), "The square is the threshold that is proven.")
        self.assertNotContains(self.client.get(self.url("?alpha=0.1")), "The square")

    def test_others_read_and_change_nothing(self):
        self.sign_in("victor")
        self.assertNotContains(self.client.get(self.url()), "Apply: accept")
        for end in ("apply/", "undo/", "queue/"):
            assert self.client.post(self.url(end)).status_code == 403
        assert not SelectiveGrading.objects.exists()

    def test_without_a_confidence_it_says_what_to_import(self):
        self.team.scorers.filter(name="grader confidence").delete()
        self.sign_in("alice")
        self.assertContains(self.client.get(self.url()), "The machine&#x27;s confidence is not known")

    def test_nonsense_in_the_address_is_refused_in_words(self):
        self.sign_in("alice")
        for query in ("?alpha=x", "?alpha=0", "?papers=-1", "?machine=nobody", "?part=all", "?wrong_allowed=999999"):
            page = self.client.get(self.url(query))
            assert page.status_code == 200
            assert page.context["form"].errors, query
            assert page.context["page"] is None
