"""Items and their ratings in one file: imported first as the one, then as the other."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from annotations.actions import item_imports
from annotations.formats.opening import open_table
from annotations.formats.problems import Row
from annotations.formats.table import Table
from annotations.models import Campaign, CriterionScore, Dataset, Rating
from tests import make
from tests.base import ConcordTestCase


def table_of(data: Any) -> Table:
    return open_table(io.BytesIO(json.dumps(data).encode()))


def rows_of(table: Table | None) -> list[dict[str, str]]:
    assert table is not None
    return [row.values for row in table.rows() if isinstance(row, Row)]


class BesideItemsTests(ConcordTestCase):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def campaign_of(self, name: str, text: str, *options: str, **rubric: Any) -> Campaign:
        self.path = self.folder / name
        self.path.write_text(text)
        given = [word for option in options for word in ("--map", option)]
        call_command("import_items", self.path, "--dataset", "d", "--team", self.team.slug, *given, stdout=io.StringIO())
        rubric.setdefault("weights", (1,))
        people = [self.cast.bob, self.cast.carol]
        return make.a_campaign(Dataset.objects.get(name="d"), make.a_rubric(self.team, **rubric), people)

    def ratings(self, campaign: Campaign, *options: str) -> str:
        out = io.StringIO()
        given = ["--campaign", campaign.slug, "--create-raters", *options]
        call_command("import_ratings", self.path, *given, stdout=out, stderr=io.StringIO())
        return out.getvalue().strip().splitlines()[-1]

    def test_raters_columns_without_any_item_number_become_ratings(self):
        text = "question,answer,rater1,rater2\nwhy?,no,1,2\nwhy?,yes,3,3\nwhy?,no,5,缺考\n"
        campaign = self.campaign_of("all.csv", text, "rating=rater1", "rating=rater2")
        assert self.ratings(campaign) == "5 added, 0 unchanged, 0 surplus, 0 refused"
        given = Rating.objects.filter(rater__username="rater1").order_by("campaign_item__item__position")
        assert [rating.scores.get().value for rating in given] == [1, 3, 5]
        assert self.ratings(campaign).startswith("0 added, 5 unchanged")

    def test_a_rating_a_line_names_the_student_and_the_question(self):
        campaign = self.campaign_of("items.csv", "学号,题号,作答\ns1,1,a\ns2,1,b\n")
        self.path.write_text("学号,题号,评委,得分\ns1,1,bob,2\ns2,1,bob,4\ns3,1,bob,1\n")
        assert self.ratings(campaign) == "2 added, 0 unchanged, 0 surplus, 1 refused"

    def test_a_column_that_is_said_to_be_the_item_wins(self):
        campaign = self.campaign_of("items.csv", "id,answer\na,x\nb,y\n")
        self.path.write_text("id,other,rater,value\nb,a,bob,2\n")
        self.ratings(campaign, "--map", "item=other")
        assert Rating.objects.get().campaign_item.item.key == "a"

    def test_columns_of_raters_and_criteria_are_told_apart(self):
        text = "id,answer,rater1_c1,rater1_c2,rater2_c1,rater2_c2\na,x,1,2,3,4\n"
        roles = [f"rating=rater{r}_c{c}" for r in (1, 2) for c in (1, 2)]
        campaign = self.campaign_of("all.csv", text, *roles, weights=(1, 1))
        assert self.ratings(campaign) == "2 added, 0 unchanged, 0 surplus, 0 refused"
        scores = CriterionScore.objects.filter(rating__rater__username="rater2")
        assert dict(scores.values_list("criterion__key", "value")) == {"c1": 3, "c2": 4}

    def test_lists_of_scores_in_json_lines_become_ratings_of_the_right_answers(self):
        entries = [
            {"id": "d1", "decoded": f"text {m}", "model_id": m,
             "expert_annotations": [{"c1": n, "c2": 1}, {"c1": n + 1, "c2": 2}]}
            for n, m in enumerate(("M1", "M2"), start=1)
        ]  # fmt: skip
        text = "\n".join(map(json.dumps, entries))
        campaign = self.campaign_of("all.jsonl", text, "question_key=id", weights=(1, 1))
        assert self.ratings(campaign) == "4 added, 0 unchanged, 0 surplus, 0 refused"
        rating = Rating.objects.get(
            rater__username="expert 2", campaign_item__item__source="M2"
        )
        assert rating.scores.get(criterion__key="c1").value == 3

    def test_the_page_takes_the_same_file_without_asking_for_the_item(self):
        text = "question,answer,rater1\nwhy?,no,1\nwhy?,no,2\n"
        campaign = self.campaign_of("all.csv", text, "rating=rater1")
        draft = item_imports.keep_ratings(
            campaign=campaign, user=self.cast.alice, may_create_raters=True,
            file=SimpleUploadedFile("all.csv", text.encode()),
        )  # fmt: skip
        assert draft.facts["knows_items"]
        assert draft.facts["open"] == {}
        item_imports.map_columns(item_import=draft, roles=draft.facts["guess"])
        assert (draft.added, draft.refused) == (2, 0)

    def test_columns_of_criteria_without_any_rater_are_those_of_the_rater_named(self):
        text = json.dumps({"prompt": "p", "response": "x", "c1": 3, "c2": 4}) + "\n"
        campaign = self.campaign_of("all.jsonl", text, weights=(1, 1))
        columns = ["--map", "criterion_value=c1", "--map", "criterion_value=c2"]
        with pytest.raises(CommandError, match="--rater NAME"):
            self.ratings(campaign, *columns)
        assert self.ratings(campaign, *columns, "--rater", "bob").startswith("1 added")
        assert Rating.objects.get().rater == self.cast.bob

    def test_another_file_must_still_name_its_items(self):
        campaign = self.campaign_of("items.csv", "question,answer\nwhy?,no\n")
        self.path.write_text("rater,value\nbob,2\n")
        with pytest.raises(CommandError, match="No column names the item"):
            self.ratings(campaign)


def test_several_answers_in_a_list_are_an_item_each():
    data = [{"instruction": "do", "completions": [{"model": "a", "response": "x", "overall_score": 7}, {"model": "b", "response": "y"}]}]
    first, second = rows_of(table_of(data))
    assert (first["instruction"], first["model"], first["response"]) == ("do", "a", "x")
    assert (second["model"], second["response"]) == ("b", "y")


def test_lists_of_numbers_beside_an_answer_are_ratings_by_position():
    data = [{"context": "hi", "responses": [{"response": "x", "model": "m", "Natural": [1, 3], "Overall": [5, None]}]}]
    table = table_of(data)
    assert [row["response"] for row in rows_of(table)] == ["x"]
    told = [(row["rater"], row["criterion"], row["value"]) for row in rows_of(table.ratings)]
    assert told == [("rater 1", "Natural", "1"), ("rater 2", "Natural", "3"), ("rater 1", "Overall", "5")]


def ratings_of(entry: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(row["rater"], row["criterion"], row["value"]) for row in rows_of(table_of([entry]).ratings)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"marks": [3, 2]}, [("rater 1", "marks", "3"), ("rater 2", "marks", "2")]),
        ({"fluency_scores": [3, 2], "annotators": ["ann", "ben"]}, [("ann", "fluency", "3"), ("ben", "fluency", "2")]),
        ({"rating": ["good", "bad"]}, [("rater 1", "rating", "good"), ("rater 2", "rating", "bad")]),
        ({"ratings": [{"rater": "ann", "criterion": "tone", "score": 3}]}, [("ann", "tone", "3")]),
        ({"annotations": [{"annotator": "ann", "scores": {"x": 1, "y": 2}, "time": 9}]}, [("ann", "x", "1"), ("ann", "y", "2")]),
        ({"annotator_labels": ["a", "b"], "label_dist": [0.5, 0.5]}, [("rater 1", "annotator_labels", "a"), ("rater 2", "annotator_labels", "b")]),
        ({"annotations": [{"worker_id": 7, "label": "good"}]}, [("7", "label", "good")]),
    ],
)
def test_scores_of_raters_are_found_where_they_are_nested(said, expected):
    assert ratings_of({"response": "x", **said}) == expected


def test_what_people_said_of_an_answer_is_none_itself():
    said = [{"worker_id": n, "response": "yes"} for n in (1, 2)]
    assert len(rows_of(table_of([{"article": "a", "sentences": [{"sentence": "s", "responses": said}]}]))) == 1


def test_who_is_called_a_user_may_have_written_the_answer():
    written = [{"user": "u1", "text": "because"}, {"user": "u2", "text": "so"}]
    assert [row["text"] for row in rows_of(table_of([{"question": "why?", "answers": written}]))] == ["because", "so"]


def test_a_list_of_numbers_that_nobody_gave_is_no_rating():
    assert table_of([{"response": "x", "embedding": [0.1, 0.2, 0.3]}]).ratings is None
    assert table_of([{"response": "x", "documents": [{"rank": 1}, {"rank": 2}]}]).ratings is None


COLUMNS = {
    "id": "r1", "prompt": "p", "response": "x",
    "quality.responses": [4, 2], "quality.responses.users": ["u", "v"],
    "quality.suggestion": 5, "quality.suggestion.agent": "gpt", "quality.suggestion.score": 0.9,
}  # fmt: skip
RECORD = {
    "id": "r1", "fields": {"prompt": "p", "response": "x"}, "metadata": {},
    "suggestions": {"quality": {"value": 5, "agent": "gpt"}},
    "responses": {"quality": [{"value": 4, "user_id": "u"}, {"value": 2, "user_id": "v"}]},
}  # fmt: skip


@pytest.mark.parametrize("entry", [COLUMNS, RECORD])
def test_records_of_argilla_are_items_scores_and_ratings(entry):
    table = table_of([entry])
    (row,) = rows_of(table)
    assert (row["prompt"], row["response"], row["gpt quality"]) == ("p", "x", "5.0")
    assert table.roles == {"gpt quality": "automatic"}
    given = [(r["id"], r["rater"], r["criterion"], r["value"]) for r in rows_of(table.ratings)]
    assert given == [("r1", "u", "quality", "4"), ("r1", "v", "quality", "2")]
