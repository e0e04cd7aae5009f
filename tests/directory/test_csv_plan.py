"""What a file would change: added, changed, ended, unchanged; each line's faults in plain words; nothing removed."""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import count

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from directory.csv_matching import Known, planned
from directory.csv_plan import Entry, Plan, What
from directory.csv_sheets import SHEETS, STEPS, Sheet
from directory.csv_text import as_file, decode, rows

TODAY = date(2026, 11, 18)
DESK = {
    "unit_code": "SN",
    "step": "contact",
    "role": "missing unit",
    "name": "",
    "email": "missing@police.example",
    "phone": "020 7946 0018",
    "order": "1",
    "team_mailbox": "yes",
    "from": "2026-01-01",
    "until": "",
}
NEWHAM = {
    "place_code": "E09000025",
    "place": "Newham",
    "in_london": "yes",
    "unit_code": "NE",
    "from": "2019-03-21",
    "until": "",
    "source": "Published.",
}
UNIT = {
    "unit_code": "SN",
    "name": "South Area BCU",
    "kind": "bcu",
    "agency_code": "met",
    "agency": "Metropolitan",
    "duty_phone": "",
    "hours": "",
}


def known(sheet: Sheet = Sheet.CONTACTS, *values: dict[str, str]) -> Known:
    entries = {one: [Entry(str(n), v) for n, v in enumerate(values)] if one is sheet else [] for one in Sheet}
    police = ("bcu", "force")
    units = {"SN": police, "NE": police, "CE": police, "croydon-social-care": ("social care",)}
    return Known(units, {"met": "Metropolitan"}, {"E09000025"}, entries, ("places",))


def plan_of(text: str | bytes, state: Known) -> Plan:
    raw = text if isinstance(text, bytes) else text.encode()
    return planned(rows(decode(raw, largest=1_000_000)), state, TODAY)


def told(plan: Plan) -> list[str]:
    return [f"{problem.line} {problem.column}: {problem.reason}" for problem in plan.problems]


def file_of(sheet: Sheet, *values: dict[str, str]) -> bytes:
    names = [column.name for column in SHEETS[sheet]]
    return as_file([names, *([one.get(name, "") for name in names] for one in values)])


WORD = st.text(st.sampled_from("abc é’“=+-@;,'\"0"), min_size=1, max_size=12).map(lambda t: f"x{t}".strip())
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat)


@st.composite
def contacts(draw: st.DrawFn) -> list[dict[str, str]]:
    """Contacts of which no two are the same."""
    numbers, found = count(), []
    for step in draw(st.lists(st.sampled_from(STEPS), max_size=8)):
        own = step == "contact"
        first = draw(DAYS)
        until = draw(st.one_of(st.just(""), st.just("2031-01-01"), st.just(first)))
        found.append(
            {
                "unit_code": draw(st.sampled_from(["SN", "NE", *([] if own else ["london"])])),
                "step": step,
                "role": draw(WORD),
                "name": draw(st.one_of(st.just(""), WORD)) if own else "",
                "email": f"desk{next(numbers)}@police.example",
                "phone": draw(st.sampled_from(["", "+44 20 7946 0018"])),
                "order": draw(st.sampled_from("123456789")) if own else "",
                "team_mailbox": draw(st.sampled_from(["yes", "no"])) if own else "",
                "from": first,
                "until": until,
            }
        )
    return found


def _reads_as_utf8(saved: bytes) -> bool:
    """Whether other letters than were meant stand in it by chance: é, ’ and ’ together are a Chinese sign."""
    try:
        return not saved.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


@given(
    contacts(), st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8-sig", "utf-16", "cp1252"]), st.booleans()
)
def test_an_export_that_a_spreadsheet_saved_again_changes_nothing(
    listed: list[dict[str, str]], delimiter: str, encoding: str, british: bool
) -> None:
    table = [list(row.cells) for row in rows(decode(file_of(Sheet.CONTACTS, *listed), largest=1_000_000))]
    days = [table[0].index("from"), table[0].index("until")]
    for row in table[1:] if british else []:
        for place in days:
            row[place] = "/".join(reversed(row[place].split("-")))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(table)
    assume(encoding != "cp1252" or not _reads_as_utf8(out.getvalue().encode(encoding)))
    plan = plan_of(out.getvalue().encode(encoding), known(Sheet.CONTACTS, *listed))
    assert told(plan) == []
    assert plan.acts == []
    assert (plan.counts[What.SAME], plan.left) == (len(listed), 0)


