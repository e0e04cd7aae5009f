"""A posted form read into a msgspec Struct, or into problems that the page shows beside its fields."""

from __future__ import annotations

import types
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from web.filters import time_of_day
from web.moments import LONDON, NotUnderstood, read_day, read_moment

T = TypeVar("T", bound=msgspec.Struct)
_YES = {"yes", "on", "true", "1"}


class Problems(dict[str, str]):
    """Field to message, in the order of the page; "" is the key of a problem with no field of its own."""

    def add(self, field: str, message: str) -> None:
        """The field has this problem, unless it already had one: one message a field."""
        self.setdefault(field, message)


class Mistakes(Exception):
    """The form cannot be taken as it is; `problems` says why, field by field."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


class Form(dict[str, str]):
    """The fields of a form, trimmed, without the CSRF token: the first value of each, or `many`, and the files."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs = list(pairs)
        super().__init__(reversed(self._pairs))
        self.files: dict[str, UploadFile] = {}

    def pairs(self) -> list[tuple[str, str]]:
        """Every field with every value, in the order sent."""
        return list(self._pairs)

    def many(self, name: str) -> list[str]:
        """Every value sent under this name, as checkboxes do."""
        return [value for key, value in self._pairs if key == name]


async def read(request: Request[Any, Any, Any]) -> Form:
    """The posted form. Control characters are spaces: PostgreSQL and mail headers refuse them.

    :raises ClientException: when the body is no form at all.
    """
    sent = await request.form()
    entries = [(name, value) for name, value in sent.multi_items() if name != "_csrf_token"]
    form = Form((name, _clean(value)) for name, value in entries if isinstance(value, str))
    form.files = {name: value for name, value in entries if isinstance(value, UploadFile)}
    return form


def _clean(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(" " if c != "\n" and unicodedata.category(c) in ("Cc", "Cs") else c for c in lines).strip()


def options(values: Iterable[str]) -> list[tuple[str, str]]:
    """Each value with itself, its first letter a capital, for the macros that offer choices."""
    return [(value, value[:1].upper() + value[1:]) for value in map(str, values)]


def ask(sentence: str, **limits: Any) -> msgspec.Meta:
    """For `Annotated[str, ask("Enter the place", max_length=120)]`: what to say when the field is wrong or empty."""
    return msgspec.Meta(extra={"ask": sentence}, **limits)


def fill(kind: type[T], form: Mapping[str, str]) -> T:
    """The Struct that the form's fields make; fields it does not name are left alone.

    A `date` is read by `day`, a `datetime` by `moment` (London to UTC), a `bool` from a ticked box, a list
    from every value of its name. A field without a default must be filled in.

    :raises Mistakes: with a problem for each field that cannot be taken.
    """
    taken: dict[str, Any] = {}
    problems = Problems()
    for field in msgspec.structs.fields(kind):
        try:
            value = _take(field.type, field.name, form)
        except (NotUnderstood, msgspec.ValidationError) as error:
            problems.add(field.name, _sentence(field, error))
            continue
        if value is not None:
            taken[field.name] = value
        elif field.required:
            problems.add(field.name, _asked(field))
    if problems:
        raise Mistakes(problems)
    return kind(**taken)


def chosen_id(text: str) -> UUID | None:
    """The id that a choice stands for; None for one that the page did not offer."""
    try:
        return UUID(text)
    except ValueError:
        return None


def day(form: Mapping[str, str], name: str) -> date | None:
    """The date of the fields name-day, name-month, name-year, or of `name` alone; None where all are empty.

    :raises NotUnderstood: with the sentence to show.
    """
    text = _day_text(form, name)
    return read_day(text) if text else None


def moment(form: Mapping[str, str], name: str) -> datetime | None:
    """The instant of a date's fields and name-time, London's clocks, in UTC; None where all are empty.

    :raises NotUnderstood: with the sentence to show.
    """
    text, clock = _day_text(form, name), form.get(f"{name}-time", "")
    if not text and not clock:
        return None
    if not clock:
        raise NotUnderstood("Enter a time as well, like 10am, 2:30pm or 14:30")
    return read_moment(text, clock)


def shown(struct: msgspec.Struct) -> Form:
    """The Struct as the fields of a form, to fill a page that changes it."""
    pairs: list[tuple[str, str]] = []
    for field in msgspec.structs.fields(struct):
        pairs.extend(_fields_of(field.name, getattr(struct, field.name)))
    return Form(pairs)


def _fields_of(name: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, datetime):
        there = value.astimezone(LONDON)
        return [*_fields_of(name, there.date()), (f"{name}-time", time_of_day(value))]
    if isinstance(value, date):
        return [
            (f"{name}-day", str(value.day)),
            (f"{name}-month", str(value.month)),
            (f"{name}-year", str(value.year)),
        ]
    if isinstance(value, list):
        return [(name, str(item)) for item in value]
    if isinstance(value, bool):
        return [(name, "yes")] if value else []
    return [(name, "" if value is None else str(value))]


def _day_text(form: Mapping[str, str], name: str) -> str:
    parts = [form.get(f"{name}-{part}", "") for part in ("day", "month", "year")]
    return " ".join(part or "-" for part in parts) if any(parts) else form.get(name, "")


def _take(kind: Any, name: str, form: Mapping[str, str]) -> Any:
    """The field's value; None where it was left empty."""
    plain = _plain(kind)
    if plain is datetime:
        return moment(form, name)
    if plain is date:
        return day(form, name)
    text = form.get(name, "")
    if plain is bool:
        return text.lower() in _YES
    if get_origin(plain) is list:
        chosen = form.many(name) if isinstance(form, Form) else [text]
        return msgspec.convert([item for item in chosen if item], kind, strict=False) or None
    return msgspec.convert(text, kind, strict=False) if text else None


def _plain(kind: Any) -> Any:
    """The type without its Annotated and its `| None`."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType):
        (kind,) = (part for part in get_args(kind) if part is not type(None))
        return _plain(kind)
    return kind


def _meta(field: msgspec.structs.FieldInfo) -> msgspec.Meta | None:
    parts = (field.type, *get_args(field.type))  # beside `| None` it stands on a part
    notes = [note for part in parts for note in getattr(part, "__metadata__", ())]
    return next((note for note in notes if isinstance(note, msgspec.Meta)), None)


def _asked(field: msgspec.structs.FieldInfo) -> str:
    meta = _meta(field)
    words = (meta.extra or {}).get("ask") if meta else None
    return cast(str, words) or f"Fill in {field.name.replace('_', ' ')}"


def _sentence(field: msgspec.structs.FieldInfo, error: Exception) -> str:
    """The date reader's own sentence; "too long" with the limit; else what the field asks for."""
    if isinstance(error, NotUnderstood):
        return str(error)
    meta = _meta(field)
    if meta and meta.max_length and "length <=" in str(error):
        return f"{_asked(field)}, in {meta.max_length} characters or fewer"
    return _asked(field)
