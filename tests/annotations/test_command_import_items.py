"""manage.py import_items: mapping on the command line, and the real files where they are."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from annotations.models import AutomaticScore, Dataset, Item, ItemImport, Question, Scorer, Team
from tests.base import ConcordTestCase

DATA = settings.BASE_DIR.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real data is not here")


def run(path: Path, *options: str, dataset: str = "d") -> tuple[str, list[str]]:
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "import_items",
        path,
        "--dataset",
        dataset,
        "--team",
        "school",
        *options,
        stdout=out,
        stderr=err,
    )
    lines = err.getvalue().strip().splitlines()
    return out.getvalue().strip(), [line for line in lines if not line.startswith("Columns: ")]


class ImportItemsCommandTests(ConcordTestCase):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.path = tmp_path / "t.csv"

    def write(self, text: str) -> Path:
        self.path.write_text(text, encoding="utf-8")
        return self.path

    def test_it_stores_the_items_and_prints_counts_and_problems_by_line(self):
        path = self.write("题号,学号,作答,满分\n1,s1,x,3\n1,s2\n1,s3,y,viel\n")
        assert run(path) == (
            "1 added, 0 unchanged, 2 refused",
            [
                "line 3: This line has 2 columns where the header has 4.",
                "line 4: The full mark “viel” is no number.",
            ],
        )
        assert ItemImport.objects.get().state == "done"

    def test_without_a_known_answer_it_says_how_to_name_one(self):
        with pytest.raises(CommandError, match="such as --map answer=COLUMN"):
            run(self.write("学号,作文\ns1,春天来了\n"))

    def test_an_ambiguous_column_stops_it_and_says_what_to_add(self):
        path = self.write("题号,学号,作答,得分\n1,s1,x,3\n")
        with pytest.raises(CommandError) as caught:
            run(path)
        assert '--map "past_mark=得分" or --map "machine=得分"' in str(caught.value)
        assert not Dataset.objects.exists()
        assert run(path, "--map", "past_mark=得分")[0] == "1 added, 0 unchanged, 0 refused"
        assert Item.objects.get().reference_mark == 3

    def test_a_long_name_of_a_column_is_cut_and_taken_as_it_was_said(self):
        name = "score " * 20
        path = self.write(f"题号,学号,作答,{name}\n1,s1,x,3\n")
        with pytest.raises(CommandError) as caught:
            run(path)
        said = str(caught.value).split('"')[1]
        assert said.startswith("past_mark=score")
        assert len(said) < len(name) / 2
        run(path, "--map", said)
        assert Item.objects.get().reference_mark == 3

    def test_what_was_taken_for_what_is_told(self):
        err = io.StringIO()
        path = self.write("id,text,remark\n1,x,y\n")
        call_command("import_items", path, dataset="d", team="school", stdout=io.StringIO(), stderr=err)
        assert err.getvalue().strip() == "Columns: item_key = id; answer = text"

    def test_words_for_roles_are_taken_as_people_say_them(self):
        path = self.write("a,b,c,d,e,f\nwhy?,because,m1,0.5,3,x\n")
        options = ["prompt=a", "response=b", "system=c", "automatic=d", "machine=e", "ignore=f"]
        run(path, *[part for option in options for part in ("--map", option)])
        item = Item.objects.get()
        assert (item.text, item.source, item.metadata) == ("because", "m1", {"f": "x"})
        assert Question.objects.get().text == "why?"
        assert dict(Scorer.objects.values_list("name", "scale")) == {"d": "score", "e": "mark"}

    def test_what_is_said_wins_over_what_a_name_suggests(self):
        path = self.write("作答,text\nx,y\n")
        run(path, "--map", "answer=text", "--map", "reference=作答")
        assert Item.objects.get().text == "y"
        assert Question.objects.get().reference == "x"

    def test_wrong_words_are_refused(self):
        path = self.write("作答\nx\n")
        for option in ("zzz=作答", "answer", "answer=zzz"):
            with pytest.raises(CommandError):
                run(path, "--map", option)
        with pytest.raises(CommandError, match="holds the answers"):
            run(self.write("a,b\nx,y\n"))
        with pytest.raises(CommandError, match="cannot be read"):
            run(self.path.parent / "none.csv")
        with pytest.raises(CommandError, match="empty"):
            run(self.write(""))

    def test_the_team_may_be_left_out_only_if_there_is_one(self):
        path = self.write("作答\nx\n")
        with pytest.raises(CommandError, match="--team: elsewhere, school"):
            call_command("import_items", path, "--dataset", "d")
        Team.objects.filter(slug="elsewhere").delete()
        call_command("import_items", path, "--dataset", "d", stdout=io.StringIO())
        assert Dataset.objects.get().team == self.team

    @needs_data
    def test_chinese_short_answers_with_two_judges(self):
        options = ["past_mark=final judge", "rating=judge1", "rating=judge2"]
        words = [part for option in options for part in ("--map", option)]
        path = DATA / "cesa" / "CESA.txt"
        first, problems = run(path, *words)
        assert first.splitlines()[0] == "1800 added, 0 unchanged, 0 refused"
        assert "import_ratings" in first
        assert problems == []
        assert run(path, *words)[0].splitlines()[0] == "0 added, 1800 unchanged, 0 refused"
        assert list(Question.objects.values_list("key", flat=True)) == ["1", "2", "3", "4", "5"]
        assert Item.objects.get(key="88/2").text == '"红色衣服吸收其他6色的光，只反射红光"'
        assert Item.objects.get(key="1/1").metadata == {"judge1": "2", "judge2": "2"}

    @needs_data
    def test_dialogue_summaries_and_their_automatic_scores(self):
        folder = DATA / "dialsummeval"
        out, _ = run(folder / "human_judgment.jsonl", "--map", "question_key=id")
        assert out == "1400 added, 0 unchanged, 0 refused"
        out, _ = run(folder / "computed_scores.csv", "--map", "question_key=id")
        assert out == "0 added, 1400 unchanged, 0 refused"
        assert Item.objects.values("source").distinct().count() == 14
        assert AutomaticScore.objects.count() == 1400 * Scorer.objects.count()
        assert Scorer.objects.filter(name="rougeL").exists()

    @needs_data
    def test_a_corpus_without_header(self):
        path = DATA / "asap_sas_zh" / "train_sets_1_2_5_6_10.tsv"
        options = ["id=column 1", "question_number=column 2", "past_mark=column 3",
                   "rating=column 4", "answer=column 5"]  # fmt: skip
        out, _ = run(path, *[part for option in options for part in ("--map", option)])
        assert out.splitlines()[0] == "8182 added, 0 unchanged, 0 refused"
