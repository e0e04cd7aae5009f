"""The names of a foreign key are found once for its class; Piccolo must find what it would have found by itself."""

from __future__ import annotations

from collections.abc import Iterable

from attendance.tables import Response
from piccolo_conf import APP_REGISTRY


def test_a_foreign_key_has_the_names_that_python_lists() -> None:
    tables = [table for app in APP_REGISTRY.app_configs.values() for table in app.table_classes]
    keys = [key for table in tables for key in table._meta.foreign_key_columns]
    assert len(keys) > 50
    for key in keys:
        assert _seen(dir(key)) == _seen(object.__dir__(key)), key


def test_a_column_is_reached_through_two_keys() -> None:
    reference = Response.invitation._.meeting._.reference
    assert [key._meta.name for key in reference._meta.call_chain] == ["invitation", "meeting"]
    assert "reference" in dir(Response.invitation._.meeting)


def _seen(names: Iterable[str]) -> set[str]:
    return {name for name in names if not name.startswith("_")}
