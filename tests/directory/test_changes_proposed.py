"""A change is proposed, accepted or refused by the right word, and no mailbox alone moves where letters go."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from directory import change_rules, changes_proposed, contacts, verification_round
from directory.change_tables import ChangeProposal, Decided, What
from directory.change_wanted import Proposer, Wanted
from directory.errors import (
    AlreadyReached,
    ChangedMeanwhile,
    FourEyes,
    LinkGone,
    NothingProposed,
    ProposalDecided,
    TooManyProposed,
)
from directory.tables import Contact, Unit
from notifications.tables import OutboundMail
from tests.browsing import letters
from tests.factories import make_unit
from web.letters import Sender
from web.roles import Role
from web.signin import add_person
from web.viewer import Post

SENDER = Sender("meetings@invites.convene.example", "Convene meetings", "https://convene.example")
SINCE, DAY = date(2025, 1, 1), timedelta(days=1)
TEAM, DUTY, NEW, FOREIGN = "team@kent.example", "duty@kent.example", "new@kent.example", "kent@mail.example"
PHONE = "020 7946 0001"
NURSE = Proposer("a nurse", "nurse@health.example")
_TOKEN = re.compile(r"https?://\S+/proposed/([A-Za-z0-9_-]{43})")


@pytest.fixture
async def unit(rolled_back: None, now: datetime) -> Unit:
    """A unit with a team's mailbox and a duty desk; there is one administrator."""
    unit = await make_unit(code="KT", name="Kent police")
    await contacts.add(
        unit.id,
        role="missing unit",
        email=TEAM,
        phone="020 7946 0001",
        group=True,
        active_from=SINCE,
        by="t",
        now=now,
    )
    await contacts.add(unit.id, role="duty desk", email=DUTY, rank=2, active_from=SINCE, by="t", now=now)
    await add_person("admin@city.example", "Administrator", appointments=[Post(Role.ADMINISTRATOR)], now=now - DAY)
    return unit


async def contact(email: str) -> Contact:
    row = await Contact.objects().where(Contact.email == email).first()
    assert row is not None
    return row


async def change_of(address: str, **changed: Any) -> Wanted:
    """What is held of the contact at this address, but for what is changed."""
    row = await contact(address)
    told: dict[str, Any] = {name: getattr(row, name) for name in ("role", "name", "email", "phone", "rank", "group")}
    return Wanted(What.CHANGE, "they said so", row.id, **(told | changed))


async def propose(unit: Unit, wanted: Wanted, now: datetime, by: Proposer = NURSE) -> UUID:
    return await changes_proposed.propose(unit.id, wanted, by, sender=SENDER, now=now)


async def accept(proposal: UUID, now: datetime, by: str = "a manager") -> None:
    await changes_proposed.accept(proposal, by=by, sender=SENDER, now=now)


async def by_link(now: datetime) -> Decided:
    """The owner accepts with the oldest link."""
    return await changes_proposed.accept_by_link((await tokens())[0], sender=SENDER, now=now)


async def tokens() -> list[str]:
    return [found[1] for letter in await letters() if (found := _TOKEN.search(letter))]


async def sent_to() -> list[str]:
    rows = await OutboundMail.select(OutboundMail.recipient).order_by(OutboundMail.id)
    return [row["recipient"] for row in rows]


async def in_use(unit: Unit) -> list[str]:
    rows = await Contact.objects().where((Contact.unit == unit.id) & Contact.active_to.is_null())
    return sorted(row.email for row in rows)


async def state() -> str:
    [row] = await ChangeProposal.objects()
    return str(row.state)


async def test_nothing_changes_before_the_owner_accepts_by_the_link_they_were_sent(unit: Unit, now: datetime) -> None:
    await propose(unit, await change_of(TEAM, phone="020 7946 0999"), now)
    assert (await contact(TEAM)).phone == "020 7946 0001"
    assert await sent_to() == [TEAM, DUTY]
    assert await by_link(now) is Decided.ACCEPTED
    assert (await contact(TEAM)).phone == "020 7946 0999"
    assert (await sent_to())[2:] == ["nurse@health.example"]  # a telephone number concerns nobody else


async def test_the_letter_to_the_owner_as_they_read_it(unit: Unit, now: datetime) -> None:
    await propose(unit, await change_of(TEAM, phone="020 7946 0999"), now)
    letter = (await letters())[0].replace("\r\n", "\n").replace((await tokens())[0], "TOKEN")
    assert letter == (
        "Somebody proposes to change what Convene holds of Kent police. Nothing changes before you say so.\n"
        "\n"
        "Proposed: change a contact\n"
        "Now: missing unit, team@kent.example, 020 7946 0001, tried first, a team’s mailbox, from 1 January 2025\n"
        "Then: missing unit, team@kent.example, 020 7946 0999, tried first, a team’s mailbox\n"
        "Why: they said so\n"
        "\n"
        "To accept or refuse it, open this page. It asks for no password:\n"
        "\n"
        "https://convene.example/proposed/TOKEN\n"
        "\n"
        "The link works once, and until 18 December 2026. Opening it changes nothing.\n"
        "\n"
        "If you do not know of the change, refuse it.\n"
        "\n"
        "-- \n"
        "Sent by Convene meetings to an address that the unit has now, never to a proposed one.\n"
    )


