"""A setting that cannot be used is refused at start, in a sentence that names its variable."""

from __future__ import annotations

import pytest

from settings import BadSetting, load_settings

GOOD = {
    "DATABASE_URL": "postgresql://convene:password@localhost/convene",
    "CONVENE_SECRET": "s" * 40,
    "CONVENE_MAIL_DOMAIN": "invites.council.gov.uk",
}


def test_the_three_that_a_real_installation_must_give_are_enough() -> None:
    settings = load_settings(GOOD)
    assert (settings.mail_domain, settings.demo) == ("invites.council.gov.uk", False)


@pytest.mark.parametrize(
    "url", ["postgres://convene@one:5432,two:5433/convene", "postgresql://convene@/postgres?host=%2Frun%2Fpostgresql"]
)
def test_several_hosts_and_a_socket_are_databases_too(url: str) -> None:
    assert load_settings(GOOD | {"DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "mysql://localhost/convene"),
        ("DATABASE_URL", "postgresql://[localhost/convene"),
        ("CONVENE_SECRET", "short"),
        ("CONVENE_DEMO", "true"),
        ("CONVENE_MAIL_DOMAIN", "nowhere"),
        ("CONVENE_MAIL_DOMAIN", "invites.council.example"),
        ("CONVENE_MAILBOX", "two words"),
        ("CONVENE_BASE_URL", "ftp://convene.council.gov.uk"),
        ("CONVENE_BASE_URL", "http://[convene"),
        ("CONVENE_BASE_URL", "https://convene.council.gov.uk:99999"),
        ("CONVENE_BASE_URL", "https://council.gov.uk/convene"),
        ("CONVENE_WEB", "8000"),
        ("CONVENE_WEB", "127.0.0.1:²"),
        ("CONVENE_RELAY", "relay"),
        ("CONVENE_RELAY_TLS", "ssl"),
        ("CONVENE_SMTP_DOOR", "127.0.0.1:0"),
        ("CONVENE_LMTP_DOOR", "127.0.0.1:65536"),
        ("CONVENE_SENDER_NAME", "two\nlines"),
        ("CONVENE_MARKING", ""),
        ("CONVENE_TICK", "nan"),
        ("CONVENE_TICK", "soon"),
    ],
)
def test_a_bad_value_is_refused_with_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name} "):
        load_settings(GOOD | {name: value})
