"""How well a classical grader marks real short answers: `python bench/grader_quality.py DATA_FOLDER [--only cesa] …`

CESA: ten folds by student, with and without a marking scheme (grader_quality_scheme.py); ASAP-SAS: five,
without. All that is chosen is chosen on inner folds. Beside it the plainest grader and the people, with
paired intervals of resampled students. `cesa-encoder`, `asap-encoder`: once more, in five folds, with a
small encoder from random weights. Tables in Markdown on stdout. The data are not part of Concord (see
real_data.py for the folder).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)
sys.path.append(str(ROOT / "bench"))

import numpy as np  # noqa: E402
from grader_quality_folds import Fold, Told, Way, baseline, classical, folds, without_scheme  # noqa: E402
from grader_quality_scheme import scheme_of  # noqa: E402
from real_data_grading import Exam, exams  # noqa: E402

from grading.methods.grader_measures import paired  # noqa: E402
from grading.methods.metrics_marks import qwk  # noqa: E402

RESAMPLES = 2000
SHARES = (0.6, 0.5, 0.4)
COUNTS = {"cesa": 10, "asap": 5, "cesa-encoder": 5, "asap-encoder": 5}  # outer folds


def joined(exam: Exam, found: list[Fold]) -> Told:
    told = Told.nothing(len(exam.text))
    for fold in found:
        told.marks[fold.rest] = fold.outer.marks[fold.rest]
        told.confidence[fold.rest] = fold.outer.confidence[fold.rest]
    return told


def quality_table(exam: Exam, graders: dict[str, Told]) -> Iterator[str]:
    """By question: accuracy and QWK of each, then the gain on the first."""
    people = {f"person {j}": Told(p, p) for j, p in enumerate(exam.people.T, start=1)}
    first = next(iter(graders.values()))
    yield "\n| question | who marks | accuracy | QWK | accuracy, gain on the baseline | QWK, gain on the baseline |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: |"
    for key in sorted(set(exam.question), key=int):
        mine, right = exam.question == key, exam.definitive[exam.question == key]
        for name, told in (graders | people).items():
            marks = told.marks[mine]
            line = f"| {key} | {name} | {np.mean(marks == right):.3f} | {qwk(marks.tolist(), right.tolist()).value:.3f}"
            yield f"{line} | {_gain(first.marks[mine], marks, right, told is first or name in people)} |"
    for name, told in (graders | people).items():
        is_gain = told is not first and name in graders
        gain = _gain_of_all(exam, first, told) if is_gain else ""
        accuracy = np.mean(told.marks == exam.definitive)
        yield f"| all | {name} | {accuracy:.3f} | {_mean_qwk(exam, told):.3f} | {gain} | |"


def _gain(first: np.ndarray, marks: np.ndarray, right: np.ndarray, is_none: bool) -> str:
    if is_none:
        return "|"
    found = paired(first.tolist(), marks.tolist(), right.tolist(), ["q"] * len(right), resamples=RESAMPLES)
    return (
        f"{found.accuracy:+.3f} ({found.accuracy_low:+.3f} to {found.accuracy_high:+.3f}) "
        f"| {found.qwk:+.3f} ({found.qwk_low:+.3f} to {found.qwk_high:+.3f})"
    )


def _mean_qwk(exam: Exam, told: Told) -> float:
    keys = [exam.question == key for key in set(exam.question)]
    return float(np.mean([qwk(told.marks[k].tolist(), exam.definitive[k].tolist()).value for k in keys]))


def _gain_of_all(exam: Exam, first: Told, told: Told) -> str:
    gain = (told.marks == exam.definitive) * 1.0 - (first.marks == exam.definitive)
    return _interval(exam, gain)


def _interval(exam: Exam, values: np.ndarray) -> str:
    """Mean and its 95 % interval over resampled students."""
    students, place = np.unique(exam.paper, return_inverse=True)
    sums, counts = np.bincount(place, values), np.bincount(place)
    drawn = np.random.default_rng(0).integers(0, len(students), (RESAMPLES, len(students)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return f"{values.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def selective_table(exam: Exam, graders: dict[str, list[Fold]]) -> Iterator[str]:
    """People's share at a threshold that made the marks of record as right as one person's inside."""
    person = (exam.people != exam.definitive[:, None]).mean(axis=1)
    shares = "".join(f" error where people mark {share:.0%} |" for share in SHARES)
    yield f"\nOne person's error, mean of the people: {person.mean():.3f}.\n"
    yield f"| grader | people mark | error of the marks of record | less one person's |{shares}"
    yield "| --- | ---: | ---: | ---: |" + " ---: |" * len(SHARES)
    for name, found in graders.items():
        order, is_accepted = accepted(exam, found, person)
        wrong = (joined(exam, found).marks != exam.definitive) * 1.0
        record = np.where(is_accepted, wrong, person)
        ways = [np.where(order > np.quantile(order, s), wrong, person).mean() for s in SHARES]
        cells = [f"{1 - is_accepted.mean():.3f}", f"{record.mean():.3f}", _interval(exam, record - person)]
        yield f"| {name} | " + " | ".join(cells + [f"{way:.3f}" for way in ways]) + " |"


def accepted(exam: Exam, found: list[Fold], person: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(answers,) how much rather the machine than people should mark it, and whether it does.

    The confidence plus how likely a person errs there, both as known from the learnt rows.
    """
    order, is_accepted = np.zeros(len(person)), np.zeros(len(person), dtype=bool)
    for fold in found:
        errors = people_errors(exam, person, fold.fit)
        inner, rest = (
            told.confidence[rows] + np.array([told.chances[i] @ errors[exam.question[i]] for i in rows])
            for told, rows in ((fold.inner, fold.fit), (fold.outer, fold.rest))
        )
        wrong = (fold.inner.marks != exam.definitive)[fold.fit]
        bar = least_threshold(inner, wrong, person[fold.fit])
        order[fold.rest], is_accepted[fold.rest] = rest, rest >= bar
    return order, is_accepted


