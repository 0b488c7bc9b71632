"""Building SVG safely: `element` escapes every text and attribute, nothing else marks a string as safe."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString

from annotations.methods.scales import minus

FONT = 13.0  # px
SHAPES = 6


def element(name: str, *children: str, **attributes: object) -> SafeString:
    """<name …>children</name>. An attribute `class_` becomes class, `text_anchor` text-anchor.

    A picture has thousands of these: plain strings, as `format_html` takes several times as long.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(_plain(value))}"'
        for key, value in attributes.items()
    )
    return SafeString(f"<{name}{written}>{''.join(map(_escaped, children))}</{name}>")


def _escaped(value: object) -> str:
    """An element as it is, everything else as text."""
    return value if isinstance(value, SafeString) else escape(str(value))


def text(content: str, x: float | str, y: float, **attributes: object) -> SafeString:
    return element("text", content, x=x, y=y, **attributes)


def picture(width: float, height: float, title: str, *children: SafeString) -> SafeString:
    """The outermost element; `title` is what a screen reader says."""
    return element(
        "svg",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_plain(width)} {_plain(height)}",
        width=width,
        height=height,
        role="img",
        aria_label=title,
        class_="chart-svg",
    )


def fluid_picture(height: float, title: str, *children: SafeString, kind: str = "") -> SafeString:
    """As `picture`, as wide as its place: x is given in `percent`, so that text keeps its size. `kind`: a class."""
    return element(
        "svg",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        width="100%",
        height=height,
        role="img",
        aria_label=title,
        class_=f"chart-svg chart-fluid {kind}".rstrip(),
    )


def percent(share: float) -> str:
    """A place on the width of a fluid picture; share in [0, 1]."""
    return f"{100 * share:.2f}%"


def _plain(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value


def text_width(content: str, size: float = FONT) -> float:
    """Roughly how wide a text is, in px: wide characters take 1 em, others .56 em."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in content)
    return size * (wide + 0.56 * (len(content) - wide))


def shortened(content: str, width: float, size: float = FONT) -> str:
    """The text, cut with an ellipsis where it is wider than `width` px."""
    if text_width(content, size) <= width:
        return content
    while content and text_width(content + "…", size) > width:
        content = content[:-1]
    return content + "…"


def label(
    content: str, x: float | str, y: float, width: float, **attributes: object
) -> SafeString:
    """A text no wider than `width`, with the whole of it as a tooltip."""
    shown = shortened(content, width)
    if shown == content:
        return text(content, x, y, **attributes)
    return element("text", element("title", content), shown, x=x, y=y, **attributes)


def nice_ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers from `low` to `high`, about `wanted` of them."""
    if not high > low:
        return [low]
    raw = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = min((m * power for m in (1, 2, 2.5, 5, 10)), key=lambda s: abs(s - raw))
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 10) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def number(value: float | None, digits: int = 3) -> str:
    """A number for a label: at most `digits` decimals, no trailing zeros; "–" for None."""
    if value is None:
        return "–"
    return minus(f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}")


def marker(x: float, y: float, index: int, size: float = 5.0) -> SafeString:
    """A point of the series: colour and shape by its index, so that grey tells them apart."""
    css, shape = f"mark s{index % 8}", index % SHAPES
    if shape == 0:
        return element("circle", cx=x, cy=y, r=size, class_=css)
    if shape == 1:
        return element(
            "rect", x=x - size, y=y - size, width=2 * size, height=2 * size, class_=css
        )
    return element("polygon", points=_corners(x, y, size * 1.25, shape), class_=css)


def _corners(x: float, y: float, size: float, shape: int) -> str:
    turns: dict[int, Sequence[float]] = {
        2: (-90, 30, 150),
        3: (0, 90, 180, 270),
        4: (90, 210, 330),
        5: (-90, -18, 54, 126, 198),
    }
    points = [(x + size * math.cos(math.radians(a)), y + size * math.sin(math.radians(a))) for a in turns[shape]]
    return " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
