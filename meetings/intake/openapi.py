"""The JSON door's requests as OpenAPI describes them: the bodies are read by hand, item by item, so told by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, Reference, RequestBody, Schema

from meetings.intake.reports import EpisodeFields, MoveFields

_REPORT: Final = {
    "source_reference": "MP-2026-004821",
    "child": "LCS-0048213",
    "started_at": "2026-11-17T21:40:00Z",
    "home_place": "E09000022",
    "host_place": "E23000032",
    "care_status": "looked after",
    "police_grading": "medium",
    "social_care_grading": "high",
    "cse": True,
}
_CLOSE: Final = {"source_reference": "MP-2026-004821", "ended_at": "2026-11-18T06:15:00Z", "closure": "found"}
_MOVE: Final = {
    "source_reference": "PL-2026-0311",
    "child": "LCS-0048213",
    "moved_at": "2026-11-16T14:00:00Z",
    "home_place": "E09000022",
    "from_place": "E09000022",
    "to_place": "E23000032",
}
_NAMES: Final = {"anyOf": "any_of", "minLength": "min_length", "maxLength": "max_length"}
_KEPT: Final = ("title", "description", "type", "required", "enum", "format", "pattern", "examples")


@dataclass
class EpisodesOperation(Operation):
    """One episode, or a list of them."""

    def __post_init__(self) -> None:
        self.request_body = _one_or_many(EpisodeFields, report=_REPORT, close=_CLOSE)


@dataclass
class MovesOperation(Operation):
    """One placement move, or a list of them."""

    def __post_init__(self) -> None:
        self.request_body = _one_or_many(MoveFields, move=_MOVE)


def _one_or_many(item: type[msgspec.Struct], **examples: Mapping[str, Any]) -> RequestBody:
    found = msgspec.json.schema(item)
    one = _schema(found, found["$defs"])
    many = Schema(type="array", items=one, max_items=1000)  # type: ignore[arg-type]  # its value, as JSON has it
    told: dict[str, Example | Reference] = {name: Example(value=dict(value)) for name, value in examples.items()}
    return RequestBody(
        content={"application/json": OpenAPIMediaType(schema=Schema(one_of=[one, many]), examples=told)},
        description="One object, or a list of up to 1,000. Fields that Convene does not know are refused.",
        required=True,
    )


def _schema(found: Mapping[str, Any], known: Mapping[str, Any]) -> Schema:
    """JSON Schema as msgspec writes it, in Litestar's classes, with every reference written out."""
    if "$ref" in found:
        return _schema(known[found["$ref"].rpartition("/")[2]], known)
    parts = {_NAMES.get(name, name): value for name, value in found.items() if name in (*_KEPT, *_NAMES)}
    if "any_of" in parts:
        parts["any_of"] = [_schema(one, known) for one in parts["any_of"]]
    if "properties" in found:
        parts["properties"] = {name: _schema(one, known) for name, one in found["properties"].items()}
    return Schema(**parts)
