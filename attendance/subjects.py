"""What a route of this room is about: a message, a proposal, a ladder; each is seen as its meeting is."""

from __future__ import annotations

from piccolo.columns.combination import WhereRaw
from piccolo.querystring import QueryString

from meetings import seeing
from meetings.subjects import Case
from web.roles import Act
from web.viewer import Viewer

RUN = (Act.RUN,)
_INVITED = "JOIN invitation ON invitation.id = {}.invitation JOIN meeting ON meeting.id = invitation.meeting"


def ladders(viewer: Viewer, act: Act = Act.SEE, *, of: str = "escalation") -> QueryString:
    """Ladders about a meeting that is seen, or about a unit of the viewer's; those about London for its desk."""
    if viewer.may_everywhere(act):
        return seeing.ALL
    return QueryString(
        f"(EXISTS (SELECT 1 FROM meeting AS climbs WHERE climbs.id = {of}.meeting AND {{}})"
        f" OR {of}.meeting IS NULL AND {{}})",
        seeing.meetings(viewer, act, of="climbs"),
        seeing.units(viewer, act, of=f"{of}.unit"),
    )


def aliases(viewer: Viewer, act: Act = Act.RUN, *, of: str = "alias") -> QueryString:
    """Aliases of addresses that a meeting of the viewer's invited."""
    if viewer.may_everywhere(act):
        return seeing.ALL
    return QueryString(
        "EXISTS (SELECT 1 FROM invitation AS its JOIN meeting AS asked ON asked.id = its.meeting"
        f" WHERE lower(its.address) = {of}.address AND {{}})",
        seeing.meetings(viewer, act, of="asked"),
    )


def mail(viewer: Viewer, act: Act = Act.RUN) -> QueryString:
    """Messages about a meeting of the viewer's."""
    return seeing.threads(viewer, act, of="inbound_mail.uid")


def letters(viewer: Viewer, act: Act = Act.RUN) -> QueryString:
    """Our own letters about a meeting of the viewer's."""
    return seeing.threads(viewer, act, of="outbound_mail.uid")


def invited(viewer: Viewer, act: Act = Act.RUN, *, of: str) -> WhereRaw:
    """What belongs to an invitation to a meeting of the viewer's."""
    return WhereRaw(
        "EXISTS (SELECT 1 FROM invitation AS its JOIN meeting AS asked ON asked.id = its.meeting"
        f" WHERE its.id = {of}.invitation AND {{}})",
        seeing.meetings(viewer, act, of="asked"),
    )


def seats(viewer: Viewer, act: Act = Act.SPEAK) -> QueryString:
    """Seats of the viewer's own unit: of a meeting that they see, the other seats are not theirs to speak for."""
    return seeing.units(viewer, act, of="seat.unit")


SEAT = Case("seat", "seat", "FROM seat WHERE seat.id = {}", seats, (Act.SPEAK,))
MAIL = Case("mail", "mail", "FROM inbound_mail WHERE inbound_mail.id = {}", mail, RUN)
LETTER = Case("letter", "mail", "FROM outbound_mail WHERE outbound_mail.id = {}", letters, RUN)
PROPOSAL = Case(
    "proposal",
    "number",
    f"FROM proposal {_INVITED.format('proposal')} WHERE proposal.id = {{}}",
    seeing.meetings,
    RUN,
)
DEPUTY = Case(
    "deputy", "number", f"FROM deputy {_INVITED.format('deputy')} WHERE deputy.id = {{}}", seeing.meetings, RUN
)
INVITATION = Case(
    "invitation",
    "invitation",
    "FROM invitation JOIN meeting ON meeting.id = invitation.meeting WHERE invitation.id = {}",
    seeing.meetings,
    RUN,
)
ALIAS = Case("alias", "alias", "FROM alias WHERE alias.id = {}", aliases, RUN)
LADDER = Case("ladder", "ladder", "FROM escalation WHERE escalation.id = {}", ladders)
CHALLENGE = Case(
    "challenge",
    "challenge",
    "FROM challenge JOIN meeting ON meeting.id = challenge.meeting WHERE challenge.id = {}",
    seeing.meetings,
    RUN,
)
