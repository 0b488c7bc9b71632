"""What the page of a version shows: measures beside the baselines, questions, curves, lineage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.backends.papers import MOST_LEARNT
from grading.grader_words import SETTINGS
from grading.held_out import pooled_qwks
from grading.models import FineTuning, ModelVersion
from grading.reports.blocks import Cell, Column, Figure, Table
from grading.reports.charts.learning import Line, learning_curve
from grading.training_facts import drawn_from
from grading.verdict_words import in_a_row
from grading.version_interval_words import interval_note, with_interval
from grading.version_intervals import intervals_of

Kind = ModelVersion.Kind
NAMES = {
    "this": gettext_lazy("this version"),
    "plainest": gettext_lazy("the plainest grader: TF-IDF and a straight line"),
    "classical": gettext_lazy("classical grader on the same answers"),
    "untrained": gettext_lazy("the network, not fine-tuned"),
    "previous": gettext_lazy("the version before it"),
}
WORDS = {
    "method": {
        "full": gettext_lazy("full fine-tuning"), "lora": "LoRA", "freeze": gettext_lazy("lower layers frozen")
    },
    "head": {
        "ordinal": gettext_lazy("ordinal head"), "regression": gettext_lazy("regression head"),
        "class": gettext_lazy("class head"),
    },
    "writes": {"mark": gettext_lazy("marks"), "answer": gettext_lazy("answers to questions")},
}  # fmt: skip
"""Values of settings as people call them."""
OF_METHOD = {"lora_rank": "lora", "lora_alpha": "lora", "lora_dropout": "lora", "lora_targets": "lora", "layers_kept": "freeze"}
"""Settings that mean nothing to other methods."""
MARK_WORDS = {
    "likeliest": gettext_lazy("the likeliest mark"),
    "expected": gettext_lazy("the mean of its probabilities, rounded"),
}


def figure_columns() -> list[Column]:
    return [
        Column("accuracy", _("Exact"), "share"),
        Column("adjacent", _("At most one step off"), "share"),
        Column("qwk", _("QWK"), "number"),
        Column("mae", _("Mean error in marks"), "number", 2),
        Column("bias", _("Too high by"), "number", 2),
        Column("n", _("Answers"), "count"),
    ]


def held_out_table(version: ModelVersion) -> Table:
    """This version beside what it is held against; of several questions with both kinds of QWK."""
    columns = [Column("grader", _("Grader")), *figure_columns()]
    note = _("All on answers that this version has not learnt from. QWK is the mean over the questions.")
    pooled = pooled_qwks(version)
    if any(value is not None for value in pooled.values()):
        at = [column.key for column in columns].index("qwk")
        columns[at : at + 1] = [
            Column("qwk", _("QWK, mean over the questions"), "number"),
            Column("pooled_qwk", _("QWK, all answers together"), "number"),
        ]
        note = _(
            "All on answers that this version has not learnt from. With few answers to a question the mean over the "
            "questions says little; QWK of all answers together is steadier, but also counts that one question is "
            "harder than another. Each mark is taken there as its share of the full mark."
        )
    intervals = intervals_of(version)
    rows = [
        [str(NAMES[name]), *figure_cells(told | {"pooled_qwk": pooled[name]}, columns[1:], intervals.get(name))]
        for name, told in version.measures["held_out"].items()
    ]
    note = in_a_row(note, interval_note(intervals.get("this")))
    return Table("held_out", _("How well it marks"), columns, rows, note)


def figure_cells(
    told: dict[str, Any], columns: Sequence[Column], intervals: dict[str, Any] | None
) -> list[Cell]:
    """A version's figures by the keys of the columns, with the intervals that there are."""
    return [with_interval(told[column.key], column.key, intervals) for column in columns]


def question_table(version: ModelVersion) -> Table:
    columns = [Column("question", _("Question")), *figure_columns()]
    rows = [
        [told["question"], *(told[column.key] for column in columns[1:])]
        for told in version.measures["by_question"]
    ]
    return Table("questions", _("Question by question"), columns, rows)