@pytest.mark.parametrize(("sheet", "values"), [(Sheet.AREAS, NEWHAM), (Sheet.UNITS, UNIT), (Sheet.CONTACTS, DESK)])
def test_an_entry_that_the_file_does_not_name_is_left_as_it_is(sheet: Sheet, values: dict[str, str]) -> None:
    plan = plan_of(file_of(sheet), known(sheet, values))
    assert (plan.acts, plan.problems, plan.left) == ([], [], 1)


def test_each_line_says_what_was_and_what_will_be() -> None:
    changed = {**DESK, "phone": "020 7946 0019", "role": "duty desk"}
    new = {**DESK, "email": "desk@police.example", "from": ""}
    plan = plan_of(file_of(Sheet.CONTACTS, changed, new), known(Sheet.CONTACTS, DESK))
    first, second = plan.changes
    assert (first.what, first.cells) == (
        What.CHANGED,
        (("role", "missing unit", "duty desk"), ("phone", "020 7946 0018", "020 7946 0019")),
    )
    assert second.what is What.ADDED
    assert second.now("from") == "2026-11-18"


def test_an_address_in_other_letters_and_without_its_first_day_is_the_contact_in_use() -> None:
    plan = plan_of(
        "Unit code,Role,E-Mail,Email\nSN,missing unit,,Missing@Police.example\n", known(Sheet.CONTACTS, DESK)
    )
    assert [change.what for change in plan.changes] == [What.SAME]
    assert plan.notes == ["The column “e_mail” is not one of ours and was not read."]


def test_an_end_is_told_as_an_end_and_what_has_ended_is_not_opened_again() -> None:
    ended = {**DESK, "until": "2026-12-01"}
    (change,) = plan_of(file_of(Sheet.CONTACTS, ended), known(Sheet.CONTACTS, DESK)).changes
    assert (change.what, change.cells) == (What.ENDED, (("until", "", "2026-12-01"),))
    gone = {**DESK, "until": "2026-11-01"}
    plan = plan_of(file_of(Sheet.CONTACTS, DESK), known(Sheet.CONTACTS, gone))
    assert "2 until: is 2026-11-01 in the directory" in told(plan)[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "desk"}, "2 email: 'desk' is not an address"),
        ({"role": ""}, "2 role: is empty. Fill it in."),
        ({"role": "=HYPERLINK(1)"}, "2 role: begins with =, as formulas do"),
        ({"name": "@SUM(1)"}, "2 name: begins with @, as formulas do"),
        ({"role": "=?utf-8?q?x?="}, "2 role: has a line break or a hidden character"),
        ({"role": "desk\u202e"}, "2 role: has a line break or a hidden character"),
        ({"role": "x" * 61}, "2 role: has 61 characters. Use 60 or fewer."),
        ({"phone": "2079460018"}, "2 phone: 2079460018 has lost its first 0"),
        ({"phone": "2.07946E+09"}, "2 phone: 2.07946E+09 is what a spreadsheet makes of a number"),
        ({"phone": "ring me"}, "2 phone: must be digits and spaces"),
        ({"order": "0"}, "2 order: must be a number from 1"),
        ({"team_mailbox": "maybe"}, "2 team_mailbox: must be yes or no."),
        ({"step": "superintendant"}, "Is superintendent meant?"),
        ({"from": "31/2/2026"}, "2 from: There is no such day as 31 2 2026"),
        ({"from": "3/4/26"}, "2 from: Year must have 4 numbers"),
        ({"until": "2025-01-01"}, "2 until: is before the first day"),
        ({"unit_code": "sn"}, "2 unit_code: sn is no unit of the directory. Is SN meant?"),
        ({"unit_code": "london"}, "2 unit_code: london is no unit of the directory."),
    ],
)
def test_a_line_that_is_wrong_says_where_and_why(changes: dict[str, str], said: str) -> None:
    assert any(said in one for one in told(plan_of(file_of(Sheet.CONTACTS, {**DESK, **changes}), known())))


