"""Upload, columns, preview, start, progress, cancel in the browser's terms."""

from __future__ import annotations

from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from annotations import jobs
from annotations.models import Dataset, Item, ItemImport
from config.queue import QueueDown
from tests import make
from tests.base import ConcordTestCase

TABLE = "题号,学号,作答,得分\n1,s1,<b>一</b>,2\n1,s2,二,3\n1,s3\n"


class ItemImportViewTests(ConcordTestCase):
    def setUp(self) -> None:
        self.sign_in("alice")

    def upload(self, data: str | bytes = TABLE, name: str = "期中.csv", **extra):
        raw = data.encode() if isinstance(data, str) else data
        return self.client.post(
            "/imports/new/", {"file": SimpleUploadedFile(name, raw), "team": self.team.pk, **extra}
        )

    def map_all(self, item_import: ItemImport, **roles: str):
        facts = item_import.facts
        chosen = {**facts["guess"], **roles}
        data = {f"column_{i}": chosen.get(c, "") for i, c in enumerate(facts["columns"])}
        return self.client.post(f"/imports/{item_import.pk}/columns/", data)

    def test_the_whole_way_of_a_file(self):
        response = self.upload()
        item_import = ItemImport.objects.get()
        self.assertRedirects(response, f"/imports/{item_import.pk}/columns/")
        assert item_import.dataset_name == "期中"
        self.assertContains(self.client.get(response.url), "this name can mean several things")
        response = self.map_all(item_import)
        self.assertContains(response, "Say what this column is.")
        response = self.map_all(item_import, 得分="past_mark")
        self.assertRedirects(response, f"/imports/{item_import.pk}/")
        preview = self.client.get(response.url)
        self.assertContains(preview, "nothing is stored yet")
        self.assertContains(preview, "This line has 2 columns where the header has 4.")
        self.assertContains(preview, "&lt;b&gt;一&lt;/b&gt;")
        assert not Item.objects.exists()
        with patch("annotations.views.item_import.enqueue") as enqueue:
            self.client.post(f"/imports/{item_import.pk}/start/")
        enqueue.assert_called_once_with(jobs.run_item_import, item_import.pk)
        assert not Item.objects.exists(), "nothing runs inside the request"
        with patch("annotations.views.item_import.is_queue_up", return_value=True):
            self.assertContains(
                self.client.get(f"/imports/{item_import.pk}/"), "waiting for a worker"
            )
        jobs.run_item_import(item_import.pk)
        done = self.client.get(f"/imports/{item_import.pk}/")
        self.assertContains(done, "Open the dataset")
        assert Item.objects.count() == 2
        assert Dataset.objects.get().name == "期中"

    def test_with_redis_down_the_import_waits_and_the_page_says_so(self):
        self.upload()
        item_import = ItemImport.objects.get()
        self.map_all(item_import, 得分="past_mark")
        with (
            patch("annotations.views.item_import.enqueue", side_effect=QueueDown),
            patch("annotations.views.item_import.is_queue_up", return_value=False),
        ):
            response = self.client.post(f"/imports/{item_import.pk}/start/", follow=True)
        self.assertContains(response, "The queue cannot be reached.")
        self.assertContains(response, "Start again")
        item_import.refresh_from_db()
        assert item_import.state == "waiting"
        assert not Item.objects.exists()
        with patch("annotations.views.item_import.enqueue") as enqueue:
            self.client.post(f"/imports/{item_import.pk}/start/")
        enqueue.assert_called_once()

    def test_a_file_that_cannot_be_read_is_refused_at_its_field(self):
        self.assertContains(self.upload(b"%PDF-1.7"), "This is a PDF")
        self.assertContains(self.upload(b""), "empty")
        broken = '[{"作答": "x"},\n {"作答": y}]'.encode()
        self.assertContains(self.upload(b"\xff\xff\xff,\n"), "neither UTF-8 nor GB18030")
        assert not ItemImport.objects.exists()
        assert self.upload(broken).status_code == 302

    @override_settings(MAX_UPLOAD_MB=0)
    def test_a_file_over_the_limit_is_refused_in_words(self):
        self.assertContains(self.upload(), "at most 0 can be imported at once")
        assert not ItemImport.objects.exists()

    def test_a_mapping_without_answers_is_refused(self):
        self.upload()
        item_import = ItemImport.objects.get()
        response = self.map_all(item_import, 得分="past_mark", 作答="ignore")
        self.assertContains(response, "Say which column holds the answers")

    def test_htmx_gets_the_progress_alone(self):
        self.upload()
        item_import = ItemImport.objects.get()
        ItemImport.objects.update(state="done", done=3, total=3)
        response = self.client.get(f"/imports/{item_import.pk}/", headers={"HX-Request": "true"})
        self.assertNotContains(response, "<html")
        self.assertContains(response, "3 of 3")

    def test_a_running_import_refreshes_without_javascript(self):
        self.upload()
        ItemImport.objects.update(state="running")
        response = self.client.get(f"/imports/{ItemImport.objects.get().pk}/")
        self.assertContains(response, '<meta http-equiv="refresh" content="3">')

    def test_cancelling_asks_the_job_to_stop(self):
        self.upload()
        item_import = ItemImport.objects.get()
        self.client.post(f"/imports/{item_import.pk}/cancel/")
        item_import.refresh_from_db()
        assert item_import.state == "cancelled"

    def test_an_engineer_may_import_and_others_may_not(self):
        self.upload()
        pk = ItemImport.objects.get().pk
        assert self.client_of("erin").get("/imports/new/").status_code == 200
        for name in ("bob", "dave", "victor"):
            assert self.client_of(name).get("/imports/new/").status_code == 403
            assert self.client_of(name).get(f"/imports/{pk}/columns/").status_code == 403
        for page in ("", "columns/"):
            assert self.client_of("eve").get(f"/imports/{pk}/{page}").status_code == 404
        for act in ("start/", "cancel/"):
            assert self.client_of("eve").post(f"/imports/{pk}/{act}").status_code == 404
            assert self.client.get(f"/imports/{pk}/{act}").status_code == 405

    def test_a_dataset_of_another_team_cannot_be_chosen(self):
        other = make.a_dataset(self.cast.elsewhere)
        response = self.upload(dataset=other.pk)
        assert response.status_code == 200
        assert not ItemImport.objects.exists()
        assert self.upload(team=self.cast.elsewhere.pk).status_code == 200

    def test_problems_are_kept_untranslated_so_that_every_reader_gets_their_language(self):
        self.upload()
        item_import = ItemImport.objects.get()
        self.map_all(item_import, 得分="past_mark")
        item_import.refresh_from_db()
        assert item_import.problems[0]["message"].startswith("This line has %(found)s columns")
