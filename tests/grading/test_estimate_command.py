"""manage.py estimate: the file, the answer in JSON and as a table, and what it refuses."""

from __future__ import annotations

import json
import math
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from annotations.methods.text_width import text_width
from grading.methods.named_estimates import named_estimates

NAMES = ["human_only", "regression", "ridge_crossfit", "ppi", "ppi_plus_plus"]
SMALL = "human,auto,pi\n1,1.5,.5\n2,1.8,.5\n,3,.5\n4,3.5,.5\n3,3.6,.5\n5,4.1,.5\n2,2.5,.5\n,2,\n"


def run(content: str, *arguments: str, human: str = "human", automatic: str = "auto") -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "items.csv"
        path.write_text(content)
        return run_on(path, *arguments, human=human, automatic=automatic)


def run_on(path: Path, *arguments: str, human: str = "human", automatic: str = "auto") -> str:
    out = StringIO()
    call_command(
        "estimate", str(path), "--human", human, "--automatic", automatic, *arguments, stdout=out
    )
    return out.getvalue()


def answer(content: str, *arguments: str, **columns: str) -> Any:
    def refuse(name: str) -> float:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(run(content, "--json", *arguments, **columns), parse_constant=refuse)


def refusal(content: str, *arguments: str, **columns: str) -> str:
    with pytest.raises(CommandError) as caught:
        run(content, *arguments, **columns)
    assert caught.value.returncode == 1
    return str(caught.value)


def a_file(n: int = 60, size: int = 500) -> tuple[str, np.ndarray, np.ndarray]:
    """A file with columns human, auto, other; the human column and the scores in it."""
    rng = np.random.default_rng(8)
    z = rng.normal(size=size)
    scores = np.column_stack([0.8 * z + 0.6 * rng.normal(size=size) for _ in range(2)]) + 3
    human = np.full(size, np.nan)
    human[:n] = 3 + z[:n]
    cells = [["" if math.isnan(h) else repr(float(h)), *map(repr, map(float, s))]
             for h, s in zip(human, scores, strict=True)]  # fmt: skip
    return "\n".join(",".join(row) for row in [["human", "auto", "other"], *cells]), human, scores


def test_the_answer_has_the_keys_and_names_that_were_promised() -> None:
    found = answer(SMALL)
    assert list(found) == ["n", "N", "estimates", "recommended", "decision"]
    assert (found["n"], found["N"], found["decision"]) == (6, 8, None)
    assert [row["name"] for row in found["estimates"]] == NAMES
    for row in found["estimates"]:
        assert list(row) == ["name", "value", "low", "high", "ratings_saved", "reason"]
    assert found["recommended"] in NAMES


def test_the_numbers_are_those_of_the_method() -> None:
    content, human, scores = a_file()
    found = answer(content, "--at-least", "3", "--seed", "4", automatic="auto,other")
    expected = named_estimates(human, scores, at_least=3, seed=4)
    assert found["recommended"] == expected.recommended
    for row, other in zip(found["estimates"], expected.estimates, strict=True):
        assert (row["value"], row["low"]) == (pytest.approx(other.value), pytest.approx(other.low))
        assert row["ratings_saved"] == pytest.approx(other.ratings_saved)


def test_ratings_saved_compares_widths() -> None:
    rows = {row["name"]: row for row in answer(a_file()[0])["estimates"]}
    widths = {name: row["high"] - row["low"] for name, row in rows.items()}
    assert rows["human_only"]["ratings_saved"] == 0
    saved = 1 - (widths["regression"] / widths["human_only"]) ** 2
    assert rows["regression"]["ratings_saved"] == pytest.approx(saved)


@pytest.mark.parametrize(("threshold", "decision"), [("1", "pass"), ("5", "fail")])
def test_a_threshold_adds_a_decision(threshold: str, decision: str) -> None:
    assert answer(a_file()[0], "--threshold", threshold)["decision"] == decision


def test_close_to_the_threshold_it_is_undecided() -> None:
    content = a_file()[0]
    best = next(r for r in answer(content)["estimates"] if r["name"] == "regression")
    assert answer(content, "--threshold", str(best["value"]))["decision"] == "undecided"


