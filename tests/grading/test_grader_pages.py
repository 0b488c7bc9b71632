"""Pages of graders: who sees what, what is asked, what is refused with which words."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from annotations.models import Membership, Role
from grading.actions import grading_work
from grading.actions.grading_run import start_grading_run
from grading.grader_jobs import grade
from grading.held_out import held_out
from grading.models import Alarm, Deployment, FineTuning, Grader, ModelVersion
from tests import make
from tests.grading.grader_case import GraderCase, past_papers
from tests.queries import queries_of

State = FineTuning.State


def deployed(version: ModelVersion) -> Deployment:
    dataset = make.a_dataset(version.grader.team, "served")
    rubric = make.a_rubric(version.grader.team, name="served")
    queue = make.a_campaign(dataset, rubric, [], slug="served", kind="grading")
    return Deployment.objects.create(
        grader=version.grader, version=version, queue=queue, override_reason="for the test"
    )


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


class GraderPagesTest(GraderCase):
    def setUp(self) -> None:
        self.sign_in("erin")

    def test_without_a_grader_the_list_says_what_comes_first(self):
        assert "Make a training set of them first" in text(self.client.get("/graders/"))
        past_papers(self.team)
        assert "train the first version" in text(self.client.get("/graders/"))
        assert "trains the first one" in text(self.client_of("victor").get("/graders/"))

    def test_the_list_tells_what_is_in_service_and_which_alarms_wait(self):
        version = self.trained()
        deployed(version)
        Alarm.objects.create(grader=version.grader, kind=Alarm.Kind.DRIFT)
        page = self.client.get("/graders/")
        assert "1 to see to" in text(page)
        self.assertContains(page, f'href="/graders/{version.grader_id}/service/">v1</a>')
        Alarm.objects.update(acknowledged_at=timezone.now())
        assert "to see to" not in text(self.client.get("/graders/"))

    def test_the_campaign_in_which_people_mark_for_a_grader_leads_to_its_monitoring(self):
        queue = deployed(self.trained()).queue
        page = self.client.get(f"/campaigns/{queue.slug}/")
        self.assertContains(page, "what the grader for 历史 leaves to them")
        Deployment.objects.all().delete()
        self.assertNotContains(self.client.get(f"/campaigns/{queue.slug}/"), "leaves to them")

    def test_a_team_without_raters_is_told_that_it_needs_one_before_it_deploys(self):
        version = self.trained()
        path = f"/graders/{version.grader_id}/service/deploy/"
        assert "Nobody of the team rates yet" not in text(self.client.get(path))
        Membership.objects.filter(team=self.team, role=Role.RATER).delete()
        page = self.client.get(path)
        self.assertContains(page, "Nobody of the team rates yet")
        self.assertContains(page, f'href="/teams/{self.team.slug}/"')

    def test_the_list_costs_the_same_number_of_queries_however_many_graders(self):
        first = self.trained()
        few = queries_of(self.client, "/graders/")
        for subject in ("物理", "化学", "语文"):
            grader = Grader.objects.create(team=self.team, school_subject=subject)
            ModelVersion.objects.create(
                grader=grader, number=1, kind="classical", training_set=first.training_set
            )
        assert queries_of(self.client, "/graders/") == few

    def test_the_page_of_a_classical_version_tells_what_its_training_took(self):
        version = self.trained()
        page = text(self.client.get(f"/graders/{version.grader_id}/versions/1/"))
        assert re.search(r"Peak memory [1-9][\d,]* MiB Answers a second [\d,]*[1-9]", page)

    def test_versions_of_several_graders_are_compared_or_it_is_said_why_not(self):
        first = self.trained()
        other = Grader.objects.create(team=self.team, school_subject="历史二")
        second = self.copied(first, other)
        url = f"/graders/{first.grader_id}/compare/"
        self.assertContains(self.client.get(url), f'name="other" value="{second.pk}"')
        page = self.client.get(url, {"version": 1, "other": second.pk})
        assert "历史二 v1 against 历史 v1 on" in text(page)
        told = held_out(second)
        (second.folder / "held_out.json").write_text(json.dumps({**told, "rows": [f"x{row}" for row in told["rows"]]}))
        page = self.client.get(url, {"version": 1, "other": second.pk})
        assert "different answers to the same questions" in text(page)
        (second.folder / "held_out.json").unlink()
        assert "no longer there" in text(self.client.get(url, {"version": 1, "other": second.pk}))

    def test_versions_of_other_teams_are_not_compared_and_writers_give_no_marks(self):
        first = self.trained()
        theirs = self.copied(first, Grader.objects.create(team=self.cast.elsewhere, school_subject="x"))
        writer = self.copied(first, Grader.objects.create(team=self.team, school_subject="写"))
        ModelVersion.objects.filter(pk=writer.pk).update(kind="generator", hyper_parameters={"writes": "answer"})
        url = f"/graders/{first.grader_id}/compare/"
        page = self.client.get(url, {"version": 1, "other": [theirs.pk, writer.pk]})
        assert page.context["chosen"] == [first]
        self.assertContains(page, "写 v1 writes answers and gives no marks")

    def copied(self, version: ModelVersion, grader: Grader) -> ModelVersion:
        made = ModelVersion.objects.get(pk=version.pk)
        made.pk, made.grader = None, grader
        made.save()
        made.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(version.folder / "held_out.json", made.folder)
        return made

    def test_a_trained_version_shows_figures_beside_its_baselines_and_a_curve(self):
        version = self.trained("encoder", epochs=2)
        response = self.client.get(f"/graders/{version.grader_id}/versions/1/")
        shown = text(response)
        for word in ("this version", "classical grader on the same answers", "not fine-tuned"):
            assert word in shown
        assert response.content.count(b"<polyline") >= 4
        assert response.content.index(b"this version") < response.content.index(b"<polyline"), "the result comes first"
        assert "LoRA rank" not in shown, "no setting of another method"
        self.started(training_set=version.training_set)
        page = self.client.get(f"/graders/{version.grader_id}/")
        assert "full fine-tuning · ordinal head" in text(page)
        self.assertContains(page, f"/graders/train/?version={version.pk}")
        assert version.training_set.digest in shown
        card = self.client.get(f"/graders/{version.grader_id}/versions/1/card.md").content.decode()
        assert card.startswith("---\ntags: ")
        assert '"model-index"' not in card
        assert "model-index: [{" in card
        assert "base_model: \"tiny-base\"" in card
        assert "因为" not in card, "no answer of a student"
        assert "Robustness" in shown
        assert "one letter in ten mistyped" in shown
        assert "| one letter in ten mistyped |" in card

    def test_a_training_at_work_can_be_cancelled_and_its_progress_is_asked_for(self):
        run = self.started()
        path = f"/graders/{run.version.grader_id}/versions/1/"
        self.assertNotContains(self.client.get(f"{path}progress/"), "Send to a worker again")
        FineTuning.objects.update(created_at=timezone.now() - timedelta(minutes=1))
        self.assertContains(self.client.get(f"{path}progress/"), "Send to a worker again")
        assert b"hx-get" in self.client.get(f"{path}progress/").content
        self.client.post(f"{path}cancel/")
        run.refresh_from_db()
        assert run.state == State.CANCELLED
        assert self.client.get(f"{path}progress/")["HX-Refresh"] == "true"
        with mock.patch("grading.views.grader.enqueue"):
            self.client.post(f"{path}resume/")
        run.refresh_from_db()
        assert run.state == State.WAITING

    def test_a_retired_version_is_no_candidate_and_can_be_brought_back(self):
        version = self.trained()
        path = f"/graders/{version.grader_id}/versions/1/"
        for stage in ("retired", "candidate"):
            button = re.search(r'name="retired" value="(\d)"', self.client.get(path).content.decode())
            assert button
            for _click in range(2):
                self.client.post(f"{path}retire/", {"retired": button[1]})
            assert self.client.get(path).context["stage"] == stage

    def test_versions_are_compared_on_the_answers_they_share(self):
        training_set = past_papers(self.team)
        self.trained(training_set=training_set)
        version = self.trained("encoder", training_set=training_set, epochs=1)
        path = f"/graders/{version.grader_id}/compare/"
        assert "Choose two versions" in text(self.client.get(path))
        response = self.client.get(f"{path}?version=1&version=2")
        (test,) = response.context["tests"]
        assert (test.earlier.number, test.later.number) == (1, 2)
        assert test.found.n == training_set.facts["splits"]["test"]
        gain = test.later.measures["held_out"]["this"]["accuracy"] - test.earlier.measures["held_out"]["this"]["accuracy"]
        assert test.found.accuracy == pytest.approx(gain)

    def test_the_newest_trained_versions_are_ticked_and_those_that_failed_cannot_be(self):
        training_set = past_papers(self.team)
        versions = [self.trained(training_set=training_set) for _ in range(4)]
        self.started(training_set=training_set)
        page = self.client.get(f"/graders/{versions[0].grader_id}/").content.decode()
        boxes = re.findall(r'name="version" value="(\d)"[^>]*?( checked)?>', page)
        assert boxes == [("4", " checked"), ("3", " checked"), ("2", " checked"), ("1", "")]

    def test_a_grading_run_shows_what_it_was_least_sure_of_but_not_to_raters_of_these_answers(self):
        version = self.trained()
        grading_work._kept.cache_clear()
        run = start_grading_run(version=version, dataset=self.an_exam(), user=self.cast.erin)
        grade(run.pk)
        page = self.client.get(f"/grading-runs/{run.pk}/")
        assert "Nearest marked answers" in text(page)
        assert re.search(r"mark \d, [\d.]+ % alike", text(page))
        sure = [row["confidence"] for row in page.context["unsure"]]
        assert sure == sorted(sure)
        assert len({row["item"].text for row in page.context["unsure"]}) == len(sure)
        counted = {figure.key: dict(figure.table.rows) for figure in page.context["figures"]}
        assert counted["marks"] == {"0": 4, "1": 4, "2": 4}
        assert sum(counted["sure"].values()) == 12
        later = make.an_item(run.dataset.questions.get(), "later", text="煤炭")
        run.version.refresh_from_db()
        for scorer in (run.version.scorer, run.version.confidence_scorer):
            scorer.automatic_scores.create(item=later, value=0.01)  # of another run
        page = self.client.get(f"/grading-runs/{run.pk}/")
        assert {figure.key: dict(figure.table.rows) for figure in page.context["figures"]} == counted
        assert later not in [row["item"] for row in page.context["unsure"]]
        with mock.patch("grading.views.grading_run.may_see_scores", return_value=False):
            hidden = self.client.get(f"/grading-runs/{run.pk}/")
        assert "unsure" not in hidden.context
        assert "are not shown" in text(hidden)

    def test_a_viewer_looks_and_starts_nothing(self):
        version = self.trained()
        viewer = self.client_of("victor")
        path = f"/graders/{version.grader_id}/versions/1/"
        assert viewer.get(path).status_code == 200
        assert viewer.post(f"{path}grade/", {"dataset": self.an_exam().pk}).status_code in (403, 404)
        assert viewer.post(f"{path}retire/").status_code in (403, 404)
        version.refresh_from_db()
        assert version.retired_at is None
