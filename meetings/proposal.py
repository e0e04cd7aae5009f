"""Which units a waiting meeting should seat: police by place and date, partners by the rules that fired."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.columns.combination import Where

from directory.addresses import same_address
from directory.areas import Serving, serving
from directory.contacts import ways_to_reach
from directory.errors import NoUnit
from directory.tables import Contact, Unit, UnitKind
from meetings.episode_tables import CareStatus, Episode, PlacementMove
from meetings.seats import PARTNERS, POLICE, WHERE_KNOWN, Capacity, merge, partners_asked
from meetings.tables import MeetingType, Rule, Trigger


@dataclass(frozen=True)
class ProposedSeat:
    """One unit, every capacity it fills, and the address that speaks for it ("" where none is known)."""

    unit: UUID
    code: str
    name: str
    capacities: tuple[str, ...]
    required: bool
    address: str
    contact_role: str
    group: bool = False  # a team's mailbox: any of its members may answer


@dataclass(frozen=True)
class Proposal:
    """What the rules ask of one child's meeting, as of a date; `unfilled` are capacities without a unit."""

    home_unit: UUID
    destination_unit: UUID | None
    incident_unit: UUID | None
    seats: tuple[ProposedSeat, ...]
    unfilled: tuple[str, ...]
    quorum: tuple[str, ...]
    type: MeetingType
    due_at: datetime
    reply_clocks: tuple[tuple[int, str], ...]
    returned: bool = False  # the child is not missing (any more)

    @property
    def lead_unit(self) -> UUID:
        """The police unit that is proposed to lead: that of the responsible authority (docs/decisions/0014)."""
        return self.home_unit

    @property
    def police(self) -> tuple[ProposedSeat, ...]:
        """The seats of police units, the proposed lead's first."""
        ours = {str(capacity) for capacity in POLICE}
        return tuple(seat for seat in self.seats if ours & {str(c) for c in seat.capacities})


@dataclass(frozen=True)
class Circumstances:
    """Where a child is looked after from, lives, and was last seen ("" where not known), and how things stand."""

    home: str
    host: str
    incident: str
    looked_after: bool
    ended: bool
    exploited: bool = False  # flagged for sexual or criminal exploitation or trafficking


async def propose(triggers: Sequence[Trigger], on: date) -> Proposal:
    """The seats that these triggers of one child call for at a meeting on a date (London).

    :raises NoUnit: where the directory has no police unit for the home place on that date.
    """
    child = await circumstances(triggers[0].child, [t.cause for t in triggers])
    rules = await Rule.objects().where(Rule.id.is_in([t.rule for t in triggers]))
    served = await serving({child.home, child.host, child.incident} - {""}, on)
    home = served.police(child.home)
    pairs, unfilled = called_for(child, [rule.capacities for rule in rules], served)
    quorum = tuple(sorted({c for rule in rules for c in rule.quorum}))
    return Proposal(
        home_unit=home,
        destination_unit=_police_or_none(served, child.host),
        incident_unit=_police_or_none(served, child.incident),
        seats=await described(((s.unit, s.capacities) for s in merge(pairs)), quorum, on),
        unfilled=tuple(unfilled),
        quorum=quorum,
        type=_type(triggers, rules),
        due_at=min(t.due_at for t in triggers),
        reply_clocks=tuple({(r.reply_amount, r.reply_unit) for r in rules}),
        returned=child.ended,
    )


def called_for(
    child: Circumstances, capacities: Iterable[Iterable[str]], served: Serving
) -> tuple[list[tuple[UUID, Capacity]], list[str]]:
    """The units that a child's meeting asks, each with a capacity, and the capacities for which there is no unit.

    :param capacities: of every rule that fired; :param served: who serves the child's places.
    :raises NoUnit: where the home place has no police unit.
    """
    pairs: list[tuple[UUID, Capacity]] = [(served.police(child.home), Capacity.HOME)]
    unfilled = []
    for place, capacity in ((child.host, Capacity.DESTINATION), (child.incident, Capacity.INCIDENT)):
        if unit := _police_or_none(served, place):
            pairs.append((unit, capacity))
        elif place:
            unfilled.append(capacity.value)
    asked = partners_asked(
        capacities,
        looked_after=child.looked_after,
        host_elsewhere=bool(child.host) and child.host != child.home,
        ended=child.ended,
        exploited=child.exploited,
    )
    for capacity in asked:
        partner = PARTNERS[capacity]
        place = child.home if partner.of == "home" else child.host or child.home
        unit = served.partner(place, UnitKind(partner.kind))
        if unit is not None:
            pairs.append((unit, capacity))
        elif capacity not in WHERE_KNOWN:
            unfilled.append(capacity.value)
    return pairs, unfilled


