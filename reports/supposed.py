"""What earlier publications hide is supposed to be something that all of them agree with."""

from __future__ import annotations

from collections.abc import Sequence

from reports.moves import Network
from reports.quantities import Register
from reports.relations import Equation
from reports.solver import ANY, Line, Program

_BROKEN, _ZERO = 1000.0, 20.0  # what it costs that an equation does not hold, and that a 0 was hidden


def supposed(register: Register, equations: Sequence[Equation], enough: int) -> tuple[list[int], list[Equation]]:
    """A value for every quantity, the true one where it is known; and the equations that hold with them.

    What is not known is supposed to be as much as `enough` where it can be: a figure that could be so high is not
    known to be small. An equation between reports that can hold no longer, because a register was corrected in
    between, tells nothing and is left out.
    """
    values = [quantity.value or 0 for quantity in register.all]
    unknown = [index for index, quantity in enumerate(register.all) if quantity.value is None]
    sets = set(unknown)
    open_ones = [equation for equation in equations if any(index in sets for index, _ in equation.terms)]
    by_member: dict[int, list[Equation]] = {}
    for equation in open_ones:
        first = next(index for index, _ in equation.terms if index in sets)
        by_member.setdefault(first, []).append(equation)
    for members in Network(equation.terms for equation in open_ones).groups(unknown):
        mine = [equation for index in members for equation in by_member.get(index, ())]
        usual = [0 if register.all[index].derived else 1 for index in members]
        found = _solved(values, members, mine, enough, usual)
        for index, value in zip(members, found or usual, strict=True):
            values[index] = value
    kept = [one for one in equations if not sum(factor * values[index] for index, factor in one.terms)]
    return values, kept


def _solved(
    values: Sequence[int], members: Sequence[int], equations: Sequence[Equation], enough: int, usual: Sequence[int]
) -> list[int] | None:
    """Columns: what each may be, how much of it counts as enough, how far each equation is from holding, and whether
    a figure is below the `usual`: a 0 is hidden hardly ever, and where one was, the others are still none."""
    size = len(members)
    column = {index: place for place, index in enumerate(members)}
    lines = [Line([(place, 1), (size + place, -1)], 0, ANY) for place in range(size)]
    for number, equation in enumerate(equations):
        known = sum(factor * values[index] for index, factor in equation.terms if index not in column)
        terms = [(column[index], factor) for index, factor in equation.terms if index in column]
        slack = 2 * size + 2 * number
        lines.append(Line([*terms, (slack, 1), (slack + 1, -1)], -known, -known))
    below = 2 * size + 2 * len(equations)
    lines += [Line([(place, 1), (below + place, 1)], low, ANY) for place, low in enumerate(usual)]
    costs = [0.0] * size + [-1.0] * size + [_BROKEN] * (2 * len(equations)) + [_ZERO] * size
    bounds = [(0.0, ANY)] * size + [(0.0, float(enough))] * size + [(0.0, ANY)] * (2 * len(equations) + size)
    found = Program(costs, bounds, lines).solve_whole()
    return None if found is None else found[:size]
