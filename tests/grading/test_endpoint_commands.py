"""manage.py judge and manage.py generate."""

from __future__ import annotations

import json
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.models import AutomaticScore, Dataset, Item
from grading.models import Endpoint, GenerationRun, JudgeRun, PromptTemplate
from tests.grading.endpoint_case import fair_judge
from tests.grading.endpoint_server import endpoint_server, refused, said
from tests.grading.generation_case import GenerationCase
from tests.grading.judge_case import JudgeCase


def ask(name: str, *arguments: str, answer=fair_judge) -> str:
    """What the command writes while a server answers so."""
    out = StringIO()
    with endpoint_server(answer) as server:
        Endpoint.objects.update(base_url=server.url)
        call_command(name, *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


class JudgeCommandTest(JudgeCase):
    def arguments(self) -> list[str]:
        return ["--campaign", self.campaign.slug, "--endpoint", "local"]

    def test_it_judges_and_tells_what_the_checks_found(self):
        found = json.loads(ask("judge", *self.arguments(), "--checks", "2", "--json"))
        assert (found["state"], found["done"], found["failed"]) == ("done", 12, 0)
        assert found["scorer"] == "tiny · p2 · helpful v1"
        assert set(found["checks"]) == {"again", "padded", "order"}
        assert AutomaticScore.objects.filter(criterion="").count() == 6

    def test_the_estimate_starts_nothing(self):
        out = StringIO()
        call_command("judge", *self.arguments(), "--estimate", "--json", stdout=out)
        assert json.loads(out.getvalue())["requests"] == 6
        assert not JudgeRun.objects.exists()

    def test_a_failed_run_says_how_to_go_on_and_goes_on(self):
        with pytest.raises(CommandError, match="Go on with --resume"):
            ask("judge", *self.arguments(), answer=[refused(401)])
        run = JudgeRun.objects.get()
        assert "6 of 6 done" in ask("judge", "--resume", str(run.pk))

    def test_what_is_missing_is_told(self):
        for arguments, words in (
            (["--campaign", "nothing", "--endpoint", "local"], f"There are: {self.campaign.slug}"),
            (["--campaign", self.campaign.slug, "--endpoint", "x"], "It has: local"),
            (["--campaign", self.campaign.slug], "--endpoint"),
            (["--resume", "99"], "no run 99"),
        ):
            with pytest.raises(CommandError, match=words):
                call_command("judge", *arguments)


class GenerateCommandTest(GenerationCase):
    def arguments(self, dataset: str = "") -> list[str]:
        name = dataset or self.dataset.name
        return ["--dataset", name, "--endpoint", "local", "--template", "plain", "--team", "school"]

    def test_it_answers_the_questions_of_a_dataset(self):
        found = json.loads(ask("generate", *self.arguments(), "--json", answer=[said("yes")]))
        assert (found["state"], found["done"], found["source"]) == ("done", 2, "tiny")
        assert Item.objects.filter(source="tiny").count() == 2

    def test_it_answers_the_questions_of_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "q.csv"
            path.write_text("prompt\nWhat is light?\n")
            ask("generate", str(path), *self.arguments("new"), answer=[said("waves")])
        assert Dataset.objects.get(name="new").items.get().text == "waves"

    def test_a_version_of_the_template_can_be_named(self):
        PromptTemplate.objects.create(team=self.team, name="plain", version=2, text="{input}!")
        ask("generate", *self.arguments()[:-4], "--template", "plain@1", "--team", "school", answer=[said("y")])
        assert GenerationRun.objects.get().template.version == 1

    def test_what_is_missing_is_told(self):
        arguments = self.arguments()
        with pytest.raises(CommandError, match=f"no dataset.*There are: .*{self.dataset.name}"):
            call_command("generate", *self.arguments("nothing"))
        with pytest.raises(CommandError, match=r"no prompt template.*There are: plain"):
            call_command("generate", *arguments[:-4], "--template", "x", "--team", "school")
        with pytest.raises(CommandError, match="--template"):
            call_command("generate", *arguments[:4])
