"""From a source to a training set: columns, preview, making, cancelling, going on."""

from __future__ import annotations

from unittest import mock

from django.utils import timezone

from config.queue import QueueDown
from grading.actions import training_draft, training_making
from grading.models import TrainingDraft, TrainingSet
from grading.training_jobs import make_training_set
from grading.training_rows import rows_of
from tests import make
from tests.base import ConcordTestCase
from tests.grading.report_cast import an_exam
from tests.grading.training_case import papers, score_sheet, upload

ENQUEUE = "grading.views.training_draft.enqueue"


class FlowTest(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("erin")

    def post_file(self, text: str, **data):
        return self.client.post("/training/new/?from=file", {"file": upload(text), **data}, follow=True)

    def say_columns(self, response, **roles: str):
        draft = TrainingDraft.objects.latest("pk")
        said = {**draft.facts["guess"], **roles}
        names = {f"column_{n}": said.get(c, "ignore") for n, c in enumerate(draft.facts["columns"])}
        return self.client.post(f"/training/drafts/{draft.pk}/columns/", names, follow=True)

    def make(self) -> TrainingDraft:
        draft = TrainingDraft.objects.latest("pk")
        with mock.patch(ENQUEUE) as enqueue:
            self.client.post(f"/training/drafts/{draft.pk}/start/")
        enqueue.assert_called_once_with(make_training_set, draft.pk)
        make_training_set(draft.pk)
        draft.refresh_from_db()
        return draft

    def test_a_file_becomes_a_training_set(self):
        response = self.say_columns(self.post_file(papers(), school_subject="历史"))
        self.assertContains(response, "No student stands in two splits.")
        self.assertContains(response, "第0人对1的回答")
        draft = self.make()
        made = draft.training_set
        assert made is not None
        assert (made.name, made.school_subject, made.row_count) == ("期中", "历史", 40)
        assert made.created_by == self.cast.erin
        self.assertRedirects(self.client.get(f"/training/drafts/{draft.pk}/"), f"/training/{made.pk}/")
        assert not draft.file

    def test_the_one_column_that_can_be_the_mark_is_the_mark_and_several_are_asked(self):
        self.post_file("作答,学号,得分\n甲,1,2\n")
        assert TrainingDraft.objects.latest("pk").facts["guess"]["得分"] == "past_mark"
        self.post_file("作答,学号,初评,终评\n甲,1,2,2\n")
        draft = TrainingDraft.objects.latest("pk")
        assert set(draft.facts["open"]) == {"初评", "终评"}
        response = self.say_columns(None)
        self.assertContains(response, "Say which column holds the mark to learn.")
        self.assertContains(self.say_columns(None, 终评="past_mark"), "Preview")

    def test_a_sheet_with_several_questions_side_by_side_is_learnt_whole(self):
        columns = self.post_file(score_sheet(more=",第3题作答"), school_subject="历史")
        self.assertContains(columns, "2 questions side by side")
        self.assertContains(columns, "another one was chosen: 第3题作答")
        response = self.say_columns(columns)
        self.assertContains(response, "<td><bdi>第2题作答</bdi></td><td><bdi>第2题得分（2分）</bdi></td>", html=True)
        made = self.make().training_set
        rows = {(row["question"]["key"], row["student"]): row for row in rows_of(made)}
        assert len(rows) == made.row_count == 40
        assert (rows["第2题", "4"]["answer"], rows["第2题", "4"]["mark"]) == ("第4人对2的回答", 2)
        assert {row["group"] for row in rows.values()} == {"1班", "2班"}
        assert [one["full_mark"] for one in made.facts["questions"]] == [2, 2]
        assert made.facts["leaks"]["students"] == 0

    def test_a_question_of_a_sheet_that_waits_for_a_choice_is_not_told_of_as_not_learnt(self):
        head = "学号,第1题作答,第1题得分,第2题作答,第2题得分,第3题作答,第3题初评,第3题终评,第4题作答"
        columns = self.post_file(f"{head}\n" + "".join(f"s{n},甲{n},1,乙{n},{n % 2},丙{n},0,1,丁\n" for n in range(9)))
        self.assertContains(columns, "another one was chosen: 第4题作答</p>")
        self.assertContains(columns, "“第3题” is learnt as soon as you say below what each of these columns is: 第3题初评 · 第3题终评")
        chosen = self.say_columns(columns, 第3题终评="past_mark", 第3题初评="ignore")
        self.assertContains(chosen, "3 questions side by side")
        self.assertNotContains(self.client.get(columns.request["PATH_INFO"]), "is learnt as soon as")

    def test_a_question_of_a_sheet_can_be_left_out_and_an_answer_without_a_mark_is_refused(self):
        self.post_file(score_sheet())
        self.assertContains(self.say_columns(None, 班级="answer"), "no partner of the same question: 班级.")
        both = {"第1题作答": "ignore", "第1题得分（2分）": "ignore"}
        self.say_columns(None, **both)
        assert self.make().training_set.row_count == 20

    def test_problems_are_shown_with_their_lines(self):
        self.post_file("题号,满分,学号,作答,得分\n1,2,a,甲,1\n1,2,b,乙,5\n")
        response = self.say_columns(None)
        self.assertContains(response, "outside the marks from 0 to 2")
        self.assertContains(response, "Make it of what is good")

    def test_a_file_that_cannot_be_read_is_refused_with_the_reason(self):
        self.assertContains(self.post_file(""), "The submitted file is empty.")
        response = self.client.post("/training/new/", {"file": upload("%PDF-1.4 …")})
        self.assertContains(response, "This is a PDF")
        assert not TrainingDraft.objects.exists()

    def test_dividing_anew_changes_the_splits_that_are_made(self):
        self.say_columns(self.post_file(papers(40)))
        draft = TrainingDraft.objects.latest("pk")
        data = {"split_by": "student", "validation": 0, "test": 25, "seed": 7}
        self.client.post(f"/training/drafts/{draft.pk}/", data)
        made = self.make().training_set
        assert (made.seed, made.shares) == (7, [0.75, 0.0, 0.25])
        assert made.facts["splits"]["validation"] == 0
        assert abs(made.facts["splits"]["test"] - 20) <= 2

    def test_the_same_answers_again_lead_to_the_set_there_is(self):
        for _time in range(2):
            self.say_columns(self.post_file(papers()))
            draft = self.make()
        assert TrainingSet.objects.count() == 1
        response = self.client.get(f"/training/drafts/{draft.pk}/", follow=True)
        self.assertContains(response, "It is not stored twice.")

    def test_past_marks_of_a_dataset_become_a_training_set(self):
        dataset = make.a_dataset(self.team, "期末")
        question = make.a_question(dataset, full_mark=2, school_subject="历史")
        for number in range(10):
            make.an_item(question, source=f"s{number}", reference_mark=number % 3)
        data = {"dataset": dataset.pk}
        self.assertContains(self.client.post("/training/new/?from=dataset", data, follow=True), "期末")
        made = self.make().training_set
        assert (made.name, made.dataset, made.school_subject) == ("期末", dataset, "历史")

    def test_of_several_school_subjects_one_is_chosen_on_the_preview(self):
        dataset = make.a_dataset(self.team, "期末")
        for subject in ("历史", "化学"):
            question = make.a_question(dataset, subject, full_mark=2, school_subject=subject)
            for number in range(10):
                make.an_item(question, source=f"s{number}", reference_mark=number % 3)
        response = self.client.post("/training/new/?from=dataset", {"dataset": dataset.pk}, follow=True)
        self.assertContains(response, "a grader marks one: choose among 化学, 历史")
        draft = TrainingDraft.objects.latest("pk")
        data = {"split_by": "student", "validation": 10, "test": 10, "seed": 0, "school_subject": "历史"}
        response = self.client.post(f"/training/drafts/{draft.pk}/", data, follow=True)
        self.assertContains(response, "of another school subject: 10")
        made = self.make().training_set
        assert (made.school_subject, made.row_count) == ("历史", 10)

    def test_marks_of_record_of_a_campaign_become_a_training_set(self):
        campaign = an_exam(self.cast)
        data = {"campaign": campaign.pk, "marks": "settled"}
        self.client.post("/training/new/?from=campaign", data)
        made = self.make().training_set
        assert (made.campaign, made.marks, made.row_count) == (campaign, "settled", 6)

    def test_only_sources_of_ones_own_team_can_be_taken(self):
        theirs = make.a_dataset(self.cast.elsewhere, "theirs")
        response = self.client.post("/training/new/?from=dataset", {"dataset": theirs.pk})
        assert response.status_code == 200
        assert not TrainingDraft.objects.exists()

    def test_with_the_queue_down_the_draft_waits_and_the_page_says_so(self):
        self.say_columns(self.post_file(papers()))
        draft = TrainingDraft.objects.latest("pk")
        with mock.patch(ENQUEUE, side_effect=QueueDown):
            response = self.client.post(f"/training/drafts/{draft.pk}/start/", follow=True)
        self.assertContains(response, "The queue cannot be reached")
        self.assertContains(response, "Start again")

    def test_a_making_that_died_can_be_started_again_and_stores_one_set(self):
        self.say_columns(self.post_file(papers()))
        draft = TrainingDraft.objects.latest("pk")
        assert training_making.confirm(draft=draft)
        dead = training_making.claim(draft.pk)
        TrainingDraft.objects.filter(pk=draft.pk).update(
            beat_at=timezone.now() - 2 * training_making.STALLED_AFTER
        )
        self.make()
        training_making.finish(draft=dead, state="failed")
        draft.refresh_from_db()
        assert (draft.state, TrainingSet.objects.count()) == ("done", 1)

    def test_a_making_that_is_cancelled_stores_nothing(self):
        self.say_columns(self.post_file(papers()))
        draft = TrainingDraft.objects.latest("pk")
        training_making.confirm(draft=draft)
        claimed = training_making.claim(draft.pk)
        self.client.post(f"/training/drafts/{draft.pk}/cancel/")
        with mock.patch.object(training_draft, "BATCH", 10):
            training_making.carry_out(draft=claimed)
        draft.refresh_from_db()
        assert (draft.state, TrainingSet.objects.count()) == ("cancelled", 0)

    def test_a_large_source_is_looked_at_in_part_and_made_in_whole(self):
        self.post_file(papers(50))
        draft = TrainingDraft.objects.latest("pk")
        draft.mapping = draft.facts["guess"]
        with mock.patch.object(training_draft, "BATCH", 10):
            training_draft.preview(draft=draft, seconds=0)
        self.assertContains(self.client.get(f"/training/drafts/{draft.pk}/"), "the first 10 were looked at")
        assert self.make().training_set.row_count == 100