def test_equal_probabilities_change_no_value() -> None:
    plain, weighted = answer(SMALL), answer(SMALL, "--probability", "pi")
    for one, two in zip(plain["estimates"], weighted["estimates"], strict=True):
        assert two["value"] == (one["value"] and pytest.approx(one["value"]))


def test_an_item_drawn_more_rarely_counts_for_more() -> None:
    rare = SMALL.replace("5,4.1,.5", "5,4.1,.05")
    values = [
        answer(text, "--probability", "pi")["estimates"][0]["value"] for text in (SMALL, rare)
    ]
    assert values[1] > values[0]


def test_definitive_scores_of_every_item_are_exact() -> None:
    content = "human,auto\n" + "".join(f"{i},{i % 4}\n" for i in range(8))
    row = answer(content, "--definitive")["estimates"][0]
    assert (row["low"], row["high"]) == (3.5, 3.5)


def test_a_column_whose_name_holds_a_comma_is_taken_whole() -> None:
    content = SMALL.replace("auto", '"bleu, smoothed"')
    assert answer(content, automatic="bleu, smoothed")["estimates"][1]["value"] is not None


def test_words_for_nothing_are_empty_cells() -> None:
    assert answer(SMALL.replace("\n,3,", "\nNA,3,"))["n"] == 6
    found = answer(SMALL.replace("\n,2,", "\n,nan,"))
    assert "missing" in found["estimates"][1]["reason"]
    assert found["recommended"] == "human_only"


@pytest.mark.parametrize(
    "content",
    [
        "human,auto\n,1\n,2\n,3\n",
        "human,auto\n3,1\n,2\n,3\n",
        "human,auto\n3,1\n3,2\n3,1\n3,2\n3,3\n3,4\n,3\n",
    ],
)
def test_too_little_to_go_by_ends_in_reasons(content: str) -> None:
    found = answer(content, "--threshold", "2")
    assert found["decision"] == "undecided"
    for row in found["estimates"]:
        assert row["reason"]
        assert (row["low"], row["high"], row["ratings_saved"]) == (None, None, None)


@pytest.mark.parametrize("scores", [[2] * 6, [1, 2, 3, 4, 5, 2]])
def test_a_constant_score_and_a_copy_are_not_used(scores: list[int]) -> None:
    human = [1, 2, 3, 4, 5, 2]
    rows = "".join(f"{h},{s}\n" for h, s in zip(human, scores, strict=True))
    found = answer(f"human,auto\n{rows},{scores[0]}\n")
    assert found["recommended"] == "human_only"
    assert found["estimates"][1]["value"] is None
    assert found["estimates"][1]["reason"]


@pytest.mark.parametrize("cell", ["many", "inf", "1e999", "-1e51", "3,5x"])
@pytest.mark.parametrize("column", ["human", "auto", "pi"])
def test_a_cell_that_is_no_number_is_named_with_its_line(cell: str, column: str) -> None:
    cells = {"human": "3", "auto": "3", "pi": ".5"} | {column: f'"{cell}"'}
    text = refusal(SMALL + ",".join(cells.values()) + "\n", "--probability", "pi")
    assert "line 10" in text
    assert f"“{column}”" in text


@pytest.mark.parametrize("cell", ["0", "-.1", "1.5", ""])
def test_a_rated_item_needs_a_probability(cell: str) -> None:
    text = refusal(f"{SMALL}3,3,{cell}\n", "--probability", "pi")
    assert "line 10" in text
    assert "probability" in text


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    text = refusal(SMALL, automatic="bleu")
    assert "“bleu”" in text
    assert "human, auto, pi" in text


@pytest.mark.parametrize("content", ["", "human,auto\n", "%PDF-1.7"])
def test_a_file_without_a_table_is_refused(content: str) -> None:
    assert refusal(content)


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run_on(Path("nowhere.csv"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--threshold", "nan"),
        ("--at-least", "inf"),
        ("--at-least", "3", "--threshold", "3"),
        ("--seed", "-1"),
    ],
)
def test_numbers_that_mean_nothing_are_refused(arguments: tuple[str, ...]) -> None:
    assert refusal(SMALL, *arguments)


