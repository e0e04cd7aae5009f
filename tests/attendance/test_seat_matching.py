"""For which seat somebody came: certain by an address, doubtful by a likeness, and never anybody's absence."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from attendance.seat_matching import Match, SeatSought, Surety, Why, is_deputy, match
from attendance.teams import Seen

HOME = SeatSought(
    seat=uuid4(),
    unit="Central North BCU",
    addresses=frozenset({"missing-cn@met-police.example"}),
    contacts=frozenset({"desk-cn@met-police.example"}),
    deputies=frozenset({"deputy@borough.example"}),
    group=True,
    phones=frozenset({"020 7946 0123"}),
)
DESTINATION = SeatSought(
    seat=uuid4(), unit="East Area BCU", addresses=frozenset({"missing-ea@met-police.example"}), group=True
)
SOCIAL_CARE = SeatSought(
    seat=uuid4(),
    unit="Camden social care",
    addresses=frozenset({"robin.sample@camden.example"}),
    own_houses=frozenset({"camden.example"}),
)
SEATS = (HOME, DESTINATION, SOCIAL_CARE)


def certain(seat: SeatSought, why: Why) -> Match:
    return Match((seat.seat,), Surety.CERTAIN, why)


class TestCertain:
    @pytest.mark.parametrize(
        ("address", "seat", "why"),
        [
            ("missing-cn@met-police.example", HOME, Why.INVITED),
            ("desk-cn@met-police.example", HOME, Why.CONTACT),
            ("deputy@borough.example", HOME, Why.DEPUTY),
            ("somebody.else@camden.example", SOCIAL_CARE, Why.DOMAIN),
        ],
    )
    def test_an_address_that_leads_to_one_seat_alone(self, address: str, seat: SeatSought, why: Why) -> None:
        assert match(Seen("Duty officer", address), SEATS) == certain(seat, why)


class TestDoubtful:
    def test_a_domain_that_two_units_share_is_asked_about_and_never_settled_by_itself(self) -> None:
        found = match(Seen("Duty officer", "duty.officer@met-police.example"), SEATS)
        assert found == Match((HOME.seat, DESTINATION.seat), Surety.DOUBTFUL, Why.SHARED_DOMAIN)

    def test_of_two_units_with_one_domain_the_one_in_the_name_stands_first(self) -> None:
        found = match(Seen("East Area duty desk", "duty.officer@met-police.example"), SEATS)
        assert found.seats == (DESTINATION.seat, HOME.seat)

    def test_a_shared_domain_is_in_doubt_also_where_one_seat_alone_has_it(self) -> None:
        found = match(Seen("Duty officer", "duty.officer@met-police.example"), (HOME, SOCIAL_CARE))
        assert found == Match((HOME.seat,), Surety.DOUBTFUL, Why.SHARED_DOMAIN)

    def test_an_address_that_speaks_for_two_of_the_units_is_asked_about(self) -> None:
        desk = frozenset({"night-desk@met-police.example"})
        both = (replace(HOME, contacts=desk), replace(DESTINATION, contacts=desk))
        found = match(Seen("Night desk", "night-desk@met-police.example"), both)
        assert found == Match((HOME.seat, DESTINATION.seat), Surety.DOUBTFUL, Why.CONTACT)

    @pytest.mark.parametrize("name", ["Robin Sample", "Sample, Robin", "Robin SAMPLE (Camden)", "R Sample"])
    def test_a_name_alone_proves_nothing(self, name: str) -> None:
        assert match(Seen(name), SEATS) == Match((SOCIAL_CARE.seat,), Surety.DOUBTFUL, Why.NAME)

    def test_the_name_of_a_unit_is_a_likeness_too(self) -> None:
        assert match(Seen("Central North missing team"), SEATS).seats == (HOME.seat,)

    def test_a_number_of_the_unit_is_a_likeness_with_and_without_the_country(self) -> None:
        found = match(Seen("+44 20 7946 0123"), SEATS)
        assert found == Match((HOME.seat,), Surety.DOUBTFUL, Why.TELEPHONE)
        assert match(Seen("+44 20 7946 0199"), SEATS).surety is Surety.NOBODY
        assert match(Seen("+44 20 79** **23"), SEATS).surety is Surety.NOBODY, "Teams hides digits"

    def test_who_joined_without_signing_in_is_in_doubt_whatever_address_they_gave(self) -> None:
        found = match(Seen("Duty officer", "missing-cn@met-police.example", unverified=True), SEATS)
        assert found == Match((HOME.seat,), Surety.DOUBTFUL, Why.UNVERIFIED)

    def test_a_seat_that_a_person_marked_as_absent_is_theirs_to_change(self) -> None:
        absent = SeatSought(HOME.seat, HOME.unit, addresses=HOME.addresses, stands_absent=True)
        found = match(Seen("Duty officer", "missing-cn@met-police.example"), (absent,))
        assert found == Match((HOME.seat,), Surety.DOUBTFUL, Why.CONTRADICTED)


class TestNobody:
    @pytest.mark.parametrize(
        "person",
        [
            Seen("Note taker", "notes@elsewhere.example"),
            Seen("Police"),
            Seen("Team"),
            Seen("Missing team duty officer"),
            Seen(""),
            Seen("Guest"),
            Seen("Impostor", "x@camden.example.evil.example"),
        ],
    )
    def test_nothing_leads_to_a_seat(self, person: Seen) -> None:
        assert match(person, SEATS) == Match((), Surety.NOBODY, Why.NOTHING)


class TestWhoCame:
    def test_any_member_of_an_invited_mailbox_is_who_was_invited(self) -> None:
        assert not is_deputy(Seen("Duty officer", "duty.officer@met-police.example"), HOME)

    def test_a_colleague_of_an_invited_person_is_a_deputy(self) -> None:
        assert is_deputy(Seen("Somebody Else", "somebody.else@camden.example"), SOCIAL_CARE)

    def test_the_invited_person_under_another_address_is_no_deputy(self) -> None:
        assert not is_deputy(Seen("Robin Sample", "robin@home.example"), SOCIAL_CARE)

    def test_a_known_deputy_is_one(self) -> None:
        assert is_deputy(Seen("Duty officer", "deputy@borough.example"), HOME)

    def test_who_dialled_in_is_taken_for_who_was_invited(self) -> None:
        assert not is_deputy(Seen("+44 20 7946 0123"), SOCIAL_CARE)
