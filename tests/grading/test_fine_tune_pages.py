"""The page that starts a training: what is asked, what is refused with which words, what is told meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.queue import QueueDown
from grading.models import FineTuning, ModelVersion, TrainingSet
from tests.grading.grader_case import GraderCase, past_papers
from tests.grading.test_grader_pages import text

State = FineTuning.State


class FineTunePagesTest(GraderCase):
    def setUp(self) -> None:
        self.sign_in("erin")

    def start(self, **data):
        """What the form sends: its own first values with `data` over them."""
        form = self.client.get("/graders/train/").context["form"]
        first = {
            name: form.get_initial_for_field(field, name) for name, field in form.fields.items()
        }
        first |= {"training_set": first["training_set"].pk, "method": "full", "head": "ordinal", **data}
        sent = {name: value for name, value in first.items() if value is not None and value is not False}
        with mock.patch("grading.views.grader.enqueue") as sent_to:
            response = self.client.post("/graders/train/", sent, follow=True)
        self.queued = sent_to.call_args_list
        return response

    def test_without_a_training_set_one_is_made_first(self):
        self.assertRedirects(self.client.get("/graders/train/"), "/training/new/")

    def test_a_classical_version_is_queued_for_the_graders_worker(self):
        past_papers(self.team)
        response = self.start(kind="classical", school_subject="历史")
        version = ModelVersion.objects.get()
        self.assertRedirects(response, f"/graders/{version.grader_id}/versions/1/")
        run = version.fine_tuning
        assert run.state == State.WAITING
        (call,) = self.queued
        assert call.args == ("grading.grader_jobs.fine_tune", run.pk)
        assert call.kwargs == {"queue": "graders"}

    def test_a_slow_training_tells_its_speed_and_the_time_left_as_it_reckons_them_itself(self):
        past_papers(self.team)
        self.start(kind="classical", school_subject="历史")
        began = timezone.now() - timedelta(seconds=120)
        run = FineTuning.objects.get()
        url = f"/graders/{run.version.grader_id}/versions/1/progress/"
        learning = {"state": State.RUNNING, "step": FineTuning.Step.LEARNING, "started_at": began, "done": 10, "total": 100}
        FineTuning.objects.update(**learning)
        assert "left" not in text(self.client.get(url))
        for step, speed in ((9, 9.0), (10, 1.3)):
            run.points.create(
                split="train", step=step, epoch=1, loss=1, accuracy=0, examples_per_second=speed, seconds_left=7200
            )
        run.points.create(split="validation", step=10, epoch=1, loss=1, accuracy=0, examples_per_second=77)
        told = text(self.client.get(url))
        assert re.search(r"1\d s each · 1\.3 answers a second · about 2 h 0 min left", told)
        FineTuning.objects.update(step=FineTuning.Step.MEASURING)
        assert "left" not in text(self.client.get(url))

    def test_a_classical_training_counts_no_steps_and_stands_beside_nothing(self):
        past_papers(self.team)
        self.start(kind="classical", school_subject="历史")
        run = FineTuning.objects.get()
        FineTuning.objects.update(state=State.RUNNING, step=FineTuning.Step.BASELINE)
        told = text(self.client.get(f"/graders/{run.version.grader_id}/versions/1/progress/"))
        assert "learning" in told
        assert "beside it" not in told
        assert "training steps" not in told

    def test_with_the_queue_down_the_training_waits_and_the_page_says_so(self):
        past_papers(self.team)
        with mock.patch("grading.views.grader.enqueue", side_effect=QueueDown):
            form = self.client.get("/graders/train/").context["form"]
            first = {n: form.get_initial_for_field(f, n) for n, f in form.fields.items()}
            first |= {"training_set": first["training_set"].pk, "kind": "classical", "method": "full", "head": "ordinal"}
            sent = {name: value for name, value in first.items() if value is not None and value is not False}
            response = self.client.post("/graders/train/", sent, follow=True)
        assert "The training waits" in text(response)
        assert FineTuning.objects.get().state == State.WAITING

    def test_an_encoder_needs_a_base_model_that_is_there(self):
        past_papers(self.team)
        assert "needs a base model" in text(self.start(kind="encoder", base=""))
        assert "HF_HOME" in text(self.start(kind="encoder", base="bert-base-chinese"))
        folder = self.base.parent / "pickled"
        folder.mkdir(exist_ok=True)
        (folder / "config.json").write_text("{}")
        (folder / "pytorch_model.bin").write_bytes(b"x")
        assert "safetensors" in text(self.start(kind="encoder", base=str(folder)))
        assert not ModelVersion.objects.exists()

    def test_a_setting_out_of_its_limits_is_said_at_its_field(self):
        past_papers(self.team)
        response = self.start(kind="encoder", base=str(self.base), lora_dropout="2")
        assert "lora_dropout" in response.context["form"].errors
        assert not ModelVersion.objects.exists()

    def test_more_layers_kept_than_the_model_has_are_refused_before_a_version_is_made(self):
        past_papers(self.team)
        response = self.start(kind="encoder", base=str(self.base), method="freeze", layers_kept=3)
        assert response.context["form"].errors["layers_kept"] == ["“layers kept” must lie between 0 and 2."]
        with pytest.raises(CommandError, match="between 0 and 2"):
            call_command("fine_tune", TrainingSet.objects.get().pk, "--base", self.base, "--method", "freeze", "--layers-kept", 3)
        assert not ModelVersion.objects.exists()
        self.start(kind="encoder", base=str(self.base), method="full", layers_kept=3)
        assert ModelVersion.objects.exists(), "other methods keep none"

    def test_settings_of_the_version_before_are_offered_again(self):
        version = self.started("encoder", epochs=7).version
        form = self.client.get(f"/graders/train/?version={version.pk}").context["form"]
        assert form.initial["epochs"] == 7
        assert form.initial["kind"] == "encoder"
        assert form.initial["training_set"] == version.training_set
