"""Metrics of one's own: a file in a folder, and what is said when it is broken."""

from __future__ import annotations

import pytest

from grading import jobs
from grading.metrics import (
    MetricProblem,
    OutputKind,
    compute,
    for_kind,
    own_metrics,
    per_item,
    problem_text,
)
from tests.base import ConcordTestCase
from tests.grading.metric_run_case import a_run, replies

POLITE = '''"""Politeness

Share of replies that thank."""
KINDS = ("open", "text")
HAS_REFERENCE = False

def score(prediction, reference):
    return float("thank" in prediction)
'''
EVALUATE = '''"""Length"""
import datasets
import evaluate

class Length(evaluate.Metric):
    def _info(self):
        value = datasets.Value("string")
        features = datasets.Features(predictions=value, references=value)
        return evaluate.MetricInfo(description="", citation="", features=features)

    def _compute(self, predictions, references):
        return {"length": sum(map(len, predictions)) / len(predictions)}
'''


@pytest.fixture
def folder(tmp_path, settings):
    settings.METRICS_DIR = tmp_path
    return tmp_path


def test_a_function_for_one_item_gives_values_and_their_mean(folder):
    (folder / "polite.py").write_text(POLITE)
    entry = own_metrics().entries[0]
    assert (entry.name, entry.title, entry.use) == ("own:polite", "Politeness", "Share of replies that thank.")
    assert entry.name in [e.name for e in for_kind(OutputKind.OPEN)]
    assert entry.name not in [e.name for e in for_kind(OutputKind.MARK)]
    assert per_item("own:polite", ["thank you", "no", None]) == [1, 0, None]
    assert compute("own:polite", ["thank you", "no", None]).value == 0.5


def test_a_function_in_total_gets_the_pairs_that_are_there(folder):
    (folder / "sums.py").write_text("def compute(predictions, references):\n    return {'sums': sum(predictions) - sum(references)}\n")
    found = compute("own:sums", [1, 2, None], [0, 1, 5])
    assert (found.value, found.n) == (2, 2)
    assert per_item("own:sums", [1], [0]) is None


def test_a_module_of_evaluate_is_one_too(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (folder / "length.py").write_text(EVALUATE)
    assert compute("own:length", ["ab", "abcd"], ["", ""]).value == 3


def test_looking_for_metrics_runs_none_of_them(folder):
    (folder / "loud.py").write_text('"""Loud"""\nraise SystemExit("ran")\n')
    assert [entry.title for entry in own_metrics().entries] == ["Loud"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def score(p, r)\n    return 1\n", "broken.py:1"),
        ("X = 1\n\nimport nothing_of_the_kind\n", "broken.py:3: ModuleNotFoundError"),
        ("def score(p, r):\n    return 1 / 0\n", "broken.py:2: ZeroDivisionError"),
        ("def compute(predictions, references):\n    return predictions[7]\n", "broken.py:2: IndexError"),
    ],
)
def test_a_broken_file_is_named_with_the_line(folder, text, said):
    (folder / "broken.py").write_text(text)
    with pytest.raises(MetricProblem) as problem:
        compute("own:broken", ["a"], ["a"])
    assert said in problem_text(problem.value)


def test_one_that_cannot_be_read_hides_no_other(folder):
    (folder / "broken.py").write_text("def (")
    (folder / "polite.py").write_text(POLITE)
    found = own_metrics()
    assert [entry.name for entry in found.entries] == ["own:polite"]
    assert "broken.py:1" in problem_text(found.problems[0])


def test_a_file_that_everybody_may_write_is_not_run(folder):
    path = folder / "polite.py"
    path.write_text(POLITE)
    path.chmod(0o666)
    with pytest.raises(MetricProblem) as problem:
        compute("own:polite", ["thank you"])
    assert problem.value.code == "writable_module"


def test_a_changed_file_is_read_anew(folder):
    path = folder / "polite.py"
    path.write_text(POLITE)
    assert compute("own:polite", ["thank you"]).value == 1
    path.write_text(POLITE.replace("thank", "please"))
    assert compute("own:polite", ["thank you"]).value == 0


def test_a_module_of_the_hub_runs_only_where_it_is_allowed(settings):
    with pytest.raises(MetricProblem) as problem:
        compute("hub:google_bleu", ["a"], ["a"])
    assert "CONCORD_HUB_METRICS" in problem_text(problem.value)
    settings.HUB_METRICS = ["google_bleu"]
    assert "hub:google_bleu" in [entry.name for entry in own_metrics().entries]


class OwnRunTest(ConcordTestCase):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path, settings):
        settings.METRICS_DIR = tmp_path
        self.folder = tmp_path

    def test_a_run_computes_it_and_shows_its_title(self):
        (self.folder / "polite.py").write_text(POLITE.replace("thank", "退款"))
        run = a_run(replies(self.team), self.cast.alice, ["own:polite"], reference="")
        jobs.compute_metrics(run.pk)
        values = {r.candidate: r.value for r in run.results.all()}
        assert values == {"A": 1, "B": 0, "": 0.5}
        page = self.client_of("victor").get(f"/datasets/{run.dataset_id}/metrics/{run.pk}/")
        self.assertContains(page, "Politeness")
        (self.folder / "polite.py").unlink()
        page = self.client_of("victor").get(f"/datasets/{run.dataset_id}/metrics/{run.pk}/")
        self.assertContains(page, "own:polite")

    def test_a_broken_one_fails_the_run_and_the_page_says_where(self):
        (self.folder / "polite.py").write_text(POLITE.replace("float(", "flaot("))
        run = a_run(replies(self.team), self.cast.alice, ["own:polite"], reference="")
        jobs.compute_metrics(run.pk)
        run.refresh_from_db()
        assert run.state == "failed"
        page = self.client_of("alice").get(f"/datasets/{run.dataset_id}/metrics/{run.pk}/")
        self.assertContains(page, "polite.py:8: NameError")
