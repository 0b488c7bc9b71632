"""Queries that are built by the ORM once and then only run.

On the path of every rating, building and compiling the SQL costs several times what SQLite needs
to answer it. A Prepared query keeps the compiled form a thread and fills in its parameters; the
objects that come out are the ORM's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import get_related_populators

# Stand-ins for parameters: numbers that no query of this code holds as a constant.
_TOKENS = {
    name: 987_654_000 + n for n, name in enumerate(("assignment", "rater", "campaign", "after"))
}
_KEY = UUID(int=987_654_321)
_NAMES: dict[object, str] = {
    **{token: name for name, token in _TOKENS.items()},
    _KEY: "key",
    _KEY.hex: "key",
}


class Prepared:
    """`build(assignment=…, rater=…, campaign=…, after=…, key=…)` makes the QuerySet from stand-ins."""

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._local = threading.local()

    def first(self, **values: Any) -> Any:
        """The first object, or None; `values` are ids, a position, and `key` a UUID."""
        form = self._form()
        if "key" in values and not connection.features.has_native_uuid_field:
            values["key"] = values["key"].hex
        params = [values[name] if name else constant for name, constant in form.params]
        with connection.cursor() as cursor:
            cursor.execute(form.sql, params)
            row = cursor.fetchone()
        return None if row is None else form.make(row)

    def _form(self) -> _Form:
        if getattr(self._local, "vendor", None) != connection.vendor:
            self._local.form = _Form(self._build(**_TOKENS, key=_KEY)[:1])
            self._local.vendor = connection.vendor
        form: _Form = self._local.form
        return form


class _Form:
    """What django.db.models.query.ModelIterable derives from a query each time, kept."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self.compiler = rows.query.get_compiler(using=rows.db)
        self.sql, params = self.compiler.as_sql()
        self.params = [(_NAMES.get(value), value) for value in params]
        info = self.compiler.klass_info
        fields = info["select_fields"]
        self.model, self.start, self.end = info["model"], fields[0], fields[-1] + 1
        self.names = [
            column[0].target.attname for column in self.compiler.select[self.start : self.end]
        ]
        self.related = get_related_populators(info, self.compiler.select, connection.alias)  # type: ignore[call-arg]
        self.converters = self.compiler.get_converters([c[0] for c in self.compiler.select])

    def make(self, row: tuple[Any, ...]) -> Any:
        if self.converters:
            [row] = self.compiler.apply_converters([row], self.converters)
        made = self.model.from_db(connection.alias, self.names, row[self.start : self.end])
        for populator in self.related:
            populator.populate(row, made)
        for name, column in self.compiler.annotation_col_map.items():
            setattr(made, name, row[column])
        return made
