"""Linear programs, solved by HiGHS: the same answer to the same question, on one core."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import highspy

ANY = highspy.kHighsInf
NODES = 400  # of a search for whole numbers, before it is given up
NEAR = 0.2  # such a search ends with what costs at most so much more than the best could, as a share
_CLOSE = 1e-6


@dataclass(frozen=True)
class Line:
    """The sum of columns, each times its factor, lies between two bounds, both included."""

    terms: Iterable[tuple[int, float]]
    low: float = 0
    high: float = 0


class Program:
    """The cheapest values of columns under lines; every column has a cost per unit and bounds, both included."""

    def __init__(self, costs: Sequence[float], bounds: Sequence[tuple[float, float]], lines: Sequence[Line]) -> None:
        self._size = len(costs)
        self._highs = _quiet()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self._size, len(lines)
        model.col_cost_ = list(costs)
        model.col_lower_ = [low for low, _ in bounds]
        model.col_upper_ = [high for _, high in bounds]
        model.row_lower_ = [line.low for line in lines]
        model.row_upper_ = [line.high for line in lines]
        listed = [list(line.terms) for line in lines]
        starts = [0]
        for terms in listed:
            starts.append(starts[-1] + len(terms))
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = starts
        model.a_matrix_.index_ = [column for terms in listed for column, _ in terms]
        model.a_matrix_.value_ = [float(factor) for terms in listed for _, factor in terms]
        self._highs.passModel(model)

    def bound(self, column: int, low: float, high: float) -> None:
        self._highs.changeColBounds(column, low, high)

    def price(self, column: int, cost: float) -> None:
        self._highs.changeColCost(column, cost)

    def solve(self) -> list[float] | None:
        """The cheapest values; None where there are none."""
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return list(self._highs.getSolution().col_value)

    def solve_whole(self) -> list[int] | None:
        """Cheap values that are whole numbers, the cheapest if they can soon be told; None where none were found."""
        found = self.solve()
        if found is None or (whole := _whole(found)):
            return None if found is None else whole
        search = _quiet()  # a solver of its own, so that this one goes on from where it is
        model = self._highs.getLp()
        model.integrality_ = [highspy.HighsVarType.kInteger] * self._size
        search.passModel(model)
        search.run()
        if search.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return _whole(list(search.getSolution().col_value))


def _quiet() -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # it has types but here
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_max_nodes", NODES)
    solver.setOptionValue("mip_rel_gap", NEAR)
    return solver


def _whole(values: Sequence[float]) -> list[int] | None:
    rounded = [round(value) for value in values]
    return rounded if all(abs(a - b) <= _CLOSE for a, b in zip(values, rounded, strict=True)) else None
