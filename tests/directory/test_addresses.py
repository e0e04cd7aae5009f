"""Which addresses may be invited, and when two spellings are one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.addresses import BadAddress, address, same_address

VALID = [
    "missing-na@met-police.example",
    "missing.coordinator@lambeth-council.example",
    "duty_desk+nights@essex-police.example",
    "o'neill-team@kent.police.example",
    "a@b.example",
    "1234@4567.example",
    f"{'l' * 64}@council.example",
    f"desk@{'d' * 63}.example",
    "desk@xn--caf-dma.example",
    f"{'l' * 64}@{'d' * 63}.{'e' * 63}.{'f' * 53}.example",  # 254 characters
]

INVALID = {
    "nothing": "",
    "no @": "missing-team.council.example",
    "no local part": "@council.example",
    "no domain": "desk@",
    "one label": "desk@localhost",
    "two addresses": "desk@council.example,duty@council.example",
    "two @": "desk@duty@council.example",
    "display name": "Desk <desk@council.example>",
    "display-name spoof": '"desk@council.example" <other@elsewhere.example>',
    "brackets": "<desk@council.example>",
    "quoted local part": '"the desk"@council.example',
    "comment": "desk(night)@council.example",
    "address literal": "desk@[127.0.0.1]",
    "bare IP number": "desk@127.0.0.1",
    "leading dot": ".desk@council.example",
    "trailing dot": "desk.@council.example",
    "double dot": "duty..desk@council.example",
    "trailing dot of domain": "desk@council.example.",
    "empty label": "desk@council..example",
    "leading hyphen": "desk@-council.example",
    "trailing hyphen": "desk@council-.example",
    "underscore in domain": "desk@the_council.example",
    "space inside": "duty desk@council.example",
    "space before": " desk@council.example",
    "space after": "desk@council.example ",
    "line end": "desk@council.example\n",
    "header smuggled in": "desk@council.example\r\nBcc: other@elsewhere.example",
    "NUL": "desk\0@council.example",
    "tab": "desk\t@council.example",
    "encoded word": "=?utf-8?q?desk?=@council.example",
    "encoded header": "=?utf-8?q?a=0ABcc=3A?=@council.example",
    "percent routing": "desk%elsewhere.example@council.example",
    "source route": "@relay.example:desk@council.example",
    "mailto": "mailto:desk@council.example",
    "command option": "desk@council.example;rm",
    "letter outside ASCII": "désk@council.example",
    "long s": "de\u017fk@council.example",
    "Kelvin sign": "des\u212a@council.example",
    "Cyrillic a": "de\u0430k@council.example",
    "domain outside ASCII": "desk@caf\u00e9.example",
    "direction override": "desk\u202e@council.example",
    "zero-width space": "desk\u200b@council.example",
    "full-width @": "desk\uff20council.example",
    "local part of 65": f"{'l' * 65}@council.example",
    "label of 64": f"desk@{'d' * 64}.example",
    "255 in all": f"{'l' * 64}@{'d' * 63}.{'e' * 63}.{'f' * 54}.example",
}


@pytest.mark.parametrize("text", VALID)
def test_a_plain_address_is_taken_as_it_is(text: str) -> None:
    assert address(text) == text


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID.keys())
def test_anything_but_one_plain_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress, match="Give one address and nothing else"):
        address(text)


def test_the_domain_is_lowered_and_the_local_part_stays() -> None:
    assert address("Missing.Team@Lambeth-Council.EXAMPLE") == "Missing.Team@lambeth-council.example"


def test_the_refusal_shows_hostile_characters_escaped_and_cut_short() -> None:
    with pytest.raises(BadAddress) as refused:
        address("x\r\n\u202e" + "y" * 500)
    assert str(refused.value).isascii()
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250


@given(st.text() | st.text(alphabet='ab1.@-+_"<> ,;:\r\n%=?\\\u00e9\u202e', max_size=20))
def test_whatever_is_given_is_an_address_or_refused_and_an_address_is_one_ascii_word(text: str) -> None:
    try:
        taken = address(text)
    except BadAddress:
        return
    assert taken.isascii()
    assert taken.isprintable()
    assert not set(taken) & set(' "<>()[],;:\\%?')
    assert address(taken) == taken


@pytest.mark.parametrize(
    "spelling",
    [
        "duty-desk@kent-police.example",
        "Duty-Desk@Kent-Police.Example",
        "mailto:duty-desk@kent-police.example",
        "MAILTO:DUTY-DESK@KENT-POLICE.EXAMPLE",
        "MailTo:duty-desk@kent-police.example\r\n",
    ],
)
def test_case_and_mailto_make_no_other_address(spelling: str) -> None:
    assert same_address("duty-desk@kent-police.example", spelling)
    assert same_address(spelling, "duty-desk@kent-police.example")


@pytest.mark.parametrize(
    "other",
    [
        "desk@kent-police.example",
        "duty-desk@kent.police.example",
        "duty-des\u212a@kent-police.example",
        "duty-de\u017fk@kent-police.example",
        "mailto:mailto:duty-desk@kent-police.example",
        "Duty <duty-desk@kent-police.example>",
        "",
    ],
)
def test_another_address_is_another_address(other: str) -> None:
    assert not same_address("duty-desk@kent-police.example", other)


def test_what_is_no_address_equals_nothing() -> None:
    assert not same_address("", "")
    assert not same_address("nobody", "nobody")
