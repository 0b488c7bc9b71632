"""The page of error analysis: what it shows, to whom, and as a file."""

from __future__ import annotations

import csv
import io

from annotations.models import Adjudication, Scorer
from grading.models import DecisionPolicy
from tests import make
from tests.base import ConcordTestCase
from tests.queries import queries_of

TEXTS = ("工业革命首先发生在英国。", "工业革命首先发生在法国。", "因为有资本和劳动力。", "不知道")


class ErrorsPageTest(ConcordTestCase):
    def setUp(self) -> None:
        self.dataset = make.a_dataset(self.team, "exam")
        self.question = make.a_question(self.dataset, "7", full_mark=4)
        wanted, given = (4, 2, 3, 0), (4, 4, 3, 1)
        self.items = [
            make.an_item(self.question, f"paper-{i}", text=text, reference_mark=mark, group_keys={"class": "AB"[i % 2]})
            for i, (text, mark) in enumerate(zip(TEXTS, wanted, strict=True))
        ]
        self.scorer = make.a_scorer(self.team, dict(zip(self.items, given, strict=True)), "machine")
        self.sure = make.a_scorer(self.team, dict(zip(self.items, (0.9, 0.8, 0.7, 0.2), strict=True)), "machine confidence")
        Scorer.objects.filter(pk=self.scorer.pk).update(scale="mark")
        Scorer.objects.filter(pk=self.sure.pk).update(scale="score")
        self.url = f"/datasets/{self.dataset.pk}/errors/"

    def test_it_says_how_many_are_wrong_and_shows_the_worst_with_a_like_one(self):
        page = self.client_of("victor").get(self.url)
        self.assertContains(page, "Of 4 answers 50.0 % have a wrong mark")
        self.assertContains(page, "marks are off by 0.75 on average, and given less deserved is +0.75")
        rows = page.context["worst"].rows
        assert [(str(row[0]), row[2], row[3], row[4], row[6]) for row in rows] == [
            ("paper-1", 4, 2, 0.8, "paper-0, 4 marks"),
            ("paper-3", 1, 0, 0.2, None),
        ]
        self.assertContains(page, f'href="/datasets/{self.dataset.pk}/items/{self.items[1].pk}/"')

    def test_kinds_are_drawn_with_their_tables(self):
        page = self.client_of("victor").get(self.url)
        titles = [figure.title for figure in page.context["kinds"]]
        assert titles == ["By deserved mark", "By length of the response", "By confidence", "By class"]
        self.assertContains(page, "<svg")

    def test_within_the_tolerance_nothing_is_wrong(self):
        page = self.client_of("victor").get(self.url, {"tolerance": "2"})
        self.assertContains(page, "No mark is wrong.")

    def test_the_file_has_every_answer(self):
        response = self.client_of("victor").get(self.url, {"format": "csv"})
        rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert [(r["Item"], r["Given less deserved"], r["Confidence of the scorer"]) for r in rows] == [
            ("paper-0", "0", "0.9"), ("paper-1", "2", "0.8"), ("paper-2", "0", "0.7"), ("paper-3", "1", "0.2"),
        ]  # fmt: skip

    def test_who_rates_the_answers_may_not_see_it(self):
        seen = {"alice": 200, "erin": 200, "victor": 200, "bob": 403, "eve": 404}
        for name, status in seen.items():
            assert self.client_of(name).get(self.url).status_code == status, name
        rubric = make.a_rubric(self.team)
        make.a_campaign(self.dataset, rubric, [self.cast.erin], kind="grading")
        assert self.client_of("erin").get(self.url).status_code == 403

    def test_marks_of_record_by_people_can_be_the_measure(self):
        rubric = make.a_rubric(self.team)
        campaign = make.a_campaign(self.dataset, rubric, [self.cast.bob], kind="grading")
        drawn = campaign.campaign_items.get(item=self.items[0])
        Adjudication.objects.create(campaign_item=drawn, adjudicator=self.cast.dave, mark=3)
        page = self.client_of("alice").get(self.url, {"against": campaign.slug})
        assert [(a.given, a.wanted) for a in page.context["answers"]] == [(4, 3)]
        with make.as_draft(campaign):
            DecisionPolicy.objects.create(campaign=campaign, tolerance=1)
        page = self.client_of("alice").get(self.url, {"against": campaign.slug})
        self.assertContains(page, "No mark is wrong.")
        self.assertContains(page, 'name="tolerance" value="1"')
        page = self.client_of("alice").get(self.url, {"against": campaign.slug, "tolerance": "0"})
        self.assertContains(page, "100.0 % have a wrong mark")

    def test_what_is_asked_for_and_is_not_there_is_said(self):
        page = self.client_of("alice").get(self.url, {"scorer": "999", "against": "nobody"})
        self.assertContains(page, "Select a valid choice")
        empty = make.a_dataset(self.team, "empty")
        self.assertContains(self.client_of("alice").get(f"/datasets/{empty.pk}/errors/"), "No scorer has marked")

    def test_a_response_with_markup_is_text(self):
        self.items[1].text = "<script>x</script>"
        self.items[1].save()
        self.assertNotContains(self.client_of("alice").get(self.url), "<script>x")

    def test_its_queries_do_not_grow_with_the_answers(self):
        client = self.client_of("victor")
        few = queries_of(client, self.url)
        more = [make.an_item(self.question, reference_mark=1, text=f"更多的作答{i}") for i in range(30)]
        for item in more:
            item.automatic_scores.create(scorer=self.scorer, value=3)
        assert queries_of(client, self.url) == few
