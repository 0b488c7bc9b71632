"""Selective grading of real short answers by the plainest grader there is.

Character 1–3-grams, TF-IDF and logistic regression, one model a question, ten folds: every answer
gets its mark and its confidence from a model that has not seen it. CESA: definitive = the final
judge, people = the two judges. ASAP-SAS: definitive = the first mark, people = the second.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline

from grading.methods.bar_standing import standing
from grading.methods.exam_guarantee import Bar
from grading.methods.marking_ways import with_machine
from grading.methods.selective import acceptance_threshold, split

Floats = NDArray[np.float64]
RISKS = ((0.05, 0.1), (0.1, 0.1))
SHARES = (0.6, 0.5, 0.4)  # of the answers marked by people, without a proof


class Exam(NamedTuple):
    """Answers of one exam; people (n, H)."""

    name: str
    bar: Bar
    text: list[str]
    question: NDArray[np.str_]
    paper: NDArray[np.int64]
    people: Floats
    definitive: Floats


class Machine(NamedTuple):
    """marks and confidence (n,), wrong (n,) 0 or 1."""

    marks: Floats
    confidence: Floats
    wrong: Floats


def exams(folder: Path) -> list[Exam]:
    return [_cesa(folder), _asap(folder)]


def _cesa(folder: Path) -> Exam:
    rows = _rows(folder / "cesa" / "CESA.txt")[1:]
    marks = np.array([[float(value) for value in row[3:6]] for row in rows])
    paper = np.array([int(row[0]) for row in rows])
    question = np.array([row[1] for row in rows])
    text = [row[2] for row in rows]
    return Exam("CESA", Bar(questions=5), text, question, paper, marks[:, :2], marks[:, 2])


def _asap(folder: Path) -> Exam:
    """No student answered several questions: each answer is a paper of its own."""
    rows = _rows(folder / "asap_sas_zh" / "train_sets_1_2_5_6_10.tsv")
    marks = np.array([[float(value) for value in row[2:4]] for row in rows])
    question, text = np.array([row[1] for row in rows]), [row[4] for row in rows]
    paper = np.arange(len(rows))
    return Exam("ASAP-SAS", Bar(), text, question, paper, marks[:, 1:], marks[:, 0])


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def graded(exam: Exam, seed: int) -> Machine:
    """Every answer marked by a model that was fitted on the others."""
    marks, confidence = np.zeros(len(exam.text)), np.zeros(len(exam.text))
    for key in np.unique(exam.question):
        rows = np.flatnonzero(exam.question == key)
        for fit, rest in KFold(10, shuffle=True, random_state=seed).split(rows):
            model = make_pipeline(
                TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2),
                LogisticRegression(C=10, max_iter=300),
            )
            model.fit([exam.text[i] for i in rows[fit]], exam.definitive[rows[fit]])
            chances = model.predict_proba([exam.text[i] for i in rows[rest]])
            marks[rows[rest]] = model.classes_[chances.argmax(axis=1)]
            confidence[rows[rest]] = chances.max(axis=1)
    return Machine(marks, confidence, (marks != exam.definitive).astype(float))


def record(exam: Exam, machine: Machine, accepted: NDArray[np.bool_]) -> tuple[float, float]:
    """Error of the marks of record and the chance to keep the bar, mean over the people."""
    found = [
        standing(
            with_machine("alone", machine.marks, accepted, person, exam.definitive).marks,
            exam.definitive,
            exam.bar,
            exam.paper,
        )
        for person in exam.people.T
    ]
    return float(np.mean([one.error for one in found])), float(np.mean([one.chance_seen for one in found]))


def table(folder: Path, splits: int, calibration: int, seed: int) -> Iterator[str]:
    """Lines of Markdown: who stands where, then what the thresholds do."""
    for exam in exams(folder):
        machine = graded(exam, seed)
        yield from _standings(exam, machine)
        yield from _by_share(exam, machine)
        yield from _by_threshold(exam, machine, splits, calibration, seed)


def _standings(exam: Exam, machine: Machine) -> Iterator[str]:
    bar = exam.bar
    yield f"\n**{exam.name}**, {len(exam.text):,} answers, the bar: {bar.wrong_allowed} wrong in {bar.marks} marks, which asks for an error of at most {bar.largest_error:.4f}.\n"
    yield "| who marks everything | error | wrong in a class | chance to keep the bar |"
    yield "| --- | ---: | ---: | ---: |"
    rows = [("machine", machine.marks)]
    rows += [(f"person {j}", person) for j, person in enumerate(exam.people.T, start=1)]
    for name, marks in rows:
        found = standing(marks, exam.definitive, bar, exam.paper)
        yield f"| {name} | {found.error:.3f} | {found.wrong_a_class:.1f} | {found.chance_seen:.2f} |"


def _by_share(exam: Exam, machine: Machine) -> Iterator[str]:
    """The machine marks what it is surest of, whatever that proves."""
    yield "\n| answers that people mark | error of the marks of record | chance to keep the bar |"
    yield "| ---: | ---: | ---: |"
    for share in SHARES:
        accepted = machine.confidence > np.quantile(machine.confidence, share)
        error, chance = record(exam, machine, accepted)
        yield f"| {share:.0%} | {error:.3f} | {chance:.2f} |"


def _by_threshold(
    exam: Exam, machine: Machine, splits: int, calibration: int, seed: int
) -> Iterator[str]:
    """Random calibration sets; the risk of each threshold on the whole set."""
    yield f"\nCalibrated on {calibration} answers, {splits} random splits:\n"
    yield "| α, δ | splits with a threshold | mean risk | splits above α | people mark | error of the marks of record | chance to keep the bar |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for alpha, delta in RISKS:
        rng = np.random.default_rng([seed, round(alpha * 1000)])
        runs = [one_split(exam, machine, alpha, delta, calibration, rng) for _ in range(splits)]
        risk, people, error, chance = np.array(runs).T
        found = np.isfinite(risk)
        mean = f"{risk[found].mean():.3f}" if found.any() else "–"
        yield (
            f"| {alpha}, {delta} | {found.mean():.0%} | {mean} | {(risk[found] > alpha).sum() / splits:.3f} "
            f"| {people.mean():.0%} | {error.mean():.3f} | {chance.mean():.2f} |"
        )


def one_split(
    exam: Exam, machine: Machine, alpha: float, delta: float, calibration: int, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Risk on the whole set (NaN: nothing accepted), people's share, error of record, chance."""
    rows = rng.choice(len(exam.text), calibration, replace=False)
    found = acceptance_threshold(
        machine.confidence[rows], machine.wrong[rows], alpha=alpha, delta=delta, frame=machine.confidence
    )
    accepted = split(found, machine.confidence).accepted
    risk = float(machine.wrong[accepted].mean()) if accepted.any() else float("nan")
    return risk, 1 - float(accepted.mean()), *record(exam, machine, accepted)