def people_errors(exam: Exam, person: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
    """For each question (marks,) how often people err on answers that deserve the mark.

    As if each mark had been given twice more, as on the whole question.
    """
    found = {}
    for key in set(exam.question[rows]):
        mine = rows[exam.question[rows] == key]
        right, wrong = exam.definitive[mine], person[mine]
        marks = np.unique(exam.definitive[exam.question == key])
        sums = np.array([[wrong[right == mark].sum(), (right == mark).sum()] for mark in marks])
        found[key] = (sums[:, 0] + 2 * wrong.mean()) / (sums[:, 1] + 2)
    return found


def least_threshold(order: np.ndarray, wrong: np.ndarray, person: np.ndarray) -> float:
    """The loosest threshold at which the marks of record err no more than the people alone."""
    places = np.argsort(-order, kind="stable")
    excess = np.cumsum((wrong * 1.0 - person)[places])
    good = np.flatnonzero(excess <= 0)
    return float(order[places[good[-1]]]) if len(good) else float("inf")


def tables(exam: Exam, count: int, seed: int, more: dict[str, Way], is_ridge: bool) -> Iterator[str]:
    ways: dict[str, Way] = {"classical": classical, **more}
    if scheme_of(exam.name, exam.question[0]).scoring_points:
        ways = {"classical, no scheme": without_scheme(classical), **ways}
    base = folds(exam, baseline(is_ridge), count, seed, ["likeliest mark"])
    found = {"baseline": base} | {name: folds(exam, way, count, seed) for name, way in ways.items()}
    yield from quality_table(exam, {name: joined(exam, one) for name, one in found.items()})
    yield from selective_table(exam, found)
    decided = [decision for fold in found["classical"] for decision in fold.chosen]
    names, counts = np.unique(decided, return_counts=True)
    yield f"\nDecided inside: {', '.join(f'{n} × {name}' for name, n in zip(names, counts, strict=True))}."


def encoders(exam: Exam, folder: Path) -> dict[str, Way]:
    import grader_quality_encoder as encoder

    network = encoder.remembered(encoder.encoder(encoder.base_for(exam, folder)))
    return {"small encoder": network, "classical + encoder": encoder.with_classical(network)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=COUNTS)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    short_answers = dict(zip(("cesa", "asap"), exams(options.folder), strict=True))
    for name in [options.only] if options.only else COUNTS:
        exam, started = short_answers[name.partition("-")[0]], time.process_time()
        print(f"\n### {exam.name}, {len(exam.text):,} answers, {COUNTS[name]} folds", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            more = encoders(exam, Path(folder)) if name.endswith("encoder") else {}
            for line in tables(exam, COUNTS[name], options.seed, more, name.startswith("asap")):
                print(line, flush=True)
        print(f"{name}: {time.process_time() - started:.0f} s of processor time", file=sys.stderr)


if __name__ == "__main__":
    main()