def _type(triggers: Iterable[Trigger], rules: Iterable[Rule]) -> MeetingType:
    """The kind of meeting that the rule with the soonest deadline makes."""
    kinds = {rule.id: rule.meeting_type for rule in rules if rule.makes_meeting}
    asked = sorted(
        (trigger.due_at, trigger.rule_code, kinds[trigger.rule]) for trigger in triggers if trigger.rule in kinds
    )
    return MeetingType(asked[0][-1]) if asked else MeetingType.MISSING


async def reply_clocks_of(meeting: UUID) -> tuple[tuple[int, str], ...]:
    """The reply clocks of the rules that call for this meeting; a working day where none does any more."""
    triggers = await Trigger.select(Trigger.rule).where(Trigger.meeting == meeting)
    rules = await Rule.objects().where(Rule.id.is_in([row["rule"] for row in triggers])) if triggers else []
    return tuple({(r.reply_amount, r.reply_unit) for r in rules}) or ((1, "working days"),)


async def circumstances(child: UUID, causes: Sequence[UUID]) -> Circumstances:
    """As the newest episode among the causes has it, or else the newest placement move.

    Where people called for the meeting, none of the causes is either: then as the child's newest of them has it.
    """
    episode = await _newest_episode(Episode.id.is_in(list(causes)))
    move = None if episode else await _newest_move(PlacementMove.id.is_in(list(causes)))
    if episode is None and move is None:
        episode = await _newest_episode(Episode.child == child)
        move = None if episode else await _newest_move(PlacementMove.child == child)
    if episode is not None:
        return Circumstances(
            episode.home_place,
            episode.host_place,
            episode.incident_place,
            episode.care_status == CareStatus.LOOKED_AFTER,
            episode.ended_at is not None,
            episode.cse or episode.cce or episode.trafficking,
        )
    assert move is not None, "a child is known by an episode or a move"
    return Circumstances(move.home_place, move.to_place, "", True, True)


async def _newest_episode(those: Where) -> Episode | None:
    return await Episode.objects().where(those).order_by(Episode.started_at, ascending=False).first()


async def _newest_move(those: Where) -> PlacementMove | None:
    return await PlacementMove.objects().where(those).order_by(PlacementMove.moved_at, ascending=False).first()


async def described(
    seats: Iterable[tuple[UUID, Iterable[str]]], quorum: Sequence[str], on: date, *, taken: Collection[str] = ()
) -> tuple[ProposedSeat, ...]:
    """Each unit with its name and the contact that speaks for it on a date, in the order given.

    No two seats share a mailbox, because a calendar keeps one invitation to a meeting: of two units that are reached
    at one address, the required one has it, and the other its next contact, or none.

    :param taken: the addresses that are invited already.
    """
    wanted = [(unit, tuple(str(c) for c in capacities)) for unit, capacities in seats]
    ids = [unit for unit, _ in wanted]
    units = {u.id: u for u in await Unit.objects().where(Unit.id.is_in(ids))}
    spoken_for = _one_mailbox_each(
        sorted(wanted, key=lambda one: not is_required(one[1], quorum)), await ways_to_reach(on, ids), taken
    )
    return tuple(
        ProposedSeat(
            unit=unit,
            code=units[unit].code,
            name=units[unit].name,
            capacities=capacities,
            required=is_required(capacities, quorum),
            address=spoken_for[unit].email if unit in spoken_for else "",
            contact_role=spoken_for[unit].role if unit in spoken_for else "",
            group=unit in spoken_for and spoken_for[unit].group,
        )
        for unit, capacities in wanted
    )


def _one_mailbox_each(
    seats: Iterable[tuple[UUID, Sequence[str]]], ways: Mapping[UUID, Sequence[Contact]], taken: Collection[str]
) -> dict[UUID, Contact]:
    used, found = list(taken), {}
    for unit, _ in seats:
        free = (c for c in ways.get(unit, ()) if not any(same_address(c.email, address) for address in used))
        contact = next(free, None)
        if contact is not None:
            found[unit] = contact
            used.append(contact.email)
    return found


def is_required(capacities: Iterable[str], quorum: Iterable[str]) -> bool:
    """Police seats and the seats of the quorum are required; the others are welcome."""
    return bool({str(c) for c in capacities} & {*map(str, POLICE), *quorum})


def _police_or_none(served: Serving, place: str) -> UUID | None:
    if not place:
        return None
    try:
        return served.police(place)
    except NoUnit:
        return None
