"""`manage.py exam` and `manage.py selective`: the pages' numbers, the same refusals, the same roles."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from grading.models import AcceptedMark, SelectiveGrading
from tests.base import ConcordTestCase
from tests.grading.report_cast import an_evaluation
from tests.grading.test_selective_grading import REST, SAMPLE, an_exam


class CommandCase(ConcordTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.campaign = an_exam(cls.cast)
        cls.url = f"/campaigns/{cls.campaign.slug}/exam/"

    def text(self, name: str, *options: str) -> str:
        out = StringIO()
        call_command(name, "--campaign", self.campaign.slug, *options, stdout=out)
        return out.getvalue()

    def data(self, name: str, *options: str) -> dict[str, Any]:
        return json.loads(self.text(name, "--json", *options))

    def refused(self, name: str, *options: str) -> str:
        with pytest.raises(CommandError) as refusal:
            self.text(name, *options)
        return str(refusal.value)


class ExamCommand(CommandCase):
    def test_the_numbers_are_those_of_the_page(self):
        self.sign_in("alice")
        page = self.client.get(f"{self.url}?papers=20&wrong_allowed=1").context["page"]
        data = self.data("exam", "--papers", "20", "--wrong-allowed", "1")
        assert [way["name"] for way in data["ways"]] == [row.name for row in page.rows]
        assert [way["chance_next"] for way in data["ways"]] == [
            row.standing.chance_next for row in page.rows
        ]
        assert data["sentences"]["machine"] == page.machine
        assert data["non_inferiority"]["reason"] == page.agreement.reason

    def test_machine_people_and_their_mixtures_are_all_there(self):
        ways = [way["way"] for way in self.data("exam")["ways"]]
        assert ways[0] == "machine"
        assert ways.count("person") == 2
        assert {"double", "double_adjudicated", "machine_alone"} < set(ways)

    def test_hours_are_given_for_the_machine_and_what_it_shares_with_people(self):
        self.campaign.ratings.update(active_seconds=30)
        rows = {row["way"]: row for row in self.data("exam")["hours"]}
        assert rows["machine"]["people"] == pytest.approx(50 * 30 / 3600)
        assert rows["machine_alone"]["people_beside_machine"] < rows["machine_alone"]["people"]

    def test_for_people_it_prints_sentences_and_a_table_in_either_language(self):
        assert "In a class of 50 papers" in self.text("exam", "--language", "en")
        assert "Carol" in self.text("exam", "--language", "en")
        assert "50 份" in self.text("exam", "--language", "zh-hans")

    def test_what_the_page_refuses_is_refused_with_the_name_of_the_field(self):
        refusal = self.refused("exam", "--papers", "2", "--wrong-allowed", "2", "--language", "en")
        assert refusal == "Wrong marks allowed in all: Fewer than the class has marks in all."
        assert self.refused("exam", "--papers", "many", "--language", "en").startswith("Papers in a class")

    def test_an_unknown_machine_a_campaign_that_is_none_and_an_evaluation_are_refused(self):
        assert "<b>" in self.refused("exam", "--scorer", "<b>")
        with pytest.raises(CommandError, match="nowhere"):
            call_command("exam", "--campaign", "nowhere")
        self.campaign = an_evaluation(self.cast)
        assert "evaluation" in self.refused("exam", "--language", "en")


class SelectiveCommand(CommandCase):
    def test_it_tells_threshold_bound_share_and_what_is_left(self):
        data = self.data("selective")
        assert data["threshold"] == pytest.approx(0.2, abs=0.05)
        assert data["bound"] <= data["alpha"] == 0.05
        assert data["accepted"] + data["to_people"] == data["answers"] == SAMPLE + REST
        assert data["accepted_share"] == data["accepted"] / (SAMPLE + REST)
        assert data["in_force"] is None
        assert not SelectiveGrading.objects.exists()

    def test_the_sentence_is_that_of_the_page(self):
        self.sign_in("alice")
        page = self.client.get(f"{self.url}selective/?alpha=10").context["page"]
        assert self.data("selective", "--alpha", "10", "--language", "en")["sentence"] == page.sentence

    def test_a_lead_applies_it_by_name(self):
        data = self.data("selective", "--apply", "--user", "alice")
        made = SelectiveGrading.objects.get()
        assert (made.created_by, made.threshold) == (self.cast.alice, data["threshold"])
        assert data["in_force"]["accepted"] == data["accepted"] == AcceptedMark.objects.count()

    def test_nobody_else_applies_it(self):
        for options in ([], ["--user", "bob"], ["--user", "eve"], ["--user", "nobody"]):
            assert "--user" in self.refused("selective", "--apply", *options, "--language", "en")
        assert not SelectiveGrading.objects.exists()

    def test_it_is_not_applied_twice(self):
        self.text("selective", "--apply", "--user", "alice")
        refusal = self.refused("selective", "--apply", "--user", "alice", "--language", "en")
        assert "in force already" in refusal

    def test_where_nothing_is_proven_it_says_why_and_applies_nothing(self):
        data = self.data("selective", "--alpha", "1", "--language", "en")
        assert (data["threshold"], data["problem"]) == (None, "too_few_items")
        assert "Too few answers" in data["explanation"]
        refusal = self.refused("selective", "--alpha", "1", "--apply", "--user", "alice", "--language", "en")
        assert "Nothing is proven" in refusal
        assert data["explanation"] in refusal

    def test_without_a_confidence_it_says_so(self):
        self.team.scorers.filter(name="grader confidence").delete()
        assert self.data("selective")["problem"] == "no_confidence"

    def test_for_people_it_prints_what_is_accepted_and_what_is_in_force(self):
        text = self.text("selective", "--apply", "--user", "alice", "--language", "en")
        assert "go to people" in text
        assert "In force: grader" in text
