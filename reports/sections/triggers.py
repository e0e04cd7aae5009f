"""Was a meeting held by the deadline, how long did it take, why was none convened; and the reviews."""

from __future__ import annotations

from reports.counts import TriggerCounts
from reports.document import Cell, Column, Kind, Section, Sum, Table
from reports.material import Material
from reports.meeting_measures import REVIEWS as REVIEW_MEASURES
from reports.meeting_measures import REVIEWS_SUMS, TRIGGERS_SUMS
from reports.meeting_measures import TRIGGERS as TRIGGER_MEASURES
from reports.rates import Rate
from reports.sections.prose import EXPLAINED
from reports.tables import HOME_UNIT, REVIEWS, TRIGGERS, label, only_triggers, table

_OF_RULES = tuple(measure for measure in TRIGGER_MEASURES if measure.column != "not_convened")


def section(material: Material) -> Section:
    """Triggers by home unit and by rule, and the reasons for holding no meeting."""
    by_unit = table(
        "triggers",
        "Triggers of each home unit",
        TRIGGER_MEASURES,
        material.at_home,
        material.total,
        of=TRIGGERS,
        by=HOME_UNIT,
        first="Home unit",
        sums=TRIGGERS_SUMS,
    )
    sentences = [*EXPLAINED["triggers"]]
    if material.total.triggers.not_yet_due:
        sentences.append("Triggers whose deadline is still to come in this period are not counted yet.")
    tables = [by_unit]
    if material.counted.trigger_rules:
        tables.append(_by_rule(material))
    if material.counted.not_convened:
        tables.append(_not_convened(material))
    else:
        sentences.append("No decision is on record that a meeting due in this period was not convened.")
    return Section(
        name="triggers",
        heading="From trigger to meeting",
        sentences=tuple(sentences),
        tables=tuple(tables),
    )


def _by_rule(material: Material) -> Table:
    found = material.counted.trigger_rules
    rows = [only_triggers(code, found.get(code, TriggerCounts())) for code in sorted(found)]
    total = only_triggers("All rules", material.total.triggers)
    return table(
        "trigger-rules",
        "Triggers of each rule",
        _OF_RULES,
        rows,
        total,
        of=TRIGGERS,
        by="rule",
        first="Rule",
        sums=TRIGGERS_SUMS,
        note=" ".join(f"{code}: {title}." for code, title in material.titles.items() if code in found),
    )


def _not_convened(material: Material) -> Table:
    """The reasons in the order of the alphabet, so that no reason is ranked before another."""
    reasons: dict[str, int] = {}
    for decision in material.counted.not_convened:
        reasons[decision.reason] = reasons.get(decision.reason, 0) + decision.decisions
    total = sum(reasons.values())
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (reason, reasons[reason], Rate(reasons[reason], total)) for reason in sorted(reasons)
    )
    columns = (
        label("Reason"),
        Column(name="not_convened", title="Decisions", means="Decisions on record that no meeting is held."),
        Column(name="share", title="Share", kind=Kind.RATE, means="Of all such decisions."),
    )
    return Table(
        name="not-convened",
        caption="Meetings not convened, by the reason given",
        of=TRIGGERS,
        by="reason not to convene",
        columns=columns,
        rows=rows,
        total=("All reasons", total, Rate(total, total)),
        adds=False,
        sums=(Sum("not_convened", ("share.part",)),),
    )


def reviews(material: Material) -> Section:
    """Reviews of earlier meetings, apart from the triggers."""
    shown = table(
        "reviews",
        "Reviews of each home unit",
        REVIEW_MEASURES,
        material.at_home,
        material.total,
        of=REVIEWS,
        by=HOME_UNIT,
        first="Home unit",
        sums=REVIEWS_SUMS,
    )
    return Section(name="reviews", heading="Reviews", sentences=EXPLAINED["reviews"], tables=(shown,))
