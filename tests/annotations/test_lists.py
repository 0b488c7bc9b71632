"""The shared way of lists, tried on the datasets; then each list page sorts, filters and downloads."""

from __future__ import annotations

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

from annotations.actions.gold_training import give_training
from annotations.models import Dataset, Rating
from grading.models import MetricRun
from tests import make
from tests.annotations.rating_base import RatingTestCase
from tests.annotations.test_gold_actions import SCORES, GoldTestCase
from tests.base import ConcordTestCase
from tests.queries import queries_of


def file_of(client, address: str, **query: str) -> list[dict[str, str]]:
    response = client.get(address, {**query, "format": "csv"})
    assert response["Content-Type"].startswith("text/csv"), address
    text = response.getvalue().decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


class ListCase(ConcordTestCase):
    def column(self, address: str, title: str, **query: str) -> list[str]:
        return [row[title] for row in file_of(self.client, address, **query)]


class SharedWayTests(ListCase):
    address = "/datasets/"

    def setUp(self) -> None:
        self.sign_in("alice")
        for name, items in (("b", 2), ("a", 1), ("c", 3)):
            make.items(make.a_question(make.a_dataset(self.team, name)), items)

    def shown(self, **query: str) -> list[str]:
        return [row.name for row in self.client.get(self.address, query).context["listing"].page]

    def head(self, name: str, **query: str) -> tuple[str, dict[str, list[str]]]:
        """The aria-sort of the head with this name, and what a click on it asks for."""
        text = self.client.get(self.address, query).content.decode()
        found = re.search(rf'<th scope="col"([^>]*)><a class="sort" href="([^"]*)">{name}</a>', text)
        assert found, text
        state, href = found.groups()
        link = parse_qs(urlsplit(href.replace("&amp;", "&")).query)
        return re.sub(r'.*aria-sort="(\w+)".*', r"\1", state), link

    def test_a_click_sorts_and_the_next_click_turns_it_round(self):
        assert self.shown(sort="name") == ["a", "b", "c"]
        assert self.shown(sort="-items") == ["c", "b", "a"]
        assert self.head("Name") == ("", {"sort": ["name"]})
        assert self.head("Name", sort="name") == ("ascending", {"sort": ["-name"]})
        assert self.head("Name", sort="-name") == ("descending", {"sort": ["name"]})

    def test_the_usual_order_is_marked_as_one(self):
        assert self.shown() == self.shown(sort="-made") == ["c", "a", "b"]
        assert self.head("Made") == ("descending", {"sort": ["made"]})

    def test_only_what_is_described_sorts(self):
        for sort in ("team__pk", "--name", "created_by__password", "\0"):
            assert self.shown(sort=sort) == self.shown()

    def test_the_links_keep_the_filters_and_go_back_to_the_first_page(self):
        _state, link = self.head("Name", q="b", page="1")
        assert link == {"q": ["b"], "sort": ["name"]}
        page = self.client.get(self.address, {"q": "b", "sort": "name"})
        self.assertContains(page, "?q=b&amp;sort=name&amp;format=csv")
        self.assertContains(page, '<option value="name" selected>')

    def test_the_file_has_every_page_of_what_is_shown(self):
        for i in range(60):
            make.a_dataset(self.team, f"more {i:02}")
        listing = self.client.get(self.address, {"q": "more", "sort": "-name"}).context["listing"]
        assert listing.page.has_next()
        names = self.column(self.address, "Name", q="more", sort="-name", page="2")
        assert names == [f"more {i:02}" for i in reversed(range(60))]

    def test_the_file_runs_nothing_in_a_spreadsheet(self):
        make.a_dataset(self.team, '=HYPERLINK("x")')
        assert self.column(self.address, "Name", q="HYPER") == ["""'=HYPERLINK("x")"""]

    def test_the_file_costs_as_many_queries_however_long(self):
        few = queries_of(self.client, "/datasets/?format=csv")
        for _i in range(60):
            make.a_dataset(self.team)
        assert queries_of(self.client, "/datasets/?format=csv") == few

    def test_nothing_found_still_offers_the_way_back(self):
        page = self.client.get(self.address, {"q": "zzz"})
        self.assertContains(page, "Nothing found")
        self.assertContains(page, 'href="?">Show all')

    def test_the_file_holds_nothing_of_other_teams(self):
        make.a_dataset(self.cast.elsewhere, "theirs")
        assert sorted(self.column(self.address, "Name")) == ["a", "b", "c"]

    def test_what_is_empty_comes_last_either_way(self):
        question = make.a_question(Dataset.objects.get(name="a"), "2")
        for key, mark in (("x", 2), ("y", None), ("z", 1)):
            make.an_item(question, key, reference_mark=mark)
        address = f"/datasets/{question.dataset_id}/"
        picked = {"question": str(question.pk)}
        assert self.column(address, "item id", sort="mark", **picked) == ["z", "x", "y"]
        assert self.column(address, "item id", sort="-mark", **picked) == ["x", "z", "y"]


