"""What differs between two reports of one period: cell by cell, and only figures that everybody may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from reports.document import Cell, Column, Document, Hidden, Kind, Section, Table, printed
from reports.rates import Interval

SECTION, REST = "revision", "all-changes"
FIRST = 20  # changes that a reader is shown before the figures themselves
_ABSENT = "not in the table"
_COLUMNS = tuple(
    Column(name=name, title=title, kind=Kind.WORDS, means=means)
    for name, title, means in (
        ("table", "Table", "The table in which a figure changed."),
        ("row", "Row", "The row of that table."),
        ("measure", "Measure", "The column of that table."),
        ("before", "Before", "The figure in the revision that this one replaces."),
        ("after", "After", "The figure in this revision."),
    )
)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One figure that differs, printed as in the reports: [c] where a report hides it."""

    table: str
    row: str
    measure: str
    before: str
    after: str


def changes(before: Document, after: Document) -> list[Change]:
    """Every figure that the two reports show differently, in the order of their tables, rows and columns.

    Words are no figures: a table's note may be worded anew without a change. What both hide is no change either,
    whatever stands behind it.
    """
    earlier = {table.name: table for table in before.tables if table.name not in (SECTION, REST)}
    later = {table.name: table for table in after.tables if table.name not in (SECTION, REST)}
    return [change for name in {**earlier, **later} for change in _of_table(earlier.get(name), later.get(name))]


def wrong(released: Document, now: Document) -> list[Change]:
    """Every figure that was published in the open and is another one now.

    :param now: the same report drawn up afresh, with nothing hidden yet; what the publication hides is passed over.
    """
    return [change for change in changes(released, now) if change.before != str(Hidden())]


def told(document: Document, found: Sequence[Change], reason: str, replaces: str) -> Document:
    """The revision says first what changed in it and why; many changes are listed in full at its end.

    :param replaces: the hash of the revision that is corrected.
    """
    many = f"{len(found)} figures changed; the same seats stand in several tables."
    sentences: tuple[str, ...] = (
        f"The reason: {reason}",
        "One figure changed." if len(found) == 1 else many,
        f"The revision with the SHA-256 {replaces} stays published as it was.",
    )
    leading = _leading(found)
    if len(leading) < len(found):
        sentences = (*sentences, "The first of them stand here, and all of them at the end of this report.")
    first = _section(SECTION, "What changed in this revision and why", leading, sentences)
    rest = (_section(REST, "All figures that changed", found, ()),) if len(leading) < len(found) else ()
    return msgspec.structs.replace(document, sections=(first, *document.sections, *rest))


def _leading(found: Sequence[Change]) -> Sequence[Change]:
    """The changes of as many whole tables as fit, of the first table at least."""
    ends = [n for n in range(1, len(found)) if found[n].table != found[n - 1].table] + [len(found)]
    fitting = [end for end in ends if end <= FIRST] or ends[:1]
    return found[: fitting[-1]]


def _section(name: str, heading: str, found: Sequence[Change], sentences: tuple[str, ...]) -> Section:
    table = Table(
        name=name,
        caption="Figures that changed" if name == SECTION else "Every figure that changed",
        of="changes",
        by="table",
        columns=_COLUMNS,
        rows=tuple((one.table, one.row, one.measure, one.before, one.after) for one in found),
        adds=False,
        note="Figures that are hidden in a revision are shown as [c].",
    )
    return Section(name=name, heading=heading, sentences=sentences, tables=(table,))


def _of_table(before: Table | None, after: Table | None) -> Iterator[Change]:
    known = after or before
    assert known is not None, "one of the two has the table"
    earlier, later = _figures(before), _figures(after)
    titles = {column.name: column.title for table in (before, after) if table for column in table.columns}
    for row, name in {**earlier, **later}:
        old, new = _in_words(earlier.get((row, name), _ABSENT), later.get((row, name), _ABSENT))
        if old != new:
            yield Change(table=known.caption, row=row, measure=titles[name], before=old, after=new)


def _in_words(before: Cell, after: Cell) -> tuple[str, str]:
    """Both as they are printed; with all their decimals where they differ only in those."""
    old, new = printed(before), printed(after)
    if old == new and before != after and not isinstance(before, Interval):  # it follows its rate
        return str(before), str(after)
    return old, new


def _figures(table: Table | None) -> dict[tuple[str, str], Cell]:
    """Each figure by the name of its row and of its column."""
    if table is None:
        return {}
    rows = [*table.rows, *([table.total] if table.total else [])]
    return {
        (row, column.name): cell
        for row, cells in zip(_names(table, rows), rows, strict=True)
        for column, cell in zip(table.columns, cells, strict=True)
        if column.kind is not Kind.WORDS and not _follows(table, column)
    }


def _follows(table: Table, column: Column) -> bool:
    """Usual levels and limits are made of the months that are shown, so they change only where a rate does."""
    return table.by == "month" and column.kind in (Kind.NUMBER, Kind.INTERVAL)


def _names(table: Table, rows: Sequence[tuple[Cell, ...]]) -> list[str]:
    """The label of each row; where several have the same one, all their words, and at last their number."""
    worded = [n for n, column in enumerate(table.columns) if column.kind is Kind.WORDS]
    labels = [str(row[0]) for row in rows]
    often = Counter(labels)
    full = [
        label if often[label] == 1 else ", ".join(str(row[n]) for n in worded)
        for label, row in zip(labels, rows, strict=True)
    ]
    seen: Counter[str] = Counter()
    names = []
    for name in full:
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
