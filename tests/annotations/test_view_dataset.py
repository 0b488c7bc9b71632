"""Datasets, questions, items and scans: who sees them, and what they show."""

from __future__ import annotations

import csv
import io

from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from annotations.formats.columns import guess_roles
from annotations.formats.opening import open_table
from annotations.models import ItemImage, Question
from tests import make
from tests.base import ConcordTestCase


class DatasetViewTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")
        self.dataset = make.a_dataset(self.team, "期中考试")
        self.question = make.a_question(self.dataset, "1", text="", full_mark=4)

    def address(self, rest: str = "") -> str:
        return f"/datasets/{self.dataset.pk}/{rest}"

    def an_image(self, item) -> ItemImage:
        data = io.BytesIO()
        Image.new("RGB", (6, 4)).save(data, "PNG")
        image = ItemImage(item=item)
        image.file.save("scan.png", ContentFile(data.getvalue()), save=False)
        image.width, image.height = 6, 4
        image.save()
        return image

    def queries(self, address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert self.client.get(address).status_code == 200
        return len(captured)

    def test_an_empty_list_says_what_to_do_first(self):
        self.question.delete()
        self.dataset.delete()
        self.assertContains(self.client.get("/datasets/"), "No dataset yet")
        self.assertContains(self.client.get("/datasets/"), "/imports/new/")

    def test_an_empty_dataset_offers_the_import_to_whom_may_and_nothing_that_needs_items(self):
        page = self.client.get(self.address())
        self.assertContains(page, f'/imports/new/?dataset={self.dataset.pk}">Import a file')
        self.assertNotContains(page, "/campaigns/new/")
        page = self.client_of("victor").get(self.address())
        self.assertContains(page, "A lead or an engineer of the team imports them.")
        self.assertNotContains(page, "/imports/new/")

    def test_the_list_counts_and_searches(self):
        make.items(self.question, 3)
        make.a_dataset(self.team, "Other")
        page = self.client.get("/datasets/")
        rows = {dataset.name: dataset.item_count for dataset in page.context["listing"].page}
        assert rows == {"期中考试": 3, "Other": 0}
        found = self.client.get("/datasets/", {"q": "期中"})
        assert [dataset.name for dataset in found.context["listing"].page] == ["期中考试"]
        self.assertContains(self.client.get("/datasets/", {"q": "zzz"}), "Nothing found")

    def test_the_query_count_of_the_lists_does_not_grow(self):
        make.items(self.question, 2)
        addresses = ["/datasets/", self.address(), self.address("questions/")]
        before = [self.queries(address) for address in addresses]
        for i in range(5):
            make.items(make.a_question(self.dataset, f"q{i}"), 4, source="s", group_keys={"c": "x"})
            make.a_dataset(self.team)
        assert [self.queries(address) for address in addresses] == before

    def test_filters_stand_in_the_address(self):
        make.an_item(self.question, "a", text="甲乙", source="s1", group_keys={"班级": "1班"})
        make.an_item(self.question, "b", text="丙", source="s2", group_keys={"班级": "2班", "2024": "x"})

        def keys(**query: str) -> list[str]:
            page = self.client.get(self.address(), query).context["listing"].page
            return [item.key for item in page]

        assert keys() == ["a", "b"]
        assert keys(q="甲") == ["a"]
        assert keys(source="s2") == ["b"]
        assert keys(group="班级␟1班") == ["a"]
        assert keys(question=str(self.question.pk)) == ["a", "b"]
        assert keys(question="x") == keys(question="9" * 40) == keys(q="\0zzz") == []
        assert keys(group="-1") == keys(group="zz") == []
        assert keys(group="2024␟x") == ["b"]
        assert keys(group="2024␟y") == []
        assert keys(sort="-key") == ["b", "a"]
        assert keys(sort="nonsense", page="99") == ["a", "b"]

    def test_the_list_is_downloaded_whole_inert_and_can_be_imported_again(self):
        make.an_item(
            self.question,
            "a",
            text='=cmd("x")',
            source="-1",
            group_keys={"班级": "1班"},
            reference_mark=2,
        )
        make.an_item(self.question, "b", text="丙", source="@s")
        response = self.client.get(self.address(), {"q": "cmd", "format": "csv"})
        text = response.getvalue().decode()
        assert response["Content-Type"].startswith("text/csv")
        assert text.startswith("\ufeffitem id,question number,")
        rows = list(csv.reader(io.StringIO(text)))[1:]
        assert rows == [["a", "1", "", "", "4.00", "-1", """'=cmd("x")""", "2.0", "1班"]]
        table = open_table(io.BytesIO(text.encode()))
        assert set(guess_roles(table.columns, {}).roles.values()) >= {
            "item_key",
            "answer",
            "past_mark",
            "group",
        }
        assert self.client_of("eve").get(self.address("?format=csv")).status_code == 404
        assert self.client_of("bob").get(self.address("?format=csv")).status_code == 403

    def test_who_still_rates_or_adjudicates_sees_no_score_of_the_dataset(self):
        item = make.an_item(self.question, "k", reference_mark=13.5, metadata={"王老师": "3.75"})
        make.a_scorer(self.team, {item: 2.625}, name="机评")
        campaign = make.a_campaign(self.dataset, make.a_rubric(self.team), [self.cast.alice])
        addresses = (self.address(f"items/{item.pk}/"), self.address(), self.address("?format=csv"))

        def seen(username: str) -> list[bool]:
            client = self.client_of(username)
            pages = [client.get(address).getvalue().decode() for address in addresses]
            return [any(score in page for score in ("13.5", "3.75", "2.625")) for page in pages]

        assert seen("alice") == seen("dave") == [False] * 3
        campaign.raters.update(state="stopped")
        assert seen("alice") == [True] * 3
        assert seen("dave") == [False] * 3
        campaign.state = "closed"
        campaign.save()
        assert seen("alice") == seen("dave") == [True] * 3

    def test_markup_in_an_answer_is_shown_and_not_run(self):
        item = make.an_item(
            self.question,
            "<i>k",
            text="<script>alert(1)</script>",
            source="<u>",
            metadata={"<m>": "<n>"},
        )
        for address in (self.address(), self.address(f"items/{item.pk}/")):
            page = self.client.get(address)
            self.assertNotContains(page, "<script>alert")
            self.assertContains(page, "&lt;script&gt;alert(1)&lt;/script&gt;")

    def test_an_item_shows_what_is_known_of_it(self):
        item = make.an_item(
            self.question,
            "k",
            reference_mark=3,
            group_keys={"班级": "1班"},
            metadata={"备注": "好"},
        )
        make.a_scorer(self.team, {item: 2.5}, name="机评")
        self.an_image(item)
        page = self.client.get(self.address(f"items/{item.pk}/"))
        for text in ("1班", "备注", "机评", "2.5", "This question has no text yet.", "/images/"):
            self.assertContains(page, text)

    def test_a_lead_completes_a_question(self):
        address = self.address(f"questions/{self.question.pk}/")
        self.assertContains(self.client.get(self.address("questions/")), "no text yet")
        data = {
            "text": "为什么？",
            "reference": "因为",
            "full_mark": "4",
            "step": "0.5",
            "points": "甲 (2)\n乙 (2)",
        }
        self.assertRedirects(self.client.post(address, data), self.address("questions/"))
        question = Question.objects.get()
        assert (question.text, question.step) == ("为什么？", 0.5)
        assert question.scoring_points == [{"text": "甲", "marks": 2}, {"text": "乙", "marks": 2}]
        short = self.client.post(address, {**data, "points": "甲 (1)"})
        self.assertContains(short, "The points add up to 1, less than the full mark 4.")
        self.assertContains(self.client.post(address, {**data, "points": "甲"}), "has no marks")
        self.assertContains(self.client.post(address, {**data, "full_mark": "0"}), "more than 0")

    def test_the_scale_of_a_marked_question_is_fixed(self):
        item = make.an_item(self.question)
        campaign = make.a_campaign(self.dataset, make.a_rubric(self.team), [self.cast.bob], k=1)
        scores = {"c1": 1, "c2": 1, "c3": 1}
        make.a_rating(campaign.campaign_items.get(item=item), self.cast.bob, scores)
        address = self.address(f"questions/{self.question.pk}/")
        self.client.post(address, {"text": "neu", "full_mark": "9", "step": "1"})
        self.question.refresh_from_db()
        assert (self.question.text, self.question.full_mark) == ("neu", 4)

    def test_nobody_outside_the_team_sees_anything(self):
        item = make.an_item(self.question)
        image = self.an_image(item)
        pages = [
            "",
            "questions/",
            f"items/{item.pk}/",
            f"images/{image.pk}",
            f"questions/{self.question.pk}/",
        ]
        eve, bob = self.client_of("eve"), self.client_of("bob")
        for page in pages:
            assert eve.get(self.address(page)).status_code == 404
            assert bob.get(self.address(page)).status_code == 403
        assert self.client_of("victor").get(self.address(pages[4])).status_code == 403
        assert self.client_of("victor").get(self.address()).status_code == 200
        assert "期中考试" not in eve.get("/datasets/").content.decode()

    def test_things_of_another_dataset_are_not_found_under_this_one(self):
        other = make.an_item(make.a_question(make.a_dataset(self.team)))
        image = self.an_image(other)
        pages = [f"items/{other.pk}/", f"images/{image.pk}", f"questions/{other.question_id}/"]
        for page in pages:
            assert self.client.get(self.address(page)).status_code == 404

    def test_a_rater_sees_the_scan_of_an_item_they_hold_and_no_other(self):
        item, other = make.items(self.question, 2)
        mine, theirs = self.an_image(item), self.an_image(other)
        campaign = make.a_campaign(self.dataset, make.a_rubric(self.team), [self.cast.bob], k=1)
        campaign.assignments.filter(campaign_item__item=item).update(
            rater=self.cast.bob, state="claimed"
        )
        bob = self.client_of("bob")
        response = bob.get(self.address(f"images/{mine.pk}"))
        assert response.status_code == 200
        assert response["Content-Type"] == "image/png"
        assert "sandbox" in response["Content-Security-Policy"]
        assert bob.get(self.address(f"images/{theirs.pk}")).status_code == 403

    def test_a_visitor_is_sent_to_sign_in(self):
        self.client.logout()
        for address in ("/datasets/", self.address(), "/imports/new/"):
            assert self.client.get(address).status_code == 302
