"""The SSDA903 files, in the states in which councils send them."""

from datetime import date
from pathlib import Path

import pytest

from meetings.intake.csvfile import NOT_SHOWN, Problem, as_csv
from meetings.intake.ssda903 import Period, Reading, read

SAMPLES = Path(__file__).parents[2] / "samples" / "ssda903"
TODAY = date(2026, 11, 18)
HEADER = "CHILD,DOB,MISSING,MIS_START,MIS_END"
CARE_HEADER = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
GOOD = "566910,12/03/2012,M,13/11/2025,25/11/2025"


def of(*lines: str, header: str = HEADER, care: tuple[str, ...] | None = None, encoding: str = "utf-8") -> Reading:
    episodes = None if care is None else "\r\n".join([CARE_HEADER, *care]).encode()
    return read("\r\n".join([header, *lines]).encode(encoding), episodes, today=TODAY)


def the_problem(reading: Reading) -> Problem:
    (problem,) = reading.problems
    return problem


def test_every_line_of_the_public_files_is_read_and_only_their_oddities_are_warned_of() -> None:
    reading = read((SAMPLES / "missing.csv").read_bytes(), (SAMPLES / "episodes.csv").read_bytes(), today=TODAY)
    assert (reading.read, len(reading.periods)) == (43, 43)
    assert not [one for one in reading.problems if one.refused]
    assert [(one.line, one.reason) for one in reading.problems if "Overlaps" in one.reason] == [
        (36, "Overlaps the period on line 37.")
    ]


def test_a_line_is_a_period_with_an_age_band_and_no_birth_date() -> None:
    assert of(GOOD).periods == (
        Period(2, "566910", "M", date(2025, 11, 13), date(2025, 11, 25), "10-14", in_care=True),
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"], ids=lambda encoding: str(encoding)
)
def test_any_encoding_that_excel_writes_is_read(encoding: str) -> None:
    assert of(GOOD + ",café", header=HEADER + ",NOTE", encoding=encoding).periods[0].child == "566910"


@pytest.mark.parametrize(
    "header",
    [
        "child,dob,missing,mis_start,mis_end",
        ' Child , DoB ,Missing,"MIS START",Mis-End',
        "CHILD;DOB;MISSING;MIS_START;MIS_END",
        "MIS_END,MIS_START,MISSING,DOB,CHILD",
    ],
)
def test_a_header_is_known_whatever_its_case_spaces_order_and_separator(header: str) -> None:
    line = GOOD
    if ";" in header:
        line = GOOD.replace(",", ";")
    if header.startswith("MIS_END"):
        line = ",".join(reversed(GOOD.split(",")))
    assert len(of(line, header=header).periods) == 1


def test_line_ends_of_any_system_and_empty_lines_are_fine() -> None:
    raw = f"{HEADER}\r{GOOD}\r\r,,,,\r".encode()
    reading = read(raw, None, today=TODAY)
    assert (reading.read, len(reading.periods), reading.problems) == (1, 1, ())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01/02/2026", date(2026, 2, 1)),
        ("1/2/2026", date(2026, 2, 1)),
        ("01-02-2026", date(2026, 2, 1)),
        ("01.02.2026", date(2026, 2, 1)),
        ("2026-02-01", date(2026, 2, 1)),
        ("01/02/2026 00:00", date(2026, 2, 1)),
        ("2024-02-29 00:00:00", date(2024, 2, 29)),
    ],
)
def test_dates_are_read_day_first(text: str, day: date) -> None:
    assert of(f"566910,,M,{text},").periods[0].start == day


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("566910,,M,31/02/2026,", "MIS_START", "31/02/2026"),
        ("566910,,M,11/13/2025,", "MIS_START", "11/13/2025"),
        ("566910,,M,01/02/26,", "MIS_START", "01/02/26"),
        ("566910,,M,45000,", "MIS_START", "45000"),
        ("566910,,M,unknown,", "MIS_START", "unknown"),
        ("566910,,M,,", "MIS_START", ""),
        ("566910,,M,19/11/2026,", "MIS_START", "19/11/2026"),
        ("566910,,M,01/02/1926,", "MIS_START", "01/02/1926"),
        ("566910,,M,13/11/2025,12/11/2025", "MIS_END", "12/11/2025"),
        ("566910,,M,13/11/2025,19/11/2026", "MIS_END", "19/11/2026"),
        ("566910,,X,13/11/2025,", "MISSING", "X"),
        ("566910,,,13/11/2025,", "MISSING", ""),
        (",,M,13/11/2025,", "CHILD", ""),
        ("566910,,M,13/11/2025", "", NOT_SHOWN),
        ("566910,,M,13/11/2025,,surplus", "", NOT_SHOWN),
        ('566910,"12/03/2012,M,13/11/2025,', "", NOT_SHOWN),
    ],
)
def test_a_bad_line_is_named_with_its_column_and_value_and_the_others_are_taken(
    line: str, column: str, value: str
) -> None:
    reading = of(GOOD, line, GOOD.replace("566910", "384923"))
    problem = the_problem(reading)
    assert (problem.file, problem.line, problem.column, problem.value) == ("missing", 3, column, value)
    assert problem.refused
    assert problem.reason.endswith(".")
    assert [one.line for one in reading.periods] == [2, 4]


