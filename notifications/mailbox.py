"""The IMAP door, for those who can give Convene a mailbox only (RFC 9051, and RFC 2177 for IDLE).

A message is fetched without marking it (BODY.PEEK[]), kept, and only then marked \\Seen. Whoever dies in between
leaves it unread: it is fetched again, and its content hash makes that a second copy of the same row. Nothing but
\\Seen says what is new and nothing but the content says what is the same, so a folder that numbers its messages
anew (another UIDVALIDITY) changes nothing. For the same reason the mailbox must be Convene's alone: what a person
has read there is not fetched.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import Any, Literal

import structlog
from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from notifications.access_tokens import AccessTokens, NoToken
from notifications.headers import addresses_in
from notifications.lmtp import LARGEST, Keep
from notifications.opening import LARGEST_HEAD

ANSWER_WITHIN = 12  # seconds; twice this must fit into the half minute that a part has for its end
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0  # seconds between tries to connect, doubled each time
_LOOK = 0.5  # seconds between looks at the stop signal
_AT_ONCE = 200  # messages of which the sizes are asked in one command
_log = structlog.get_logger()
NotLetIn = LoginError


@dataclass(frozen=True)
class Account:
    """A mailbox and the way in.

    :param tls: "tls" from the first byte, "starttls" (demanded, never skipped) or, on this machine only, "none".
    :param folders: the first is watched with IDLE, the others are looked at every `poll` seconds.
    :param poll: less than 29 minutes, within which IDLE must be renewed (RFC 2177): each round renews it.
    :param domain: of Convene's own addresses.
    :param address: whom a message is for that names none of these.
    :param tokens: sign the user in by XOAUTH2 with these instead of the password.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    domain: str
    address: str
    tls: Literal["none", "starttls", "tls"] = "tls"
    folders: tuple[str, ...] = ("INBOX",)
    poll: float = 60.0
    tokens: AccessTokens | None = None


async def watch(account: Account, *, keep: Keep, stop: asyncio.Event) -> None:
    """What comes into the mailbox is kept, until `stop` is set; the message in hand is finished first.

    A server that cannot be reached or does not let us in is a line of log and another try. `keep` runs in the
    caller's event loop; all that is IMAP, in a thread.
    """
    loop = asyncio.get_running_loop()
    told = threading.Event()

    async def keeping(raw: bytes, sender: str, recipient: str) -> None:
        await keep("imap", raw, sender, recipient)

    def kept(raw: bytes, sender: str, recipient: str) -> None:
        asyncio.run_coroutine_threadsafe(keeping(raw, sender, recipient), loop).result()

    watching = asyncio.ensure_future(asyncio.to_thread(_Watch(account, kept, told).until_told))
    try:
        await stop.wait()
    finally:
        told.set()
        await watching


def envelope_of(raw: bytes, account: Account) -> tuple[str, str]:
    """Sender and recipient of the envelope, as far as the server that delivered the message wrote them down.

    An address of our domain with a token goes before one without, and Delivered-To before the weaker headers;
    a message that names none is for the mailbox itself.
    """
    head = BytesHeaderParser().parsebytes(raw[:LARGEST_HEAD])
    written = addresses_in(head, "Delivered-To", "X-Original-To", "Envelope-To", "To")
    ours = [address for address in written if address.endswith(f"@{account.domain}")]
    with_token = [address for address in ours if "+" in address]
    sender = next(iter(addresses_in(head, "Return-Path")), "")
    return sender, next(iter(with_token or ours), account.address)


@dataclass(frozen=True)
class Look:
    """What a look into the mailbox found: the folders that are missing, and whether its server can tell of news."""

    missing: tuple[str, ...]
    idle: bool


def looked_into(account: Account) -> Look:
    """A look into the mailbox, which changes nothing there. Waits for the network.

    :raises NotLetIn: wrong user, password or token.
    :raises NoToken, OSError, IMAPClientError: when it does not come to that.
    """
    with _connected(account) as client:
        missing = tuple(folder for folder in account.folders if not client.folder_exists(folder))
        return Look(missing, bool(client.has_capability("IDLE")))


