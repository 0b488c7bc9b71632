"""A version of several questions tells QWK as the mean over them and of all answers together."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from grading.held_out import pooled_qwks
from grading.models import ModelVersion
from tests.grading.grader_case import GraderCase, past_papers
from tests.grading.training_case import a_class, a_training_set

MEAN, TOGETHER = "QWK, mean over the questions", "QWK, all answers together"


class PooledQwkTest(GraderCase):
    def setUp(self) -> None:
        self.sign_in("erin")

    def page(self, version: ModelVersion, name: str = "") -> str:
        path = f"/graders/{version.grader_id}/versions/{version.number}/{name}"
        return self.client.get(path).content.decode()

    def test_the_page_and_the_card_name_both(self):
        version = self.trained()
        page, card = self.page(version), self.page(version, "card.md")
        assert MEAN in page
        assert TOGETHER in page
        assert f"| {MEAN} | {TOGETHER} |" in card
        assert "QWK (all answers together)" in card

    def test_a_version_that_was_trained_before_is_reckoned_by_what_it_said(self):
        version = self.trained()
        stored = pooled_qwks(version)
        assert None not in stored.values()
        for told in version.measures["held_out"].values():
            del told["pooled_qwk"]
        version.save()
        assert pooled_qwks(version) == pytest.approx(stored)
        assert TOGETHER in self.page(version)
        (version.folder / "held_out.json").unlink()
        assert TOGETHER not in self.page(version)

    def test_of_one_question_there_is_one(self):
        version = self.trained(training_set=a_training_set(self.team, a_class(90)))
        assert set(pooled_qwks(version).values()) == {None}
        for page in (self.page(version), self.page(version, "card.md")):
            assert "together" not in page

    def test_the_command_tells_both(self):
        made = past_papers(self.team)
        out = StringIO()
        call_command("fine_tune", str(made.pk), "--kind=classical", "--subject=历史", "--json", stdout=out)
        told = json.loads(out.getvalue())["held_out"]["this"]
        assert told["qwk"] > 0.5
        assert told["pooled_qwk"] > 0.5
        out = StringIO()
        call_command("fine_tune", str(made.pk), "--kind=classical", "--subject=历史", stdout=out)
        assert "(all answers together " in out.getvalue()
