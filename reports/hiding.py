"""Which cells of a report are kept back, and how much must stay open about each small figure. It only ever grows."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from reports.document import Kind
from reports.quantities import At, Quantity, Register, Row

APART = 2  # between the lowest and the highest value that a small figure could have: at least three whole numbers


class Hiding:
    """The cells that are hidden, and `room`: how much higher each figure that is kept back must possibly be.

    A figure is small when it is neither 0 nor reaches the threshold. Somebody who works out all that can be must find
    that it could as well reach the threshold, and that it could have three values or more.
    """

    def __init__(self, register: Register, threshold: int) -> None:
        self.register = register
        self.threshold = threshold
        self.cells: set[At] = set()
        self.room: dict[int, int] = {}
        self.scale: dict[int, float] = {}
        self._tellers: dict[int, list[At]] = {}
        for row in register.rows[0][1]:
            self._note_tellers(row)

    def hide_what_is_small(self) -> None:
        """Hides each small figure, and whatever an earlier revision of this report hid, though it be 0 by now."""
        for index, quantity in enumerate(self.register.all):
            value = quantity.value or 0
            if not quantity.cells:
                continue
            if 0 < value < self.threshold and not self._measured(quantity):
                self._keep(index, max(self.threshold, value + APART) - value)
            elif quantity.hidden_before:
                self._keep(index, max(self.threshold + 1 - value, APART))

    def keep_what_earlier_hid(self, supposed: Sequence[int]) -> None:
        """What an earlier publication hid must still be able to be as high, where it is not supposed so anyway."""
        for index, quantity in enumerate(self.register.all):
            if quantity.value is None and supposed[index] <= self.threshold:
                self.room[index] = self.threshold + 1 - supposed[index]

    def open(self, index: int) -> bool:
        """Whether no cell tells the figure."""
        quantity = self.register.all[index]
        return not quantity.public and (quantity.value is None or self.cells.issuperset(quantity.cells))

    def hide(self, index: int) -> None:
        """Hides every cell that would tell the figure, and all that would tell it by its size."""
        waiting = [at for at in self.register.all[index].cells if at not in self.cells]
        while waiting:
            at = waiting.pop()
            if at in self.cells:
                continue
            self.cells.add(at)
            for other in self.register.at.get(at, ()):
                if self.open(other):
                    waiting += self._tellers_of(other)

    def _tellers_of(self, index: int) -> list[At]:
        """The cells that tell of this figure; a count among them must have as much room as what it tells of."""
        cells = []
        for at in self._tellers.get(index, ()):
            cells.append(at)
            for teller in self.register.at.get(at, ()):
                told, value = self.register.all[index].value or 0, self.register.all[teller].value or 0
                if told and value:
                    self.scale[teller] = value / told
                    self._keep_only(teller, ceil(max(self.threshold - told, APART) * value / told))
                cells += self.register.all[teller].cells
        return cells

    def _keep(self, index: int, room: int) -> None:
        self._keep_only(index, room)
        self.hide(index)

    def _keep_only(self, index: int, room: int) -> None:
        if not self.register.all[index].public:
            self.room[index] = max(self.room.get(index, 0), room)

    def _note_tellers(self, row: Row) -> None:
        for place, column in enumerate(row.table.columns):
            told = column.tells or (_all_counts(row) if column.kind in (Kind.NUMBER, Kind.INTERVAL) else ())
            for name in told:
                if name in row.quantities:
                    self._tellers.setdefault(row.quantities[name], []).append(At(row.number, row.at, place))

    def _measured(self, quantity: Quantity) -> bool:
        """Whether it counts minutes or the like, which tell how many meetings there were: 3 of them are not few."""
        tables = self.register.document.tables
        return any(tables[at.table].columns[at.column].unit for at in quantity.cells)


def _all_counts(row: Row) -> tuple[str, ...]:
    return tuple(name for name in row.quantities if not name.endswith(".rest"))
