"""A published calendar is fetched so that its server can do no harm: each danger, from a real server."""

import asyncio
import gzip
import logging
import ssl
import subprocess
import time
import zlib
from ipaddress import ip_network
from pathlib import Path

import pytest

from directory.calendar_fetching import Fetched, Fetcher, NotFetched
from tests.directory.calendar_server import drips, is_silent, means_this_machine, running, says

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
HERE = (ip_network("127.0.0.0/8"),)
fetch = Fetcher(opened=HERE, names=means_this_machine, in_all=5, largest=100_000)


async def test_a_calendar_comes_with_what_the_next_request_may_ask_by() -> None:
    async with running(says(CALENDAR, etag='"one"', last_modified="Sun, 22 Nov 2026 09:00:00 GMT")) as server:
        assert await fetch(server.address) == Fetched(CALENDAR, '"one"', "Sun, 22 Nov 2026 09:00:00 GMT")

    (asked,) = server.asked
    assert asked.startswith("GET /secret/of-the-unit.ics HTTP/1.1")
    assert f"host: calendar.example:{server.port}" in asked.lower()
    assert "if-none-match" not in asked.lower()


async def test_a_calendar_that_is_as_it_was_does_not_come_again() -> None:
    async with running(says(b"", "304 Not Modified")) as server:
        found = await fetch(server.address, etag='"one"', last_modified="Sun, 22 Nov 2026 09:00:00 GMT")

    assert found.body is None
    assert 'if-none-match: "one"' in server.asked[0].lower()
    assert "if-modified-since: sun, 22 nov" in server.asked[0].lower()


async def test_a_packed_calendar_is_unpacked_though_it_was_not_asked_for() -> None:
    async with running(says(gzip.compress(CALENDAR), content_encoding="gzip")) as server:
        assert (await fetch(server.address)).body == CALENDAR


@pytest.mark.parametrize("where", ["http://127.0.0.1/latest/meta-data", "http://inside.example/", "https://[::1]/"])
async def test_abuse_case_28_a_redirection_is_not_followed(where: str) -> None:
    async with running(says(b"", "302 Found", location=where)) as server:
        with pytest.raises(NotFetched, match="moved"):
            await fetch(server.address)

    assert len(server.asked) == 1


async def test_abuse_case_28_a_name_that_means_a_private_address_is_not_connected_to() -> None:
    async with running(says(CALENDAR)) as server:
        with pytest.raises(NotFetched, match="private network"):
            await Fetcher(names=means_this_machine)(server.address.replace("http:", "https:"))

    assert server.asked == []


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    async def both(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "127.0.0.1"]

    with pytest.raises(NotFetched, match="private network"):
        await Fetcher(names=both)("https://calendar.example/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "[::1]", "[::]"])
async def test_no_way_of_writing_this_machine_leads_to_it(host: str) -> None:
    with pytest.raises(NotFetched, match="private network"):
        await Fetcher()(f"https://{host}/")


async def test_abuse_case_28_a_name_is_asked_once_and_the_address_that_was_checked_is_connected_to() -> None:
    asked: list[str] = []

    async def changing(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    async with running(says(CALENDAR)) as server:
        await Fetcher(opened=(ip_network("127.0.0.1/32"),), names=changing)(server.address)

    assert asked == ["calendar.example"]
    assert len(server.asked) == 1


async def test_the_second_address_is_tried_where_the_first_takes_no_connection() -> None:
    async def two(host: str, port: int) -> list[str]:
        return ["127.0.0.9", "127.0.0.1"]

    async with running(says(CALENDAR)) as server:
        assert (await Fetcher(opened=HERE, names=two)(server.address)).body == CALENDAR


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(says(b"", "500 Proxy")) as proxy, running(says(CALENDAR)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert (await fetch(server.address)).body == CALENDAR

    assert proxy.asked == []


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async with running(is_silent) as server:
        with pytest.raises(NotFetched, match=r"within 0\.5 seconds"):
            await Fetcher(opened=HERE, names=means_this_machine, in_all=0.5)(server.address)


async def test_abuse_case_28_a_server_that_drips_is_given_up_when_its_time_is_over() -> None:
    began = time.monotonic()
    async with running(drips(b"X", 0.05)) as server:
        with pytest.raises(NotFetched, match="within 1 seconds"):
            await Fetcher(opened=HERE, names=means_this_machine, in_all=1)(server.address)

    assert time.monotonic() - began < 4


async def test_headers_without_end_are_given_up() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Filler: " + b"x" * 10_000 + b"\r\n")
            await writer.drain()

    async with running(answer) as server:
        with pytest.raises(NotFetched):
            await fetch(server.address)


async def test_abuse_case_28_a_gigabyte_is_refused_when_it_is_too_much_and_not_at_its_end() -> None:
    async with running(drips(b"X" * 65536, 0, Content_Length=str(1024**3))) as server:
        with pytest.raises(NotFetched, match="larger than"):
            await fetch(server.address)


async def test_a_little_that_unpacks_to_a_gigabyte_is_refused_before_it_is_much() -> None:
    packing = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(packing.compress(bytes(1024**2)) for _ in range(100)) + packing.flush()
    async with running(says(bomb, content_encoding="gzip")) as server:
        with pytest.raises(NotFetched, match="larger than"):
            await fetch(server.address)


@pytest.mark.parametrize(
    ("coding", "body", "why"), [("br", b"x", "not asked for"), ("gzip", b"not packed at all", "damaged")]
)
async def test_what_cannot_be_unpacked_is_refused(coding: str, body: bytes, why: str) -> None:
    async with running(says(body, content_encoding=coding)) as server:
        with pytest.raises(NotFetched, match=why):
            await fetch(server.address)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("401 Unauthorized", "sign-in"),
        ("404 Not Found", "no longer there"),
        ("503 Busy", "status 503"),
        ("304 Not Modified", "status 304"),
    ],
)
async def test_each_refusal_of_the_server_is_told_in_plain_words(status: str, why: str) -> None:
    async with running(says(b"", status)) as server:
        with pytest.raises(NotFetched, match=why):
            await fetch(server.address)


async def test_a_dead_server_cannot_be_reached() -> None:
    async with running(says(CALENDAR)) as server:
        pass
    with pytest.raises(NotFetched, match="cannot be reached"):
        await fetch(server.address)


async def test_what_is_no_http_is_told_in_plain_words() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ESMTP\r\n")

    async with running(answer) as server:
        with pytest.raises(NotFetched, match="no server should say"):
            await fetch(server.address)


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate for the name, and a client's side that believes it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"]
    more = ["-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([*command, *more], check=True, capture_output=True)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(cert, key)
    return serving, ssl.create_default_context(cafile=str(cert))


async def test_over_tls_the_certificate_is_checked_against_the_name_and_not_the_address(tmp_path: Path) -> None:
    serving, trust = certificate(tmp_path, "calendar.example")
    async with running(says(CALENDAR), tls=serving) as server:
        assert (await Fetcher(opened=HERE, names=means_this_machine, trust=trust)(server.address)).body == CALENDAR


async def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path) -> None:
    serving, trust = certificate(tmp_path, "other.example")
    async with running(says(CALENDAR), tls=serving) as server:
        with pytest.raises(NotFetched, match="certificate cannot be trusted"):
            await Fetcher(opened=HERE, names=means_this_machine, trust=trust)(server.address)

    assert server.asked == []


async def test_the_address_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(says(CALENDAR)) as server:
        await fetch(server.address)

    assert "of-the-unit" not in caplog.text