def curves(run: FineTuning) -> list[Figure]:
    """Loss, accuracy and QWK over the steps; empty before the first point."""
    points, kind = list(run.points.all()), run.version.kind
    share = _("Share of tokens foreseen") if kind == Kind.GENERATOR else _("Share of marks that are exact")
    best = run.version.measures.get("training", {}).get("best_step")
    found = []
    for key, title, top in (
        ("loss", _("Loss"), None),
        ("accuracy", share, 1.0),
        ("qwk", _("QWK"), 1.0),
    ):
        lines = [
            Line(name, pairs, colour)
            for colour, (split, name) in enumerate(
                (("train", _("learnt from")), ("validation", _("held out")))
            )
            if (pairs := [(p.step, getattr(p, key)) for p in points if p.split == split and getattr(p, key) is not None])
        ]
        if lines:
            svg = learning_curve(lines, title=title, x_title=_("training step"), top=top, best=best)
            found.append(Figure(key, title, svg, None))
    return found


def training_facts(version: ModelVersion) -> list[tuple[str, str]]:
    """Name and value of what the training took."""
    told, calibration = version.measures.get("training", {}), version.measures.get("calibration", {})
    facts = [(_("Training time"), _seconds(told.get("training_seconds")))]
    if "peak_memory_bytes" in told:
        facts += [
            (_("Peak memory"), f"{told['peak_memory_bytes'] / 2**20:,.0f} MiB"),
            (_("Answers a second"), f"{told['examples_per_second']:,.1f}"),
        ]
    if told.get("parameters"):
        facts += [
            (_("Parameters trained"), _("%(part)s of %(all)s") % {
                "part": f"{told['parameters_trained']:,}", "all": f"{told['parameters']:,}"}),
            (_("Training steps"), _("%(done)s of %(planned)s; the weights of step %(best)s were kept") % {
                "done": told["steps"], "planned": told["steps_planned"], "best": told["best_step"] or told["steps"]}),
            (_("Number type"), str(told.get("precision", ""))),
        ]  # fmt: skip
    if version.gives_marks:
        facts += _drawn(version)
    if calibration:
        facts.append((_("Mark given"), str(MARK_WORDS[calibration["mark"]])))
        facts.append((_("Temperature of its probabilities"), f"{calibration['temperature']:.2f}"))
    return facts


def _drawn(version: ModelVersion) -> list[tuple[str, str]]:
    """The questions of which a classical grader, this version or the one beside it, has learnt a part."""
    is_it = version.kind == Kind.CLASSICAL
    name = _("Learnt in part") if is_it else _("Learnt in part by the classical grader beside it")
    told = _("%(part)s of the %(all)s answers to question “%(question)s”, drawn evenly, of each mark its share")
    return [
        (name, told % {"part": f"{MOST_LEARNT:,}", "all": f"{count:,}", "question": key})
        for key, count in drawn_from(version.training_set.facts)
    ]


def lineage_facts(version: ModelVersion) -> list[tuple[str, str]]:
    told = version.lineage
    facts = [(_("Training set"), version.training_set.digest), (_("Code"), told.get("code", ""))]
    if told.get("base"):
        facts += [(_("Base model"), told["base"]), (_("Digest of its files"), told["base_digest"])]
    facts += [(name, str(value)) for name, value in told.get("environment", {}).items()]
    return [(name, value) for name, value in facts if value]


def settings_facts(version: ModelVersion) -> list[tuple[str, str]]:
    """What the version was trained with; nothing of what its method does not use."""
    said = {**version.hyper_parameters, **({"template": str(version.template)} if version.template else {})}
    method = said.get("method")
    return [
        (str(SETTINGS.get(name, name)), _value(name, value))
        for name, value in said.items()
        if OF_METHOD.get(name, method) == method
    ]


def kind_words(version: ModelVersion) -> str:
    """Its kind in a few words: how it was trained and what gives its marks."""
    if version.kind == Kind.CLASSICAL:
        return _("classical")
    said = version.hyper_parameters
    last = _value("head", said.get("head")) if version.kind == Kind.ENCODER else _writes(version)
    return f"{_value('method', said.get('method'))} · {last}"


def _writes(version: ModelVersion) -> str:
    return _("writes marks") if version.gives_marks else _("writes answers")


def _value(name: str, value: Any) -> str:
    if name in WORDS and value in WORDS[name]:
        return str(WORDS[name][value])
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _seconds(value: float | None) -> str:
    if value is None:
        return "–"
    return _("%(n)s s") % {"n": f"{value:.1f}"} if value < 120 else _("%(n)s min") % {"n": f"{value / 60:.1f}"}
