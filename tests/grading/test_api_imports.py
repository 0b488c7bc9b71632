"""Items brought in by programs."""

from __future__ import annotations

from unittest import mock

from annotations.models import Dataset, Item, ItemImport
from config.queue import QueueDown
from tests import make
from tests.grading.api_case import ApiCase

TABLE = "prompt,output,source\nHow late?,Ten.,m1\nHow late?,Noon.,m2\n"
ASKED = "题目,学号,作答,得分\n一,s1,甲,2\n一,s2,乙,3\n"


class ImportTests(ApiCase):
    path = "/api/v1/items/nightly"

    def setUp(self) -> None:
        super().setUp()
        self.enqueue = self.enterContext(mock.patch("grading.api.imports.enqueue"))

    def work(self) -> None:
        """What the worker does with what was queued last."""
        function, pk = self.enqueue.call_args.args
        function(pk)

    def test_a_file_becomes_items_of_a_new_dataset_and_twice_changes_nothing(self) -> None:
        for added in (2, 0):
            response = self.send(f"{self.path}?filename=out.csv", TABLE)
            assert response.status_code == 202
            told = response.json()
            assert (told["dataset"], told["state"]) == ("nightly", "waiting")
            self.work()
            now = self.look(told["links"]["self"]).json()
            assert (now["state"], now["added"], now["unchanged"], now["refused"]) == ("done", added, 2 - added, 0)
        dataset = Dataset.objects.get(name="nightly", team=self.team)
        assert sorted(dataset.items.values_list("source", "text")) == [("m1", "Ten."), ("m2", "Noon.")]
        kept = ItemImport.objects.first()
        assert (kept.file_name, kept.created_by) == ("out.csv", self.cast.alice)

    def test_a_dataset_that_is_there_is_added_to_and_another_teams_is_not(self) -> None:
        make.a_dataset(self.cast.elsewhere, name="nightly")
        mine = make.a_dataset(self.team, name="nightly")
        self.send(self.path, TABLE)
        self.work()
        assert set(Item.objects.values_list("dataset", flat=True)) == {mine.pk}

    def test_what_a_column_is_has_to_be_said_where_it_could_be_several_things(self) -> None:
        response = self.send(self.path, ASKED)
        assert (response.status_code, response.json()["code"]) == (422, "columns")
        (error,) = response.json()["errors"]
        assert error["column"] == "得分"
        assert "map=past_mark=得分" in error["detail"]
        for wrong in ("past_mark=none", "nonsense=得分", "x"):
            assert self.send(f"{self.path}?map={wrong}", ASKED).json()["code"] == "map"
        assert not ItemImport.objects.exists()
        assert not Dataset.objects.exists()
        assert self.send(f"{self.path}?map=past_mark=得分", ASKED).json()["columns"]["得分"] == "past_mark"
        self.work()
        assert sorted(Item.objects.values_list("reference_mark", flat=True)) == [2, 3]

    def test_a_preview_counts_names_the_lines_and_stores_nothing(self) -> None:
        told = self.send(f"{self.path}?preview=1", TABLE + "How late?\n").json()
        assert (told["state"], told["id"], told["links"]) == ("preview", None, None)
        assert (told["added"], told["refused"]) == (2, 1)
        assert told["problems"][0]["line"] == 4
        assert told["columns"] == {"prompt": "question", "output": "answer", "source": "source"}
        assert not ItemImport.objects.exists()
        assert not Dataset.objects.exists()

    def test_what_is_no_file_of_items_is_refused_with_a_sentence_in_the_language_asked_for(self) -> None:
        response = self.send(self.path, b"\x00\x01\x02" * 50, **{"accept-language": "zh-hans"})
        assert (response.status_code, response.json()["code"]) == (422, "file")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in response.json()["detail"])
        assert self.send(self.path, b"").json()["code"] == "file"
        assert self.send("/api/v1/items/" + "x" * 121, TABLE).json()["code"] == "dataset"
        assert self.send("/api/v1/items/%20", TABLE).json()["code"] == "dataset"

    def test_the_name_of_the_file_leads_nowhere_and_that_of_the_dataset_has_no_spaces_around_it(self) -> None:
        for name in ("..", ".", "%00", "a%00.csv", "../../etc/passwd", "..%5C..%5Cx", "x" * 400):
            response = self.send(f"/api/v1/items/%20nightly%20?filename={name}", TABLE)
            assert (response.status_code, response.json()["dataset"]) == (202, "nightly"), name
        names = set(ItemImport.objects.values_list("file_name", flat=True))
        assert {"upload", "a.csv", "_.._etc_passwd"} <= names
        assert not any("\0" in name or "/" in name or "\\" in name for name in names)

    def test_with_the_queue_away_nothing_is_kept_and_the_same_can_be_sent_again(self) -> None:
        self.enqueue.side_effect = QueueDown
        response = self.send(self.path, TABLE)
        assert (response.status_code, response.json()["code"]) == (503, "queue_down")
        assert not ItemImport.objects.exists()

    def test_only_imports_of_the_team_are_told_of_and_only_with_the_scope(self) -> None:
        there = self.send(self.path, TABLE).json()["links"]["self"]
        eves = self.a_key(self.cast.eve, self.cast.elsewhere)
        assert self.look(there, key=eves).json()["code"] == "no_import"
        reader = self.a_key(self.cast.alice, self.team, "results", "read")
        assert self.look(there, key=reader).json()["code"] == "scope"
        assert self.send(self.path, TABLE, key=reader).json()["code"] == "scope"
