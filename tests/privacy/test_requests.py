"""Who asks what is held gets it where their authority answers for it; a child is forgotten once two have said so."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from audit import trail
from audit.tables import Entry
from directory import contacts, ladder
from directory.rungs import Rung
from directory.tables import Agency, UnitKind
from directory.units import unit_of_code
from meetings.episode_tables import Child
from meetings.removed import ISSUER
from meetings.tables import MeetingType
from privacy import requests
from privacy.answering import NOTHING, take_steps
from privacy.errors import NotOpen, SamePerson, Unsuitable
from privacy.tables import CaseHold, PrivacyRequest, Stand
from reports import figures, periods, posting, recount
from reports.figures import Asked
from tests.factories import make_area, make_unit
from tests.privacy.cases import NAMED, make_case, words_kept
from web import signin
from web.roles import Role
from web.viewer import EVERY, Post

pytestmark = pytest.mark.usefixtures("rolled_back")
PLACE = "E09000001"


async def manager(email: str, agency: str, now: datetime) -> str:
    person = await signin.add_person(
        email, "Manager", appointments=[Post(Role.MANAGER, agency)], now=now - timedelta(days=1)
    )
    return str(person)


async def council(place: str = PLACE) -> str:
    """The code of the agency whose social care answers for the place."""
    unit = await make_unit(code=f"care-{place}", kind=UnitKind.SOCIAL_CARE)
    await make_area(unit=unit, place=place)
    agency = await Agency.objects().get(Agency.id == unit.agency)
    assert agency is not None
    return str(agency.code)


async def asked(by: str, now: datetime, *, wish: str = "access child", subject: str = "LCS-7719") -> PrivacyRequest:
    """The request after the worker has taken its first step."""
    reference = await requests.ask(
        wish, issuer=PLACE, subject=subject, who="the young person", why="Letter of 3 May", by=by, now=now
    )
    await take_steps(now, real_now=now)
    return await found(reference)


async def found(reference: str) -> PrivacyRequest:
    row = await PrivacyRequest.objects().get(PrivacyRequest.reference == reference)
    assert row is not None
    return row


def opened(row: PrivacyRequest) -> dict[str, str]:
    """The files of the answer."""
    assert row.content is not None
    archive = zipfile.ZipFile(io.BytesIO(bytes(row.content)))
    return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


async def test_everything_held_about_a_child_is_in_the_answer_and_others_by_role(now: datetime) -> None:
    case, by = await make_case(), await manager("m@council.example", await council(), now)
    await trail.record(by, "viewed", f"meeting:{case.meeting.reference}", now=now)
    row = await asked(by, now)
    assert row.stand == Stand.DONE
    files = opened(row)
    held = json.loads(files["all.json"])["held"]
    assert held["child"] == [{"issuer": PLACE, "reference": "LCS-7719"}]
    assert held["episode"][0]["source_reference"] == case.episode.source_reference
    assert held["meeting"][0]["reference"] == case.meeting.reference
    assert [one["outcome"] for one in held["attendance"]] == ["attended", "no-show", "deputy attended"]
    assert held["seat"][0]["unit"] == case.units[0].name
    assert held["log"] == [{"at": "18 November 2026 at 10:00", "who": "Manager", "did": "viewed"}]
    everything = "\n".join(files.values())
    assert "@" not in everything
    assert "Minutes 88" in everything
    assert set(files) >= {"read-me-first.html", "all.json", "01-child.csv", "02-episode.csv"}


async def test_nothing_that_a_spreadsheet_would_run_is_in_it(now: datetime) -> None:
    case, by = await make_case(), await manager("m@council.example", await council(), now)
    await Child.raw("update action set title = '=cmd|x' where meeting = {}", case.meeting.id)
    files = opened(await asked(by, now))
    (actions,) = [text for name, text in files.items() if name.endswith("-action.csv")]
    assert "=cmd|x" in actions
    assert ",=cmd" not in actions


async def test_every_request_is_on_record_with_who_asked_and_why(now: datetime) -> None:
    await make_case()
    row = await asked(await manager("m@council.example", await council(), now), now)
    assert (row.who, row.why) == ("the young person", "Letter of 3 May")
    acts = await Entry.select(Entry.action).where(Entry.subject == f"request:{row.reference}").order_by(Entry.id)
    assert [act["action"] for act in acts] == ["asked on somebody's behalf", "request done"]


async def test_a_manager_of_another_authority_learns_nothing(now: datetime) -> None:
    await make_case()
    await council()
    stranger = await manager("m@elsewhere.example", await council("E09000002"), now)
    for wish in ("access child", "erasure child", "hold child"):
        theirs = await asked(stranger, now, wish=wish)
        nobody = await asked(stranger, now, wish=wish, subject="NO-SUCH-1")
        assert (theirs.stand, theirs.said, theirs.child) == (nobody.stand, nobody.said, nobody.child)
        assert (theirs.stand, theirs.said) == (Stand.REFUSED, NOTHING)
    assert not await CaseHold.exists()


async def test_who_lost_the_role_before_the_worker_came_gets_nothing(now: datetime) -> None:
    await make_case()
    by = await manager("m@council.example", await council(), now)
    reference = await requests.ask(
        "access child", issuer=PLACE, subject="LCS-7719", who="the young person", why="x", by=by, now=now
    )
    await signin.end_person("m@council.example", by="operator", now=now - timedelta(minutes=1))
    await take_steps(now, real_now=now)
    assert (await found(reference)).stand == Stand.REFUSED


async def test_who_may_ask_follows_the_real_time_wherever_the_demonstrations_clock_stands(now: datetime) -> None:
    await make_case()
    by = await manager("m@council.example", await council(), now)
    moved = now - timedelta(days=200)
    reference = await requests.ask(
        "access child", issuer=PLACE, subject="LCS-7719", who="the young person", why="x", by=by, now=moved
    )
    await take_steps(moved, real_now=now)
    assert (await found(reference)).stand == Stand.DONE


async def test_an_officer_gets_what_is_held_under_their_address(now: datetime) -> None:
    case = await make_case()
    agency = await Agency.objects().get(Agency.id == case.units[3].agency)
    assert agency is not None
    address = "Blake@Met.example"
    seat = case.seats[3].id
    await Child.raw("update invitation set address = lower({}) where seat = {}", address, seat)
    by = await manager("m@council.example", agency.code, now)
    row = await asked(by, now, wish="access address", subject=address)
    held = json.loads(opened(row)["all.json"])["held"]
    kinds = {name.rpartition("-")[0] for name, rows in held.items() if rows}
    assert kinds >= {"invitation", "response", "deputy", "proposal", "action", "inbound_mail"}
    other = await manager("m@elsewhere.example", await council("E09000002"), now)
    assert (await asked(other, now, wish="access address", subject=address)).said == NOTHING


class TestWhoAnswersForAnAddress:
    """Whoever keeps a unit's entry writes any address there: that alone must not open what others hold of it."""

    ADDRESS = "victim@a.police.example"

    async def add_to(self, place: str, now: datetime) -> str:
        """The address is in the directory for a unit of the council's, as of a year ago; the council's code."""
        agency = await council(place)
        unit = await unit_of_code(f"care-{place}")
        told: dict[str, Any] = {"email": self.ADDRESS, "active_from": date(2025, 1, 1), "by": "tests", "now": now}
        await contacts.add(unit.id, role="duty desk", **told)
        await ladder.add(unit.id, rung=Rung.SUPERVISOR, role="sergeant", phone="", **told)
        return agency

    async def test_the_agency_that_the_account_is_appointed_to_and_no_other_that_lists_it(
        self, now: datetime
    ) -> None:
        own = await council("E09000001")
        await signin.add_person(self.ADDRESS, "Officer", appointments=[Post(Role.PARTNER, own)], now=now)
        by = await manager("m@b.example", await self.add_to("E09000002", now - timedelta(days=400)), now)
        assert (await asked(by, now, wish="access address", subject=self.ADDRESS)).said == NOTHING
        by = await manager("m@a.example", own, now)
        assert (await asked(by, now, wish="access address", subject=self.ADDRESS)).stand == Stand.DONE

    async def test_without_an_account_the_agency_that_has_listed_it_for_90_days(self, now: datetime) -> None:
        """The first day of an entry is told by whoever adds it; the log tells when it was added."""
        by = await manager("m@b.example", await self.add_to("E09000002", now), now)
        for days, stand in ((0, Stand.REFUSED), (89, Stand.REFUSED), (91, Stand.DONE)):
            later = now + timedelta(days=days)
            assert (await asked(by, later, wish="access address", subject=self.ADDRESS)).stand == stand


