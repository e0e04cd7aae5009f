"""The actions that a meeting agreed: given, ended by owner or coordinator, opened again, shown at the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from directory.addresses import BadAddress, address
from directory.contacts import speaks_for
from directory.tables import Unit
from directory.wording import NotPlain, plain_line
from meetings import action_letters, errors
from meetings.action_letters import Given
from meetings.action_rules import ENDS, KINDS, LONGEST_NOTE, LONGEST_TITLE, ActionState, is_overdue, next_nudge
from meetings.action_tables import Action
from meetings.invitations import new_message_id
from meetings.letterhead import Letterhead, named_in
from meetings.scheduling import happened
from meetings.tables import Meeting
from notifications import outbox
from notifications.addresses import one_line
from web.moments import london_date

BY_LINK = "action link"
LINK_WORKS = timedelta(days=60)  # after the action ended; while it is open, for as long as it is


@dataclass(frozen=True)
class NewAction:
    """What is asked of whom by when: of a unit, or else of an address with the role of whoever has it."""

    kind: str
    title: str
    due_on: date
    unit: UUID | None = None
    role: str = ""
    address: str = ""


@dataclass(frozen=True)
class Earlier:
    """What became of an action of an earlier meeting; `reference` is that meeting's."""

    id: UUID
    reference: str
    title: str
    owner_name: str
    due_on: date
    state: str
    note: str


@dataclass(frozen=True)
class Previous:
    """The actions of a child's earlier meetings, each in one group; the oldest meeting first."""

    done: tuple[Earlier, ...]
    overtaken: tuple[Earlier, ...]
    agency_did_not: tuple[Earlier, ...]  # said to be not done, or still open when its day was over
    still_open: tuple[Earlier, ...]

    def __bool__(self) -> bool:
        return bool(self.done or self.overtaken or self.agency_did_not or self.still_open)


async def add(reference: str, new: NewAction, *, by: str, now: datetime, letterhead: Letterhead) -> UUID:
    """The action has its owner, who is written to where there is an address; returns its id.

    The same again while it is open, as when a button is pressed twice, is the same action and writes to nobody.

    :raises NoSuchMeeting:
    :raises UnsuitableAction: with the field and the sentence; nothing was changed.
    """
    title = _checked(new, now)
    name, owner = await _owner(new, now)
    async with Action._meta.db.transaction():
        meeting = await Meeting.objects().where(Meeting.reference == reference).lock_rows().first()
        if meeting is None:
            raise errors.NoSuchMeeting(reference)
        action = Action(
            id=uuid4(),
            meeting=meeting.id,
            kind=new.kind,
            title=title,
            owner_unit=new.unit,
            owner_name=name,
            owner_address=owner,
            due_on=new.due_on,
            added_at=now,
            added_by=by,
            remind_at=next_nudge(new.due_on, now) if owner else None,
        )
        known = await _same(action)
        if known is not None:
            return known
        await Action.insert(action)
        await _write(action, meeting, again=False, letterhead=letterhead, now=now)
        await happened(
            meeting, by, f"action given to {name}: {new.kind}, due {new.due_on.day} {new.due_on:%B %Y}", now
        )
    return action.id


async def end(action_id: UUID, state: str, *, of: str | None, note: str, by: str, now: datetime) -> None:
    """The action has ended so, and nobody is reminded of it any more. The same end again changes nothing.

    :param of: the reference of the meeting from whose page it is ended; None where the action's own link says it.
    :raises NoSuchAction: also for one of another meeting. :raises ActionEnded: when it has ended otherwise.
    :raises UnsuitableAction: for another state, or a note that is too long.
    """
    if state not in ENDS:
        raise errors.UnsuitableAction("state", "Choose how the action ended.")
    note = one_line(note)
    if len(note) > LONGEST_NOTE:
        raise errors.UnsuitableAction("note", f"Write a shorter note, in {LONGEST_NOTE} characters or fewer.")
    async with Action._meta.db.transaction():
        action, meeting = await _locked(action_id, of)
        if action.state != ActionState.OPEN:
            if action.state == state:
                return
            raise errors.ActionEnded(action.state)
        await Action.update(
            {
                Action.state: state,
                Action.note: note,
                Action.ended_at: now,
                Action.ended_by: by,
                Action.remind_at: None,
            }
        ).where(Action.id == action.id)
        await happened(meeting, by, f"action of {action.owner_name} {state}: {action.kind}", now)


