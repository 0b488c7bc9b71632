"""Alarms in a sentence with their figures."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.templatetags.figures import as_share
from grading.models import Alarm


def alarm_sentence(alarm: Alarm) -> str:
    figures = alarm.figures
    match alarm.kind:
        case Alarm.Kind.AGREEMENT:
            return _("Of %(size)s answers that people marked as well the machine was right in %(exact)s [%(low)s, %(high)s]; the floor is %(floor)s.") % {
                "size": figures["size"],
                **{name: as_share(figures[name]) for name in ("exact", "low", "high", "floor")},
            }  # fmt: skip
        case Alarm.Kind.DRIFT:
            parts = [_part(name, figures[name]["index"]) for name in ("length", "characters") if name in figures]
            return _("The answers that come in differ from those that were learnt: %(parts)s (bound %(bound)s).") % {
                "parts": "; ".join(parts), "bound": f"{figures['bound']:g}",
            }  # fmt: skip
        case Alarm.Kind.CONFIDENCE:
            return _("The grader is %(now)s sure on average, and %(before)s on held-out answers to the same questions: index %(index)s (bound %(bound)s).") % {
                "now": as_share(figures["observed_mean"]), "before": as_share(figures["expected_mean"]),
                "index": f"{figures['index']:.2f}", "bound": f"{figures['bound']:g}",
            }  # fmt: skip
        case Alarm.Kind.PERSON_SHARE:
            return _("%(now)s of the answers of the last day need a person; in the week before it were %(before)s.") % {
                name: as_share(figures[name]) for name in ("now", "before")
            }  # fmt: skip
    return _("The grading service does not answer. Requests are told to come back.")


def _part(name: str, index: float) -> str:
    words = {"length": _("length %(index)s"), "characters": _("characters %(index)s")}[name]
    return words % {"index": f"{index:.2f}"}
