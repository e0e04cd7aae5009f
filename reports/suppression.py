"""Enough cells are hidden that no small figure can be worked out: the report attacks itself until that fails.

For each small figure a linear program asks: how could it be higher, while all that is printed stays as it is, or at
the least cost in cells that would have to be hidden too? What moves with it is hidden. Then another table of whole
numbers, in which the figure is higher, agrees with everything that is printed, and nobody can tell the two apart.
This is the linear programming heuristic of cell suppression: M. Fischetti and J. J. Salazar-González, "Models and
algorithms for optimizing cell suppression in tabular data with linear constraints", Journal of the American
Statistical Association 95 (2000).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import log2

from reports.hiding import Hiding
from reports.moves import Moves, Network
from reports.relations import Equation

_TOTAL, _SUM, _ZERO = (
    1000.0,
    6.0,
    100.0,
)  # a total of the report is hidden last, a sum of its row late, a 0 hardly ever


class Suppression:
    """One report that is being protected.

    :param equations: that hold, of all that was published and is to be.
    """

    def __init__(self, hiding: Hiding, equations: Sequence[Equation]) -> None:
        self.hiding = hiding
        self.all = hiding.register.all
        self.network = Network(equation.terms for equation in equations)
        self.safe: set[int] = set()
        self._wholes = {equation.terms[0][0] for equation in equations if equation.terms[0][1] > 0}

    def run(self) -> None:
        """Hides what must be hidden besides the small figures: at first no total of the report, then those too.

        A figure that stays too narrow even so could be worked out from earlier publications alone.
        """
        for members in self.network.groups([index for index, one in enumerate(self.all) if not one.public]):
            if not any(self.all[index].cells for index in members):
                self.safe.update(members)  # of these the new report tells nothing
        for totals in (False, False, True):
            tried: set[int] = set()
            while wanting := self._wanting() - tried:
                tried |= wanting
                for members in self._components(wanting, totals=totals):
                    self._protect(members, smaller=totals)

    def _wanting(self) -> set[int]:
        return self.hiding.room.keys() - self.safe

    def _components(self, wanting: Iterable[int], *, totals: bool) -> Iterator[list[int]]:
        movable = [index for index in range(len(self.all)) if self._movable(index, totals=totals)]
        sought = set(wanting)
        return (members for members in self.network.groups(movable) if not sought.isdisjoint(members))

    def _movable(self, index: int, *, totals: bool) -> bool:
        quantity = self.all[index]
        return not quantity.public and (totals or quantity.key.label != "" or self.hiding.open(index))

    def _protect(self, members: list[int], *, smaller: bool) -> None:
        wanting = sorted(self._wanting().intersection(members))
        self._move_freely(members)
        moves = self._moves(members)
        for index in wanting:
            room = self.hiding.room[index]
            while index not in self.safe and room:
                moved = moves.raised(index, room)
                room = min(room - 1, 8) if smaller and moved is None else 0
                if moved is not None:
                    self.safe.add(index)
                    self._hide(moved, moves)

    def _move_freely(self, members: list[int]) -> None:
        """Finds which figures are safe already: many of them can be moved at once through what is hidden."""
        opened = [index for index in members if self.hiding.open(index)]
        for part in self.network.groups(opened):
            while wanting := {i: self.hiding.room[i] for i in part if i in self._wanting()}:
                before = len(self.safe)
                self._note(self._moves(part).raised_together(wanting) or {})
                if len(self.safe) == before:
                    break

    def _moves(self, members: list[int]) -> Moves:
        costs = {index: 0.0 if self.hiding.open(index) else self._cost(index) for index in members}
        floors = {index: self.all[index].value - self._lowest(index) for index in members}
        return Moves(members, self.network, costs, floors)

    def _hide(self, moved: dict[int, int], moves: Moves) -> None:
        before = len(self.hiding.cells)
        for index in moved:
            self.hiding.hide(index)
        self._note(moved)
        if len(self.hiding.cells) > before:
            moves.free(self.hiding.open)

    def _note(self, moved: dict[int, int]) -> None:
        self.safe |= {index for index, by in moved.items() if 0 < self.hiding.room.get(index, 0) <= by}

    def _lowest(self, index: int) -> int:
        """The lowest value that somebody would think of who takes it that no 0 is hidden."""
        return 1 if self.all[index].value and not self.all[index].derived else 0

    def _cost(self, index: int) -> float:
        """What it costs to hide a figure, for each unit that it moves: little where it is small."""
        quantity = self.all[index]
        if not quantity.value:
            return _ZERO if not quantity.derived else 1.0
        dear = _TOTAL if quantity.key.label == "" else _SUM if index in self._wholes else 1.0
        return dear * len(quantity.cells) * (1 + log2(quantity.value)) / self.hiding.scale.get(index, 1.0)
