"""Which addresses a published calendar may have, and from where it may be fetched."""

from ipaddress import ip_network

import pytest

from directory.calendar_address import BadCalendarAddress, calendar_address, masked, may_be_fetched

PRIVATE = [
    "0.0.0.1", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
    "64:ff9b::a00:1", "100::1", "2001::1", "2001:db8::1", "2002:a00:1::1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "3fff::1",
]  # fmt: skip


@pytest.mark.parametrize("ip", PRIVATE)
def test_nothing_is_fetched_from_an_address_that_is_not_public(ip: str) -> None:
    assert not may_be_fetched(ip, plain=False, port=443, opened=())


@pytest.mark.parametrize("ip", ["8.8.8.8", "51.140.1.1", "172.32.0.1", "2a01:111::1", "::ffff:8.8.8.8"])
def test_a_public_address_is_fetched_from_over_tls_on_its_usual_ports_only(ip: str) -> None:
    assert may_be_fetched(ip, plain=False, port=443, opened=())
    assert not may_be_fetched(ip, plain=True, port=80, opened=())
    assert not may_be_fetched(ip, plain=False, port=22, opened=())


def test_an_opened_network_is_open_and_no_other() -> None:
    opened = (ip_network("10.1.2.0/24"),)

    assert may_be_fetched("10.1.2.3", plain=True, port=8080, opened=opened)
    assert may_be_fetched("::ffff:10.1.2.3", plain=True, port=8080, opened=opened)
    assert not may_be_fetched("10.1.3.3", plain=False, port=443, opened=opened)
    assert not may_be_fetched("8.8.8.8", plain=True, port=80, opened=opened)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://calendar.example/a/b.ics?key=1", "https://calendar.example/a/b.ics?key=1"),
        (" webcal://calendar.example/b.ics ", "https://calendar.example/b.ics"),
        ("HTTPS://calendar.example:8443/b.ics#top", "https://calendar.example:8443/b.ics"),
    ],
)
def test_https_and_webcal_addresses_are_taken(given: str, taken: str) -> None:
    assert calendar_address(given) == taken


@pytest.mark.parametrize(
    "given",
    [
        "", "calendar.example", "http://calendar.example/b.ics", "ftp://calendar.example/b.ics", "file:///etc/passwd",
        "https:///b.ics", "https://user:word@calendar.example/b.ics", "https://calendar.example:22/b.ics",
        "https://calendar.example:99999/b.ics", "https://calendar.example/a b.ics", "https://[::1/b.ics",
        "https://calendar.example\\@inner.example/", "https://kalender.exämple/b.ics",
        "https://calendar.example/" + "a" * 1000, "https://calendar.example/\r\nX: y",
    ],
)  # fmt: skip
def test_other_addresses_are_refused_without_being_repeated(given: str) -> None:
    with pytest.raises(BadCalendarAddress) as refused:
        calendar_address(given)

    assert not given or given not in str(refused.value)


def test_http_is_taken_where_networks_were_opened() -> None:
    opened = (ip_network("127.0.0.0/8"),)

    assert calendar_address("http://calendar.example:8080/b.ics", opened=opened).startswith("http:")


def test_a_masked_address_shows_the_server_and_not_the_secret() -> None:
    assert masked("https://calendar.example/secret/of-the-unit.ics?key=1") == "https://calendar.example/…"
