"""The templates of every room in one Jinja environment, with the filters and the pieces that fields are made of."""

from __future__ import annotations

import hashlib
from collections import ChainMap
from collections.abc import Iterable, KeysView, Mapping, MutableMapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, pass_context
from jinja2.runtime import Context

from web import filters
from web.offering import opens

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"


class _Globals(ChainMap[str, Any]):
    """What all templates know. Jinja looks at the names whenever a macro fetches another."""

    def keys(self) -> KeysView[str]:
        return {name: None for known in reversed(self.maps) for name in known}.keys()


class _Environment(Environment):
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return _Globals({} if d is None else d, self.globals)


def environment(folders: Iterable[Path]) -> Environment:
    """Jinja over the rooms' template folders; plain Undefined, which the Design System's macros need."""
    made = _Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader([TEMPLATES, *folders]),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # a page is made of forty files or more, and asking each whether it changed takes time
    )
    made.filters |= {
        "london": filters.london,
        "london_short": _london_short,
        "until": filters.until,
        "until_short": _until_short,
        "day": filters.day,
        "time_of_day": filters.time_of_day,
        "clock": _clock,
        "clock_colour": _clock_colour,
    }
    made.globals |= {
        "static": static,
        "value_of": value_of,
        "problem_of": problem_of,
        "hint_of": hint_of,
        "legend_of": legend_of,
        "items_of": items_of,
        "opens": opens,
    }
    return made


@cache
def static(name: str) -> str:
    """The address of a static file, with a mark that changes when the file does, so that it may be kept for long."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


@pass_context
def _london_short(context: Context, moment: datetime) -> str:
    return filters.london_short(moment, context["now"])


@pass_context
def _until_short(context: Context, deadline: datetime) -> str:
    return filters.until_short(deadline, context["now"])


@pass_context
def _clock(context: Context, due: datetime) -> str:
    return filters.clock(due, context["now"])


@pass_context
def _clock_colour(context: Context, due: datetime) -> str:
    return filters.clock_colour(due, context["now"])


@pass_context
def value_of(context: Context, name: str) -> str:
    """What was typed into the field, or what the page fills it with."""
    values: Mapping[str, str] = context.get("values") or {}
    return values.get(name, "")


@pass_context
def problem_of(context: Context, name: str) -> dict[str, str] | None:
    """The Design System's error message for the field, where it has a problem."""
    problems: Mapping[str, str] = context.get("problems") or {}
    return {"text": problems[name]} if name in problems else None


def hint_of(text: str) -> dict[str, str] | None:
    return {"text": text} if text else None


def legend_of(text: str, size: str) -> dict[str, Any]:
    return {"legend": {"text": text, "classes": f"govuk-fieldset__legend--{size}"}}


def items_of(options: Iterable[Sequence[str]]) -> list[dict[str, Any]]:
    """(value, text) or (value, text, hint) as the Design System's items."""
    return [
        {"value": option[0], "text": option[1], "hint": hint_of(option[2] if len(option) > 2 else "")}
        for option in options
    ]
