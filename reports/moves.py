"""How figures could be other than they are while everything that adds up still does, in whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from reports.solver import ANY, Line, Program

Terms = Sequence[tuple[int, int]]


class Network:
    """Equations, and in which of them each figure stands."""

    def __init__(self, equations: Iterable[Terms]) -> None:
        self._equations = list(equations)
        self._of: dict[int, list[int]] = {}
        for number, terms in enumerate(self._equations):
            for index, _ in terms:
                self._of.setdefault(index, []).append(number)

    def within(self, members: Collection[int]) -> list[Terms]:
        """The equations that speak of these figures, without the others, which do not move."""
        numbers = sorted({number for index in members for number in self._of.get(index, ())})
        return [[one for one in self._equations[number] if one[0] in members] for number in numbers]

    def groups(self, members: Sequence[int]) -> list[list[int]]:
        """The figures in groups: what moves in one group moves nothing in another."""
        leader = {index: index for index in members}

        def led(index: int) -> int:
            while leader[index] != index:
                leader[index] = leader[leader[index]]
                index = leader[index]
            return index

        for terms in self.within(leader):
            first = led(terms[0][0])
            for index, _ in terms[1:]:
                leader[led(index)] = first
        groups: dict[int, list[int]] = {}
        for index in members:
            groups.setdefault(led(index), []).append(index)
        return list(groups.values())


class Moves:
    """Some figures that are bound to one another, what it costs to move each by one, and how far each can go down."""

    def __init__(
        self, members: Sequence[int], network: Network, costs: Mapping[int, float], floors: Mapping[int, int]
    ) -> None:
        self.members = list(members)
        self._column = {index: place for place, index in enumerate(self.members)}
        self._costs, self._floors = dict(costs), floors
        self._terms = network.within(self._column)
        self._program: Program | None = None

    def raised(self, index: int, room: int) -> dict[int, int] | None:
        """The cheapest way of moving this figure up by so much; None where there is none, or none was found."""
        program = self._program = self._program or self._priced()
        up, down = 2 * self._column[index], 2 * self._column[index] + 1
        program.bound(up, room, ANY)
        program.bound(down, 0, 0)
        found = program.solve_whole()
        program.bound(up, 0, ANY)
        program.bound(down, 0, self._floors[index])
        return None if found is None else self._checked([a - b for a, b in zip(found[::2], found[1::2], strict=True)])

    def raised_together(self, rooms: Mapping[int, int]) -> dict[int, int] | None:
        """A way of moving as many of these figures up as can be at once, whatever else moves."""
        size = len(self.members)
        lines = [Line([(self._column[i], f) for i, f in terms]) for terms in self._terms]
        lines += [Line([(self._column[i], 1), (size + n, -1)], 0, ANY) for n, i in enumerate(rooms)]
        bounds = [(-float(self._floors[i]), ANY) for i in self.members] + [(0.0, float(r)) for r in rooms.values()]
        costs = [0.0] * size + [-1.0 / room for room in rooms.values()]
        found = Program(costs, bounds, lines).solve_whole()
        return None if found is None else self._checked(found[:size])

    def free(self, opened: Callable[[int], bool]) -> None:
        """What is hidden by now moves at no cost."""
        for index, cost in self._costs.items():
            if cost and opened(index):
                self._costs[index] = 0.0
                if self._program:
                    self._program.price(2 * self._column[index], 0.0)
                    self._program.price(2 * self._column[index] + 1, 0.0)

    def _priced(self) -> Program:
        """Each figure has two columns: how far it goes up, and how far down."""
        costs, bounds = [], []
        for index in self.members:
            costs += [self._costs[index]] * 2
            bounds += [(0.0, ANY), (0.0, float(self._floors[index]))]
        lines = []
        for terms in self._terms:
            places = [(self._column[index], factor) for index, factor in terms]
            lines.append(Line([(2 * p, f) for p, f in places] + [(2 * p + 1, -f) for p, f in places]))
        return Program(costs, bounds, lines)

    def _checked(self, moved: Sequence[int]) -> dict[int, int] | None:
        """Only what holds exactly: the solver calculates with fractions."""
        holds = all(not sum(f * moved[self._column[i]] for i, f in terms) for terms in self._terms)
        holds = holds and all(by >= -self._floors[i] for i, by in zip(self.members, moved, strict=True))
        return {i: by for i, by in zip(self.members, moved, strict=True) if by} if holds else None
