"""Training sets learnt together: pages, command, and what is made of questions and answers that differ."""

from __future__ import annotations

import io
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from annotations.models import CampaignRater
from grading.models import Deployment, Grader, ModelVersion, TrainingDraft, TrainingSet
from grading.training_jobs import make_training_set
from grading.training_rows import path_of, rows_of
from tests.base import ConcordTestCase
from tests.grading.report_cast import an_exam
from tests.grading.training_case import a_class, a_training_set, asked, example

ENQUEUE = "grading.views.training_draft.enqueue"
CRITERIA = ({"name": "内容", "weight": 2, "points": 1.5}, {"name": "表达", "weight": 1, "points": 0.5})
HALVES = {"text": "为什么？", "step": "0.5", "reference": "煤", "scoring_points": [{"text": "煤/煤矿", "marks": 2}]}


class JoinCase(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("erin")

    def a_set(self, name: str, examples, **values) -> TrainingSet:
        made = a_training_set(self.team, examples, **values)
        made.name = name
        made.save()
        return made

    def the_queue(self) -> TrainingSet:
        """Another question, with halves, weights and criteria."""
        question = asked("2", **HALVES)
        hard = [
            example(question, n, (n % 5) / 2, answer=f"因为{n}", weight=0.5, criteria=CRITERIA, group="2班")
            for n in range(20)
        ]
        return self.a_set("难例", hard)

    def other(self, *examples, key: str = "1", **question) -> TrainingSet:
        one = asked(key, **question)
        return self.a_set("另一套", [example(one, *said) for said in examples] or [*a_of(one)])

    def joined(self, first: TrainingSet, *others: TrainingSet, **data):
        return self.client.post(f"/training/{first.pk}/join/", {"sets": [one.pk for one in others], **data}, follow=True)

    def make(self) -> TrainingSet:
        draft = TrainingDraft.objects.latest("pk")
        with mock.patch(ENQUEUE):
            self.client.post(f"/training/drafts/{draft.pk}/start/")
        make_training_set(draft.pk)
        draft.refresh_from_db()
        assert draft.state == "done", draft.error
        return draft.training_set


def a_of(question, count: int = 20):
    return [example(question, 100 + n, n % 2, answer=f"另一份{n}") for n in range(count)]


def content(*sets: TrainingSet) -> list[dict]:
    rows = ({**row, "split": ""} for one in sets for row in rows_of(one))
    return sorted(rows, key=lambda row: (row["question"]["key"], row["item"]))


class PageTest(JoinCase):
    def test_two_sets_become_one_with_their_weights_criteria_and_scoring_points(self):
        past, queue = self.a_set("往年", a_class()), self.the_queue()
        self.assertContains(self.client.get(f"/training/{past.pk}/"), f"/training/{past.pk}/join/")
        response = self.joined(past, queue)
        self.assertContains(response, "往年 + 难例")
        self.assertContains(response, "往年</a> (30) · <a")
        self.assertContains(response, "难例</a> (20)")
        self.assertNotContains(response, "Change the columns")
        made = self.make()
        assert made.digest not in {past.digest, queue.digest}
        assert content(made) == content(past, queue)
        assert (made.name, made.row_count, made.made_from) == ("往年 + 难例", 50, "training sets learnt together")
        page = self.client.get(f"/training/{made.pk}/")
        self.assertContains(page, f'<a href="/training/{queue.pk}/">难例</a> (20)')
        queue.delete()
        self.assertNotContains(self.client.get(f"/training/{made.pk}/"), f"/training/{queue.pk}/")

    def test_it_is_divided_anew_as_it_is_said(self):
        past, queue = self.a_set("往年", a_class()), self.the_queue()
        self.joined(past, queue, name="两者")
        draft = TrainingDraft.objects.latest("pk")
        data = {"split_by": "student", "validation": 0, "test": 40, "seed": 7}
        self.client.post(f"/training/drafts/{draft.pk}/", data)
        made = self.make()
        assert (made.name, made.seed, made.facts["splits"]["validation"]) == ("两者", 7, 0)
        assert made.facts["leaks"]["students"] == 0

    def test_answers_that_stand_in_both_are_taken_once_and_of_two_marks_the_first_sets(self):
        first = self.a_set("更正", [example(asked(), n, 2) for n in range(5)])
        past = self.a_set("往年", a_class())
        response = self.joined(first, past)
        # Of the first five answers of the class, number 2 has the mark 2 there as well.
        self.assertContains(response, "in the source twice: 1")
        self.assertContains(response, "learnt with that one: 4.")
        self.assertContains(response, "has the mark 0 in “往年” and 2 in “更正”, which counts.")
        made = self.make()
        assert made.row_count == 30
        marks = {row["item"]: row["mark"] for row in rows_of(made)}
        assert [marks[f"s{n}/1"] for n in range(6)] == [2, 2, 2, 2, 2, 2]

    def test_one_answer_of_a_student_is_known_again_under_another_number_and_other_answers_are_not(self):
        first = self.a_set("甲", [example(asked(), 1, 1, item="x1"), example(asked(), 2, 1)])
        again = [example(asked(), 1, 1, item="y1"), example(asked(), 2, 0, answer="别的学生的作答")]
        second = self.a_set("乙", again)
        self.joined(first, second)
        made = self.make()
        assert [(row["item"], row["mark"]) for row in content(made)] == [
            ("s2/1", 1), (f"s2/1 · {second.digest[:6]}", 0), ("x1", 1),
        ]  # fmt: skip

    def test_seats_that_are_numbered_alike_in_two_classes_are_two_students(self):
        classes = {name: [example(asked(), n, 1, answer="甲", group=name) for n in range(5)] for name in ("1班", "2班")}
        first, second = (self.a_set(name, rows) for name, rows in classes.items())
        unknown = self.a_set("无班级", [example(asked(), 3, 1, answer="甲")])
        self.joined(first, second, unknown)
        assert sorted(row["group"] for row in content(self.make())) == ["1班"] * 5 + ["2班"] * 5

    def test_another_full_mark_is_told_and_its_answers_are_left_out(self):
        past, other = self.a_set("往年", a_class()), self.other(full_mark=4)
        response = self.joined(past, other)
        self.assertContains(response, "marked out of 2 in “往年” and out of 4 in “另一套”")
        self.assertContains(response, "to a question with another full mark: 20")
        made = self.make()
        assert made == past
        sets = TrainingDraft.objects.latest("pk").facts["found"]["sets"]
        assert [one["answers"] for one in sets] == [30, 0]

    def test_other_scoring_points_references_and_steps_are_told_and_the_answers_taken(self):
        points = [{"text": "蒸汽机", "marks": 2}]
        past = self.a_set("往年", a_of(asked(scoring_points=points, reference="甲")))
        more = asked(scoring_points=[{"text": "煤", "marks": 2}], reference="乙", step="0.5")
        half = [example(more, n, 0.5 * (n % 5)) for n in range(10)]
        response = self.joined(past, self.a_set("另一套", half))
        self.assertContains(response, "has other scoring points in “另一套” than in “往年”")
        self.assertContains(response, "has another reference answer in “另一套”")
        self.assertContains(response, "in finer steps in “另一套” than in “往年”")
        made = self.make()
        questions = [row["question"] for row in rows_of(made)]
        assert all(one == questions[0] for one in questions)
        assert (questions[0]["scoring_points"], questions[0]["reference"]) == (points, "甲")
        assert questions[0]["marks"] == [0, 0.5, 1, 1.5, 2]
        assert made.row_count == 30

    def test_what_a_question_does_not_say_is_taken_from_the_other_set(self):
        past = self.a_set("往年", a_class())
        self.joined(past, self.other(reference="因为煤"))
        assert {row["question"]["reference"] for row in rows_of(self.make())} == {"因为煤"}

    def test_a_number_that_stands_for_another_question_is_learnt_beside_it(self):
        past, other = self.a_set("往年", a_class()), self.other(text="今年的题？", full_mark=4)
        response = self.joined(past, other)
        self.assertContains(response, "learnt as a question of its own, “1 (另一套)”")
        made = self.make()
        assert made.row_count == 50
        found = {row["question"]["key"]: row["question"]["full_mark"] for row in rows_of(made)}
        assert found == {"1": 2, "1 (另一套)": 4}

    def test_the_same_question_under_another_number_is_one(self):
        past, other = self.a_set("往年", a_class()), self.other(key="9", text="第1题 ？")
        self.assertContains(self.joined(past, other), "has the text of “1” in “往年”: they are learnt as one.")
        assert {row["question"]["key"] for row in rows_of(self.make())} == {"1"}

    def test_sets_of_the_same_school_subject_or_none_are_offered_first(self):
        base, none = self.a_set("甲", a_class()), self.a_set("乙", a_class(11))
        other, same = self.a_set("化学", a_class(12)), self.a_set("丁", a_class(13))
        for one, subject in ((base, "历史"), (other, "化学"), (same, "历史")):
            one.school_subject = subject
            one.save()
        form = self.client.get(f"/training/{base.pk}/join/").context["form"]
        assert [one.name for one in form.fields["sets"].queryset] == ["丁", "乙", "化学"]
        self.joined(base, none, same)
        assert self.make().school_subject == "历史"

    def test_another_teams_set_can_neither_be_opened_nor_chosen(self):
        own, theirs = self.a_set("往年", a_class()), a_training_set(self.cast.elsewhere, a_class(12))
        assert self.client.get(f"/training/{theirs.pk}/join/").status_code == 404
        assert self.joined(own, theirs).status_code == 200
        assert not TrainingDraft.objects.exists()
        assert self.client_of("victor").get(f"/training/{own.pk}/join/").status_code == 403

    def test_who_rates_the_answers_of_a_set_neither_joins_it_nor_reads_it_where_it_was_joined(self):
        campaign = an_exam(self.cast)
        own = self.a_set("往年", a_class(12))
        queue = self.a_set("难例", a_class(), campaign=campaign, origin="campaign")
        self.joined(own, queue)
        draft, made = TrainingDraft.objects.latest("pk"), self.make()
        CampaignRater.objects.create(campaign=campaign, user=self.cast.alice)
        alice = self.client_of("alice")
        assert alice.get(f"/training/{queue.pk}/join/").status_code == 403
        self.assertNotContains(alice.get(f"/training/{own.pk}/join/"), "难例")
        self.assertNotContains(alice.get(f"/training/{made.pk}/"), "份作答")
        assert alice.get(f"/training/{made.pk}/export/").status_code == 403
        assert draft.dataset_ids == made.dataset_ids == [campaign.dataset_id]

    def test_a_set_that_is_lost_or_deleted_is_told_and_nothing_is_made(self):
        own, lost = self.a_set("往年", a_class()), self.the_queue()
        self.joined(own, lost)
        draft = TrainingDraft.objects.latest("pk")
        path_of(lost.digest).unlink()
        self.assertContains(self.joined(own, lost), "“难例” is lost or has been changed")
        assert TrainingDraft.objects.latest("pk") == draft
        lost.delete()
        with mock.patch(ENQUEUE):
            self.client.post(f"/training/drafts/{draft.pk}/start/")
        make_training_set(draft.pk)
        draft.refresh_from_db()
        assert (draft.state, draft.error) == ("failed", "The training set “难例” has been deleted meanwhile.")

    def test_without_another_set_the_page_says_so(self):
        own = self.a_set("往年", a_class())
        self.assertContains(self.client.get(f"/training/{own.pk}/join/"), "No other training set")


class QueueTest(JoinCase):
    def setUp(self) -> None:
        super().setUp()
        self.campaign = an_exam(self.cast)
        self.past = self.a_set("往年", a_class())
        grader = Grader.objects.create(team=self.team, school_subject="历史")
        version = ModelVersion.objects.create(grader=grader, number=1, kind="classical", training_set=self.past)
        self.deployment = Deployment.objects.create(
            grader=grader, version=version, queue=self.campaign, override_reason="x"
        )
        self.page = f"/training/new/?campaign={self.campaign.pk}"

    def test_the_monitoring_page_leads_to_a_set_with_that_of_the_version_in_service(self):
        page = self.client.get(f"/graders/{self.deployment.grader_id}/monitoring/")
        self.assertContains(page, self.page)
        self.assertContains(self.client.get(self.page), "往年")
        assert self.client.get(self.page).context["form"].initial["together"] == [self.past.pk]
        viewer = self.client_of("victor").get(f"/graders/{self.deployment.grader_id}/monitoring/")
        self.assertNotContains(viewer, self.page)

    def test_people_s_marks_are_learnt_together_with_the_set_in_service(self):
        data = {"campaign": self.campaign.pk, "marks": "settled", "together": [self.past.pk]}
        response = self.client.post(self.page, data, follow=True)
        self.assertContains(response, f"{self.campaign.name} (6) · <a")
        made = self.make()
        assert (made.campaign, made.row_count) == (self.campaign, 36)
        assert made.name == f"{self.campaign.name} + 往年"

    def test_a_set_of_another_team_is_not_taken_and_a_lost_one_told(self):
        theirs = a_training_set(self.cast.elsewhere, a_class(12))
        data = {"campaign": self.campaign.pk, "marks": "settled", "together": [theirs.pk]}
        assert self.client.post(self.page, data).status_code == 200
        path_of(self.past.digest).unlink()
        response = self.client.post(self.page, data | {"together": [self.past.pk]})
        self.assertContains(response, "is lost or has been changed")
        assert not TrainingDraft.objects.exists()

    def test_a_version_no_longer_in_service_is_not_offered(self):
        Deployment.objects.update(ended_at="2026-01-01T00:00Z")
        assert "together" not in self.client.get(self.page).context["form"].fields


class CommandTest(JoinCase):
    def run_it(self, *words: str) -> tuple[str, str]:
        out, err = io.StringIO(), io.StringIO()
        call_command("training_set", "make", "--team", "school", *words, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    def test_sets_are_named_by_number_or_digest_and_give_the_set_of_the_page(self):
        past, queue = self.a_set("往年", a_class()), self.the_queue()
        out, _err = self.run_it("--set", str(past.pk), "--set", queue.digest[:12], "--subject", "历史")
        assert "往年: 30 · 难例: 20" in out
        made = TrainingSet.objects.latest("pk")
        assert (made.name, made.school_subject) == ("往年 + 难例", "历史")
        assert content(made) == content(past, queue)
        self.joined(past, queue)
        assert self.make() == made

    def test_a_campaign_is_learnt_together_with_a_set_and_counts_first(self):
        campaign, past = an_exam(self.cast), self.a_set("往年", a_class())
        out, _err = self.run_it("--campaign", campaign.slug, "--set", str(past.pk))
        assert f"{campaign.name}: 6 · 往年: 30" in out
        made = TrainingSet.objects.latest("pk")
        assert (made.origin, made.campaign, made.dataset_ids) == ("campaign", campaign, [campaign.dataset_id])

    def test_what_differs_is_told_and_another_teams_set_or_a_lost_one_refused(self):
        past, other = self.a_set("往年", a_class()), self.other(full_mark=4)
        assert "marked out of 2 in “往年”" in self.run_it("--set", str(past.pk), "--set", str(other.pk))[1]
        theirs = a_training_set(self.cast.elsewhere, a_class(12))
        with pytest.raises(CommandError, match="no one training set"):
            self.run_it("--set", str(past.pk), "--set", str(theirs.pk))
        path_of(other.digest).unlink()
        with pytest.raises(CommandError, match="is lost or has been changed"):
            self.run_it("--set", str(past.pk), "--set", str(other.pk))

