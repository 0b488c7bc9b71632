"""Pages of generators: how one is trained, what one that marks and one that answers show."""

from __future__ import annotations

import re
from unittest import mock

from grading.grader_jobs import fine_tune
from grading.models import ModelVersion, PromptTemplate
from tests.grading.grader_case import SAID
from tests.grading.writer_case import USUAL, WriterCase, past_papers


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


class TrainTest(WriterCase):
    def setUp(self) -> None:
        self.sign_in("erin")

    def start(self, **data):
        """What the form sends: its own first values with `data` over them."""
        past_papers(self.team)
        form = self.client.get("/graders/train/").context["form"]
        first = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
        first |= {"training_set": first["training_set"].pk, "head": "ordinal", "kind": "generator", **data}
        sent = {name: value for name, value in first.items() if value is not None and value is not False}
        with mock.patch("grading.views.grader.enqueue"):
            return self.client.post("/graders/train/", sent, follow=True)

    def test_empty_fields_take_what_is_usual_of_a_generator(self):
        template = self.template("mark")
        page = self.start(base=str(self.base), template=template.pk)
        version = ModelVersion.objects.get()
        self.assertRedirects(page, f"/graders/{version.grader_id}/versions/1/")
        assert (version.kind, version.template) == ("generator", template)
        said = version.hyper_parameters
        assert (said["method"], said["batch_size"], said["max_tokens"], said["writes"]) == ("lora", 8, 512, "mark")
        assert "head" not in said
        assert "LoRA" in text(self.client.get(f"/graders/train/?version={version.pk}"))

    def test_a_version_like_it_has_its_template_and_settings(self):
        version = self.started("answer", least_share=0.5).version
        form = self.client.get(f"/graders/train/?version={version.pk}").context["form"]
        assert form.initial["template"] == version.template_id
        assert (form.initial["writes"], form.initial["least_share"]) == ("answer", 0.5)
        assert form.initial["epochs"] == USUAL["epochs"]

    def test_what_is_missing_or_does_not_fit_is_said_at_its_field(self):
        assert "needs a base model" in text(self.start())
        assert "needs a prompt template" in text(self.start(base=str(self.base)))
        odd = PromptTemplate.objects.create(team=self.team, name="odd", text="{topic}")
        page = self.start(base=str(self.base), template=odd.pk)
        assert "template" in page.context["form"].errors
        assert "HF_HOME" in text(self.start(base="no-such-model", template=self.template("mark").pk))
        assert not ModelVersion.objects.exists()

    def test_settings_of_a_generator_mean_nothing_to_an_encoder(self):
        page = self.start(kind="classical", template=self.template("mark").pk)
        assert page.status_code == 200
        version = ModelVersion.objects.get()
        assert version.template is None
        assert version.hyper_parameters == {}


class VersionPageTest(WriterCase):
    def setUp(self) -> None:
        self.sign_in("erin")

    def test_one_that_marks_is_shown_as_a_grader_with_its_template(self):
        version = self.trained(epochs=1)
        path = f"/graders/{version.grader_id}/versions/1/"
        shown = self.client.get(path)
        assert "the network, not fine-tuned" in text(shown)
        assert "Share of tokens foreseen" in text(shown)
        self.assertContains(shown, f"/prompt-templates/{version.template_id}/")
        assert "Short-answer grading" in self.client.get(f"{path}card.md").content.decode()
        assert "writes marks" in text(self.client.get(f"/graders/{version.grader_id}/"))

    def test_one_that_answers_shows_foresight_and_examples_and_is_no_grader(self):
        version = self.trained("answer")
        path = f"/graders/{version.grader_id}/versions/1/"
        page = self.client.get(path)
        shown = text(page)
        assert "How well it foresees good answers" in shown
        assert shown.count(SAID[2]) >= 2
        assert "How well it marks" not in shown
        self.assertContains(page, f"/served-generators/?version={version.pk}")
        card = self.client.get(f"{path}card.md").content.decode()
        assert "perplexity" in card
        assert SAID[2] not in card, "no answer of a student"
        for address in ("/graders/", f"/graders/{version.grader_id}/"):
            assert self.client.get(address).status_code == 200
        compared = self.client.get(f"/graders/{version.grader_id}/compare/?version=1")
        assert list(compared.context["chosen"]) == []
        offered = self.client.get(f"/graders/{version.grader_id}/service/deploy/")
        assert version not in offered.context["form"].fields["version"].queryset

    def test_its_base_that_has_gone_is_said_with_what_to_do(self):
        run = self.started("answer")
        run.version.hyper_parameters["base"] = "no-such-model"
        run.version.save()
        fine_tune(run.pk)
        page = self.client.get(f"/graders/{run.version.grader_id}/versions/1/")
        assert "HF_HOME" in text(page)
