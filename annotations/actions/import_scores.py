"""Columns of a file that a machine wrote: one scorer each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_noop

from annotations.actions.insert_rows import insert_rows
from annotations.formats.columns import Role, plain
from annotations.formats.items import ItemRow
from annotations.formats.problems import BadFile, Problem, shown
from annotations.models import AutomaticScore, Dataset, Scorer

LOWER_IS_BETTER = ("perplexity", "困惑度", "editdistance", "levenshtein", "loss", "错误率")
SCORE_COLUMNS = ("item", "scorer", "criterion", "value")
ScoreRow = tuple[int, int, str, float]
SCALES = {Role.MACHINE_MARK: Scorer.Scale.MARK, Role.AUTOMATIC_SCORE: Scorer.Scale.SCORE}


class ScoreColumns:
    """The scorers of a mapping, made where the team has none of that name.

    `marks` names the columns on the question's mark scale.

    Raises:
        BadFile: the team has a scorer of a column's name on another scale or of another kind.
    """

    def __init__(self, dataset: Dataset, mapping: Mapping[str, str]) -> None:
        columns = {column: SCALES[Role(role)] for column, role in mapping.items() if role in SCALES}
        self.marks = [column for column, scale in columns.items() if scale == Scorer.Scale.MARK]
        self._scorers = {
            column: _scorer(dataset, column, scale) for column, scale in columns.items()
        }

    def __bool__(self) -> bool:
        return bool(self._scorers)

    def add_new(self, pairs: Iterable[tuple[ItemRow, int]]) -> None:
        """Scores of items that were just made: there can be none yet."""
        if self._scorers:
            ids = {column: scorer.pk for column, scorer in self._scorers.items()}
            rows = (
                (item_id, ids[column], "", value)
                for row, item_id in pairs
                for column, value in row.scores.items()
            )
            insert_rows(AutomaticScore, SCORE_COLUMNS, rows)

    def add_missing(self, pairs: list[tuple[ItemRow, int]]) -> list[Problem]:
        """Scores of known items; a score that differs from the stored one is a problem."""
        if not self._scorers or not pairs:
            return []
        stored = self._stored([item_id for _, item_id in pairs])
        problems: list[Problem] = []
        fresh: list[ScoreRow] = []
        for row, item_id in pairs:
            for column, value in row.scores.items():
                pair = (self._scorers[column].pk, item_id)
                if pair not in stored:
                    stored[pair] = value
                    fresh.append((item_id, pair[0], "", value))
                elif stored[pair] != value:
                    problems.append(_differs(row, column, stored[pair]))
        insert_rows(AutomaticScore, SCORE_COLUMNS, fresh)
        return problems

    def _stored(self, item_ids: list[int]) -> dict[tuple[int, int], float]:
        scorers = [scorer.pk for scorer in self._scorers.values()]
        found = AutomaticScore.objects.filter(
            scorer__in=scorers, item__in=item_ids, criterion=""
        ).values_list("scorer_id", "item_id", "value")
        return {(scorer, item): value for scorer, item, value in found}


def _differs(row: ItemRow, column: str, stored: float) -> Problem:
    message = gettext_noop(
        "“%(column)s” of the item “%(key)s” is stored as %(stored)s; the file says %(value)s."
    )
    params = {
        "column": shown(column),
        "key": shown(row.key),
        "stored": f"{stored:g}",
        "value": f"{row.scores[column]:g}",
    }
    return Problem(row.line, message, params)


def _scorer(dataset: Dataset, column: str, scale: str) -> Scorer:
    scorer, _ = Scorer.objects.get_or_create(
        team_id=dataset.team_id,
        name=column,
        defaults={
            "kind": Scorer.Kind.COLUMN,
            "scale": scale,
            "is_higher_better": not any(word in plain(column) for word in LOWER_IS_BETTER),
        },
    )
    if scorer.kind != Scorer.Kind.COLUMN or scorer.scale != scale:
        raise BadFile(
            gettext_noop(
                "The team already has a scorer called “%(name)s” of another kind or scale: "
                "rename the column."
            ),
            name=shown(column),
        )
    return scorer
