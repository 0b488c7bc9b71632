"""Agreement on real data, where it is at hand beside the project (it is not part of it)."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from annotations.methods.agreement import agreement
from annotations.methods.cohen_kappa import mean_kappa
from annotations.methods.krippendorff_alpha import krippendorff_alpha
from annotations.methods.long_table import from_matrix

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
CESA = DATA / "cesa" / "CESA.txt"
ASAP = DATA / "asap_sas_zh" / "train_sets_1_2_5_6_10.tsv"
DIALOGUES = DATA / "dialsummeval" / "human_judgment.jsonl"


def needs(path: Path):
    return pytest.mark.skipif(not path.exists(), reason=f"{path} is absent")


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def qwk(matrix: list[list[float]]) -> float | None:
    return mean_kappa(from_matrix(np.array(matrix)), "cohen_kappa_quadratic").value


@needs(CESA)
def test_the_two_judges_of_cesa():
    """Ding, Horbach & Zesch 2020: 5 questions × 360 students, two judges, 0–2."""
    rows = rows_of(CESA)[1:]
    marks = {key: [[float(r[3]), float(r[4])] for r in rows if r[1] == key] for key in "12345"}
    found = [qwk(marks[key]) for key in "12345"]
    assert found == pytest.approx([0.936, 0.845, 0.912, 0.929, 0.885], abs=5e-4)
    pooled = from_matrix(np.array([pair for pairs in marks.values() for pair in pairs]))
    exact = agreement(pooled, "interval", ["percent_agreement"])["percent_agreement"]
    assert exact.value == pytest.approx(0.899, abs=5e-4)


@needs(ASAP)
def test_the_two_markers_of_asap_sas():
    rows = rows_of(ASAP)
    sets = ["1", "2", "5", "6", "10"]
    found = [qwk([[float(r[2]), float(r[3])] for r in rows if r[1] == key]) for key in sets]
    assert found == pytest.approx([0.944, 0.914, 0.953, 0.956, 0.884], abs=5e-4)


@needs(DIALOGUES)
def test_the_three_raters_of_dialsummeval():
    lines = [json.loads(line) for line in DIALOGUES.read_text(encoding="utf-8").splitlines()]
    expected = {"consistency": 0.407, "relevance": 0.312, "fluency": 0.010, "coherence": 0.475}
    for criterion, alpha in expected.items():
        matrix = np.array([[r[criterion] for r in line["annotations"]] for line in lines], float)
        found = krippendorff_alpha(from_matrix(matrix), "ordinal").value
        assert found == pytest.approx(alpha, abs=5e-4), criterion