class _Watch:
    """The thread's work: rounds through the folders, and waiting for news between them."""

    def __init__(self, account: Account, kept: Callable[[bytes, str, str], None], told: threading.Event) -> None:
        self._account = account
        self._kept = kept
        self._told = told
        self._too_large: set[tuple[str, int, int]] = set()
        self._missing: set[str] = set()

    def until_told(self) -> None:
        pause = FIRST_PAUSE
        while not self._told.is_set():
            try:
                with _connected(self._account) as client:
                    while not self._told.is_set():
                        self._round(client)
                        pause = FIRST_PAUSE
                        self._wait(client)
            except Exception as failure:  # the door stays, whatever the server does; the error's words stay out
                why = {"why": failure.code} if isinstance(failure, NoToken) else {}
                _log.warning("mailbox not reached", error=type(failure).__name__, again_in=pause, **why)
                self._told.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _round(self, client: Any) -> None:
        """Every folder has been looked at; the first one last, so that it is the one that IDLE then watches."""
        first, *others = self._account.folders
        for folder in (*others, first):
            with _refusal_logged("folder not read", folder=folder):
                if self._exists(client, folder):
                    client.select_folder(folder)
                    self._take_in(client, folder)

    def _exists(self, client: Any, folder: str) -> bool:
        """Whether there is such a folder now; that there is none is told once, until there was one."""
        if client.folder_exists(folder):
            self._missing.discard(folder)
            return True
        if folder not in self._missing:
            self._missing.add(folder)
            _log.warning("there is no such folder, see CONVENE_IMAP_FOLDERS", door="imap", folder=folder)
        return False

    def _take_in(self, client: Any, folder: str) -> None:
        """Each unread message of the selected folder was tried once, those included that came meanwhile."""
        tried: set[int] = set()
        while new := sorted(set(client.search("UNSEEN")) - tried)[:_AT_ONCE]:
            sizes = client.fetch(new, ["RFC822.SIZE"])
            for uid in new:
                if self._told.is_set():
                    return
                tried.add(uid)
                with _refusal_logged("message not read", folder=folder, uid=uid):
                    self._take(client, folder, uid, sizes.get(uid, {}).get(b"RFC822.SIZE", 0))

    def _take(self, client: Any, folder: str, uid: int, size: int) -> None:
        """The message is kept and then marked; one that cannot be kept stays unread, for the next round.

        One that is larger than any door takes stays unread too, for a person to find, and is logged once.
        """
        if size > LARGEST:
            if (folder, uid, size) not in self._too_large:
                self._too_large.add((folder, uid, size))
                _log.warning("message too large, left unread", door="imap", folder=folder, uid=uid, size=size)
            return
        raw = client.fetch([uid], ["BODY.PEEK[]"]).get(uid, {}).get(b"BODY[]")
        if not raw:  # removed meanwhile
            return
        try:
            self._kept(raw, *envelope_of(raw, self._account))
        except Exception:  # whatever went wrong is ours, so the mailbox must keep the message
            _log.exception("message not kept", door="imap", size=len(raw))
            return
        client.add_flags([uid], [SEEN])

    def _wait(self, client: Any) -> None:
        """There is news in the first folder, or `poll` seconds are over, or we are told to stop."""
        if not client.has_capability("IDLE"):
            self._told.wait(self._account.poll)
            return
        end = time.monotonic() + self._account.poll
        client.idle()
        while not self._told.is_set() and (now := time.monotonic()) < end:
            news = client.idle_check(timeout=_LOOK)
            if news or time.monotonic() - now < _LOOK / 2:  # back early and empty: a connection that broke
                break
        client.idle_done()


def _connected(account: Account) -> Any:
    """A connection on which we are signed in; it ends with its `with`."""
    client = IMAPClient(account.host, account.port, ssl=account.tls == "tls", timeout=ANSWER_WITHIN)
    try:
        if account.tls == "starttls":
            client.starttls()
        _sign_in(client, account)
    except BaseException:
        with contextlib.suppress(OSError):  # a handshake that failed has closed it already
            client.shutdown()
        raise
    return client


def _sign_in(client: Any, account: Account) -> None:
    """By password or by token. A token that is taken no more is forgotten, so that the next try has a new one."""
    if account.tokens is None:
        client.login(account.user, account.password)
        return
    token = account.tokens.current()
    try:
        client.oauth2_login(account.user, token)
    except NotLetIn:
        account.tokens.refused(token)
        raise


@contextlib.contextmanager
def _refusal_logged(what: str, **about: object) -> Iterator[None]:
    """A command that the server refuses (NO, BAD) ends what is within and no more; a broken connection goes on up."""
    try:
        yield
    except IMAPClientError as failure:
        if type(failure) is not IMAPClientError:
            raise
        _log.warning(what, door="imap", **about)