async def open_again(
    action_id: UUID, due_on: date, *, of: str, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """The action is to be done by that day after all, and its owner is told; its earlier end is on the timeline.

    One that is open changes nothing.

    :param of: the reference of the meeting from whose page it is opened.
    :raises NoSuchAction: also for one of another meeting. :raises UnsuitableAction: for a day that has passed.
    """
    if due_on < london_date(now):
        raise errors.UnsuitableAction("due", "Give a day that is still to come.")
    async with Action._meta.db.transaction():
        action, meeting = await _locked(action_id, of)
        if action.state == ActionState.OPEN:
            return
        action.due_on, action.state = due_on, ActionState.OPEN
        await Action.update(
            {
                Action.state: ActionState.OPEN,
                Action.due_on: due_on,
                Action.note: "",
                Action.ended_at: None,
                Action.ended_by: "",
                Action.remind_at: next_nudge(due_on, now) if action.owner_address else None,
            }
        ).where(Action.id == action.id)
        await _write(action, meeting, again=True, letterhead=letterhead, now=now)
        await happened(meeting, by, f"action of {action.owner_name} opened again: {action.kind}", now)


async def of_meeting(meeting: UUID) -> list[Action]:
    """The actions of a meeting, the soonest due first."""
    return await Action.objects().where(Action.meeting == meeting).order_by(Action.due_on, Action.added_at)


async def previous_to(meeting: Meeting, now: datetime) -> Previous:
    """What became of the actions that the child's earlier meetings gave, by what the agencies did."""
    if meeting.child is None:
        return Previous((), (), (), ())
    rows = (
        await Action.select(
            Action.id,
            Action.meeting._.reference.as_alias("reference"),
            Action.title,
            Action.owner_name,
            Action.due_on,
            Action.state,
            Action.note,
        )
        .where((Action.meeting._.child == meeting.child) & (Action.meeting._.starts_at < meeting.starts_at))
        .where(Action.meeting != meeting.id)
        .order_by(Action.meeting._.starts_at, Action.due_on)
    )
    return split([Earlier(**row) for row in rows], now)


def split(actions: Iterable[Earlier], now: datetime) -> Previous:
    """Done, overtaken by events, what an agency did not do, and what is not due yet: each action is in one."""
    groups: dict[str, list[Earlier]] = {"done": [], "overtaken": [], "did not": [], "open": []}
    for action in actions:
        if action.state == ActionState.DONE:
            groups["done"].append(action)
        elif action.state == ActionState.OVERTAKEN:
            groups["overtaken"].append(action)
        elif action.state == ActionState.NOT_DONE or is_overdue(action.due_on, now):
            groups["did not"].append(action)
        else:
            groups["open"].append(action)
    return Previous(*(tuple(group) for group in groups.values()))


async def action_and_meeting(action_id: UUID) -> tuple[Action, Meeting]:
    """:raises NoSuchAction:"""
    action = await Action.objects(Action.meeting).where(Action.id == action_id).first()
    if action is None:
        raise errors.NoSuchAction
    return action, action.meeting


async def of_link(link: str, letterhead: Letterhead, now: datetime) -> UUID | None:
    """The action that a link from a letter is for; None where it is not, passed to others, or ended long ago."""
    named = named_in(link)
    action = await Action.objects().where(Action.id == named).first() if named else None
    if action is None or not letterhead.is_link_of(link, action.id, action.owner_address):
        return None
    if action.ended_at is not None and now > action.ended_at + LINK_WORKS:
        return None
    return UUID(str(action.id))


def given(action: Action, meeting: str, letterhead: Letterhead) -> Given:
    """The action as a letter needs it."""
    return Given(
        meeting,
        action.kind,
        action.owner_name,
        action.owner_address,
        action.due_on,
        letterhead.action_link(action.id, action.owner_address),
    )


async def _write(action: Action, meeting: Meeting, *, again: bool, letterhead: Letterhead, now: datetime) -> None:
    if not action.owner_address:
        return
    told = given(action, meeting.reference, letterhead)
    letter = action_letters.new_action(told, letterhead, again=again, message_id=new_message_id(letterhead), now=now)
    await outbox.enqueue(letter, key=f"action:{action.id}:given:{now.isoformat()}", kind="action", now=now)


async def _same(new: Action) -> UUID | None:
    """The open action of the meeting that asks the same of the same owner by the same day."""
    row = (
        await Action.select(Action.id)
        .where((Action.meeting == new.meeting) & (Action.state == ActionState.OPEN) & (Action.due_on == new.due_on))
        .where((Action.kind == new.kind) & (Action.title == new.title) & (Action.owner_name == new.owner_name))
        .where(Action.owner_address == new.owner_address)
        .first()
    )
    return row["id"] if row else None


async def _locked(action_id: UUID, of: str | None) -> tuple[Action, Meeting]:
    action = await Action.objects().where(Action.id == action_id).lock_rows().first()
    if action is None:
        raise errors.NoSuchAction
    meeting = await Meeting.objects().where(Meeting.id == action.meeting).first()
    assert meeting is not None, "an action has its meeting"
    if of is not None and meeting.reference != of:
        raise errors.NoSuchAction
    return action, meeting


async def _owner(new: NewAction, now: datetime) -> tuple[str, str]:
    """The owner's name and address; of a unit those of its contact, "" where the directory has none."""
    if new.unit is not None:
        unit = await Unit.select(Unit.name).where(Unit.id == new.unit).first()
        if unit is None:
            raise errors.UnsuitableAction("owner", "Choose whose action it is.")
        contact = await speaks_for(new.unit, london_date(now))
        return str(unit["name"]), contact.email if contact else ""
    try:
        return plain_line(new.role, "The role", 120), address(new.address.strip())
    except NotPlain as bad:
        raise errors.UnsuitableAction("role", str(bad)) from bad
    except BadAddress as bad:
        raise errors.UnsuitableAction("address", str(bad)) from bad


def _checked(new: NewAction, now: datetime) -> str:
    """The title as one plain line, where the rest is suitable too."""
    if new.kind not in KINDS:
        raise errors.UnsuitableAction("kind", "Choose what kind of action it is.")
    if new.due_on < london_date(now):
        raise errors.UnsuitableAction("due", "Give a day that is still to come.")
    try:
        return plain_line(new.title, "What is to be done", LONGEST_TITLE)
    except NotPlain as bad:
        raise errors.UnsuitableAction("title", str(bad)) from bad
