"""Units beside the rate of all of them together: who differs by more than chance, and how sure that is.

No ranking: units keep the order they are given in. After D. J. Spiegelhalter, "Funnel plots for comparing
institutional performance", Statistics in Medicine 24 (2005), 1185-1202, with the exact limits of limits.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod, sqrt
from statistics import fmean, quantiles
from typing import Final

import msgspec

from reports.document import HIDDEN, Cell, Chart, Column, Hidden, Kind, Table
from reports.limits import TAIL_95, TAIL_998, Limits, limits
from reports.rates import Interval, Rate

Known = tuple[str, Rate, str]  # a unit's label, rate and place in words

NAME: Final = "funnel"
RATE: Final = "attendance_rate"
BOTH: Final = (f"{RATE}.part", f"{RATE}.whole")
INSIDE: Final = "inside"
WIDE: Final = 0.3  # a range so wide says little: about 20 seats or fewer at a rate of 80%
_TOO_MUCH: Final = "All units together vary more than chance explains, so a cause that several share is likely."
LEAST_UNITS: Final = 5  # of fewer, nobody can say how much they vary

COLUMNS: Final = (
    Column(name="unit", title="Police unit", kind=Kind.WORDS),
    Column(
        name=RATE,
        title="Attendance rate",
        kind=Kind.RATE,
        means="Attended and deputy, of the expected seats with an outcome.",
    ),
    Column(
        name="expected_95",
        title="Expected range, 95%",
        kind=Kind.INTERVAL,
        means="Where 19 of 20 units with so many seats would lie if they all worked at the rate of the whole.",
        tells=BOTH,
    ),
    Column(
        name="expected_998",
        title="Expected range, 99.8%",
        kind=Kind.INTERVAL,
        means="Where 499 of 500 such units would lie.",
        tells=BOTH,
    ),
    Column(
        name="place",
        title="Place in the funnel",
        kind=Kind.WORDS,
        means="By the exact counts, not by the rounded percentages.",
        tells=BOTH,
    ),
)


def funnel(units: Sequence[tuple[str, Rate]], *, whole: str) -> tuple[Table, Chart]:
    """The units' rates with what chance alone would make of each, beside the rate of all of them.

    :param units: label and attendance rate, in the order they are to stand in.
    :param whole: what they are together, as "London".
    """
    together = Rate(sum(rate.part for _, rate in units), sum(rate.whole for _, rate in units))
    table = Table(
        name=NAME,
        caption=f"Attendance of each police unit, and what chance alone would make of the rate of {whole}",
        of="police seats",
        by="police unit",
        columns=COLUMNS,
        rows=tuple(_row(label, rate, together) for label, rate in units),
        total=(whole, together, None, None, None),
    )
    return said(table)


def said(table: Table) -> tuple[Table, Chart]:
    """The table with its note, and its picture with its words: made of nothing but the table's cells."""
    table = _without_limits(table) if table.total and isinstance(table.total[1], Hidden) else table
    known = _known(table)
    together = table.total[1] if table.total else None
    target = together if isinstance(together, Rate) and together.whole else None
    whole = str(table.total[0]) if table.total else ""
    left_out = len(table.rows) - len(known) - sum(row[1] == Rate(0, 0) for row in table.rows)
    chart = Chart(
        name=NAME,
        kind="funnel",
        table=table.name,
        title=f"Attendance of police units beside the rate of {whole}",
        finding=_finding(known, target, whole),
        alt=_alt(known, target, whole, left_out),
    )
    return msgspec.structs.replace(table, note=_note(known, target, left_out)), chart


def dispersion(rates: Sequence[Rate], target: float) -> tuple[float, float] | None:
    """How much more units vary than chance would make them (phi), and from what on that is too much; None for few.

    Spiegelhalter's phi: the mean of the squared z-scores, the furthest tenth at either end drawn in (winsorised) to
    the next. Were there nothing but chance, it would be about 1 with a standard error of √(2 ÷ units); twice that
    above 1 is too much. I. W. M. Verburg and others, Statistical Methods in Medical Research 27 (2018), 3350-3366
    (PMC6193208), ask for such a test before limits are read.
    """
    if len(rates) < LEAST_UNITS or target in (0.0, 1.0):
        return None
    scores = [(rate.part / rate.whole - target) / sqrt(target * (1 - target) / rate.whole) for rate in rates]
    tenths = quantiles(scores, n=10, method="inclusive")
    drawn_in = [min(max(score, tenths[0]), tenths[-1]) for score in scores]
    return fmean(score * score for score in drawn_in), 1 + 2 * sqrt(2 / len(rates))


def _without_limits(table: Table) -> Table:
    """Limits are made of the rate of the whole, so they would tell it where it is hidden."""
    limited = [place for place, column in enumerate(table.columns) if column.tells]
    rows = [tuple(HIDDEN if place in limited else cell for place, cell in enumerate(row)) for row in table.rows]
    return msgspec.structs.replace(table, rows=tuple(rows))


def _row(label: str, rate: Rate, together: Rate) -> tuple[Cell, ...]:
    if rate.whole == 0:
        return (label, rate, Interval(None, None), Interval(None, None), "nothing recorded")
    target = together.part / together.whole
    narrow, wide = limits(rate.whole, target, TAIL_95), limits(rate.whole, target, TAIL_998)
    return (label, rate, _range(narrow), _range(wide), _place(rate, narrow, wide))


