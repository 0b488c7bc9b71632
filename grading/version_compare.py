"""Chosen versions side by side: an ablation table, a radar, and tests on the answers they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.methods.scales import minus
from grading.held_out import held_out
from grading.methods.grader_measures import Paired, paired
from grading.models import ModelVersion
from grading.reports.blocks import Cell, Column, Figure, Table
from grading.reports.charts import radar
from grading.reports.charts.radar import Series
from grading.verdict_words import in_a_row
from grading.version_interval_words import chance_words, shared_note
from grading.version_intervals import intervals_of, with_units
from grading.version_page import figure_cells, figure_columns, settings_facts

MOST = 6
Kind = ModelVersion.Kind
KINDS = {
    Kind.CLASSICAL.value: gettext_lazy("classical"), Kind.ENCODER.value: gettext_lazy("encoder"),
    Kind.GENERATOR.value: gettext_lazy("generator"),
}  # fmt: skip


@dataclass(frozen=True)
class PairedTest:
    """The later version minus the earlier on `n` shared held-out answers; without any, `problem` says why.
    `is_by_student`: whether the intervals rest on students, or on answers whose students are not known."""

    earlier: ModelVersion
    later: ModelVersion
    found: Paired | None
    problem: str = ""
    is_by_student: bool = True

    @property
    def sentence(self) -> str:
        """Whether the difference may be chance alone."""
        return chance_words(self.found, self.is_by_student) if self.found else ""

    @property
    def kappa(self) -> list[str]:
        """The gain in QWK and the ends of its interval, as far as they are known."""
        found = (self.found.qwk, self.found.qwk_low, self.found.qwk_high) if self.found else ()
        return [minus(f"{one:+.3f}") for one in found if one is not None]


def tests_of(versions: Sequence[ModelVersion]) -> list[PairedTest]:
    """Each version against the one before it in the list."""
    return [_test(earlier, later) for earlier, later in pairwise(versions)]


def _test(earlier: ModelVersion, later: ModelVersion) -> PairedTest:
    one, two = with_units(earlier, held_out(earlier)), held_out(later)
    rows = _shared(one, two)
    if not rows["right"]:
        return PairedTest(earlier, later, None, _why_none(one, two))
    told = paired(rows["first"], rows["second"], rows["right"], rows["questions"], rows["units"])
    return PairedTest(earlier, later, told, is_by_student=one["by"] == "student")


def _why_none(one: dict[str, Any], two: dict[str, Any]) -> str:
    if not one["rows"] or not two["rows"]:
        return _("what one of them said of its held-out answers is no longer there.")
    if not set(one["questions"]) & set(two["questions"]):
        return _("they were tested on different questions.")
    return _("they were tested on different answers to the same questions. Train them on the same training set.")


def _shared(one: dict[str, Any], two: dict[str, Any]) -> dict[str, list[Any]]:
    """Answers that neither has learnt from and both have marked: held out in both sets."""
    first, second = (_whole(told) for told in (one, two))
    places = {name: j for j, name in enumerate(two["rows"]) if second[j] is not None}
    pairs = [(i, places[name]) for i, name in enumerate(one["rows"]) if name in places and first[i] is not None]
    return {
        "first": [first[i] for i, _j in pairs],
        "second": [second[j] for _i, j in pairs],
        "right": [one["right"][i] for i, _j in pairs],
        "questions": [one["questions"][i] for i, _j in pairs],
        "units": [one["units"][i] for i, _j in pairs],
    }


def _whole(told: dict[str, Any]) -> list[float | None]:
    """Its marks; of an older file whose columns have different lengths it is not known which mark is whose."""
    marks: list[float | None] = told["marks"]["this"]
    return marks if len(marks) == len(told["rows"]) else [None] * len(told["rows"])


def ablation_table(versions: Sequence[ModelVersion]) -> Table:
    """Figures of each version, and the settings in which they differ."""
    settings = [_settings_of(one) for one in versions]
    varied = _varied(settings)
    told = [intervals_of(one).get("this") for one in versions]
    columns = [Column("version", _("Version")), *figure_columns()]
    columns += [Column("seconds", _("Training time in s"), "number", 1)]
    columns += [Column(f"s{i}", name) for i, name in enumerate(varied)]
    rows = [
        [str(one), *_figures_of(one, found), *(said.get(name, "–") for name in varied)]
        for one, said, found in zip(versions, settings, told, strict=True)
    ]
    note = in_a_row(_("Columns of settings are those in which the versions differ."), shared_note(told))
    return Table("ablation", _("Versions side by side"), columns, rows, note)


def _settings_of(version: ModelVersion) -> dict[str, str]:
    own = {_("kind"): str(KINDS[version.kind]), _("training set"): str(version.training_set)}
    return {**own, **dict(settings_facts(version))}


def _varied(settings: Sequence[dict[str, str]]) -> list[str]:
    """Names of settings of which two versions say different things."""
    names = dict.fromkeys(name for said in settings for name in said)
    return [name for name in names if len({said[name] for said in settings if name in said}) > 1]


def _figures_of(version: ModelVersion, intervals: dict[str, Any] | None) -> list[Cell]:
    seconds = version.measures["training"].get("training_seconds")
    return [*figure_cells(version.measures["held_out"]["this"], figure_columns(), intervals), seconds]


def profile(versions: Sequence[ModelVersion]) -> Figure:
    axes = [
        (_("exact"), lambda told: told["accuracy"]),
        (_("at most one step off"), lambda told: told["adjacent"]),
        (_("QWK"), lambda told: None if told["qwk"] is None else max(0.0, told["qwk"])),
        (_("calibration"), lambda told: None if told["calibration_error"] is None else 1 - told["calibration_error"]),
    ]  # fmt: skip
    series = [
        Series(str(one), [share(one.measures["held_out"]["this"]) for _t, share in axes], i)
        for i, one in enumerate(versions)
    ]
    title = _("Profile of the versions")
    svg = radar([name for name, _share in axes], series, title=title)
    return Figure("profile", title, svg, None)
