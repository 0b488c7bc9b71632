"""The `evaluate` modules: loaded by path, combined, and the same numbers as `compute`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grading.actions.metrics_file import DOMAIN
from grading.methods.metrics_domain import box_map, mean_iou, sharpe_ratio
from grading.metrics import CATALOGUE, DEFAULTS, compute
from grading.metrics.catalogue import OutputKind, for_kind
from tests.grading import tiny_models

FOLDER = Path(__file__).parents[2] / "grading" / "metrics"
SHARED = ("__init__", "catalogue", "covers")
OPTIONS = {  # without which some are undefined here
    "positive": "2", "n": 1, "contexts": [["1", "2"]] * 3, "questions": ["2"] * 3,
    "judged": [0.1, 0.9, 0.5], "groups": ["a", "b", "b"],
}  # fmt: skip
ALL = sorted(p for p in FOLDER.glob("*.py") if p.stem not in SHARED)
MODULES = [path for path in ALL if path.stem not in DOMAIN]


@pytest.fixture(scope="module")
def evaluate(tmp_path_factory):
    os.environ.setdefault("HF_HOME", str(tmp_path_factory.mktemp("hf")))
    os.environ["HF_HUB_OFFLINE"] = "1"
    import evaluate

    return evaluate


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp
    return tiny_models.encoder(folder("encoder")), tiny_models.language_model(folder("lm"))


def test_every_metric_has_its_module():
    known = {entry.module or entry.name for entry in CATALOGUE.values()}
    assert known | set(DOMAIN) == {path.stem for path in ALL}


def test_the_modules_of_single_trades_give_what_their_functions_give(evaluate):
    load = {name: evaluate.load(str(FOLDER / f"{name}.py")) for name in DOMAIN}
    returns = [0.01, 0.03, -0.01]
    told = load["sharpe_ratio"].compute(predictions=returns, risk_free=0.001, periods=12)
    assert told == {"sharpe_ratio": sharpe_ratio(returns, risk_free=0.001, periods=12).value}
    one, other = [0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 3.0, 3.0]
    told = load["iou"].compute(predictions=[one, one], references=[one, other])
    assert told == {"iou": mean_iou([one, one], [one, other]).value}
    predictions = [
        {"classes": ["cat", "cat"], "confidences": [0.9, 0.8], "boxes": [other, one]},
        {"classes": ["dog"], "confidences": [0.7], "boxes": [one]},
    ]
    references = [{"classes": ["cat"], "boxes": [one]}, {"classes": ["dog"], "boxes": [one]}]
    found = [("0", "cat", 0.9, other), ("0", "cat", 0.8, one), ("1", "dog", 0.7, one)]
    known = box_map(found, [("0", "cat", one), ("1", "dog", one)]).value
    assert known == pytest.approx(0.75)
    assert load["box_map"].compute(predictions=predictions, references=references) == {"box_map": known}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_a_module_gives_what_compute_gives(evaluate, models, path):
    p, r = ["1", "2", "2"], ["1", "3", "2"]
    options = {**OPTIONS, "encoder": str(models[0]), "language_model": str(models[1])}
    result = evaluate.load(str(path)).compute(predictions=p, references=r, **options)
    if path.stem == "confusion_matrix":
        assert result["confusion_matrix"] == [[1, 0, 0], [0, 1, 0], [0, 1, 0]]
        return
    assert result == {name: compute(name, p, r, **options).value for name in result}
    assert all(value is not None for value in result.values())


def test_metrics_of_marks_combine(evaluate):
    both = evaluate.combine([evaluate.load(str(FOLDER / f"{n}.py")) for n in ("qwk", "mae", "rmse")])
    assert both.compute(predictions=[1, 2, 3], references=[1, 2, 2]) == {
        name: pytest.approx(compute(name, [1, 2, 3], [1, 2, 2]).value) for name in ("qwk", "mae", "rmse")
    }


def test_metrics_of_classes_combine_and_take_their_options(evaluate):
    names, options = ("f1", "precision", "recall"), {"average": "binary", "positive": "a"}
    metrics = [evaluate.load(str(FOLDER / f"{n}.py")) for n in names]
    p, r = ["a", "a", "b", "b"], ["a", "b", "b", "b"]
    assert evaluate.combine(metrics).compute(predictions=p, references=r, **options) == {
        name: pytest.approx(compute(name, p, r, **options).value) for name in names
    }
    assert len({metric.description for metric in metrics}) == len(names)


def test_metrics_of_texts_combine(evaluate):
    names = ("bleu", "rouge", "chrf")
    both = evaluate.combine([evaluate.load(str(FOLDER / f"{n}.py")) for n in names])
    result = both.compute(predictions=["工业革命"], references=["工业革命"])
    assert result == pytest.approx({"bleu": 100, "rouge1": 1, "rouge2": 0, "rougeL": 1, "chrf": 100})


def test_neither_web_processes_nor_the_service_import_at_their_start_what_takes_seconds():
    code = """
import sys, django
django.setup()
import grading.metrics, grading.service.app
from django.urls import get_resolver
assert get_resolver().url_patterns
slow = "evaluate datasets jieba sacrebleu torch transformers peft sklearn scipy.stats statsmodels altair"
print([name for name in slow.split() if name in sys.modules])
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert said.stdout.strip() == "[]"


def test_each_kind_of_output_has_defaults():
    assert {e.name for e in for_kind(OutputKind.MARK) if e.is_default} == {"accuracy", "confusion_matrix", "qwk", "mae", "rmse"}
    assert "f1" in {e.name for e in for_kind(OutputKind.LABEL) if e.is_default}
    assert "rougeL" in {e.name for e in for_kind(OutputKind.TEXT) if e.is_default}
    assert all(any(e.is_default for e in for_kind(kind)) for kind in OutputKind)


def test_every_option_has_a_usual_value_and_every_model_is_an_option():
    assert {option for e in CATALOGUE.values() for option in e.options} <= set(DEFAULTS)
    assert all(e.model in e.options for e in CATALOGUE.values() if e.model)
