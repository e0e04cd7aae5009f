"""The pages of how mail to a domain is treated."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Template

from directory import mail_domains
from directory.addresses import BadAddress
from directory.errors import NoSuchAgency
from directory.reach_tables import Answers, Tls
from directory.tables import Agency
from directory.wording import NotPlain
from web import forms
from web.forms import Mistakes, Problems, ask
from web.guards import Needs
from web.moments import london_date
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
Now = NamedDependency[datetime]
DONE = {"treated": "Letters written from now on are treated so."}
TLS = [
    (Tls.OPPORTUNISTIC.value, "Where the other side can", "As most mail on the internet travels."),
    (Tls.ENFORCED.value, "Always, to a verified server", "A letter that cannot travel so is held back."),
]
ANSWERS = [
    (Answers.TOKENS.value, "An address of its own for each invitation", "It tells which invitation is answered."),
    (
        Answers.PLAIN.value,
        "The plain mailbox",
        "For servers that drop what follows a plus sign. The sender must be proven by DMARC.",
    ),
]


class Treatment(msgspec.Struct):
    domain: Annotated[str, ask("Enter a mail domain, such as police.example", max_length=253)]
    tls: Annotated[Tls, ask("Choose when it must travel encrypted")]
    answers: Annotated[Answers, ask("Choose where answers go")]
    agency: str = ""
    servers: Annotated[str, ask("Enter the servers' names", max_length=200)] = ""


@get("/directory/mail-domains", include_in_schema=False, needs=Needs(Act.READ_DIRECTORY))
async def list_domains(request: AnyRequest, now: Now, plain_domains: NamedDependency[frozenset[str]]) -> Template:
    listed = await mail_domains.treated(london_date(now), plain_domains)
    return page("directory/mail_domains.html", request, done=DONE, listed=listed)


@get(
    "/directory/mail-domains/{domain:str}",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True),
)
async def ask_treatment(
    request: AnyRequest, domain: FromPath[str], now: Now, plain_domains: NamedDependency[frozenset[str]]
) -> Template:
    """How the domain is treated; `new` asks which as well."""
    known = {one.domain: one for one in await mail_domains.treated(london_date(now), plain_domains)}
    if domain == "new":
        return await _form(request, {"tls": Tls.OPPORTUNISTIC.value, "answers": Answers.TOKENS.value})
    if domain not in known:
        raise NotFoundException
    one = known[domain]
    values = {"domain": domain, "tls": one.tls, "answers": one.answers, "agency": one.agency_code}
    return await _form(request, values | {"servers": one.servers.replace(":", " ")}, known=domain)


@post(
    "/directory/mail-domains/{domain:str}",
    include_in_schema=False,
    needs=Needs(Act.CHANGE_DIRECTORY, everywhere=True),
)
async def treat(request: AnyRequest, domain: FromPath[str], now: Now) -> Template | Redirect:
    form = await forms.read(request)
    known = "" if domain == "new" else domain
    if known:
        form["domain"] = known
    try:
        given = msgspec.structs.asdict(forms.fill(Treatment, form))
        await mail_domains.treat(**given, by=str(request.user.id), now=now)
    except Mistakes as mistakes:
        return await _form(request, form, mistakes.problems, known=known)
    except BadAddress:
        wrong = "Enter a mail domain, such as police.example"
        return await _form(request, form, Problems({"domain": wrong}), known=known)
    except (NotPlain, NoSuchAgency) as error:
        field = "servers" if isinstance(error, NotPlain) else "agency"
        return await _form(request, form, Problems({field: str(error)}), known=known)
    return Redirect("/directory/mail-domains?done=treated", status_code=303)


async def _form(
    request: AnyRequest, values: dict[str, str], problems: Problems | None = None, *, known: str = ""
) -> Template:
    agencies = await Agency.select(Agency.code, Agency.name).order_by(Agency.name)
    return page(
        "directory/mail_domain.html",
        request,
        status=400 if problems else 200,
        values=values,
        problems=problems or {},
        known=known,
        tls=TLS,
        answers=ANSWERS,
        agencies=[("", "Not told"), *((row["code"], row["name"]) for row in agencies)],
    )


handlers = [list_domains, ask_treatment, treat]
