"""Existing ratings on a page: upload, columns, preview, start; the lead's alone."""

from __future__ import annotations

import io
from unittest.mock import patch

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from annotations import jobs
from annotations.actions.import_progress import TakenOver
from annotations.models import Campaign, ItemImport, Rating, User
from tests import make
from tests.base import ConcordTestCase

TABLE = "item,rater,value,seconds\ns0/1,bob,3,9\ns1/1,li,4,\ns9/1,bob,1,\ns0/1,ghost,99,\n"


class RatingImportViewTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")
        dataset = make.a_dataset(self.team)
        question = make.a_question(dataset, "1")
        for i in range(3):
            make.an_item(question, f"s{i}/1")
        rubric = make.a_rubric(self.team, weights=(1,))
        self.campaign = make.a_campaign(dataset, rubric, [self.cast.bob, self.cast.carol])
        self.url = f"/campaigns/{self.campaign.slug}/ratings/import/"

    def upload(self, data: str | bytes = TABLE, name: str = "ratings.csv", **extra):
        raw = data.encode() if isinstance(data, str) else data
        return self.client.post(self.url, {"file": SimpleUploadedFile(name, raw), **extra})

    def map_all(self, item_import: ItemImport, **roles: str):
        facts = item_import.facts
        chosen = {**facts["guess"], **roles}
        data = {f"column_{i}": chosen.get(c, "") for i, c in enumerate(facts["columns"])}
        return self.client.post(f"/imports/{item_import.pk}/columns/", data)

    def start(self, item_import: ItemImport) -> ItemImport:
        with patch("annotations.views.item_import.enqueue") as enqueue:
            self.client.post(f"/imports/{item_import.pk}/start/")
        enqueue.assert_called_once_with(jobs.run_item_import, item_import.pk)
        assert not Rating.objects.exists(), "nothing runs inside the request"
        jobs.run_item_import(item_import.pk)
        item_import.refresh_from_db()
        return item_import

    def test_the_whole_way_of_a_file(self):
        people = User.objects.count()
        response = self.upload(may_create_raters="on")
        item_import = ItemImport.objects.get()
        self.assertRedirects(response, f"/imports/{item_import.pk}/columns/")
        self.assertRedirects(self.map_all(item_import), f"/imports/{item_import.pk}/")
        preview = self.client.get(f"/imports/{item_import.pk}/")
        self.assertContains(preview, "nothing is stored yet")
        self.assertContains(preview, "The campaign has no item “s9/1” in its sample.")
        self.assertContains(preview, "1 rater joins the campaign: li")
        item_import.refresh_from_db()
        foreseen = (item_import.added, item_import.surplus, item_import.refused)
        assert (User.objects.count(), Rating.objects.count()) == (people, 0)
        self.start(item_import)
        assert (item_import.state, item_import.dataset_id) == ("done", None)
        assert (item_import.added, item_import.surplus, item_import.refused) == foreseen == (2, 0, 2)
        self.assertContains(self.client.get(f"/imports/{item_import.pk}/"), "Open the campaign")
        names = Rating.objects.order_by("rater__username").values_list("rater__username", flat=True)
        assert list(names) == ["bob", "li"]
        assert User.objects.count() == people + 1

    def test_a_preview_with_unknown_raters_says_how_they_may_join(self):
        for extra, found in (({}, True), ({"may_create_raters": "on"}, False)):
            self.upload(**extra)
            item_import = ItemImport.objects.latest("pk")
            self.map_all(item_import)
            preview = self.client.get(f"/imports/{item_import.pk}/")
            assert (f'href="{self.url}"' in preview.content.decode()) is found

    def test_columns_that_only_look_like_scores_are_asked(self):
        book = openpyxl.Workbook()
        for row in (["学号", "题号", "王老师", "李老师"], ["s0", "1", 3, 4], ["s1", "1", 2, None]):
            book.active.append(row)
        data = io.BytesIO()
        book.save(data)
        Campaign.objects.update(state="running")
        self.upload(data.getvalue(), "评分.xlsx", may_create_raters="on")
        item_import = ItemImport.objects.get()
        assert set(item_import.facts["open"]) == {"王老师", "李老师"}
        self.assertContains(self.map_all(item_import), "Say what this column is.")
        self.map_all(item_import, 王老师="rating", 李老师="rating")
        assert self.start(item_import).added == 3

    def test_the_number_of_the_items_is_found_and_no_time_is_asked_about(self):
        lines = "".join(f"{n},w{w},A{n}{w},{w},{90 + n}\n" for n in range(3) for w in range(2))
        self.upload("Story ID,Worker ID,Assignment ID,Empathy,Work time in seconds\n" + lines)
        facts = ItemImport.objects.get().facts
        assert (facts["guess"]["Story ID"], facts["guess"]["Worker ID"]) == ("item", "rater")
        assert list(facts["open"]) == ["Empathy"]

    def test_a_star_for_a_missing_score_hides_no_rater(self):
        self.upload("unit,A,B\n1,*,2\n2,3,NA\n")
        assert list(ItemImport.objects.get().facts["open"]) == ["A", "B"]

    def test_what_is_missing_is_said_on_the_form(self):
        self.upload("item,who\ns0/1,bob\n")
        response = self.map_all(ItemImport.objects.get())
        self.assertContains(response, "Say which column holds the scores.")
        self.assertContains(response, "Say which column names the rater")

    def test_slots_that_are_full_are_foreseen_as_surplus(self):
        self.upload("item,rater,value\ns0/1,bob,3\ns0/1,carol,3\ns0/1,li,3\n", may_create_raters="on")
        item_import = ItemImport.objects.get()
        self.map_all(item_import)
        item_import.refresh_from_db()
        assert (item_import.added, item_import.surplus) == (2, 1)
        self.start(item_import)
        assert (item_import.added, item_import.surplus) == (2, 1)

    def test_a_cancelled_import_stores_no_further_batch_and_a_killed_one_goes_on(self):
        self.upload("item,rater,value\n" + "".join(f"s{i}/1,bob,3\n" for i in range(3)))
        item_import = ItemImport.objects.get()
        self.map_all(item_import)
        with patch("annotations.actions.import_ratings.BATCH", 1):
            with patch("annotations.views.item_import.enqueue"):
                self.client.post(f"/imports/{item_import.pk}/start/")
            self._run_until_the_second_batch(item_import)
            assert Rating.objects.count() == 1
            ItemImport.objects.update(beat_at=None)
            jobs.run_item_import(item_import.pk)
        item_import.refresh_from_db()
        assert (item_import.state, item_import.added, item_import.done) == ("done", 3, 3)
        assert Rating.objects.count() == 3

    def _run_until_the_second_batch(self, item_import: ItemImport) -> None:
        from annotations.actions import import_rating_file

        real, calls = import_rating_file.record, []

        def killed(*args, **kwargs):
            calls.append(1)
            if len(calls) == 3:  # the first call records the problems of reading
                raise TakenOver
            real(*args, **kwargs)

        with patch.object(import_rating_file, "record", killed):
            jobs.run_item_import(item_import.pk)

    def test_only_a_lead_brings_ratings_in(self):
        self.upload()
        page = f"/imports/{ItemImport.objects.get().pk}/columns/"
        for name, status in (("bob", 403), ("eve", 404)):
            self.sign_in(name)
            assert self.client.get(self.url).status_code == status
            assert self.client.get(page).status_code == status

    def test_a_campaign_that_is_closed_says_so(self):
        Campaign.objects.update(state="closed")
        self.assertContains(self.client.get(self.url), "until it is closed")
        self.upload()
        assert not ItemImport.objects.exists()

    def test_a_file_that_is_no_table_is_refused_on_the_form(self):
        self.assertContains(self.upload(b"%PDF-1.7", "a.pdf"), "This is a PDF")