SECRETS = {
    "a name as reference": ("Jane Doe,,M,13/11/2025,", "Jane"),
    "a birth date as reference": ("12/03/2012,,M,13/11/2025,", "12/03/2012"),
    "a bad birth date": ("566910,32/03/2012,M,13/11/2025,", "32/03/2012"),
    "a birth date after the period": ("566910,14/11/2025,M,13/11/2025,", "14/11/2025"),
    "a birth date of an adult": ("566910,12/03/1999,M,13/11/2025,", "12/03/1999"),
    "a birth date one column on": ("566910,M,12/03/2012,13/11/2025,", "12/03/2012"),
    "a postcode in place of a day": ("566910,,M,SW9 8LT,", "SW9"),
    "a telephone number in place of a day": ("566910,,M,07700900123,", "07700900123"),
    "a sentence in place of a day": ("566910,,M,seen at her aunt's house,", "aunt"),
    "a line of the wrong width": ("Jane,Doe,12/03/2012", "Jane"),
}


@pytest.mark.parametrize(("line", "secret"), SECRETS.values(), ids=SECRETS.keys())
def test_what_may_tell_who_the_child_is_is_never_repeated(line: str, secret: str) -> None:
    reading = of(line)
    assert reading.problems
    assert secret not in as_csv(reading.problems)


def test_types_in_small_letters_are_known() -> None:
    assert [one.kind for one in of("566910,,m,13/11/2025,", "384923,,a,13/11/2025,").periods] == ["M", "A"]


@pytest.mark.parametrize(
    ("header", "column", "close"),
    [
        ("CHILD,DOB,MISSING,MIS_STRAT,MIS_END", "MIS_START", "MIS_STRAT"),
        ("CHLID,DOB,MISSING,MIS_START,MIS_END", "CHILD", "CHLID"),
        ("CHILD,DOB,MISSING,MIS_START,QX", "MIS_END", ""),
    ],
)
def test_a_missing_or_misspelt_column_is_named_with_the_one_that_comes_close(
    header: str, column: str, close: str
) -> None:
    reading = of(GOOD, header=header)
    problem = the_problem(reading)
    assert (problem.line, problem.column, reading.periods) == (1, column, ())
    assert f"The file has {close}:" in problem.reason if close else "The file has" not in problem.reason


def test_a_column_that_is_there_twice_is_refused() -> None:
    assert "2 times" in the_problem(of(GOOD + ",M", header=HEADER + ",missing")).reason


def test_without_birth_dates_the_age_band_is_not_known() -> None:
    reading = of("566910,M,13/11/2025,", header="CHILD,MISSING,MIS_START,MIS_END")
    assert (reading.periods[0].age_band, reading.problems) == ("", ())


def test_a_misspelt_birth_date_column_is_only_warned_of() -> None:
    reading = of(GOOD, header="CHILD,DBO,MISSING,MIS_START,MIS_END")
    assert len(reading.periods) == 1
    assert not the_problem(reading).refused


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("14/11/2015", "0-9"),
        ("13/11/2015", "10-14"),
        ("14/11/2010", "10-14"),
        ("13/11/2010", "15-17"),
        ("14/11/2007", "15-17"),
        ("13/11/2025", "0-9"),
    ],
)
def test_the_age_band_is_that_of_the_first_day(born: str, band: str) -> None:
    assert of(f"566910,{born},M,13/11/2025,14/11/2025").periods[0].age_band == band


