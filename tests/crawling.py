"""A visitor who follows every link and sends every form they are shown, and writes down what went wrong."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import httpx
import openpyxl
from litestar import Litestar
from litestar.exceptions import HTTPException

from tests.browsing import Browser

FEW = 3  # pages of one route: the second and the third may differ in what they hold
LEAVES = ("/sign-out", "/sign-in/everywhere")  # would end the visit
_RUNS = re.compile(r"\s*[=+@\t\r-]")  # begins a formula in a spreadsheet
_NUMBER = re.compile(r"[+-]?[0-9][0-9., ]*%?")  # a telephone number too


@dataclass
class Form:
    """A form as the page shows it, with what is filled in."""

    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    is_upload: bool = False
    offered: list[tuple[str, str]] = field(default_factory=list)  # what could be chosen besides


class Shown(HTMLParser):
    """The links and forms of a page, with the values that a browser would send unchanged."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = self._textarea = ""
        self._radios: set[str] = set()
        self._pressed = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and said.get("href"):
            self.links.append(said["href"])
        elif tag == "form":
            self.forms.append(Form(said.get("method", "get").lower(), said.get("action", "")))
            self._radios, self._pressed = set(), False
            self.forms[-1].is_upload = "multipart" in said.get("enctype", "")
        elif self.forms:
            self._field(tag, said)

    def _field(self, tag: str, said: dict[str, str]) -> None:
        name, kind = said.get("name", ""), said.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._option(said)
        elif tag == "textarea" and name:
            self.forms[-1].fields.append((name, ""))
        elif tag == "button" and name:
            (self.forms[-1].offered if self._pressed else self.forms[-1].fields).append((name, said.get("value", "")))
            self._pressed = True
        elif tag == "input" and name:
            self._input(name, kind, said)

    def _input(self, name: str, kind: str, said: dict[str, str]) -> None:
        unchosen = kind == "radio" and "checked" not in said and name in self._radios
        if unchosen or (kind == "checkbox" and "checked" not in said):
            self.forms[-1].offered.append((name, said.get("value", "")))
            return
        if kind == "radio":
            self._radios.add(name)
        if kind != "file":
            self.forms[-1].fields.append((name, said.get("value", "")))

    def _option(self, said: dict[str, str]) -> None:
        chosen = self.forms[-1].fields
        if "selected" in said or self._select not in dict(chosen):
            self.forms[-1].fields = [one for one in chosen if one[0] != self._select]
            self.forms[-1].fields.append((self._select, said.get("value", "")))
        else:
            self.forms[-1].offered.append((self._select, said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""


@dataclass
class Visit:
    """What one person met: pages by route, and what was wrong with them."""

    app: Litestar
    browser: Browser
    few: int = FEW
    of_some: Mapping[str, int] = field(default_factory=dict)  # routes of which more are met, or fewer
    seen: Counter[str] = field(default_factory=Counter)
    pages: dict[str, str] = field(default_factory=dict)  # of each route that answers with pages, the first address
    sent: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, object]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # what was offered on a page, and may not be opened
    words: str = ""  # of all pages, to look for what should not be on any
    forms: list[tuple[str, Form]] = field(default_factory=list)
    questions: set[str] = field(default_factory=set)

    async def everywhere(self, start: str = "/") -> None:
        """Every link is followed from `start`, and every form that asks and changes nothing."""
        ahead, known = deque([(start, start)]), {start}
        while ahead:
            path, shown_on = ahead.popleft()
            if not self._is_new(path, self.seen, "GET"):
                continue
            answer = await self.browser.get(path)
            for link in await self._met(path, shown_on, answer):
                if link not in known:
                    known.add(link)
                    ahead.append((link, path))

    async def _met(self, path: str, shown_on: str, answer: httpx.Response) -> list[str]:
        """Where the page leads."""
        if answer.is_redirect:
            return [self._within(answer.headers["location"], path)]
        if answer.status_code == 400 and path in self.questions:
            return []  # as it stands, the form lacks something, and the page says what
        if answer.status_code == 403:
            self.refused.append((path, shown_on))
            return []
        if answer.status_code != 200:
            self.wrong.append((path, f"on {shown_on}", answer.status_code))
            return []
        kind = answer.headers.get("content-type", "")
        if not kind.startswith("text/html"):
            self.wrong += [(path, "runs in a spreadsheet", cell) for cell in runs(kind, answer.content)]
            return []
        self.words += answer.text
        self.pages.setdefault(self.route_of(path, "GET") or path, path)
        shown = Shown(answer.text)
        asking = [form for form in shown.forms if form.method == "get"]
        self.forms += [(path, form) for form in shown.forms if form.method == "post"]
        links = [self._within(link, path) for link in shown.links]
        questions = [
            f"{self._within(form.action, path).partition('?')[0]}?{urlencode(form.fields)}" for form in asking
        ]
        self.questions.update(questions)
        return [link for link in (*links, *questions) if link]

    async def send_everything(self) -> None:
        """Each form that was met is sent as it stands, a few of each kind; what it leads to is looked at."""
        for path, form in self.forms:
            action = self._within(form.action or path, path)
            if not action or action.startswith(LEAVES) or not self._is_new(action, self.sent, "POST"):
                continue
            if form.is_upload:
                files = {"file": ("a.csv", b"a,b\r\n1,2\r\n", "text/csv")}
                answer = await self.browser.post(action, data=dict(form.fields), files=files)
            else:
                answer = await self.browser.post(action, content=urlencode(form.fields), headers=FORM)
            if answer.status_code >= 500 or answer.status_code in (403, 405):
                self.wrong.append((action, f"form on {path}", answer.status_code))
            elif answer.status_code == 404 and (await self.browser.get(path)).status_code == 200:
                self.wrong.append((action, f"form that is still on {path}", 404))
            elif answer.is_redirect:
                landed = await self.browser.get(self._within(answer.headers["location"], action))
                if landed.status_code >= 500 or landed.status_code in (403, 404, 405):
                    self.wrong.append((str(landed.url), f"after {action}", landed.status_code))

    def route_of(self, path: str, method: str) -> str | None:
        """The route that answers this address, as the application's own table has it; None where there is none."""
        try:
            found = self.app.asgi_router.handle_routing(path=urlsplit(path).path, method=method)
        except HTTPException:
            return None
        return str(found[-1])

    def _is_new(self, path: str, known: Counter[str], method: str) -> bool:
        """Whether few of its kind were met. An address that has no route is always new: it is a dead link."""
        route = self.route_of(path, method)
        if route is None:
            return True
        known[route] += 1
        return known[route] <= self.of_some.get(route, self.few)

    def _within(self, link: str, page: str) -> str:
        """The address within the application; "" for what leads elsewhere, or to a file of the browser's own."""
        parts = urlsplit(urljoin(f"{self.browser.base_url}{page}", link))
        here = urlsplit(str(self.browser.base_url))
        if parts.scheme not in ("http", "https") or parts.netloc != here.netloc or parts.path.startswith("/static/"):
            return ""
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


FORM = {"content-type": "application/x-www-form-urlencoded"}


def runs(kind: str, content: bytes) -> list[str]:
    """The cells of a file that a spreadsheet would take for a formula."""
    if kind.startswith("text/csv"):
        text = content.decode("utf-16" if content.startswith(b"\xff\xfe") else "utf-8-sig")  # Teams writes UTF-16
        rows = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in text else ",")
        return [cell for row in rows for cell in row if _RUNS.match(cell) and not _NUMBER.fullmatch(cell.strip())]
    if "spreadsheetml" in kind:
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [
            str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
        ]
    if "opendocument.spreadsheet" in kind:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return ["table:formula"] if b"table:formula" in archive.read("content.xml") else []
    if kind.startswith("application/zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tables = [name for name in archive.namelist() if name.endswith(".csv")]
            return [cell for name in tables for cell in runs("text/csv", archive.read(name))]
    return []


def routes(app: Litestar, method: str) -> set[str]:
    """Every route of the application's own table that answers this method."""
    return {
        route.path_format
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if method in handler.http_methods
    }
