"""Where a request comes from: what proxies of ours say is believed, what anybody else says is not."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from web.browsers import in_words
from web.clients import NUMBERS, Clients

KHTML = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = f"{KHTML} (iPhone; CPU iPhone OS 18_5 like Mac OS X)"
PROXIES = Clients((ip_network("10.0.0.0/8"), ip_network("fd00::/8")), b"key")


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),  # who is no proxy of ours may write what they like
        ("10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["192.0.2.1, 203.0.113.9"], "203.0.113.9"),  # the left was sent by the caller
        ("10.0.0.1", ["192.0.2.1", "203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", ["203.0.113.9, 10.0.0.2"], "203.0.113.9"),
        ("10.0.0.1", ["10.9.9.9, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),  # nor does a forged proxy help
        ("10.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"),
        ("10.0.0.1", ["[2001:db8:1:2:3::4]:4711"], "2001:db8:1:2::/64"),
        ("10.0.0.1", ["2001:db8:1:2:ffff::4"], "2001:db8:1:2::/64"),
        ("fd00::1", ["2001:db8:1:2::5"], "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["203.0.113.9, garbage"], "10.0.0.1"),
        ("10.0.0.1", [", ".join(["10.0.0.2"] * 5000)], "10.0.0.2"),
        ("", ["203.0.113.9"], ""),
    ],
)
def test_the_client_is_the_last_machine_that_a_proxy_of_ours_vouches_for(
    peer: str, forwarded: list[str], network: str
) -> None:
    assert PROXIES.network_of(peer, forwarded) == network


def test_without_proxies_nobody_is_believed() -> None:
    assert Clients().network_of("10.0.0.1", ["203.0.113.9"]) == "10.0.0.1"


def test_a_network_has_one_number_in_an_installation_and_another_elsewhere() -> None:
    networks = [f"203.0.113.{last}" for last in range(100)]
    ours, theirs = Clients((), b"ours"), Clients((), b"theirs")
    assert [ours.number_of(n) for n in networks] == [ours.number_of(n) for n in networks]
    assert [ours.number_of(n) for n in networks] != [theirs.number_of(n) for n in networks]
    assert all(0 <= ours.number_of(n) < NUMBERS for n in networks)
    assert len({ours.number_of(n) for n in networks}) > 90


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{KHTML} Chrome/142.0.0.0 Mobile Safari/537.36 (Linux; Android 10; K)", "Chrome on Android"),
        (f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari on an iPhone"),
        (f"{IPHONE} CriOS/142.0.7444.77 Mobile/15E148 Safari/604.1", "Chrome on an iPhone"),
        (f"{KHTML} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0 (Windows NT 10.0; Win64; x64)", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Linux; Android 15) something", "A browser on Android"),
        ("curl/8.5.0", "A browser that does not say which"),
        ("", "A browser that does not say which"),
        ("<script>alert(1)</script>" * 1000, "A browser that does not say which"),
    ],
)
def test_a_browser_is_told_in_plain_words_and_never_in_its_own(user_agent: str, words: str) -> None:
    assert in_words(user_agent) == words
