"""A table of counts as shades, with the count in every cell."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from grading.reports.charts.svg import element, label, picture, text, text_width

CELL = 44.0
MOST_LABEL = 120.0
MOST_SLOPE = 96.0


def heat_map(
    labels: Sequence[str],
    matrix: Sequence[Sequence[int]],
    *,
    title: str,
    row_title: str,
    column_title: str,
) -> SafeString:
    """A square confusion matrix: rows are the reference, columns what was predicted.

    Shades go by the share of the row, so that rare classes are seen too.
    """
    widest = max((text_width(name) for name in labels), default=0.0)
    left, side = min(MOST_LABEL, widest) + 34, CELL * len(labels)
    slope = min(MOST_SLOPE, widest) * 0.71 if widest > CELL - 2 else 0.0
    top = 44.0 + slope
    parts = [
        text(column_title, left + side / 2, 14, text_anchor="middle", class_="tick"),
        text(
            row_title, 12, top + side / 2, text_anchor="middle", class_="tick",
            transform=f"rotate(-90 12 {top + side / 2:.1f})",
        ),
    ]  # fmt: skip
    for i, name in enumerate(labels):
        middle = CELL * i + CELL / 2
        parts.append(_head(name, left + middle, top - 8, is_sloping=slope > 0))
        parts.append(label(name, left - 6, top + middle + 5, left - 34, text_anchor="end"))
        parts += _row(matrix[i], left, top + CELL * i, i)
    return picture(max(left + side + 8 + slope, 200.0), top + side + 8, title, *parts)


def _head(name: str, x: float, y: float, *, is_sloping: bool) -> SafeString:
    """The name of a column; long ones rise to the right, so that they can be read."""
    if not is_sloping:
        return label(name, x, y, CELL - 2, text_anchor="middle")
    return label(name, x, y, MOST_SLOPE, transform=f"rotate(-45 {x:.1f} {y:.1f})")


def _row(counts: Sequence[int], left: float, y: float, diagonal: int) -> list[SafeString]:
    total = sum(counts) or 1
    parts = []
    for j, count in enumerate(counts):
        share = count / total
        x = left + CELL * j
        css = "cell right" if j == diagonal else "cell"
        parts.append(
            element(
                "rect", x=x + 1, y=y + 1, width=CELL - 2, height=CELL - 2, class_=css,
                fill_opacity=round(0.08 + 0.82 * share, 3) if count else 0.03,
            )
        )  # fmt: skip
        ink = "cell-text on-dark" if share > 0.55 else "cell-text"
        parts.append(text(str(count), x + CELL / 2, y + CELL / 2 + 5, text_anchor="middle", class_=ink))
    return parts
