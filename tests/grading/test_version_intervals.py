"""A version's figures stand with their intervals wherever they are shown, also those of versions trained before."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command

from grading.held_out import held_out
from grading.methods.grader_measures import Paired
from grading.models import ModelVersion
from grading.training_rows import path_of
from grading.version_interval_words import chance_words, interval_note
from grading.version_intervals import intervals_of
from tests.grading.grader_case import GraderCase, past_papers
from tests.grading.training_case import a_class, a_training_set

SHARES = r"\[\d+\.\d\s?%, \d+\.\d\s?%\]"
STUDENTS, ANSWERS, FEW = "other students of the same kind", "other answers of the same kind", "There are no intervals"


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def difference(low: float | None, high: float | None, kappa_low=None, kappa_high=None, units=20, p=0.03) -> str:
    return chance_words(Paired(20, 0.1, low, high, 0.1, kappa_low, kappa_high, p, units), True)


class VersionIntervalsTest(GraderCase):
    def setUp(self) -> None:
        self.sign_in("erin")
        cache.clear()

    def page(self, version: ModelVersion, name: str = "", **more) -> str:
        return text(self.client.get(f"/graders/{version.grader_id}/versions/{version.number}/{name}", **more))

    def older(self, version: ModelVersion) -> ModelVersion:
        """As one that was trained before intervals were stored."""
        for told in version.measures["held_out"].values():
            del told["intervals"]
        version.save()
        told = {key: column for key, column in held_out(version).items() if key not in ("units", "by")}
        (version.folder / "held_out.json").write_text(json.dumps(told))
        return version

    def noisy(self) -> ModelVersion:
        """One whose held-out marks are not all as they should be, so that its intervals have some width."""
        version = self.older(self.trained(training_set=past_papers(self.team, 150)))
        told = held_out(version)
        told["marks"]["this"] = [(mark + (i % 3 == 0)) % 3 for i, mark in enumerate(told["right"])]
        (version.folder / "held_out.json").write_text(json.dumps(told))
        return version

    def test_the_page_the_list_and_the_card_show_them_in_both_languages(self):
        version = self.noisy()
        for language in ("en-GB", "zh-CN"):
            more = {"HTTP_ACCEPT_LANGUAGE": language}
            pages = self.page(version, **more), self.page(version, "card.md", **more)
            lists = [text(self.client.get(url, **more)) for url in ("/graders/", f"/graders/{version.grader_id}/")]
            for page in (*pages, *lists):
                assert re.search(SHARES, page), (language, page)
                assert re.search(r"\[-?0\.\d{3}, \d\.\d{3}\]", page), language
        lists = [text(self.client.get(url)) for url in ("/graders/", f"/graders/{version.grader_id}/")]
        for page in (self.page(version), self.page(version, "card.md"), *lists):
            assert STUDENTS in page

    def test_of_fewer_than_ten_students_there_is_none_and_it_is_said(self):
        version = self.trained(training_set=past_papers(self.team, 30))
        assert 0 < intervals_of(version)["this"]["units"] < 10
        for page in (self.page(version), self.page(version, "card.md")):
            assert not re.search(SHARES, page)
            assert FEW in page
            assert STUDENTS not in page
        assert FEW in text(self.client.get(f"/graders/{version.grader_id}/"))

    def test_a_version_that_was_trained_before_has_the_same(self):
        version = self.trained(training_set=past_papers(self.team, 150))
        stored = intervals_of(version)
        assert stored["this"]["by"] == "student"
        assert stored["this"]["units"] < version.measures["held_out"]["this"]["n"]
        older = intervals_of(self.older(version))
        assert {name: one["units"] for name, one in older.items()} == {name: one["units"] for name, one in stored.items()}
        for name in stored:
            assert older[name]["accuracy"] == pytest.approx(stored[name]["accuracy"])

    def test_it_is_reckoned_once_for_a_version(self):
        version = self.noisy()
        found = intervals_of(version)
        path_of(version.training_set.digest).unlink()
        assert intervals_of(version) == found
        cache.clear()
        assert intervals_of(version)["this"]["by"] == "answer"
        assert ANSWERS in self.page(version)
        (version.folder / "held_out.json").unlink()
        assert intervals_of(version) == {}
        assert "no longer there" in self.page(version)

    def test_answers_whose_students_nobody_knows_stand_each_for_itself(self):
        version = self.trained(training_set=a_training_set(self.team, a_class(150, student="")))
        found = intervals_of(version)["this"]
        assert (found["by"], found["units"]) == ("answer", version.measures["held_out"]["this"]["n"])
        assert ANSWERS in self.page(version)

    def test_two_versions_are_said_to_differ_or_not(self):
        first, second = self.noisy(), self.trained(training_set=past_papers(self.team, 150))
        url = f"/graders/{first.grader_id}/compare/"
        page = text(self.client.get(url, {"version": [first.number, second.number]}))
        assert re.search(r"QWK, the mean over the questions, \+0\.\d{3} \(95 % interval \+0\.\d{3} to \+\d\.\d{3}\)", page)
        for figure in ("exact marks", "QWK"):
            assert f"The difference in {figure} is more than chance" in page
        assert re.search(SHARES, page)

    def test_an_old_or_broken_file_of_what_it_said_breaks_no_page(self):
        first, second = self.noisy(), self.trained(training_set=past_papers(self.team, 150))
        both = {"version": [first.number, second.number]}
        path = first.folder / "held_out.json"
        told = json.loads(path.read_text())
        told["marks"]["this"] = told["marks"]["this"][:-3]  # as before what it cannot mark had a place
        for content in (json.dumps(told), "", "{"):
            path.write_text(content)
            cache.clear()
            for url, values in ((f"/graders/{first.grader_id}/", {}), (f"/graders/{first.grader_id}/compare/", both)):
                assert self.client.get(url, values).status_code == 200, (content[:9], url)
            self.page(first)

    def test_the_command_tells_the_intervals(self):
        made, out = past_papers(self.team, 150), StringIO()
        call_command("fine_tune", str(made.pk), "--kind=classical", "--subject=历史", "--json", stdout=out)
        told = json.loads(out.getvalue())["held_out"]["this"]
        low, high = told["intervals"]["accuracy"]
        assert low <= told["accuracy"] <= high


def test_sentences_say_whether_differences_may_be_chance():
    exact, kappa = "The difference in exact marks ", "The difference in QWK "
    for ends, p, words in (
        ((-0.1, 0.3), 0.03, exact + "may be chance alone: its interval contains 0."),
        ((0.05, 0.3), 0.03, exact + "is more than chance: its interval leaves 0 out."),
        ((-0.3, -0.05), 0.03, exact + "is more than chance: its interval leaves 0 out."),
        ((0.05, 0.3), 0.125, exact + "may be chance alone: McNemar's test does not tell it from 0."),
    ):
        assert difference(*ends, p=p) == words
        assert difference(*ends, 0.1, 0.4, p=p) == f"{words} {kappa}is more than chance: its interval leaves 0 out."
        assert difference(*ends, -0.1, 0.4, p=p) == f"{words} {kappa}may be chance alone: its interval contains 0."
    assert "cannot be told from the answers of 9 students" in difference(None, None, units=9)
    assert chance_words(Paired(20, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, None, 20), True) == "They do not differ."


def test_the_word_for_few_counts_students_or_answers():
    assert "answers of only 4 students" in interval_note({"by": "student", "units": 4})
    assert "4 answers say too little" in interval_note({"by": "answer", "units": 4})
    assert "no longer there" in interval_note(None)
