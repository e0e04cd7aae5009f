"""A setting that cannot be used is refused at start, in a sentence that names its variable."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import mail_settings
import openid_settings
import settings as read_settings
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
        ("CONVENE_PLAIN_DOMAINS", "police.example, somebody@council.example"),
        ("CONVENE_CALENDAR_NETWORKS", "10.1.2.3/24"),
        ("CONVENE_CALENDAR_NETWORKS", "intranet"),
        ("CONVENE_BASE_URL", "ftp://convene.council.gov.uk"),
        ("CONVENE_BASE_URL", "http://[convene"),
        ("CONVENE_BASE_URL", "https://convene.council.gov.uk:99999"),
        ("CONVENE_BASE_URL", "https://council.gov.uk/convene"),
        ("CONVENE_WEB", "8000"),
        ("CONVENE_WEB", "127.0.0.1:²"),
        ("CONVENE_RELAY", "relay"),
        ("CONVENE_RELAY_TLS", "ssl"),
        ("CONVENE_RELAY_CONNECTIONS", "0"),
        ("CONVENE_RELAY_CONNECTIONS", "many"),
        ("CONVENE_SMTP_DOOR", "127.0.0.1:0"),
        ("CONVENE_LMTP_DOOR", "127.0.0.1:65536"),
        ("CONVENE_SENDER_NAME", "two\nlines"),
        ("CONVENE_MARKING", ""),
        ("CONVENE_JOIN_LINK", "http://meet.council.example/room"),
        ("CONVENE_TICK", "nan"),
        ("CONVENE_TICK", "soon"),
    ],
)
def test_a_bad_value_is_refused_with_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name} "):
        load_settings(GOOD | {name: value})


def test_plain_domains_are_listed_with_commas_in_any_letter_case_and_usually_none() -> None:
    listed = load_settings(GOOD | {"CONVENE_PLAIN_DOMAINS": "Police.example, council.example"}).plain_domains
    assert listed == {"police.example", "council.example"}
    assert load_settings(GOOD).plain_domains == frozenset()


def test_networks_for_calendars_are_listed_with_commas_and_usually_none() -> None:
    listed = load_settings(GOOD | {"CONVENE_CALENDAR_NETWORKS": "10.1.2.0/24, fd00::/8"}).calendar_networks
    assert [str(network) for network in listed] == ["10.1.2.0/24", "fd00::/8"]
    assert load_settings(GOOD).calendar_networks == ()


def test_every_variable_is_explained_in_the_example() -> None:
    files = (read_settings.__file__, mail_settings.__file__, openid_settings.__file__)
    code = "".join(Path(file).read_text() for file in files)
    read = set(re.findall(r'"(CONVENE_[A-Z_]+|DATABASE_URL)"', code))
    example = (Path(read_settings.__file__).parent / ".env.example").read_text()
    assert read == set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


def test_the_example_can_be_read_by_a_shell() -> None:
    command = 'set -a; . ./.env.example; set +a; printf %s "$CONVENE_SENDER_NAME"'
    root = Path(read_settings.__file__).parent
    done = subprocess.run(["/bin/sh", "-eu", "-c", command], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "Convene meetings")


MAILBOX = GOOD | {
    "CONVENE_IMAP": "imap.council.gov.uk:993",
    "CONVENE_IMAP_USER": "convene",
    "CONVENE_IMAP_PASSWORD": "a password",
}


def test_a_mailbox_is_reached_by_tls_unless_told_otherwise() -> None:
    imap = load_settings(MAILBOX | {"CONVENE_IMAP_FOLDERS": "INBOX, Junk"}).imap
    assert imap is not None
    assert (imap.server, imap.tls, imap.folders) == (("imap.council.gov.uk", 993), "tls", ("INBOX", "Junk"))


@pytest.mark.parametrize("machine", ["127.0.0.1", "[::1]", "localhost"])
def test_a_mailbox_on_this_machine_may_go_without_tls(machine: str) -> None:
    imap = load_settings(MAILBOX | {"CONVENE_IMAP": f"{machine}:143", "CONVENE_IMAP_TLS": "none"}).imap
    assert imap is not None
    assert imap.tls == "none"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONVENE_IMAP", "imap.council.gov.uk"),
        ("CONVENE_IMAP_TLS", "ssl"),
        ("CONVENE_IMAP_TLS", "none"),  # to another machine
        ("CONVENE_IMAP_USER", ""),
        ("CONVENE_IMAP_USER", "two\nlines"),
        ("CONVENE_IMAP_PASSWORD", ""),
        ("CONVENE_IMAP_PASSWORD", "pässword"),
        ("CONVENE_IMAP_FOLDERS", "INBOX,,Junk"),
        ("CONVENE_IMAP_POLL", "1740"),
    ],
)
def test_a_mailbox_that_cannot_be_read_so_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name} "):
        load_settings(MAILBOX | {name: value})


SIGNED_IN = GOOD | {
    "CONVENE_RELAY": "smtp.office365.com:587",
    "CONVENE_RELAY_TLS": "starttls",
    "CONVENE_RELAY_USER": "meetings@invites.council.gov.uk",
    "CONVENE_OAUTH_TOKEN_URL": "https://login.microsoftonline.com/council/oauth2/v2.0/token",
    "CONVENE_OAUTH_CLIENT_ID": "1111-2222",
    "CONVENE_OAUTH_CLIENT_SECRET": "what only we know",
    "CONVENE_OAUTH_SCOPE": "https://outlook.office365.com/.default",
}


def test_relay_and_mailbox_sign_in_by_token_where_there_is_no_password() -> None:
    settings = load_settings(SIGNED_IN | MAILBOX | {"CONVENE_IMAP_PASSWORD": ""})
    assert settings.oauth is not None
    assert settings.imap is not None
    assert (settings.oauth.client_secret, settings.imap.password) == ("what only we know", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONVENE_OAUTH_TOKEN_URL", "http://login.council.gov.uk/token"),  # the secret in clear
        ("CONVENE_OAUTH_TOKEN_URL", "login.council.gov.uk"),
        ("CONVENE_OAUTH_TOKEN_URL", "https://login.council.gov.uk:99999/token"),
        ("CONVENE_OAUTH_CLIENT_ID", ""),
        ("CONVENE_OAUTH_CLIENT_SECRET", ""),
        ("CONVENE_OAUTH_SCOPE", "two\nlines"),
        ("CONVENE_RELAY_TLS", "none"),  # the token in clear, to another machine
    ],
)
def test_a_way_to_tokens_that_cannot_be_used_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name} "):
        load_settings(SIGNED_IN | {name: value})


def test_a_user_of_the_relay_without_password_or_tokens_is_refused() -> None:
    with pytest.raises(BadSetting, match=r"^CONVENE_RELAY_PASSWORD "):
        load_settings(SIGNED_IN | {"CONVENE_OAUTH_TOKEN_URL": ""})


def test_secrets_may_stand_in_files_and_are_never_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("what only the file knows\n")
    from_file = SIGNED_IN | {"CONVENE_OAUTH_CLIENT_SECRET_FILE": str(tmp_path / "secret")}
    settings = load_settings({**from_file, "CONVENE_OAUTH_CLIENT_SECRET": ""})
    assert settings.oauth is not None
    assert settings.oauth.client_secret == "what only the file knows"
    assert "only the file" not in repr(settings)
    assert "s" * 40 not in repr(settings)
    with pytest.raises(BadSetting, match="give one of them"):
        load_settings(from_file)


@pytest.mark.parametrize("name", ["CONVENE_SECRET", "CONVENE_RELAY_PASSWORD", "CONVENE_OAUTH_CLIENT_SECRET"])
def test_a_secret_whose_file_is_not_there_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=f"^{name}_FILE cannot be read: No such file"):
        load_settings({**SIGNED_IN, name: "", f"{name}_FILE": str(tmp_path / "nowhere")})


@pytest.mark.parametrize(("value", "read"), [("", ""), ("Mail.Council.gov.uk", "mail.council.gov.uk")])
def test_the_name_of_our_own_mail_server_is_read_in_lower_case(value: str, read: str) -> None:
    assert load_settings(GOOD | {"CONVENE_AUTHSERV_ID": value}).authserv_id == read


@pytest.mark.parametrize("value", ["two words", "mail;dmarc=pass", "-mail", "m" * 300])
def test_a_name_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(BadSetting, match=r"^CONVENE_AUTHSERV_ID "):
        load_settings(GOOD | {"CONVENE_AUTHSERV_ID": value})


def test_reports_are_written_to_no_folder_unless_one_is_named() -> None:
    settings = load_settings(GOOD)
    assert (settings.open_data, settings.open_data_url) == (None, "")
    named = {"CONVENE_OPEN_DATA": "/srv/open-data", "CONVENE_OPEN_DATA_URL": "https://data.council.gov.uk/reports/"}
    settings = load_settings(GOOD | named)
    assert (settings.open_data, settings.open_data_url) == (
        Path("/srv/open-data"),
        "https://data.council.gov.uk/reports",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONVENE_OPEN_DATA", "open-data"),
        ("CONVENE_OPEN_DATA_URL", "data.council.gov.uk"),
        ("CONVENE_OPEN_DATA_URL", "https://data.council.gov.uk/a b"),
    ],
)
def test_a_folder_or_its_address_that_cannot_be_one_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        load_settings(GOOD | {name: value})


COUNCIL = GOOD | {
    "CONVENE_OPENID": "Council",
    "CONVENE_OPENID_COUNCIL_ISSUER": "https://login.microsoftonline.com/8d5e/v2.0",
    "CONVENE_OPENID_COUNCIL_CLIENT_ID": "0f3c",
    "CONVENE_OPENID_COUNCIL_CLIENT_SECRET": "a secret",
    "CONVENE_OPENID_COUNCIL_DOMAINS": "Council.gov.uk, social.council.gov.uk",
}


def test_people_sign_in_through_the_organisations_that_are_named_and_usually_through_none() -> None:
    (council,) = load_settings(COUNCIL).openid
    assert (council.name, council.title, council.only) == ("council", "Council", False)
    assert council.domains == {"council.gov.uk", "social.council.gov.uk"}
    assert "a secret" not in repr(council)
    assert load_settings(GOOD).openid == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONVENE_OPENID", "council council"),
        ("CONVENE_OPENID", "the-council"),
        ("CONVENE_OPENID_COUNCIL_ISSUER", ""),
        ("CONVENE_OPENID_COUNCIL_ISSUER", "http://login.example"),
        ("CONVENE_OPENID_COUNCIL_ISSUER", "https://login.example/?tenant=8d5e"),
        ("CONVENE_OPENID_COUNCIL_ISSUER", "https://login.microsoftonline.com/common/v2.0"),
        ("CONVENE_OPENID_COUNCIL_ISSUER", "https://login.microsoftonline.com/organizations/v2.0"),
        ("CONVENE_OPENID_COUNCIL_CLIENT_ID", ""),
        ("CONVENE_OPENID_COUNCIL_CLIENT_SECRET", ""),
        ("CONVENE_OPENID_COUNCIL_DOMAINS", ""),
        ("CONVENE_OPENID_COUNCIL_DOMAINS", "*"),
        ("CONVENE_OPENID_COUNCIL_ONLY", "perhaps"),
    ],
)
def test_an_organisation_that_could_let_in_anybody_is_refused_by_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        load_settings(COUNCIL | {name: value})


def test_no_two_organisations_speak_for_the_same_addresses() -> None:
    second = {name.replace("COUNCIL", "OTHER"): value for name, value in COUNCIL.items() if "COUNCIL_" in name}
    with pytest.raises(BadSetting, match="CONVENE_OPENID"):
        load_settings(COUNCIL | second | {"CONVENE_OPENID": "council other"})
