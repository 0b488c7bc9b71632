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


def test_texts_are_held_against_texts_and_the_columns_are_named(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text("student_answer,desired_answer,label,score\na b,a b,correct,3\n")
    assert figures(path, "rougeL") == {"rougeL": 1}
    err = io.StringIO()
    call_command("metrics", path, metrics="rougeL", stdout=io.StringIO(), stderr=err)
    assert "prediction = student_answer, reference = desired_answer" in err.getvalue()


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


@pytest.fixture
def passages(tmp_path: Path) -> Path:
    path = tmp_path / "answers.jsonl"
    rows = [
        {"question": "退款多久到账？", "answer": "退款三天到账。运费由月球支付。", "reference": "退款三天到账。", "contexts": '["退款会在三天内到账。"]', "judge": 0.8},
        {"question": "营业时间？", "answer": "九点到六点营业。", "reference": "九点到六点。", "contexts": "营业时间是九点到六点。\n\n周日休息。", "judge": 0.4},
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def test_answers_from_passages_read_their_columns(passages):
    found = json.loads(run(passages, "faithfulness,context_recall,answer_relevance", is_json=True))
    assert found["columns"] == {
        "prediction": "answer", "reference": "reference", "question": "question", "context": "contexts",
    }  # fmt: skip
    assert {m["name"]: m["value"] for m in found["metrics"]}["faithfulness"] == 0.75
    assert {m["detail"]["way"] for m in found["metrics"]} == {"words"}


def test_a_judge_is_read_where_it_is_asked_for(passages):
    found = json.loads(run(passages, "faithfulness", way="judge", is_json=True))
    assert found["columns"] == {"prediction": "answer", "judge": "judge"}
    assert found["metrics"][0]["value"] == pytest.approx(0.6)
    assert figures(passages, "judged_unsafe", limit=0.5) == {"judged_unsafe": 0.5}


def test_groups_and_clusters_are_columns(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text("score,label,class,student\n" + "".join(f"{i % 3},{i % 2},{'AB'[i % 2]},s{i % 5}\n" for i in range(30)))
    found = json.loads(run(path, "mark_gap", group="class", cluster="student", is_json=True))
    assert [g["n"] for g in found["metrics"][0]["detail"]["groups"]] == [15, 15]
    assert found["columns"]["cluster"] == "student"


def test_recorded_seconds_need_no_reference(tmp_path):
    path = tmp_path / "seconds.csv"
    path.write_text("seconds\n0.5\n0.25\n0.25\n")
    assert figures(path, "latency,throughput", percentile=50) == {"latency": 0.25, "throughput": 3}


def test_an_interval_is_printed_beside_the_value(tmp_path):
    path = tmp_path / "outputs.csv"
    path.write_text("output\nI cannot help with that.\nSure: here it is.\n")
    assert "0.5000  n = 2  [0.09" in run(path, "refusals")


def test_a_missing_model_is_said_in_a_sentence(marks, tmp_path):
    with pytest.raises(CommandError, match="none is named"):
        run(marks, "bertscore")
    with pytest.raises(CommandError, match="is neither a folder"):
        run(marks, "perplexity", language_model=str(tmp_path / "none"))


def test_metrics_of_ones_own_are_offered_and_computed(marks, tmp_path, settings):
    settings.METRICS_DIR = tmp_path
    (tmp_path / "gap.py").write_text('KINDS = ("mark",)\ndef score(prediction, reference):\n    return prediction - reference\n')
    with pytest.raises(CommandError, match="own:gap"):
        run(marks, "wisdom")
    assert figures(marks, "own:gap")["own:gap"] == pytest.approx(-1 / 3)


def test_numbers_too_large_to_compute_with_are_said_and_not_written_into_the_json(tmp_path):
    path = tmp_path / "large.csv"
    path.write_text("prediction,reference\n1e308,-1e308\n-1e308,1e308\n1e308,1e308\n")
    found = json.loads(run(path, "mae,mse,r2,pearson,qwk,accuracy", is_json=True))
    told = {row["name"]: row["value"] for row in found["metrics"]}
    assert told == {"mae": None, "mse": None, "r2": None, "pearson": None, "qwk": None, "accuracy": pytest.approx(1 / 3)}
    assert "no finite number" in found["metrics"][0]["reason"]


def test_no_metric_at_all_is_said(marks):
    for is_json in (True, False):
        with pytest.raises(CommandError, match="at least one metric"):
            run(marks, " , ", is_json=is_json)


def test_a_list_with_one_reference_is_that_one_and_several_are_refused(tmp_path):
    path = tmp_path / "listed.jsonl"
    path.write_text('{"output": "a b", "references": ["a b"]}\n')
    assert figures(path, "exact_match") == {"exact_match": 1}
    path.write_text('{"output": "a b", "references": ["a b", "c"]}\n')
    with pytest.raises(CommandError, match="several references"):
        run(path, "exact_match")


def test_traditional_names_of_columns_are_known(tmp_path):
    path = tmp_path / "outputs.csv"
    path.write_text("預測,參考答案\n今天天氣很好,今天天氣很好\n", "big5")
    assert figures(path, "exact_match") == {"exact_match": 1}


def test_rows_without_a_value_and_a_missing_option_are_told(marks, tmp_path):
    err = io.StringIO()
    call_command("metrics", marks, metrics="mae", stdout=io.StringIO(), stderr=err)
    assert "“机器评分” says nothing in 1 of 4 rows; metrics of marks and labels leave them out." in err.getvalue()
    path = tmp_path / "labels.csv"
    path.write_text("label,prediction\n" + "a,0.1\nb,0.7\nc,0.2\n" * 2)
    err = io.StringIO()
    call_command("metrics", path, metrics="roc_auc", stdout=io.StringIO(), stderr=err)
    assert "--positive" in err.getvalue()


def test_an_empty_text_is_an_output_and_not_left_out(tmp_path):
    path = tmp_path / "texts.csv"
    path.write_text("output,reference\na b,a b\n,a b\n")
    err = io.StringIO()
    call_command("metrics", path, metrics="rougeL", stdout=io.StringIO(), stderr=err)
    assert "says nothing" not in err.getvalue()
