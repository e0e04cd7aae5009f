"""The same sittings by an exact solver, OR-Tools CP-SAT, to see how far from the best `meetings.arranging` stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from ortools.sat.python import cp_model

from meetings.sittings import CLASH, QUARTER, TOGETHER, Option, Sitting

Linear = cp_model.LinearExprT


@dataclass(frozen=True)
class Exact:
    """What the solver found: its arrangement and cost, the least that any can cost, and whether it proved its own."""

    taken: tuple[Option | None, ...]
    cost: float
    bound: float
    proved: bool


def arrange_exactly(
    sittings: Sequence[Sitting], *, seconds: float, left: int, hint: Sequence[Option | None] | None = None
) -> Exact:
    """The best arrangement that the solver finds in so many seconds. Options must lie on quarters of an hour.

    :param left: what it costs to leave a sitting without a time; the solver's bounds suffer where it is huge.
    :param hint: an arrangement to begin with.
    """
    model = cp_model.CpModel()
    chosen = [[model.new_bool_var("") for _ in s.options] for s in sittings]
    timeless = [model.new_bool_var("") for _ in sittings]
    for own, none in zip(chosen, timeless, strict=True):
        model.add_exactly_one([*own, none])
    costs: list[Linear] = [left * none for none in timeless]
    costs += [
        o.cost * x for s, own in zip(sittings, chosen, strict=True) for o, x in zip(s.options, own, strict=True)
    ]
    costs += _who_may(model, sittings, chosen)
    costs += _together(model, sittings, chosen)
    model.minimize(sum(costs))
    if hint is not None:
        for s, own, at in zip(sittings, chosen, hint, strict=True):
            for option, x in zip(s.options, own, strict=True):
                model.add_hint(x, option == at)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Exact((None,) * len(sittings), float("inf"), solver.best_objective_bound, False)
    taken = tuple(
        next((o for o, x in zip(s.options, own, strict=True) if solver.value(x)), None)
        for s, own in zip(sittings, chosen, strict=True)
    )
    return Exact(taken, solver.objective_value, solver.best_objective_bound, status == cp_model.OPTIMAL)


def _who_may(
    model: cp_model.CpModel, sittings: Sequence[Sitting], chosen: Sequence[Sequence[cp_model.IntVar]]
) -> list[Linear]:
    """In each quarter of an hour: who must come is asked once; who may come costs more the more ask at once."""
    must = _by_quarter(sittings, chosen, [s.must for s in sittings])
    may = _by_quarter(sittings, chosen, [s.may for s in sittings])
    for cell, ones in must.items():
        others = may.get(cell, [])
        if others:
            model.add(len(others) * sum(ones) + sum(others) <= len(others))
        else:
            model.add_at_most_one(ones)
    return [CLASH * _pairs(model, ones) for ones in may.values() if len(ones) > 1]


def _by_quarter(
    sittings: Sequence[Sitting], chosen: Sequence[Sequence[cp_model.IntVar]], units: Sequence[frozenset[UUID]]
) -> dict[tuple[UUID, int], list[cp_model.IntVar]]:
    found: dict[tuple[UUID, int], list[cp_model.IntVar]] = defaultdict(list)
    for sitting, own, whose in zip(sittings, chosen, units, strict=True):
        for option, x in zip(sitting.options, own, strict=True):
            for quarter in range(option.starts, option.ends, QUARTER):
                for unit in whose:
                    found[unit, quarter].append(x)
    return found


def _pairs(model: cp_model.CpModel, ones: Sequence[cp_model.IntVar]) -> cp_model.IntVar:
    """How many pairs there are among those that are true, from below: the cost keeps it down."""
    most = min(len(ones), 8)
    pairs = model.new_int_var(0, most * most, "")
    for n in range(1, most):
        model.add(pairs >= n * sum(ones) - n * (n + 1) // 2)
    return pairs


def _together(
    model: cp_model.CpModel, sittings: Sequence[Sitting], chosen: Sequence[Sequence[cp_model.IntVar]]
) -> list[Linear]:
    """For each unit that must come, and each moment at which one sitting can end and another begin."""
    begin: dict[tuple[UUID, int], list[cp_model.IntVar]] = defaultdict(list)
    end: dict[tuple[UUID, int], list[cp_model.IntVar]] = defaultdict(list)
    for sitting, own in zip(sittings, chosen, strict=True):
        for option, x in zip(sitting.options, own, strict=True):
            for unit in sitting.must:
                begin[unit, option.starts].append(x)
                end[unit, option.ends].append(x)
    saved: list[Linear] = []
    for moment in begin.keys() & end.keys():
        both = model.new_bool_var("")
        model.add(both <= sum(begin[moment]))
        model.add(both <= sum(end[moment]))
        saved.append(-TOGETHER * both)
    return saved
