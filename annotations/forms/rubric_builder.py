"""The builder page as posted: everything typed so far, and what a button does to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from annotations.actions.rubric_publishing import weight_problems
from annotations.forms.rubric import CriterionForm, HeadForm
from annotations.forms.rubric_levels import Level, parse_number
from annotations.methods.scales import number_text, weights_to_hundred
from annotations.models import Criterion, Rubric

FIELDS = ("key", "name", "description", "weight", "scale", "low", "high", "step", "veto")
MOST_CRITERIA = 60


@dataclass
class Row:
    """One criterion as typed. `id` stays with it while it is moved."""

    id: int
    values: dict[str, Any]
    levels: list[Level] = field(default_factory=list)


class Builder:
    """Head and criteria of a draft; unchecked until `is_valid`."""

    def __init__(self, rubric: Rubric, rows: list[Row], data: QueryDict | None = None) -> None:
        self.rubric, self.rows, self.data = rubric, rows, data
        self.problems: list[str] = []
        self.gaps: list[str] = []  # levels without a word, to be decided on at publishing
        self._forms: list[CriterionForm] | None = None
        self._is_bound = False

    @classmethod
    def of(cls, rubric: Rubric) -> Builder:
        """As stored."""
        rows = [_stored_row(i, c) for i, c in enumerate(rubric.criteria.all(), start=1)]
        return cls(rubric, rows)

    @classmethod
    def posted(cls, rubric: Rubric, data: QueryDict) -> Builder:
        """As typed. Rows are named by the repeated hidden field "row", in their order."""
        ids = [int(text) for text in data.getlist("row") if text.isdecimal()]
        return cls(rubric, [_posted_row(i, data) for i in ids[:MOST_CRITERIA]], data)

    # what the buttons do --------------------------------------------------------------

    def apply(self, do: str) -> None:
        """ "add", "hundred", "refresh", or "up:3", "down:3", "remove:3", "level-add:3",
        "level-remove:3:1" for the row of that id. Anything else changes nothing."""
        name, *numbers = do.split(":")
        arguments = [int(n) for n in numbers if n.isdecimal()]
        act: dict[str, Callable[..., None]] = {"add": self._add, "hundred": self._sum_to_hundred, "up": self._up, "down": self._down,
               "remove": self._remove, "level-add": self._add_level, "level-remove": self._remove_level}  # fmt: skip
        wanted = {"add": 0, "hundred": 0, "level-remove": 2}.get(name, 1)
        if name in act and len(arguments) == wanted:
            act[name](*arguments)
            self._forms = None

    def _add(self) -> None:
        new = max((row.id for row in self.rows), default=0) + 1
        scale = self.rows[-1].values["scale"] if self.rows else self._usual_scale()
        ends = {"low": "1", "high": "5", "step": "1"}
        if scale == Criterion.Scale.POINTS:
            ends = {"low": "0", "high": "2" if self.kind == Rubric.Kind.POINTS else "5", "step": "1"}
        values = dict.fromkeys(FIELDS, "") | {"scale": scale, "is_required": True, **ends}
        if len(self.rows) < MOST_CRITERIA:
            self.rows.append(Row(new, values))

    def _usual_scale(self) -> str:
        is_points = self.kind == Rubric.Kind.POINTS
        return Criterion.Scale.POINTS if is_points else Criterion.Scale.LIKERT

    def _move(self, row_id: int, by: int) -> None:
        at = self._at(row_id)
        if at is not None and 0 <= at + by < len(self.rows):
            self.rows.insert(at + by, self.rows.pop(at))

    def _up(self, row_id: int) -> None:
        self._move(row_id, -1)

    def _down(self, row_id: int) -> None:
        self._move(row_id, 1)

    def _remove(self, row_id: int) -> None:
        self.rows = [row for row in self.rows if row.id != row_id]

    def _sum_to_hundred(self) -> None:
        weights = [parse_number(row.values["weight"]) or 0.0 for row in self.rows]
        for row, weight in zip(self.rows, weights_to_hundred([max(0, w) for w in weights]), strict=True):
            row.values["weight"] = number_text(weight)

    def _add_level(self, row_id: int) -> None:
        for row, form in zip(self.rows, self.forms, strict=True):
            if row.id == row_id:
                row.levels = [*form.shown, Level(value=_following(form.shown))]

    def _remove_level(self, row_id: int, index: int) -> None:
        for row, form in zip(self.rows, self.forms, strict=True):
            if row.id == row_id:
                row.levels = [level for i, level in enumerate(form.shown) if i != index]

    def _at(self, row_id: int) -> int | None:
        return next((i for i, row in enumerate(self.rows) if row.id == row_id), None)

    # what the page shows --------------------------------------------------------------

    @property
    def kind(self) -> str:
        typed = self.data.get("kind") if self.data is not None else self.rubric.kind
        return typed if typed in Rubric.Kind.values else self.rubric.kind

    @property
    def head(self) -> HeadForm:
        if not hasattr(self, "_head"):
            self._head = self._head_form()
        return self._head

    def _head_form(self) -> HeadForm:
        stored = replace_instance(self.rubric)
        initial = {"pass_percent": number_text(self.rubric.pass_mark * 100)}
        if self.data is None:
            return HeadForm(instance=stored, initial=initial)
        if self._is_bound:
            return HeadForm(self.data, instance=stored)
        names = ("name", "kind", "pass_percent", "guidelines")
        return HeadForm(instance=stored, initial={**initial, **{n: self.data[n] for n in names if n in self.data}})

    @property
    def forms(self) -> list[CriterionForm]:
        if self._forms is None:
            self._forms = [self._form(row) for row in self.rows]
        return self._forms

    def _form(self, row: Row) -> CriterionForm:
        data = {f"r{row.id}-{name}": value for name, value in row.values.items()}
        bound = {"data": data} if self._is_bound else {"initial": row.values}
        return CriterionForm(row=row.id, kind=self.kind, levels=row.levels, **bound)

    @property
    def weight_sum(self) -> str:
        return number_text(sum(parse_number(row.values["weight"]) or 0.0 for row in self.rows))

    # checking -------------------------------------------------------------------------

    def check(self) -> None:
        """Bind the forms, so that each shows its errors."""
        if not self._is_bound:
            self._is_bound, self._forms = True, None
            self.__dict__.pop("_head", None)

    def is_valid(self, for_publishing: bool = False) -> bool:
        """Check everything; `problems` is what belongs to no single field."""
        self.check()
        is_fine = all([self.head.is_valid(), *[form.is_valid() for form in self.forms]])
        self._name_twins()
        if for_publishing:
            self.problems = self._publishing_problems() if is_fine else []
        return is_fine and not self.problems and all(form.is_valid() for form in self.forms)

    def _name_twins(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            name = form.cleaned_data.get("name", "")
            if name and name in seen:
                form.add_error("name", _("Another criterion has this name already."))
            seen.add(name)

    def _publishing_problems(self) -> list[str]:
        if not self.rows:
            return [_("A rubric needs at least one criterion.")]
        if self.kind == Rubric.Kind.WEIGHTED:
            return weight_problems([form.cleaned_data["weight"] for form in self.forms])
        if sum(form.line()["high"] for form in self.forms) <= 0:
            return [_("The scoring points add up to no marks.")]
        return []

    def lines(self) -> list[dict[str, Any]]:
        """The valid criteria as model fields, new ones with keys that are free: c1, c2 …"""
        lines = [form.line() for form in self.forms if form.is_valid()]
        taken = {line["key"] for line in lines}
        used = {""}
        for line in lines:
            if line["key"] in used:
                line["key"] = next(k for k in (f"c{n}" for n in range(1, 999)) if k not in taken)
                taken.add(line["key"])
            used.add(line["key"])
        return lines

    def as_criteria(self) -> list[Criterion]:
        """The valid criteria as unsaved objects, for the preview."""
        return [Criterion(id=-i, position=i, **line) for i, line in enumerate(self.lines(), start=1)]


def replace_instance(rubric: Rubric) -> Rubric:
    """A copy for the form to write on: checking a form changes its instance."""
    names = ("id", "team_id", "name", "version", "kind", "guidelines", "pass_mark")
    return Rubric(**{name: getattr(rubric, name) for name in names})


def _following(levels: list[Level]) -> str:
    numbers = [level.number for level in levels if level.number is not None]
    return number_text(max(numbers) + 1) if numbers else ""


def _stored_row(row_id: int, criterion: Criterion) -> Row:
    values = {name: getattr(criterion, name) for name in ("key", "name", "description", "scale", "is_required")}
    values |= {name: number_text(getattr(criterion, name)) for name in ("weight", "low", "high", "step")}
    values["veto"] = "" if criterion.veto_at is None else number_text(criterion.veto_at)
    levels = [
        Level(number_text(level["value"]), level.get("label", ""), level.get("descriptor", ""))
        for level in criterion.levels
    ]
    return Row(row_id, values, levels)


def _posted_row(row_id: int, data: QueryDict) -> Row:
    prefix = f"r{row_id}-"
    values: dict[str, Any] = {name: data.get(prefix + name, "") for name in FIELDS}
    values["is_required"] = bool(data.get(prefix + "is_required"))
    value, label, descriptor = (
        data.getlist(f"{prefix}level-{name}") for name in ("value", "label", "descriptor")
    )
    levels = [Level(text) for text in value]
    for name, texts in (("label", label), ("descriptor", descriptor)):
        if len(texts) == len(levels):
            levels = [replace(v, **{name: text}) for v, text in zip(levels, texts, strict=True)]
    return Row(row_id, values, levels)
