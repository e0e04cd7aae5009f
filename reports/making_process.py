"""The process in which one file of a report is made: the frozen report in, the file out, nothing else in reach.

It has no database, no secret and no setting. On standard input it gets the format on a line of its own, and then the
report. On standard output it says `Step` after each chart, at last `End`, each on a line, and then the file. `making`
starts it, and kills it.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable

import msgspec

from notifications.apart import bound
from reports.document import Chart, Document, Table, thaw
from reports.documents.pictures import Draws
from reports.making_words import LARGEST, End, Format, Step

MOST_MEMORY = 1536 * 1024 * 1024  # octets of data; the engine that draws charts reserves far more address space
MOST_CPU = 90  # seconds; the parent's patience ends sooner, this ends a process without a parent


def main() -> None:
    """The report of standard input has been made into a file and answered."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    bound(resource.RLIM_INFINITY)
    kind = Format(sys.stdin.buffer.readline().decode().strip())
    frozen = sys.stdin.buffer.read(LARGEST)
    try:
        content = _made(frozen, kind)
    except Exception as problem:  # whatever it is, the parent is told and this process ends
        _say(End(0, type(problem).__name__))
        return
    _say(End(len(content)))
    sys.stdout.buffer.write(content)


def _made(frozen: bytes, kind: Format) -> bytes:
    document = thaw(frozen)
    return frozen if kind is Format.JSON else _writer(kind)(document)


def _writer(kind: Format) -> Callable[[Document], bytes]:
    """Each library is loaded only where its format is asked for: some take seconds."""
    match kind:
        case Format.HTML:
            from reports.documents import html

            return _with_charts(html.write)
        case Format.PDF:
            from reports.documents import pdf

            return _with_charts(pdf.write)
        case Format.ODS:
            from reports.documents import ods

            return ods.write
        case Format.XLSX:
            from reports.documents import xlsx

            return xlsx.write
        case _:
            from reports.documents import datapackage

            return datapackage.write


def _with_charts(write: Callable[[Document, Draws], bytes]) -> Callable[[Document], bytes]:
    def written(document: Document) -> bytes:
        many = sum(len(section.charts) for section in document.sections)
        done = iter(range(1, many + 1))

        def draws(chart: Chart, table: Table) -> str:
            from reports.charts import svg  # for the first chart: loading it takes a second

            drawn = svg(chart, table)
            _say(Step(next(done), many))
            return drawn

        return write(document, draws)

    return written


def _say(one: Step | End) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(one) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
