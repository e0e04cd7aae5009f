"""Hold the log against its seals, and the seals against heads that were sent elsewhere: name every row that differs.

Nothing is held but one batch and as many entries at a time: a log of any size is verified in the same memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from audit import chain
from audit.seal_tables import Batch
from audit.sealing import ENTRIES, LAST_NUMBER, MOST
from audit.tables import Entry

TOLD = 100  # findings that are told one by one; the rest is counted


@dataclass
class Verified:
    """What was looked at, and what is wrong. `unsealed` entries follow the last batch, the oldest from `since`."""

    entries: int = 0
    batches: int = 0
    newest: chain.Head | None = None
    compared: int = 0  # heads that were sent elsewhere and stand here, up to `agreed`
    agreed: chain.Head | None = None
    disagreed: bool = False
    unsealed: int = 0
    since: datetime | None = None
    findings: list[str] = field(default_factory=list)
    more: int = 0

    def found(self, finding: str) -> None:
        if len(self.findings) < TOLD:
            self.findings.append(finding)
        else:
            self.more += 1


async def verify(heads: Sequence[chain.Head] = ()) -> Verified:
    """The whole log was compared with its seals, and these with `heads`; waits for nobody, and writes nothing."""
    done = Verified()
    sent = {head.number: head for head in heads}
    last = await Batch.select(Batch.number).order_by(Batch.number, ascending=False).first()
    before = chain.Head(0, 0, datetime.min.replace(tzinfo=UTC), chain.NOTHING_BEFORE)
    for number in range(1, (last["number"] if last else 0) + 1):
        batch = await Batch.objects().get(Batch.number == number)
        if batch is None:
            done.found(f"Batch {number} is missing: the seal of entries after {before.upto} was removed.")
            continue
        await _batch(batch, before, done)
        before = chain.Head(batch.number, batch.upto, batch.sealed_at, batch.head)
        if head := sent.get(number):
            _compare(before, head, done)
    done.newest = before if before.number else None
    for head in sent.values():
        if head.number > before.number:
            done.found(f"Batch {head.number} was sent elsewhere and is not here: the newest seals were removed.")
    await _outside(before.upto, done)
    return done


async def _batch(batch: Batch, before: chain.Head, done: Verified) -> None:
    """One batch follows from the one before, its lines give its head, and its entries are its lines."""
    done.batches += 1
    if (batch.after, batch.previous) != (before.upto, before.hash):
        done.found(f"Batch {batch.number} does not follow from batch {before.number}: its seal was altered.")
    if batch.head != chain.head(batch.previous, batch.number, batch.after, batch.upto, batch.sealed_at, batch.lines):
        done.found(f"Batch {batch.number} does not give its own head: its seal was altered.")
    sealed = {line.id: line for line in chain.read_lines(batch.lines)}
    where = f"batch {batch.number}, sealed on {batch.sealed_at:%-d %B %Y at %H:%M} UTC"
    async for row in _entries(batch.after, batch.upto):
        done.entries += 1
        line = sealed.pop(row.id, None)
        if line is None:
            done.found(f"Entry {row.id} was added: it is not in {where}.")
        elif different := line.differing(row):
            done.found(f"Entry {row.id} was altered: its {_which(different)} from {where}.")
    for missing in sealed:
        done.found(f"Entry {missing} is missing: it is in {where}.")


def _which(fields: tuple[str, ...]) -> str:
    return f"{fields[0]} differs" if len(fields) == 1 else f"{' and '.join(fields)} differ"


async def _entries(after: int, upto: int) -> AsyncIterator[chain.Row]:
    """The entries numbered from `after` to `upto`, in their order; as many at once as a batch has."""
    while rows := await Entry.raw(ENTRIES, after, upto, MOST):
        for row in rows:
            yield chain.Row(**row)
        after = rows[-1]["id"]


def _compare(found: chain.Head, sent: chain.Head, done: Verified) -> None:
    """The head that stands here is the one that was sent, or something before it was altered and sealed anew.

    The first that differs is told: all after it follow from it.
    """
    if found.hash == sent.hash:
        done.compared, done.agreed = done.compared + 1, sent
        return
    if done.disagreed:
        return
    done.disagreed = True
    since = f"after entry {done.agreed.upto}" if done.agreed else "from the first entry on"
    done.found(
        f"Batch {sent.number} has another head than was sent elsewhere: "
        f"something {since}, up to entry {sent.upto}, was altered and sealed anew."
    )


async def _outside(upto: int, done: Verified) -> None:
    """What no batch holds: entries not sealed yet, and such as were never numbered by the log itself."""
    last = (await Entry.raw(LAST_NUMBER))[0]["upto"]
    for row in await Entry.raw("SELECT id FROM audit_entry WHERE id < 1 OR id > {} ORDER BY id LIMIT {}", last, TOLD):
        done.found(f"Entry {row['id']} was added: the log never gave out its number.")
    waiting = "SELECT count(*) AS entries, min(at) AS since FROM audit_entry WHERE id > {} AND id <= {}"
    row = (await Entry.raw(waiting, upto, last))[0]
    done.unsealed, done.since = row["entries"], row["since"]