def test_no_automatic_column_is_refused() -> None:
    assert "automatic column" in refusal(SMALL, automatic=" , ")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_table_is_straight_and_marks_what_is_recommended(language: str) -> None:
    with translation.override(language):
        text = run(a_file()[0], "--threshold", "2", "--at-least", "3", "--threshold", ".2")
    rows = [line for line in text.splitlines() if line.startswith(("→ ", "   "))]
    assert len(rows) == 1 + len(NAMES)
    assert len({text_width(line) for line in rows}) == 1
    assert [line.split()[1] for line in rows if line.startswith("→")] == ["regression"]


def test_it_says_whom_the_intervals_speak_for() -> None:
    content = a_file()[0]
    assert "items like these" in run(content)
    assert "exactly these items" in run(content, "--definitive")


def test_the_table_tells_why_there_is_no_number() -> None:
    text = run("human,auto\n3,1\n,2\n,3\n")
    assert "regression: Too few items have a human score." in text


@pytest.mark.parametrize("power", [49, -6])
def test_the_scale_of_the_scores_may_be_anything(power: int) -> None:
    """The file read as numbers a long way from 1 gives the same answer, scaled."""
    content, _human, _scores = a_file()
    head, *lines = content.splitlines()
    scaled = [
        ",".join(f"{cell}e{power}" if cell else "" for cell in line.split(",")) for line in lines
    ]
    one = answer(content, automatic="auto,other")
    two = answer("\n".join([head, *scaled]), automatic="auto,other")
    assert two["recommended"] == one["recommended"]
    for row, other in zip(two["estimates"], one["estimates"], strict=True):
        assert row["low"] / 10.0**power == pytest.approx(other["low"])


def test_percent_and_decimal_commas_are_numbers():
    percent = SMALL.replace(".5\n", ".5\n").replace("1.5,.5", "150%,50%")
    assert answer(percent) == answer(SMALL)
    german = SMALL.replace(",", ";").replace(".", ",").replace(";,5", ";0,5")
    assert answer(german) == answer(SMALL)


@pytest.mark.parametrize("nothing", ["NA", "N/A", "-", "缺考", "无", "null"])
def test_a_word_for_nothing_is_an_item_that_nobody_rated(nothing):
    assert answer(SMALL.replace("\n,", f"\n{nothing},")) == answer(SMALL)


def test_a_line_of_totals_is_no_item():
    assert answer("item," + SMALL.replace("\n", "\nx,").removesuffix("x,")) == answer(SMALL)
    total = "item," + SMALL.replace("\n", "\nx,").removesuffix("x,") + "平均分,2.8,2.6,.5\n"
    assert answer(total) == answer(SMALL)


def test_an_item_that_could_not_be_drawn_may_be_there_but_not_be_rated():
    unrated = SMALL.replace(",3,.5", ",3,0")
    assert answer(unrated, "--probability", "pi")["N"] == 8
    assert "no probability" in refusal(SMALL.replace("4,3.5,.5", "4,3.5,0"), "--probability", "pi")


def test_rated_items_that_are_no_random_sample_are_pointed_out(tmp_path):
    scores = [number / 50 for number in range(200)]
    path, random = tmp_path / "lowest.csv", tmp_path / "random.csv"
    lines = [f"{round(score)},{score},.2" if at < 40 else f",{score},.5" for at, score in enumerate(scores)]
    path.write_text("\n".join(["human,auto,pi", *lines]))
    even = [f"{round(score)},{score}" if at % 5 == 0 else f",{score}" for at, score in enumerate(scores)]
    random.write_text("\n".join(["human,auto", *even]))
    assert "they seem not to be a random sample" in said_of(path)
    assert "name the column of their probabilities with --probability" in said_of(path)
    assert said_of(path, "--probability", "pi") == ""
    assert said_of(random) == ""


def said_of(path: Path, *arguments: str) -> str:
    err = StringIO()
    call_command("estimate", str(path), "--human", "human", "--automatic", "auto", *arguments, stdout=StringIO(), stderr=err)
    return err.getvalue()