async def test_whoever_proposed_it_reads_the_outcome(unit: Unit, now: datetime) -> None:
    proposal = await propose(unit, await change_of(TEAM, role="missing team"), now)
    await changes_proposed.refuse(proposal, reason="it is called unit", by="a manager", sender=SENDER, now=now)
    assert (await letters())[-1].replace("\r\n", "\n") == (
        "The change that you proposed for Kent police was refused, and nothing was changed.\n"
        "\n"
        "Proposed: change a contact\n"
        "Now: missing unit, team@kent.example, 020 7946 0001, tried first, a team’s mailbox, from 1 January 2025\n"
        "Then: missing team, team@kent.example, 020 7946 0001, tried first, a team’s mailbox\n"
        "Reason: it is called unit\n"
        "\n"
        "If you think it is right all the same, ring the unit.\n"
        "\n"
        "-- \n"
        "Sent by Convene meetings.\n"
    )
    assert await state() == Decided.REFUSED
    with pytest.raises(LinkGone):
        await by_link(now)


class TestWhereLettersGo:
    """Somebody who wants a unit's letters would propose an address of their own."""

    async def test_no_link_ever_goes_to_the_proposed_address(self, unit: Unit, now: datetime) -> None:
        await propose(unit, await change_of(TEAM, email=NEW), now)
        await propose(unit, Wanted(What.ADD, "why", role="desk", email=FOREIGN), now)
        assert set(await sent_to()) == {TEAM, DUTY}

    async def test_a_proposer_who_reads_the_mailbox_is_not_asked_themselves(self, unit: Unit, now: datetime) -> None:
        await propose(unit, await change_of(DUTY, email=NEW), now, Proposer("an officer", TEAM))
        assert await sent_to() == [DUTY]

    async def test_at_the_units_own_domain_the_owner_and_the_proposer_are_enough(
        self, unit: Unit, now: datetime
    ) -> None:
        await propose(unit, await change_of(TEAM, email=NEW), now)
        assert await by_link(now) is Decided.ACCEPTED
        assert await in_use(unit) == [DUTY, NEW]

    async def test_to_another_domain_somebody_who_keeps_the_directory_is_wanted_as_well(
        self, unit: Unit, now: datetime
    ) -> None:
        proposal = await propose(unit, await change_of(TEAM, email=FOREIGN), now)
        assert await by_link(now) is Decided.AGREED
        assert await in_use(unit) == [DUTY, TEAM]
        await accept(proposal, now)
        assert await in_use(unit) == [DUTY, FOREIGN]

    async def test_every_address_held_before_and_every_administrator_is_told(self, unit: Unit, now: datetime) -> None:
        proposal = await propose(unit, await change_of(TEAM, email=FOREIGN), now)
        before = len(await sent_to())
        await accept(proposal, now)
        assert (await sent_to())[before:] == ["nurse@health.example", TEAM, DUTY, "admin@city.example"]
        assert (await letters())[-1].replace("\r\n", "\n") == (
            "From now on, invitations to Kent police can go elsewhere than they did before.\n"
            "\n"
            "Proposed: change a contact\n"
            "Now: missing unit, team@kent.example, 020 7946 0001, tried first, a team’s mailbox, "
            "from 1 January 2025\n"
            "Then: missing unit, kent@mail.example, 020 7946 0001, tried first, a team’s mailbox\n"
            "Why: they said so\n"
            "\n"
            "If this is right, you do not need to do anything.\n"
            "\n"
            "If you did not expect it, ring whoever runs Convene at once: a reply to this letter is not enough.\n"
            "\n"
            "What was held before is kept, and the change can be undone on the unit's page:\n"
            "\n"
            "https://convene.example/directory/KT\n"
            "\n"
            "-- \n"
            "Sent by Convene meetings to every address of the unit before the change, and to every administrator.\n"
        )

    async def test_nobody_accepts_their_own(self, unit: Unit, now: datetime) -> None:
        proposal = await propose(unit, await change_of(TEAM, email=NEW), now)
        with pytest.raises(FourEyes):
            await accept(proposal, now, by=NURSE.by)
        assert await in_use(unit) == [DUTY, TEAM]

    async def test_an_owner_cannot_move_letters_with_their_own_link_alone(self, unit: Unit, now: datetime) -> None:
        owner = Proposer(f"link:{uuid4()}", TEAM, owner=True)
        await propose(unit, await change_of(DUTY, email=NEW), now, owner)
        assert (await state(), await in_use(unit)) == (Decided.AGREED, [DUTY, TEAM])

    async def test_a_mailbox_cannot_put_itself_first_or_end_the_one_before_it(
        self, unit: Unit, now: datetime
    ) -> None:
        duty = Proposer(f"link:{uuid4()}", DUTY, owner=True)
        await propose(unit, await change_of(DUTY, rank=1), now, duty)
        await propose(unit, Wanted(What.END, "closed", (await contact(TEAM)).id), now, duty)
        assert {row.state for row in await ChangeProposal.objects()} == {Decided.AGREED}
        assert await in_use(unit) == [DUTY, TEAM]

    async def test_an_owner_changes_a_telephone_number_at_once(self, unit: Unit, now: datetime) -> None:
        owner = Proposer(f"link:{uuid4()}", TEAM, owner=True)
        await propose(unit, await change_of(DUTY, phone="020 7946 0777"), now, owner)
        assert (await state(), (await contact(DUTY)).phone) == (Decided.ACCEPTED, "020 7946 0777")

    @pytest.mark.parametrize("held", ["kent.example.evil.example", "notkent.example", "sub.kent.example"])
    def test_a_domain_that_only_looks_like_the_units_is_another(self, held: str) -> None:
        assert not change_rules.owner_is_enough(
            moves=True, words=False, from_owner=False, proposed=f"team@{held}", held=[TEAM]
        )

    def test_making_it_a_teams_mailbox_lets_others_answer_and_so_moves_mail(self) -> None:
        assert change_rules.moves_mail(What.CHANGE, held=TEAM, proposed=TEAM.upper(), was_group=False, group=True)
        assert not change_rules.moves_mail(What.CHANGE, held=TEAM, proposed=TEAM, was_group=True, group=False)


