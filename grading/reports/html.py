"""The report as one HTML file: styles and pictures inside, nothing from the network."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from grading.reports.blocks import Report

STYLES = ("tokens", "base", "components", "states", "tables", "lists", "charts", "report")


def build(report: Report) -> bytes:
    context = {"report": report, "css": _styles(), "is_offline": True}
    return render_to_string("grading/report_export.html", context).encode()


def _styles() -> SafeString:
    """Our own style sheets without their comments (they hold nothing from outside)."""
    found = [finders.find(f"css/{name}.css") for name in STYLES]
    css = "\n".join(Path(str(path)).read_text() for path in found)
    return mark_safe(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