async def test_what_an_account_did_is_in_its_answer(now: datetime) -> None:
    by = await manager("m@council.example", EVERY, now)
    held = json.loads(opened(await asked(by, now, wish="access address", subject="m@council.example"))["all.json"])
    assert held["held"]["appointments"][0]["role"] == "manager"
    assert "asked on somebody's behalf" in [one["action"] for one in held["held"]["log"]]


class TestAnErasure:
    async def test_is_shown_confirmed_by_somebody_else_and_leaves_every_count(self, now: datetime) -> None:
        case, agency = await make_case(), await council()
        first, second = (
            await manager("a@council.example", agency, now),
            await manager("b@council.example", agency, now),
        )
        figure = Asked(periods.month(2024, 5).since, periods.month(2024, 5).until, MeetingType.MISSING, now)
        await posting.post_due(now)
        before = await figures.recount(figure)
        row = await asked(first, now, wish="erasure child")
        assert row.stand == Stand.SHOWN
        assert json.loads(row.counts)["seat"] == 4
        assert await Child.exists().where(Child.reference == "LCS-7719")
        with pytest.raises(SamePerson):
            await requests.confirm(row.reference, by=first, now=now)
        await requests.confirm(row.reference, by=second, now=now)
        await take_steps(now, real_now=now)
        assert (await found(row.reference)).stand == Stand.DONE
        assert [name for name in NAMED if name in await words_kept()] == []
        await posting.post_due(now)
        assert await figures.recount(figure) == before
        assert await recount.check_all(now) == []
        assert await Child.exists().where(Child.id == case.child.id, Child.issuer == ISSUER)
        with pytest.raises(NotOpen):
            await requests.drop(row.reference, by=first, now=now)

    async def test_is_refused_while_the_case_is_held(self, now: datetime) -> None:
        await make_case()
        by = await manager("a@council.example", await council(), now)
        assert (await asked(by, now, wish="hold child")).stand == Stand.DONE
        row = await asked(by, now, wish="erasure child")
        assert (row.stand, row.said) == (Stand.REFUSED, "Somebody holds the case. Nothing was removed.")
        hold = await CaseHold.objects().first()
        assert hold is not None
        with pytest.raises(Unsuitable):
            await requests.lift(hold.reference, why=" ", by=by, now=now)
        await requests.lift(hold.reference, why="inquiry over", by=by, now=now)
        with pytest.raises(NotOpen):
            await requests.lift(hold.reference, why="again", by=by, now=now)
        assert (await asked(by, now, wish="erasure child")).stand == Stand.SHOWN

    async def test_is_refused_where_something_happened_after_it_was_shown(self, now: datetime) -> None:
        case, agency = await make_case(), await council()
        first, second = (
            await manager("a@council.example", agency, now),
            await manager("b@council.example", agency, now),
        )
        row = await asked(first, now, wish="erasure child")
        await requests.confirm(row.reference, by=second, now=now)
        await Child.raw("update episode set ended_at = null where child = {}", case.child.id)
        await take_steps(now, real_now=now)
        row = await found(row.reference)
        assert (row.stand, row.said) == (Stand.REFUSED, "An episode is still open. Nothing was removed.")
        assert await Child.exists().where(Child.reference == "LCS-7719")

    async def test_confirmed_by_somebody_of_another_authority_is_refused(self, now: datetime) -> None:
        await make_case()
        first = await manager("a@council.example", await council(), now)
        stranger = await manager("b@elsewhere.example", await council("E09000002"), now)
        row = await asked(first, now, wish="erasure child")
        await requests.confirm(row.reference, by=stranger, now=now)
        await take_steps(now, real_now=now)
        assert (await found(row.reference)).said == NOTHING
        assert await Child.exists().where(Child.reference == "LCS-7719")

    async def test_that_was_dropped_does_nothing(self, now: datetime) -> None:
        await make_case()
        by = await manager("a@council.example", await council(), now)
        row = await asked(by, now, wish="erasure child")
        await requests.drop(row.reference, by=by, now=now)
        with pytest.raises(NotOpen):
            await requests.confirm(row.reference, by="somebody", now=now)
        await take_steps(now, real_now=now)
        assert await Child.exists().where(Child.reference == "LCS-7719")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"wish": "everything"}, "wish"),
        ({"subject": " "}, "subject"),
        ({"issuer": ""}, "issuer"),
        ({"who": "a passer-by"}, "who"),
        ({"why": ""}, "why"),
        ({"why": "x" * 301}, "why"),
    ],
)
async def test_a_wish_that_cannot_be_is_refused(change: dict[str, str], field: str, now: datetime) -> None:
    given = {
        "wish": "access child",
        "issuer": PLACE,
        "subject": "LCS-7719",
        "who": "the young person",
        "why": "x",
    } | change
    with pytest.raises(Unsuitable) as refused:
        await requests.ask(given.pop("wish"), **given, by="tests", now=now)
    assert refused.value.field == field
    assert not await PrivacyRequest.exists()


async def test_nothing_is_said_of_a_case_that_does_not_belong_to_the_child(now: datetime) -> None:
    first, second = await make_case(), await make_case(reference="LCS-8820")
    by = await manager("m@council.example", await council(), now)
    everything = "\n".join(opened(await asked(by, now)).values())
    assert first.meeting.reference in everything
    assert second.meeting.reference not in everything
