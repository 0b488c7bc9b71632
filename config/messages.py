"""Compiles the message catalogues with Babel: `python -m config.messages`.

Extraction stays with `manage.py makemessages` (it needs GNU gettext); compiling must work on a
machine that has Python and nothing else.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from config.paths import BASE


def compile_catalogue(po: Path) -> None:
    """Write the .mo beside `po` unless it is newer already."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        return
    with po.open("rb") as source:
        catalogue = read_po(source)
    temporary = mo.with_suffix(".mo.new")
    with temporary.open("wb") as target:
        write_mo(target, catalogue)
    temporary.replace(mo)


def main() -> None:
    for po in sorted((BASE / "locale").glob("*/LC_MESSAGES/*.po")):
        compile_catalogue(po)


if __name__ == "__main__":
    main()
