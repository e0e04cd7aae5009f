"""Which cells of a report are kept back, and how much must stay open about each small figure. It only ever grows."""

from __future__ import annotations

from math import ceil

from reports.document import Kind
from reports.quantities import At, Register, Row

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
        """Hides each small figure, and whatever an earlier report hid that is still the same."""
        for index, quantity in enumerate(self.register.all):
            if 0 < quantity.value < self.threshold and not quantity.measured:
                self._keep(index, max(self.threshold, quantity.value + APART) - quantity.value)
            elif quantity.hidden_before:
                self.hide(index)

    def open(self, index: int) -> bool:
        """Whether no cell tells the figure."""
        quantity = self.register.all[index]
        return not quantity.public and self.cells.issuperset(quantity.cells)

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
                told, value = self.register.all[index].value, self.register.all[teller].value
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


def _all_counts(row: Row) -> tuple[str, ...]:
    return tuple(name for name in row.quantities if not name.endswith(".rest"))