class PageTests(ListCase):
    def setUp(self) -> None:
        self.sign_in("alice")

    def test_questions(self):
        dataset = make.a_dataset(self.team)
        make.items(make.a_question(dataset, "1", text="Why?", full_mark=4, position=1), 2)
        make.items(make.a_question(dataset, "2", text="How?", full_mark=2, position=2), 1)
        address = f"/datasets/{dataset.pk}/questions/"
        assert self.column(address, "Number") == ["1", "2"]
        assert self.column(address, "Number", sort="full") == ["2", "1"]
        assert self.column(address, "Items", q="Why") == ["2"]

    def test_rubrics(self):
        used = make.a_rubric(self.team, name="Replies")
        make.a_rubric(self.team, name="Essays", publish=False)
        make.a_campaign(make.a_dataset(self.team), used, [], name="Spring")
        assert self.column("/rubrics/", "Name") == ["Essays", "Replies"]
        assert self.column("/rubrics/", "Name", sort="-name") == ["Replies", "Essays"]
        assert self.column("/rubrics/", "Used by", state="published") == ["Spring"]
        assert self.column("/rubrics/", "Name", q="ess") == ["Essays"]

    def test_teams(self):
        other = make.Team.objects.create(name="Annex", slug="annex")
        other.memberships.create(user=self.cast.alice, role="viewer")
        assert self.column("/teams/", "Team") == ["Annex", "School"]
        assert self.column("/teams/", "Team", sort="-people") == ["School", "Annex"]
        assert self.column("/teams/", "Your roles", q="annex") == ["viewer"]

    def test_members(self):
        self.team.memberships.create(user=self.cast.bob, role="viewer")
        self.cast.elsewhere.memberships.create(user=self.cast.carol, role="viewer")
        assert self.column("/teams/school/", "Name")[:2] == ["Alice", "Bob"]
        assert self.column("/teams/school/", "Name", sort="-name")[0] == "Victor"
        assert self.column("/teams/school/", "Name", role="viewer") == ["Bob", "Victor"]
        assert self.column("/teams/school/", "Roles", q="bob") == ["rater, viewer"]

    def test_campaigns(self):
        rubric = make.a_rubric(self.team)
        for name in ("Spring", "Autumn"):
            dataset = make.a_dataset(self.team, f"of {name}")
            make.items(make.a_question(dataset), 2)
            make.a_campaign(dataset, rubric, [self.cast.bob], k=1, name=name)
        assert self.column("/campaigns/", "Campaign", sort="name") == ["Autumn", "Spring"]
        assert self.column("/campaigns/", "Campaign", sort="-dataset") == ["Spring", "Autumn"]
        assert self.column("/campaigns/", "Rated", q="spring") == ["0"]

    def test_metric_runs(self):
        dataset = make.a_dataset(self.team)
        for done, state in ((1, "done"), (2, "failed")):
            MetricRun.objects.create(
                dataset=dataset, metrics=["bleu"], prediction="text", done=done, state=state,
                reference="question.reference", created_by=self.cast.alice,
            )  # fmt: skip
        address = f"/datasets/{dataset.pk}/metrics/"
        assert self.column(address, "Items") == ["2", "1"]
        assert self.column(address, "Items", sort="items") == ["1", "2"]
        assert self.column(address, "Started by", state="failed") == ["Alice"]


class GoldListTests(GoldTestCase):
    def test_items_and_raters_are_files_of_their_own_and_raters_sort(self):
        self.sign_in("alice")
        self.add()
        rows = self.add(1, "qualification")
        give_training(campaign_rater=self.bob)
        self.rate(rows[0], self.bob, SCORES)
        address = f"/campaigns/{self.campaign.slug}/gold/"
        items = file_of(self.client, address, part="items")
        assert [row["Purpose"] for row in items] == ["practice", "qualification"]
        assert items[0]["Definitive scores"].startswith("Criterion 1: 4")
        raters = file_of(self.client, address, part="raters", sort="-rater")
        names = [row["Rater"] for row in raters]
        assert len(names) > 1
        assert names == sorted(names, reverse=True)
        best = file_of(self.client, address, part="raters", sort="within")[0]
        assert (best["Rater"], best["Within tolerance"]) == ("Bob", "1 out of 1")


class HistoryListTests(RatingTestCase):
    def test_a_rater_sorts_filters_and_takes_home_their_own_and_no_seed_shows(self):
        for _i in range(2):
            self.rate(self.cast.bob)
        self.rate(self.cast.carol)
        bob = self.client_of("bob")
        address = f"/rate/{self.campaign.slug}/history/"
        first, second = Rating.objects.filter(rater=self.cast.bob).order_by("pk")
        Rating.objects.filter(pk=first.pk).update(kind="seed", active_seconds=9)
        Rating.objects.filter(pk=second.pk).update(kind="practice", active_seconds=4)
        rows = file_of(bob, address, sort="time")
        assert [(row["Time"], row["State"]) for row in rows] == [("4.0", "practice"), ("9.0", "counted")]
        assert [row["Time"] for row in file_of(bob, address, state="current")] == ["9.0"]
        assert file_of(bob, address, state="seed") == []
        assert len(file_of(bob, address, state="practice")) == 1