async def test_what_changed_since_it_was_proposed_is_not_overwritten(unit: Unit, now: datetime) -> None:
    proposal = await propose(unit, await change_of(TEAM, phone="020 7946 0999"), now)
    row = await contact(TEAM)
    await contacts.change(row.id, role="missing team", name="", phone="", rank=1, group=True, by="t", now=now)
    with pytest.raises(ChangedMeanwhile):
        await accept(proposal, now)
    assert (await contact(TEAM)).phone == ""


async def test_a_proposal_is_decided_once(unit: Unit, now: datetime) -> None:
    proposal = await propose(unit, Wanted(What.END, "closed", (await contact(DUTY)).id), now)
    await accept(proposal, now)
    assert await in_use(unit) == [TEAM]
    for again in (
        accept(proposal, now),
        changes_proposed.refuse(proposal, reason="x", by="y", sender=SENDER, now=now),
    ):
        with pytest.raises(ProposalDecided):
            await again


async def test_what_is_proposed_in_words_waits_until_somebody_did_it(unit: Unit, now: datetime) -> None:
    await propose(unit, Wanted(What.OTHER, "they said so", words="Its hours are 7am to 3pm"), now)
    assert await by_link(now) is Decided.AGREED
    assert await state() == Decided.AGREED


async def test_what_would_change_nothing_or_cannot_be_is_not_kept(unit: Unit, now: datetime) -> None:
    with pytest.raises(NothingProposed):
        await propose(unit, await change_of(TEAM), now)
    with pytest.raises(AlreadyReached):
        await propose(unit, await change_of(TEAM, email=DUTY), now)
    with pytest.raises(NothingProposed):
        await propose(unit, Wanted(What.END, "why"), now)
    assert not await ChangeProposal.exists()


async def test_a_link_to_decide_confirms_no_entry_and_one_to_confirm_decides_nothing(
    unit: Unit, now: datetime
) -> None:
    await propose(unit, await change_of(TEAM, phone="020 7946 0999"), now)
    await verification_round.ask_now(unit.id, sender=SENDER, by="t", now=now)
    verify = re.findall(r"/verify/([A-Za-z0-9_-]{43})", " ".join(await letters()))
    with pytest.raises(LinkGone):
        await changes_proposed.accept_by_link(verify[0], sender=SENDER, now=now)


async def test_nobody_floods_a_units_mailbox_with_proposals(unit: Unit, now: datetime) -> None:
    for number in range(20):
        await propose(unit, await change_of(TEAM, phone=f"020 7946 01{number:02}"), now)
    with pytest.raises(TooManyProposed):
        await propose(unit, await change_of(TEAM, phone="020 7946 0999"), now)
    await propose(unit, await change_of(TEAM, phone="020 7946 0999"), now + DAY)
