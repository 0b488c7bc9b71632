"""`manage.py metrics`: any file, by the columns' usual names or as told."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from grading.actions.metrics_file import NAMES
from grading.metrics import CATALOGUE


def run(path: Path, metrics: str, **options) -> str:
    out = io.StringIO()
    call_command("metrics", path, metrics=metrics, stdout=out, **options)
    return out.getvalue()


def figures(path: Path, metrics: str, **options) -> dict[str, float | None]:
    data = json.loads(run(path, metrics, is_json=True, **options))
    return {row["name"]: row["value"] for row in data["metrics"]}


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    path = tmp_path / "marks.csv"
    path.write_text("学号,机器评分,人工评分\ns1,1,1\ns2,2,3\ns3,3,3\ns4,,2\n", "gb18030")
    return path


def test_columns_are_known_by_their_usual_names_and_missing_cells_left_out(marks):
    found = json.loads(run(marks, "mae,accuracy", is_json=True))
    assert found["columns"] == {"prediction": "机器评分", "reference": "人工评分"}
    assert found["rows"] == 4
    assert [(m["name"], m["value"], m["n"]) for m in found["metrics"]] == [
        ("mae", pytest.approx(1 / 3), 3),
        ("accuracy", pytest.approx(2 / 3), 3),
    ]


def test_options_reach_the_metric(marks):
    assert figures(marks, "accuracy", tolerance=1.0) == {"accuracy": 1}


def test_columns_can_be_named(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text('{"a": "yes", "b": "yes"}\n{"a": "no", "b": "yes"}\n')
    assert figures(path, "sensitivity", prediction="a", reference="b") == {"sensitivity": 0.5}


def test_texts_keep_empty_outputs(tmp_path):
    path = tmp_path / "texts.csv"
    path.write_text("output,reference\nabc,abc\n,abc\n")
    assert figures(path, "exact_match,edit_distance") == {"exact_match": 0.5, "edit_distance": 0.5}


def test_a_ranking_goes_by_query(tmp_path):
    path = tmp_path / "ranking.tsv"
    path.write_text("query\tscore\trelevance\na\t2\t0\na\t1\t1\nb\t2\t1\nb\t1\t0\n")
    assert figures(path, "mrr", prediction="score") == {"mrr": 0.75}


def test_single_trades_are_computed_from_files(tmp_path):
    path = tmp_path / "returns.csv"
    path.write_text("returns\n0.02\n-0.01\n0.03\n")
    assert figures(path, "sharpe_ratio", periods=4)["sharpe_ratio"] == pytest.approx(
        2 * (0.04 / 3) / (0.000433333 ** 0.5), rel=1e-4
    )
    boxes = tmp_path / "boxes.csv"
    boxes.write_text('image,class,confidence,box\n1,cat,,"0,0,10,10"\n1,cat,0.9,"[0,0,10,10]"\n')
    assert figures(boxes, "box_map") == {"box_map": 1}


def test_people_get_a_table_with_reasons(marks):
    text = run(marks, "mae,sensitivity")
    assert "n = 3" in text.splitlines()[0]
    assert "name it" in text.splitlines()[1]


@pytest.mark.parametrize(
    ("metrics", "options", "said"),
    [
        ("wisdom", {}, "There is no metric “wisdom”"),
        ("mae", {"prediction": "x"}, "There is no column “x”"),
        ("mrr", {}, "Say with --query"),
        ("iou", {}, "a box is four numbers"),
    ],
)
def test_what_cannot_be_done_is_said(marks, metrics, options, said):
    with pytest.raises(CommandError, match=said):
        run(marks, metrics, **options)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"none\.csv cannot be read"):
        run(tmp_path / "none.csv", "mae")


def test_every_metric_of_the_catalogue_is_offered():
    assert set(CATALOGUE) < set(NAMES)
