"""What the columns of a file of ratings are: told by their names, or asked on the page."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from annotations.formats.long_columns import spoken
from annotations.formats.problems import Problem, shown
from annotations.formats.rater_columns import may_be_rater
from annotations.formats.ratings import MANY, RatingRole, missing_roles, named_roles
from annotations.formats.values import number_of
from annotations.formats.written_numbers import is_missing

MISSING = {
    "item": gettext_noop(
        "Say which column names the item, or which two hold the source and the question number."
    ),
    "rater": gettext_noop("Say which column names the rater, or which columns are one rater's."),
    "value": gettext_noop("Say which column holds the scores."),
}


def guess_rating_columns(
    columns: tuple[str, ...], samples: Mapping[str, list[str]]
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """(column → role, column → roles to ask about): as for items, what only looks like scores is
    asked."""
    roles, rivals = named_roles(columns)
    lacks_item = RatingRole.ITEM.value in missing_roles(set(roles.values()))
    if lacks_item and (item := _number_of_items(samples, roles)):
        roles[item] = RatingRole.ITEM.value
    asked = {
        column: [role, RatingRole.IGNORE.value]
        for role, names in rivals.items()
        for column in names
    }
    of_scores = _roles_of_scores({*roles.values(), *rivals})
    for column in columns:
        if column in roles or column in asked:
            continue
        if of_scores and may_be_rater(column) and _holds_numbers(samples.get(column, [])):
            asked[column] = of_scores
        else:
            roles[column] = RatingRole.IGNORE.value
    return roles, asked


def _number_of_items(samples: Mapping[str, list[str]], roles: Mapping[str, str]) -> str | None:
    """The only id that comes again where a column names the raters, and never does where it does not."""
    comes_again = RatingRole.RATER in roles.values()
    numbers = [column for column in samples if column not in roles and spoken(column).endswith((" id", "编号"))]
    found = [c for c in numbers if (len(set(samples[c])) < len(samples[c])) == comes_again]
    return found[0] if len(found) == 1 else None


def _roles_of_scores(given: set[str]) -> list[str]:
    """What a column of numbers may be; nothing where the scores have been found."""
    if {"value", "criterion_value"} & given:
        return []
    known = ["value", "criterion_value"] if "rater" in given else ["rating"]
    return [*known, RatingRole.IGNORE.value]


def check_rating_mapping(roles: Mapping[str, str], knows_items: bool = False) -> list[Problem]:
    """What is missing or contradictory in a complete mapping column → role."""
    given = list(roles.values())
    told = [*given, RatingRole.ITEM.value] if knows_items else given
    problems = [Problem(None, MISSING[role]) for role in missing_roles(told)]
    for role in RatingRole:
        if role.value not in MANY and given.count(role.value) > 1:
            names = [shown(column) for column, own in roles.items() if own == role.value]
            message = gettext_noop("Only one column can be “%(role)s”, but these are: %(names)s.")
            problems.append(Problem(None, message, {"role": str(role.label), "names": names}))
    return problems


def _holds_numbers(values: list[str]) -> bool:
    given = [value for value in values if not is_missing(value)]
    try:
        return bool(given) and all(number_of(value) is not None for value in given)
    except ValueError:
        return False