def test_a_character_that_was_lost_is_told() -> None:
    raw = file_of(Sheet.CONTACTS, {**DESK, "role": "caf\ufffd desk"})
    assert "2 role: holds a character that was lost" in told(plan_of(raw, known()))[0]


def test_every_line_that_is_wrong_is_told_at_once() -> None:
    text = "unit_code,role,email\nXX,desk,a@b.example\nSN,,c@d.example\nSN,desk\nSN,desk,e@f.example,more\n"
    plan = plan_of(text, known())
    assert {problem.line for problem in plan.problems} == {2, 3, 4, 5}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("code;mail", "names no file of the directory"),
        ("unit_code,role", "A file of contacts needs the column email as well."),
        ("unit_code,role,email,email", "1 email: is there 2 times. Keep one."),
    ],
)
def test_a_header_that_is_not_ours_says_what_is_missing(header: str, said: str) -> None:
    assert any(said in one for one in told(plan_of(f"{header}\n1,2\n", known())))


def test_the_same_entry_twice_and_days_that_overlap_are_refused() -> None:
    plan = plan_of(file_of(Sheet.CONTACTS, DESK, DESK), known())
    assert told(plan)[0] == "3 : The same entry stands on line 2. Keep one of the two lines."
    later = {**DESK, "from": "2026-12-01"}
    plan = plan_of(file_of(Sheet.CONTACTS, later), known(Sheet.CONTACTS, DESK))
    assert "2 from: The unit has missing@police.example from 2026-01-01 already" in told(plan)[0]


def test_a_boundary_change_ends_one_area_and_begins_another() -> None:
    ended, begun = {**NEWHAM, "until": "2027-04-01"}, {**NEWHAM, "unit_code": "CE", "from": "2027-04-01"}
    plan = plan_of(file_of(Sheet.AREAS, ended, begun), known(Sheet.AREAS, NEWHAM))
    assert [change.what for change in plan.changes] == [What.ENDED, What.ADDED]
    assert told(plan) == []
    alone = plan_of(file_of(Sheet.AREAS, begun), known(Sheet.AREAS, NEWHAM))
    assert "2 from: NE serves the place from 2019-03-21 already." in told(alone)[0]
    ever = plan_of(file_of(Sheet.AREAS, begun), known(Sheet.AREAS, {**NEWHAM, "from": ""}))
    assert "2 from: NE serves the place already." in told(ever)[0]
    partner = {**begun, "unit_code": "croydon-social-care"}
    assert told(plan_of(file_of(Sheet.AREAS, partner), known(Sheet.AREAS, NEWHAM))) == []


def test_a_place_is_added_by_its_name_and_not_without() -> None:
    elsewhere = {**NEWHAM, "place_code": "E10000014", "place": "Hampshire"}
    assert told(plan_of(file_of(Sheet.AREAS, elsewhere), known())) == []
    assert (
        "is no place of the directory" in told(plan_of(file_of(Sheet.AREAS, {**elsewhere, "place": ""}), known()))[0]
    )


def test_what_a_unit_is_and_whose_is_not_changed_by_a_file() -> None:
    plan = plan_of(file_of(Sheet.UNITS, {**UNIT, "kind": "force"}), known(Sheet.UNITS, UNIT))
    assert told(plan) == ["2 kind: is bcu in the directory, and no file changes that."]
    new = {**UNIT, "unit_code": "places", "agency_code": "", "agency": ""}
    assert len(told(plan_of(file_of(Sheet.UNITS, new), known()))) == 2


def test_the_fingerprint_is_of_what_would_change() -> None:
    raw = file_of(Sheet.CONTACTS, {**DESK, "phone": "020 7946 0019"})
    before = plan_of(raw, known(Sheet.CONTACTS, DESK)).fingerprint()
    assert plan_of(raw, known(Sheet.CONTACTS, DESK)).fingerprint() == before
    assert plan_of(raw, known(Sheet.CONTACTS, {**DESK, "phone": "1234567"})).fingerprint() != before
    assert plan_of(raw, known()).fingerprint() != before
