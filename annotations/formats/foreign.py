"""Which other program wrote a JSON file."""

from __future__ import annotations

from typing import Any

from annotations.formats.argilla import ARGILLA
from annotations.formats.chat import CHAT
from annotations.formats.doccano import DOCCANO
from annotations.formats.label_studio import LABEL_STUDIO
from annotations.formats.learnt_papers import LEARNT_PAPERS
from annotations.formats.listed import LISTED
from annotations.formats.lm_eval import LM_EVAL
from annotations.formats.promptfoo import PROMPTFOO
from annotations.formats.shapes import Shape

SHAPES = (LEARNT_PAPERS, LABEL_STUDIO, LM_EVAL, PROMPTFOO, ARGILLA, CHAT, DOCCANO, LISTED)


def shape_of(entry: Any) -> Shape | None:
    """The shape that the first entry of a file fits; None for plain objects."""
    if not isinstance(entry, dict):
        return None
    return next((shape for shape in SHAPES if shape.fits(entry)), None)
