"""From a source to a training set on the pages, and who sees what of it."""

from __future__ import annotations

import io
import json
import zipfile
from unittest import mock

from django.urls import reverse
from django.utils import timezone

from annotations.models import CampaignRater, Dataset
from config.queue import QueueDown
from grading.actions import training_draft, training_making
from grading.models import Grader, ModelVersion, PromptTemplate, TrainingDraft, TrainingSet
from grading.training_jobs import make_training_set
from grading.training_rows import path_of, rows_of
from tests import make
from tests.base import ConcordTestCase
from tests.grading.report_cast import an_exam
from tests.grading.training_case import a_class, a_training_set, built, papers, upload
from tests.queries import queries_of

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


class PagesTest(ConcordTestCase):
    def test_without_a_set_the_list_says_what_to_do(self):
        self.sign_in("erin")
        self.assertContains(self.client.get("/training/"), "No training set yet")
        self.assertContains(self.client.get("/training/"), reverse("training-create"))
        self.sign_in("victor")
        self.assertNotContains(self.client.get("/training/"), reverse("training-create"))

    def test_the_list_costs_the_same_number_of_queries_however_many_sets(self):
        self.sign_in("erin")
        a_training_set(self.team)
        few = queries_of(self.client, "/training/")
        for number in range(21, 25):
            a_training_set(self.team, a_class(number))
        assert queries_of(self.client, "/training/") == few

    def test_a_viewer_sees_the_counts_but_no_answer_and_no_export(self):
        made = a_training_set(self.team)
        self.sign_in("victor")
        page = f"/training/{made.pk}/"
        self.assertContains(self.client.get(page), made.digest)
        self.assertNotContains(self.client.get(page), "份作答")
        assert self.client.get(f"{page}export/").status_code == 403

    def test_an_engineer_sees_the_answers_of_each_split(self):
        made = a_training_set(self.team)
        self.sign_in("erin")
        tested = next(row for row in rows_of(made) if row["split"] == "test")
        self.assertContains(self.client.get(f"/training/{made.pk}/?split=test"), tested["answer"])
        self.assertNotContains(self.client.get(f"/training/{made.pk}/"), tested["answer"])

    def test_a_lost_file_is_told_and_breaks_no_page(self):
        made = a_training_set(self.team, a_class(11))
        path_of(made.digest).unlink()
        self.sign_in("erin")
        self.assertContains(self.client.get(f"/training/{made.pk}/"), "is lost")
        self.assertRedirects(self.client.get(f"/training/{made.pk}/export/"), f"/training/{made.pk}/")

    def test_a_lead_who_rates_these_answers_does_not_see_their_marks(self):
        campaign = an_exam(self.cast)
        made = a_training_set(self.team, campaign=campaign, origin="campaign")
        CampaignRater.objects.create(campaign=campaign, user=self.cast.alice)
        self.sign_in("alice")
        self.assertNotContains(self.client.get(f"/training/{made.pk}/"), "份作答")
        assert self.client.get(f"/training/{made.pk}/export/").status_code == 403
        draft = training_draft.start_draft(
            team=self.team, user=self.cast.alice, origin="campaign", campaign=campaign, marks="all", name="x"
        )
        training_draft.preview(draft=draft)
        answer = Dataset.objects.get(pk=campaign.dataset_id).items.first().text
        assert answer in str(draft.facts["first_rows"])
        self.assertNotContains(self.client.get(f"/training/drafts/{draft.pk}/"), answer)

    def test_the_dataset_and_the_campaign_lead_to_a_training_set(self):
        campaign = an_exam(self.cast)
        self.sign_in("alice")
        self.assertContains(
            self.client.get(f"/datasets/{campaign.dataset_id}/"), f"/training/new/?dataset={campaign.dataset_id}"
        )
        self.assertContains(
            self.client.get(f"/campaigns/{campaign.slug}/marks/"), f"/training/new/?campaign={campaign.pk}"
        )


class EditTest(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")
        self.set = a_training_set(self.team)
        self.page = f"/training/{self.set.pk}/"

    def test_a_lead_renames_it_and_the_rows_stay(self):
        self.client.post(f"{self.page}edit/", {"name": "历史 2025", "school_subject": "历史"})
        renamed = TrainingSet.objects.get()
        assert (renamed.name, renamed.school_subject, renamed.digest) == ("历史 2025", "历史", self.set.digest)

    def test_deleting_asks_for_the_name_and_takes_the_file_along(self):
        self.assertContains(
            self.client.post(f"{self.page}delete/", {"typed_name": "x"}), "This is not the name"
        )
        assert path_of(self.set.digest).exists()
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"{self.page}delete/", {"typed_name": self.set.name})
        assert not TrainingSet.objects.exists()
        assert not path_of(self.set.digest).exists()

    def test_the_file_stays_as_long_as_another_team_has_the_same_set(self):
        theirs = a_training_set(self.cast.elsewhere)
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"{self.page}delete/", {"typed_name": self.set.name})
        assert list(rows_of(theirs)) == built(a_class()).rows

    def test_what_a_version_learnt_from_cannot_be_deleted(self):
        grader = Grader.objects.create(team=self.team, school_subject="历史")
        ModelVersion.objects.create(grader=grader, number=1, training_set=self.set)
        response = self.client.post(f"{self.page}delete/", {"typed_name": self.set.name}, follow=True)
        self.assertContains(response, "a model version learnt from it")
        assert path_of(self.set.digest).exists()

    def test_an_engineer_neither_renames_nor_deletes(self):
        self.sign_in("erin")
        assert self.client.get(f"{self.page}edit/").status_code == 403
        assert self.client.post(f"{self.page}delete/", {"typed_name": self.set.name}).status_code == 403


class ExportTest(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("erin")
        self.set = a_training_set(self.team)
        self.page = f"/training/{self.set.pk}/export/"

    def test_a_zip_holds_a_file_a_split(self):
        response = self.client.post(self.page, {"kind": "openai"})
        with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
            assert "train.jsonl" in archive.namelist()
            json.loads(archive.read("train.jsonl").splitlines()[0])

    def test_one_split_is_one_file(self):
        response = self.client.post(self.page, {"kind": "alpaca", "part": "test"})
        found = json.loads(b"".join(response.streaming_content))
        assert len(found) == self.set.facts["splits"]["test"]
        assert "test.json" in response["Content-Disposition"]

    def test_the_first_records_are_shown_with_the_prompt_that_was_typed(self):
        data = {"kind": "sft", "text": "题：{question}\r\n答：{answer}", "preview": "1"}
        self.assertContains(self.client.post(self.page, data), "题：第1题？\\n答：第")

    def test_a_wrong_place_is_told_at_the_template(self):
        response = self.client.post(self.page, {"kind": "sft", "text": "{essay}"})
        self.assertContains(response, "This format has nothing to put at {essay}.")

    def test_a_template_of_the_team_is_frozen_once_it_was_used(self):
        template = PromptTemplate.objects.create(team=self.team, name="marking", text="Q {question} A {answer}")
        self.client.post(self.page, {"kind": "sft", "template": template.pk, "preview": "1"})
        template.refresh_from_db()
        assert not template.is_frozen
        response = self.client.post(self.page, {"kind": "sft", "template": template.pk, "part": "train"})
        assert json.loads(next(iter(response.streaming_content)))["prompt"].startswith("Q 第1题？ A ")
        template.refresh_from_db()
        assert template.is_frozen