def _range(found: Limits) -> Interval:
    return Interval(round(found.low, 4), round(found.high, 4))


def _place(rate: Rate, narrow: Limits, wide: Limits) -> str:
    side = narrow.sets_apart(rate.part)
    if side == 0:
        return INSIDE if narrow.outside else "inside, as with so few seats any rate would be"
    return f"{'higher' if side > 0 else 'lower'} than the {'99.8%' if wide.sets_apart(rate.part) else '95%'} limit"


def _known(table: Table) -> list[Known]:
    """Label, rate and place of the units whose figures are published and not nothing."""
    return [
        (str(row[0]), row[1], str(row[4]))
        for row in table.rows
        if isinstance(row[1], Rate) and row[1].whole and isinstance(row[4], str)
    ]


def _finding(known: Sequence[Known], target: Rate | None, whole: str) -> str:
    if target is None:
        return f"The rate of {whole} is not given, so units cannot be compared with it."
    rate = f"the {target.percent}% of {whole}"
    far, near = _beyond(known, "99.8%"), _beyond(known, "95%")
    if not far and not near:
        return f"No unit differs from {rate} by more than chance explains. That does not show that all are alike."
    parts = []
    if far:
        parts.append(
            f"By more than chance explains, attendance differs from {rate}: {far}. Chance alone would put fewer than "
            "one unit in 500 so far out."
        )
    if near:
        parts.append(
            f"{'Less surely' if far else f'Perhaps by chance, attendance differs from {rate}'}: {near}. "
            f"{_chance(known, target)}"
        )
    return " ".join(parts + ([_TOO_MUCH] if _too_varied(known, target) else []))


def _beyond(known: Sequence[Known], limit: str) -> str:
    """The units outside this limit and no further one, with their rates, in words; "" where there are none."""
    words = []
    for side in ("lower", "higher"):
        units = [f"{label}, {rate}" for label, rate, place in known if place == f"{side} than the {limit} limit"]
        words += [f"{side} at {'; '.join(units)}"] if units else []
    return "; ".join(words)


def _chance(known: Sequence[Known], target: Rate) -> str:
    """How often chance alone would put one of the units outside the 95% limits, in words."""
    rate = target.part / target.whole
    chance = 1 - prod(1 - limits(unit.whole, rate, TAIL_95).outside for _, unit, _ in known)
    return (
        f"Of {len(known)} units that all worked alike, {_so_often(chance)} would show one or more outside the 95% "
        "limits, as here."
    )


def _so_often(chance: float) -> str:
    """How many reports in which a probability comes true, in words."""
    if chance >= 0.15:
        return f"about {round(chance * 10)} in 10 reports"
    return f"about 1 in {round(1 / chance)} reports"


def _alt(known: Sequence[Known], target: Rate | None, whole: str, left_out: int) -> str:
    if target is None:
        return f"Empty funnel plot: the rate of {whole} is not given, so no unit is set beside it."
    outside = [f"{label} is {place}" for label, _, place in known if "limit" in place]
    drawn = (
        f"Funnel plot of {len(known)} police units: attendance rate against the number of seats recorded, with the "
        f"limits within which chance alone explains a unit's distance from the rate of {whole}"
    )
    left = f" Not drawn because figures are hidden: {left_out}." if left_out else ""
    return f"{drawn}, {target.percent}%. {'; '.join(outside) or 'All lie inside the 95% limits'}.{left}"


def _note(known: Sequence[Known], target: Rate | None, left_out: int) -> str:
    parts = ["Limits are exact binomial limits, about 2 and 3 standard deviations from the rate of the whole."]
    if target is not None:
        rate = target.part / target.whole
        parts.append(_varied(dispersion([rate for _, rate, _ in known], rate)))
        few = [label for label, unit, _ in known if _width(unit, rate) > WIDE]
        if few:
            parts.append(f"Few seats, so that only a very large difference would show: {', '.join(few)}.")
    if left_out:
        parts.append(f"Units whose figures are hidden are counted in the whole and not compared: {left_out}.")
    return " ".join(parts)


def _varied(found: tuple[float, float] | None) -> str:
    if found is None:
        return "There are too few units to say whether they vary more among each other than chance would make them."
    phi, too_much = found
    if phi <= too_much:
        return (
            f"Taken together the units vary about as much as chance would make them (phi {phi:.1f}; more than "
            f"{too_much:.1f} would be too much), so the limits can be read as they stand."
        )
    return (
        f"Taken together the units vary more than chance explains (phi {phi:.1f}; up to {too_much:.1f} could be "
        "chance). Something else differs between them, as where children live or how far officers travel. So units "
        "outside the limits are to be expected, and one just outside does not stand out from the rest."
    )


def _too_varied(known: Sequence[Known], target: Rate) -> bool:
    found = dispersion([rate for _, rate, _ in known], target.part / target.whole)
    return found is not None and found[0] > found[1]


def _width(unit: Rate, target: float) -> float:
    found = limits(unit.whole, target, TAIL_95)
    return found.high - found.low
