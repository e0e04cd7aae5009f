"""The pictures of a report, drawn from the published cells of a table alone: the one home of the drawing libraries.

Every picture is an SVG with a title and a description, real text in the typeface that ships with the product, and
nothing outside it: no script, no style, no address. The same cells make the same bytes. What is hidden is left out
and said so. Shapes, dashes and words tell things apart; colours only help. Import it in a process apart (drawing.py):
the libraries take over a second to load.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final, TypeVar

import altair as alt
import msgspec
import vl_convert
from altair.utils.schemapi import disable_debug_mode

from reports.document import Chart, Table
from reports.pictures import funnel, months, rates
from reports.pictures.picture import GREY, INK, Axis, CannotBeDrawn, Layer, Picture

FONT: Final = "Noto Sans, Arial, Helvetica, sans-serif"  # the first ships with the product; a browser may lack it
NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
KINDS: Final[Mapping[str, Callable[[Chart, Table, bool], Picture]]] = {
    "funnel": funnel.picture,
    "run": months.picture,
    "bars": rates.bars,
    "trend": rates.trend,
}
Told = TypeVar("Told", Chart, Table)
disable_debug_mode()  # by which each piece is held against the schema on its own
vl_convert.register_font_directory(str(Path(__file__).parent / "documents" / "fonts"))


def svg(chart: Chart, table: Table, *, narrow: bool = False) -> str:
    """The picture of the table.

    :param narrow: drawn for a screen of 390 pixels, or one column of a page, instead of for about 640.
    :raises CannotBeDrawn: when the kind is not known or the table has not what it draws.
    """
    if chart.kind not in KINDS:
        raise CannotBeDrawn(chart.kind)
    chart, table = _writable(chart), _writable(table)
    spec = _specified(KINDS[chart.kind](chart, table, narrow))
    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    name = escape(chart.name)
    words = f'<title id="{name}-title">{escape(chart.title)}</title>'
    words += f'<desc id="{name}-desc">{escape(f"{chart.finding} {chart.alt}")}</desc>'
    named = drawn.replace("<svg ", f'<svg role="img" aria-labelledby="{name}-title {name}-desc" ', 1)
    return re.sub(r"<svg[^>]*>", lambda tag: tag[0] + words, named, count=1)


def _writable(told: Told) -> Told:
    """The same with U+FFFD for what XML cannot hold; the library that draws would end the process at the first."""
    return msgspec.convert(_in_plain(msgspec.to_builtins(told)), type(told))


def _in_plain(told: Any) -> Any:
    if isinstance(told, str):
        return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", told)
    if isinstance(told, dict):
        return {key: _in_plain(value) for key, value in told.items()}
    return [_in_plain(value) for value in told] if isinstance(told, list | tuple) else told


def _specified(picture: Picture) -> dict[str, Any]:
    """The picture in Vega-Lite. The tests hold each kind against its schema, which takes longer than to draw it."""
    axes = (_axis(alt.X, "x:Q", picture.across), _axis(alt.Y, "y:Q", picture.up))
    layers = [_layer(layer, axes) for layer in picture.layers if layer.values]
    below = alt.TitleParams(
        list(picture.said),
        orient="bottom",
        anchor="start",
        frame="bounds",
        fontSize=picture.letters,
        fontWeight="normal",
        color=INK,
        offset=8,
    )
    whole = alt.layer(*(layers or [_layer(Layer("rule", [], {}), axes)])).properties(
        width=picture.width, height=picture.height, padding=6, title=below
    )
    letters: dict[str, Any] = {"labelFontSize": picture.letters, "titleFontSize": picture.letters}
    lines: dict[str, Any] = {"gridColor": "#E3E6E8", "domainColor": GREY, "tickColor": GREY}
    look = alt.AxisConfig(
        titleFontWeight="normal", labelColor=INK, titleColor=INK, labelLimit=1.15 * picture.width, **letters, **lines
    )
    configured = whole.configure(
        font=FONT,
        aria=False,
        background="white",
        axis=look,
        view=alt.ViewConfig(stroke=None),
        text=alt.MarkConfig(fontSize=picture.letters, color=INK),
    )
    specified: dict[str, Any] = configured.to_dict(validate=False)
    return specified


def _axis(channel: type[alt.X] | type[alt.Y], of: str, axis: Axis) -> alt.X | alt.Y:
    drawn: dict[str, Any] = {"grid": axis.lines}
    if axis.ticks is not None:
        words = json.dumps({str(number): words for number, words in axis.ticks.items()})
        drawn |= {"values": list(axis.ticks), "labelExpr": f"{words}[datum.value]", "labelOverlap": False}
    return channel(
        of, title=axis.title or None, scale=alt.Scale(domain=list(axis.span), nice=False), axis=alt.Axis(**drawn)
    )


def _layer(layer: Layer, axes: tuple[Any, Any]) -> alt.Chart:
    """The marks on both axes; each further value on the channel that draws it."""
    has = {key for value in layer.values for key in value}
    channels = {"x2": "x2:Q", "y2": "y2:Q", "t": "t:N", "stretch": "stretch:N"}
    names = {"t": "text", "stretch": "detail"}
    further = {names.get(key, key): channels[key] for key in sorted(has & channels.keys())}
    placed = axes if "y" in has or not has else axes[:1]
    marks = alt.Chart(alt.InlineData(values=list(layer.values)))
    drawn: alt.Chart = getattr(marks, f"mark_{layer.mark}")(opacity=1, **layer.style)
    return drawn.encode(*placed, **further)
