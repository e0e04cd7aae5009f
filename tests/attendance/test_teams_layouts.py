"""Teams attendance files as Teams has written them since 2020, whole file in, people out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from attendance.teams import Layout, Seen, TeamsFile, read

SAMPLES = Path(__file__).parents[1] / "samples" / "teams"
STARTS, ENDS = datetime(2026, 11, 18, 9, 0, tzinfo=UTC), datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
POLICE, SOCIAL_CARE = "missing.team@central-north.police.example", "duty@camden.council.example"
UPN = "duty@camden.onmicrosoft.example"


def sample(name: str) -> TeamsFile:
    return read((SAMPLES / name).read_bytes(), starts_at=STARTS, ends_at=ENDS)


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 18, hour, minute, second, tzinfo=UTC)


def named(file: TeamsFile, name: str) -> Seen:
    (found,) = [one for one in file.people if one.name == name]
    return found


class TestEachLayout:
    def test_the_list_of_2020_gives_each_person_from_first_joining_to_last_leaving(self) -> None:
        file = sample("list-2020.csv")
        assert file.layout == Layout.LIST
        assert file.people == (
            Seen("Missing team duty officer", "", at(8, 58, 12), at(9, 58, 44)),
            Seen("Social care duty manager", "", at(9, 1, 40), at(9, 59, 1)),
            Seen("Guest of the duty desk", "", at(9, 14, 2), at(9, 41, 10)),
        )

    def test_the_report_of_2021_has_a_row_for_each_time_somebody_joined(self) -> None:
        file = sample("report-2021.csv")
        assert file.layout == Layout.REPORT_2021
        assert (file.started_at, file.ended_at) == (at(8, 57, 55), at(10, 2, 10))
        assert named(file, "Missing team duty officer") == Seen(
            "Missing team duty officer", POLICE, at(9, 2, 3), at(10, 1)
        )
        assert len(file.people) == 3

    def test_the_report_since_2022_is_read_from_its_second_section_alone(self) -> None:
        file = sample("report-2022.csv")
        assert file.layout == Layout.REPORT
        assert [one.name for one in file.people] == [
            "Social care duty manager",
            "Missing team duty officer",
            "Missing Team, East Area",
            'Note taker "minutes" of the panel',
            "+44 20 7946 0123",
        ]
        assert named(file, "Missing team duty officer") == Seen(
            "Missing team duty officer", POLICE, at(9, 14, 3), at(9, 40)
        )
        assert (file.started_at, file.ended_at) == (at(8, 57, 55), at(10, 2, 10))


class TestWhatVaries:
    @pytest.mark.parametrize(
        "name",
        [
            "report-2022-lower-case-and-more-columns.csv",
            "report-2022-utc.csv",
            "report-2022-german.csv",
            "report-2022-portuguese.csv",
            "report-2022-language-not-known.csv",
            "report-2022-saved-again.csv",
        ],
    )
    def test_the_same_people_come_out_of_every_variant(self, name: str) -> None:
        file, plain = sample(name), sample("report-2022.csv")
        assert file.layout == Layout.REPORT
        assert file.people[:2] == plain.people[:2]
        assert (file.started_at, file.ended_at) == (plain.started_at, plain.ended_at)
        assert "Somebody who is only repeated" not in {one.name for one in file.people}

    @pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.name)
    def test_a_upn_is_never_taken_for_an_address(self, path: Path) -> None:
        file = read(path.read_bytes(), starts_at=STARTS, ends_at=ENDS)
        assert UPN not in {one.address for one in file.people}

    def test_who_joined_without_signing_in_is_told_apart(self) -> None:
        file = sample("report-2022.csv")
        assert [one.name for one in file.people if one.unverified] == ["Missing Team, East Area"]

    def test_who_dialled_in_is_a_telephone_number(self) -> None:
        assert [one.name for one in sample("report-2022.csv").people if one.dialled_in] == ["+44 20 7946 0123"]

    def test_where_times_are_not_collected_people_have_none(self) -> None:
        file = sample("report-2022-who-only.csv")
        assert file.people == (
            Seen("Social care duty manager", SOCIAL_CARE),
            Seen("Missing team duty officer", POLICE),
        )
        assert file.left_out == 1, "who asked not to be named"

    def test_in_summer_times_are_londons_unless_they_say_utc(self) -> None:
        starts, ends = datetime(2026, 7, 15, 9, 0, tzinfo=UTC), datetime(2026, 7, 15, 10, 0, tzinfo=UTC)
        for heading, shown in (("First Join", "10:05"), ("First Join (UTC)", "09:05")):
            text = f"2. Participants\nName\t{heading}\tEmail\nDuty officer\t15/07/2026, {shown}:00\t{POLICE}\n"
            (person,) = read(text.encode(), starts_at=starts, ends_at=ends).people
            assert person.joined_at == datetime(2026, 7, 15, 9, 5, tzinfo=UTC)

    def test_utf_16_without_its_mark_is_known_by_its_content(self) -> None:
        raw = (SAMPLES / "report-2022.csv").read_bytes().removeprefix(b"\xff\xfe")
        assert read(raw, starts_at=STARTS, ends_at=ENDS) == sample("report-2022.csv")
