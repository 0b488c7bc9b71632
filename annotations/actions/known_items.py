"""Files of ratings whose lines name their items as the file did that the items came from, and criteria that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from annotations.formats.columns import Role
from annotations.formats.item_keys import ItemKeys, tells_items
from annotations.formats.ratings import RatingRole, said_item
from annotations.formats.table import Table
from annotations.models import Campaign, Criterion, Dataset

IMPORTS_ASKED = 20
EXPLICIT = {"item", "item key", "item_key"}
"""Names with which a file says itself what the item is, whatever else it holds."""


def mapping_of_items(dataset: Dataset, columns: Sequence[str]) -> dict[str, str]:
    """What was said of the columns (column → role) when items of the dataset were imported from a file
    with the same columns; empty where there was none."""
    if not EXPLICIT.isdisjoint(column.lower() for column in columns):
        return {}
    imports = dataset.imports.filter(campaign=None).order_by("-pk")[:IMPORTS_ASKED]
    return next((one.mapping for one in imports if tells_items(one.mapping, columns)), {})


def rating_columns(mapping: Mapping[str, str], columns: Sequence[str]) -> dict[str, str]:
    """The columns that were said to be scores of raters, as roles in a file of ratings."""
    return {
        column: RatingRole.RATING.value
        for column, role in mapping.items()
        if role == Role.RATING and column in columns
    }


def criterion_names(campaign: Campaign) -> set[str]:
    """Names and keys of the criteria that the campaign's rubrics have."""
    rows = Criterion.objects.filter(rubric__in=campaign.rubrics.values("rubric")).values_list("name", "key")
    return {name for row in rows for name in row}


def keys_of_items(dataset: Dataset, table: Table, roles: Mapping[str, str]) -> ItemKeys | None:
    """What tells the item of a row; None where a column of the file does."""
    if said_item(roles):
        return None
    mapping = mapping_of_items(dataset, table.columns)
    one_row_an_item = RatingRole.RATER.value not in roles.values()
    return ItemKeys(mapping, table.columns, one_row_an_item) if mapping else None
