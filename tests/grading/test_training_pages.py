"""The pages of training sets, and who sees what of them."""

from __future__ import annotations

import io
import json
import zipfile

from django.urls import reverse
from django.utils import timezone

from annotations.models import CampaignRater, Dataset
from grading.actions import training_draft
from grading.backends.papers import MOST_LEARNT
from grading.models import Grader, ModelVersion, PromptTemplate, TrainingSet
from grading.training_rows import path_of, rows_of
from tests.base import ConcordTestCase
from tests.grading.report_cast import an_exam
from tests.grading.training_case import a_class, a_training_set, asked, built, example
from tests.queries import queries_of


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

    def test_of_named_students_it_is_said_that_they_stay_together_though_some_answers_name_nobody(self):
        nameless = example(asked(), 99, 1, student="")
        some = a_training_set(self.team, [*a_class(), nameless])
        self.assertContains(self.client_of("erin").get(f"/training/{some.pk}/"), "No student that is named")
        none = a_training_set(self.team, a_class(student=""))
        self.assertContains(self.client_of("erin").get(f"/training/{none.pk}/"), "It cannot be checked")

    def test_it_names_the_versions_that_learnt_from_it_and_no_others(self):
        made, other = a_training_set(self.team), a_training_set(self.team, a_class(12))
        grader = Grader.objects.create(team=self.team, school_subject="历史")
        ModelVersion.objects.create(grader=grader, number=7, kind="classical", training_set=made)
        self.sign_in("victor")
        self.assertContains(self.client.get(f"/training/{made.pk}/"), f"/graders/{grader.pk}/versions/7/")
        self.assertNotContains(self.client.get(f"/training/{other.pk}/"), "/versions/")

    def test_where_a_classical_grader_learns_a_part_the_pages_of_set_and_version_say_how_many(self):
        made = a_training_set(self.team)
        made.facts["questions"][0]["marks"]["0"]["train"] = 3 * MOST_LEARNT
        made.save()
        grader = Grader.objects.create(team=self.team, school_subject="历史")
        told = {"held_out": {}, "by_question": []}
        version = ModelVersion.objects.create(
            grader=grader, number=1, kind="classical", training_set=made, measures=told, trained_at=timezone.now()
        )
        learnt = sum(counts["train"] for counts in made.facts["questions"][0]["marks"].values())
        self.sign_in("victor")
        self.assertContains(self.client.get(f"/training/{made.pk}/"), f"of its {learnt} answers to learn from")
        page = f"/graders/{grader.pk}/versions/1/"
        self.assertContains(self.client.get(page), f"{MOST_LEARNT:,} of the {learnt:,} answers to question “1”")
        ModelVersion.objects.filter(pk=version.pk).update(training_set=a_training_set(self.team, a_class(12)))
        self.assertNotContains(self.client.get(page), "Learnt in part")

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
