"""The pieces that pages are made of."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from web.environment import environment
from web.forms import Form, Problems

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
JINJA = environment([])
FIELDS = {
    "text": 'm.text("field", "Label", hint="Hint")',
    "radios": 'm.radios("field", "Label", [("a", "A"), ("b", "B")])',
    "checkboxes": 'm.checkboxes("field", "Label", [("a", "A"), ("b", "B")])',
    "checkbox": 'm.checkbox("field", "Label")',
    "select": 'm.select("field", "Label", [("a", "A"), ("b", "B")])',
    "file": 'm.file("field", "Label")',
    "date": 'm.date("field", "Label")',
    "moment": 'm.moment("field", "Label")',
}


def render(source: str, **context: object) -> str:
    template = JINJA.from_string(f'{{% import "web/macros.html" as m with context %}}{source}')
    return " ".join(template.render(now=NOW, csrf_input="<input name=_csrf_token>", **context).split())


@pytest.mark.parametrize("source", FIELDS.values(), ids=FIELDS)
def test_a_problem_stands_beside_its_field_and_the_summary_can_point_at_it(source: str) -> None:
    html = render(f"{{{{ {source} }}}}", problems=Problems(field="Enter <it>"))
    assert "Enter &lt;it&gt;" in html
    assert len(re.findall(r'<(?:input|textarea|select)[^>]* id="field"', html)) == 1


@pytest.mark.parametrize("source", FIELDS.values(), ids=FIELDS)
def test_a_field_without_a_problem_shows_none(source: str) -> None:
    assert "error" not in render(f"{{{{ {source} }}}}", problems=Problems(other="Enter it"))


def test_what_was_typed_is_shown_again_and_never_as_html() -> None:
    html = render(f"{{{{ {FIELDS['text']} }}}}", values=Form([("field", '"><script>')]))
    assert "&#34;&gt;&lt;script&gt;" in html
    assert "<script>" not in html


@pytest.mark.parametrize("kind", ["radios", "checkboxes", "select"])
def test_what_was_chosen_is_chosen_again(kind: str) -> None:
    html = render(f"{{{{ {FIELDS[kind]} }}}}", values=Form([("field", "b")]))
    assert re.findall(r'value="(\w)"\s+(?:checked|selected)', html) == ["b"]


def test_all_that_was_ticked_is_ticked_again() -> None:
    html = render(f"{{{{ {FIELDS['checkboxes']} }}}}", values=Form([("field", "a"), ("field", "b")]))
    assert html.count(" checked") == 2


def test_the_parts_of_a_moment_are_shown_again() -> None:
    html = render(f"{{{{ {FIELDS['moment']} }}}}", values=Form([("field-day", "31"), ("field-time", "10 o'clock")]))
    assert 'name="field-day" type="text" value="31"' in html.replace(' spellcheck="false"', "")
    assert "10 o&#39;clock" in html


def test_a_form_carries_its_token_and_a_search_does_not() -> None:
    assert "_csrf_token" in render("{% call m.form() %}{% endcall %}")
    assert "_csrf_token" not in render("{% call m.search() %}{% endcall %}")


def test_a_clock_says_how_long_and_when() -> None:
    html = render("{{ m.clock(due) }}", due=NOW - timedelta(days=2))
    assert "2 days overdue" in html
    assert "govuk-tag--red" in html
    assert '<time class="convene-clock__when" datetime="2026-11-16T10:00:00+00:00">16 Nov, 10am</time>' in html


def test_a_timeline_keeps_its_order_and_escapes_its_words() -> None:
    entries = [{"at": NOW, "what": "Set up", "actor": "Convene"}, {"at": NOW, "what": "<b>"}]
    html = render("{{ m.timeline(entries) }}", entries=entries)
    assert html.index("Set up") < html.index("&lt;b&gt;")


def test_a_table_keeps_the_html_of_macros_and_escapes_all_else() -> None:
    rows = '[[m.tag("Held", "green"), "<b>", 3]]'
    html = render(f'{{{{ m.table("Meetings", ["State", "Why", "#Seats"], {rows}, total=["All", "", 3]) }}}}')
    assert '<strong class="govuk-tag govuk-tag--green">' in html
    assert "&lt;b&gt;" in html
    assert (
        '<th scope="col" role="columnheader" class="govuk-table__header govuk-table__header--numeric">Seats</th>'
        in html
    )
    assert (
        html.count('<td role="cell" class="govuk-table__cell govuk-table__cell--numeric" data-head="Seats">3</td>')
        == 2
    )


@pytest.mark.parametrize(("head", "cards"), [('["Unit", "Answer"]', True), ('["Unit", "#Seats"]', False)])
def test_only_a_table_of_words_becomes_cards_on_a_phone(head: str, cards: bool) -> None:
    html = render(f'{{{{ m.table("Seats", {head}, [["East", "2"]]) }}}}')
    assert ("convene-table--cards" in html) is cards


def test_an_empty_table_says_so() -> None:
    assert "Nobody has answered yet." in render(
        '{{ m.table("Answers", ["Unit"], [], empty="Nobody has answered yet.") }}'
    )


def test_a_summary_escapes_its_values_and_names_what_a_link_changes() -> None:
    html = render('{{ m.summary([("Place", "<b>", "/place", "Change")]) }}')
    assert "&lt;b&gt;" in html
    assert 'Change<span class="govuk-visually-hidden"> place</span>' in html