def test_an_open_period_of_somebody_who_has_turned_18_needs_an_end() -> None:
    problem = the_problem(of("566910,14/11/2007,M,13/11/2025,"))
    assert (problem.column, problem.refused) == ("MIS_END", True)


def test_the_same_line_twice_is_taken_once() -> None:
    reading = of(GOOD, GOOD)
    assert len(reading.periods) == 1
    assert the_problem(reading).reason == "The same as line 2, which was taken."


def test_one_first_day_with_two_ends_is_taken_as_the_first_line_says() -> None:
    reading = of(GOOD, GOOD.replace("25/11/2025", "26/11/2025"))
    assert [one.end for one in reading.periods] == [date(2025, 11, 25)]
    assert the_problem(reading).refused


def test_overlapping_periods_of_one_child_are_taken_with_a_warning() -> None:
    reading = of(GOOD, "566910,12/03/2012,A,20/11/2025,21/11/2025")
    assert len(reading.periods) == 2
    assert (the_problem(reading).line, the_problem(reading).refused) == (3, False)


def test_a_period_that_begins_on_the_last_day_of_another_does_not_overlap() -> None:
    assert of(GOOD, "566910,12/03/2012,A,25/11/2025,26/11/2025").problems == ()


def test_an_open_period_overlaps_every_later_one() -> None:
    assert "Overlaps" in the_problem(of("566910,,M,13/11/2025,", "566910,,M,20/01/2026,21/01/2026")).reason


IN_CARE = "566910,01/01/2024,S,C2,N1,U1,PR0,,,,EH14 8EC,WD10 6ZQ,1"


def care(decom: str, dec: str, rec: str, child: str = "566910") -> str:
    return f"{child},{decom},S,C2,N1,U1,PR0,{dec},{rec},,EH14 8EC,WD10 6ZQ,1"


def test_a_child_in_care_on_the_first_day_gives_no_warning() -> None:
    reading = of(GOOD, care=(IN_CARE,))
    assert (reading.periods[0].in_care, reading.problems) == (True, ())


@pytest.mark.parametrize(
    ("line", "placed", "rule"),
    [
        (GOOD, [care("01/01/2024", "20/11/2025", "X1"), care("20/11/2025", "", "")], "575"),
        ("566910,,M,13/11/2025,", [care("01/01/2024", "20/11/2025", "E4A")], "577"),
        (GOOD, [care("01/01/2024", "12/11/2025", "E4A")], "578"),
    ],
)
def test_the_rules_of_the_return_are_warnings(line: str, placed: list[str], rule: str) -> None:
    reading = of(line, care=tuple(placed))
    assert len(reading.periods) == 1
    assert (the_problem(reading).refused, f"(rule {rule})" in the_problem(reading).reason) == (False, True)


def test_a_child_that_had_left_care_is_not_taken_as_looked_after() -> None:
    assert not of(GOOD, care=(care("01/01/2024", "12/11/2025", "E4A"),)).periods[0].in_care


def test_a_child_that_is_not_in_the_care_file_is_warned_of() -> None:
    reading = of(GOOD, care=(care("01/01/2024", "", "", child="384923"),))
    assert (the_problem(reading).column, reading.periods[0].in_care) == ("CHILD", False)


def test_a_bad_line_of_the_care_file_is_named_and_shows_no_postcode() -> None:
    reading = of(GOOD, care=(IN_CARE, care("32/01/2024", "", "")))
    problem = the_problem(reading)
    assert (problem.file, problem.line, problem.column) == ("episodes", 3, "DECOM")
    assert "WD10" not in as_csv(reading.problems)


def test_a_care_file_without_its_columns_checks_nothing() -> None:
    reading = read(f"{HEADER}\n{GOOD}".encode(), b"CHILD,DECOM,REC\n566910,01/01/2024,", today=TODAY)
    assert (the_problem(reading).file, the_problem(reading).column) == ("episodes", "DEC")
    assert reading.periods[0].in_care
