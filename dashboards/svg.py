"""A chart spec as inline SVG: bars and lines over categories, horizontal bars, heatmaps.

It draws what dashboards/charts.py uses of plotly's figure schema, so that a page shows its charts at once and without a script.
Colours stand in presentation attributes, which print and mail programs keep; the page's CSS may override those of text and rules.
Lengths are in CSS pixels at the width asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from warehouse.currency import decimal_text

TEXT_SIZE = 12
_LETTER, _DIGIT, _WIDE = 6.7, 7.7, 12.0  # advance of a character at TEXT_SIZE, a little generous; wide are the CJK ones
_NARROW = 480
_TEXT = "#566070"
_BLUE = "#0072b2"


def render(spec: dict[str, Any], width: int, label: str) -> Markup:
    """The spec as one `<svg role="img">` of that width; its height follows from the content. `label` is its accessible name."""
    kind = spec["data"][0]
    if kind["type"] == "heatmap":
        body, height = _heatmap(spec, width)
    elif kind.get("orientation") == "h":
        body, height = _horizontal(spec, width)
    else:
        body, height = _vertical(spec, width)
    box = f"0 0 {width} {height:.0f}"
    return _tag("svg", body, viewBox=box, width=width, height=f"{height:.0f}", role="img", aria_label=label, font_size=TEXT_SIZE)


def sparkline(values: Sequence[int], width: int, height: int, label: str) -> Markup:
    """A bare line over equal steps."""
    low, high = min(0, *values), max(1, *values)
    step = width / max(len(values) - 1, 1)
    ends = [(index * step, height - 2 - (value - low) / (high - low) * (height - 4)) for index, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in ends)
    ground = _tag("polygon", points=f"0,{height} {line} {width},{height}", fill=_BLUE, fill_opacity=0.12)
    stroke = _polyline(line, {"color": _BLUE, "width": 2})
    return _tag("svg", ground + stroke, viewBox=f"0 0 {width} {height}", width=width, height=height, role="img", aria_label=label)


def _vertical(spec: dict[str, Any], width: int) -> tuple[Markup, float]:
    layout, traces = spec["layout"], spec["data"]
    axis = layout["yaxis"]
    marks, texts = axis["tickvals"], axis["ticktext"]
    legend, top = _legend(spec, width)
    unit = axis["title"]["text"]
    top += 22
    left, right, bottom = max(map(_width, texts)) + 10, 4, 26
    height = float(layout["height"])
    low, high = marks[0], marks[-1]
    categories = traces[0]["x"]
    band = (width - left - right) / len(categories)

    def at_y(value: float) -> float:
        return top + (high - value) / (high - low) * (height - top - bottom)

    parts = [legend, _label(left - 8, top - 12, unit, anchor="end")]
    for mark, text in zip(marks, texts, strict=True):
        parts.append(_rule(left, at_y(mark), width - right, at_y(mark), is_base=mark == 0))
        parts.append(_label(left - 8, at_y(mark) + 4, text, anchor="end"))
    for trace in traces:
        centres = [left + (index + 0.5) * band for index in range(len(trace["y"]))]
        if trace["type"] == "bar":
            colour = trace["marker"]["color"]
            parts += [_upright(x, min(band * 0.72, 44), at_y(0), at_y(y), colour) for x, y in zip(centres, trace["y"], strict=True)]
        else:
            points = " ".join(f"{x:.1f},{at_y(y):.1f}" for x, y in zip(centres, trace["y"], strict=True))
            parts.append(_polyline(points, trace["line"]))
    parts.append(_category_marks(layout["xaxis"], categories, left, band, height - 8))
    return Markup("").join(parts), height


def _horizontal(spec: dict[str, Any], width: int) -> tuple[Markup, float]:
    traces = spec["data"]
    names = spec["layout"]["yaxis"]["ticktext"]
    legend, top = _legend(spec, width)
    bar, gap = (20, 12) if len(traces) == 1 else (15, 14)
    left = max(map(_width, names)) + 12
    is_narrow = left > width * 0.4 or width < _NARROW  # names stand above their bars
    head, left = (18, 0.0) if is_narrow else (0, left)
    room = max(_width(text) for trace in traces for text in trace["text"]) + 12
    values = [value or 0 for trace in traces for value in trace["x"]]
    low, high = min(0, *values), max(0, *values, 1 if not any(values) else 0)
    scale = max(width - left - room, 40) / (high - low)
    zero = left - low * scale
    step = head + bar * len(traces) + gap
    parts = [legend]
    for index, name in enumerate(names):
        y = top + index * step
        middle = y + head + bar * len(traces) / 2
        parts.append(_label(0, y + 13, name, css="name") if is_narrow else _label(left - 12, middle + 4, name, anchor="end", css="name"))
        for offset, trace in enumerate(traces):
            value = trace["x"][index] or 0
            start, length = zero + min(value, 0) * scale, abs(value) * scale
            y_bar = y + head + offset * bar
            parts.append(_box(start, y_bar + 1, max(length, 2 if value else 0), bar - 2, trace["marker"]["color"], radius=3))
            parts.append(_label(start + length + 7, y_bar + bar / 2 + 4, trace["text"][index], css="value"))
    height = top + len(names) * step - gap + 4
    if not is_narrow:
        parts.append(_rule(zero, top - 2, zero, height - 2, is_base=True))
    return Markup("").join(parts), height


def _heatmap(spec: dict[str, Any], width: int) -> tuple[Markup, float]:
    [trace] = spec["data"]
    categories, names = trace["x"], trace["y"]
    left, row = max(map(_width, names)) + 6, 28
    band = (width - left) / len(categories)
    peak = max((value for line in trace["z"] for value in line if value), default=1)
    parts = []
    for index, (name, line) in enumerate(zip(names, trace["z"], strict=True)):
        y = index * row
        parts.append(_label(left - 10, y + 18, name, anchor="end", css="name"))
        for column, value in enumerate(line):
            x, size = left + column * band + 1, max(band - 2, 1)
            if value is None:
                parts.append(_tag("rect", x=x + 0.5, y=y + 1.5, width=max(size - 1, 1), height=row - 3, rx=2, fill="none", **_DOTTED))
            else:
                parts.append(_box(x, y + 1, size, row - 2, _BLUE, radius=2, opacity=0.07 + 0.93 * value / peak))
    bottom = len(names) * row
    parts.append(_category_marks(spec["layout"]["xaxis"], categories, left, band, bottom + 17))
    y = bottom + 32
    x = left
    for text, opacity in (("0", 0.07), ("11", 0.07 + 0.93 * 11 / max(peak, 11)), (f"{decimal_text(peak, 0)} people", 1.0)):
        parts += [_box(x, y, 14, 14, _BLUE, radius=2, opacity=opacity), _label(x + 20, y + 11, text)]
        x += _width(text) + 28
    parts += [_tag("rect", x=x + 0.5, y=y + 0.5, width=13, height=13, rx=2, fill="none", **_DOTTED), _label(x + 20, y + 11, "<11")]
    return Markup("").join(parts), y + 18


def _legend(spec: dict[str, Any], width: int) -> tuple[Markup, float]:
    """The names of the traces in rows, and the height they take."""
    if not spec["layout"]["showlegend"]:
        return Markup(""), 2
    parts, x, y = [], 0.0, 0.0
    for trace in spec["data"]:
        room = _width(trace["name"]) + 38
        if x and x + room > width:
            x, y = 0.0, y + 20
        if "line" in trace:
            parts.append(_polyline(f"{x:.1f},{y + 8:.1f} {x + 16:.1f},{y + 8:.1f}", trace["line"]))
        else:
            parts.append(_box(x + 2, y + 2, 12, 12, trace["marker"]["color"], radius=3))
        parts.append(_label(x + 22, y + 12, trace["name"]))
        x += room
    return Markup("").join(parts), y + 28


def _category_marks(axis: dict[str, Any], categories: list[str], left: float, band: float, y: float) -> Markup:
    """The marked categories below a chart, as many as fit."""
    places = {category: left + (index + 0.5) * band for index, category in enumerate(categories)}
    labels, last = [], float("-inf")
    for value, text in zip(axis["tickvals"], axis["ticktext"], strict=True):
        x, half = places[value], _width(text) / 2
        if x - half > last + 10:
            labels.append(_label(max(x, left + half), y, text, anchor="middle"))
            last = x + half
    return Markup("").join(labels)


_DOTTED: dict[str, Any] = {"stroke": "#7d8794", "stroke_width": 1, "stroke_dasharray": "2 2", "stroke_opacity": 0.6}


def _upright(x: float, width: float, base: float, end: float, colour: str) -> Markup:
    return _box(x - width / 2, min(base, end), width, abs(end - base), colour, radius=min(2, abs(end - base)))


def _box(x: float, y: float, width: float, height: float, colour: str, radius: float = 0, opacity: float = 1) -> Markup:
    shade = {} if opacity == 1 else {"fill_opacity": f"{opacity:.2f}"}
    return _tag("rect", x=x, y=y, width=width, height=height, rx=radius, fill=colour, **shade)


def _polyline(points: str, line: dict[str, Any]) -> Markup:
    dash = {"stroke_dasharray": "5 4"} if line.get("dash") == "dash" else {}
    return _tag("polyline", points=points, fill="none", stroke=line["color"], stroke_width=line["width"], stroke_linejoin="round", **dash)


def _rule(x1: float, y1: float, x2: float, y2: float, *, is_base: bool) -> Markup:
    return _tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=_TEXT, stroke_opacity=0.55 if is_base else 0.16, stroke_width=1)


def _label(x: float, y: float, text: str, anchor: str = "start", css: str = "mark") -> Markup:
    return _tag("text", escape(text), x=x, y=y, text_anchor=anchor, fill=_TEXT, class_=css)


def _width(text: str) -> float:
    """The length of a text as far as one can tell without its font."""
    return sum(_WIDE if ord(character) > 0x2E7F else _DIGIT if character.isdigit() else _LETTER for character in text)


def _tag(name: str, body: Markup | None = None, /, **attributes: Any) -> Markup:
    text = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"' for key, value in attributes.items())
    return Markup(f"<{name}{text}>{body}</{name}>" if body else f"<{name}{text}/>")


def _plain(value: Any) -> Any:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value
