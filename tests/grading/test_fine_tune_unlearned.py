"""Training sets that hold questions of which nothing is learnt."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from django.core.exceptions import ValidationError

from grading.actions.training_set import write_rows
from grading.backends.trained import TrainedGrader
from grading.models import ModelVersion, TrainingSet
from grading.training_rows import rows_of
from tests.grading.grader_case import GraderCase, past_papers


class UnlearnedQuestionTest(GraderCase):
    def resplit(self, split) -> TrainingSet:
        """Past papers with the splits that `split(row)` tells."""
        made = past_papers(self.team)
        rows = [{**row, "split": split(row)} for row in rows_of(made)]
        made.digest = write_rows(rows)
        counts: dict = defaultdict(Counter)
        for row in rows:
            counts[row["question"]["key"], f"{row['mark']:g}"][row["split"]] += 1
        for question in made.facts["questions"]:
            question["marks"] = {mark: counts[question["key"], mark] for mark in question["marks"]}
        made.facts["splits"] = dict(Counter(row["split"] for row in rows))
        made.pk = None
        made.save()
        return made

    def test_a_classical_grader_is_not_trained_where_all_held_out_questions_are_new_to_it(self):
        parts = {"1": "train", "2": "test"}
        by_question = self.resplit(lambda row: parts[row["question"]["key"]])
        with pytest.raises(ValidationError, match="questions that it has learnt"):
            self.started(training_set=by_question)
        assert not ModelVersion.objects.exists()

    def test_held_out_answers_to_a_question_that_was_not_learnt_are_left_aside(self):
        def split(row):
            return "test" if row["question"]["key"] == "2" else row["split"]

        made = self.resplit(split)
        version = self.trained(training_set=made)
        asked = Counter((row["question"]["key"], row["split"]) for row in rows_of(made))
        assert version.measures["held_out"]["this"]["n"] == asked["1", "test"]
        assert [one["question"] for one in version.measures["by_question"]] == ["1"]
        assert [one.key for one in TrainedGrader.load(version.folder).questions] == ["1"]

    def test_nothing_is_trained_where_no_answer_to_learn_from_counts(self):
        made = weighted(past_papers(self.team), lambda row: 0.0)
        for kind in ("classical", "encoder"):
            with pytest.raises(ValidationError, match="weight 0"):
                self.started(kind, training_set=made)
        assert not ModelVersion.objects.exists()

    def test_a_question_whose_answers_do_not_count_is_left_aside(self):
        made = weighted(past_papers(self.team), lambda row: float(row["question"]["key"] == "1"))
        version = self.trained(training_set=made)
        assert [one["question"] for one in version.measures["by_question"]] == ["1"]


def weighted(made: TrainingSet, weight) -> TrainingSet:
    """The set with the weights that `weight(row)` tells."""
    rows = [{**row, "weight": weight(row)} for row in rows_of(made)]
    made.digest = write_rows(rows)
    made.facts["least_weight"] = min(row["weight"] for row in rows)
    made.pk = None
    made.save()
    return made
