"""A bank's folder of statements: files written since the cursor, each whole and valid, or a dead letter.

A file that breaks its format is refused whole, with the rule it breaks, and stops no other: whoever owns the
account sees it among the dead letters; once mended and dropped again it is read. One of the wrong size stops
the load: it is still being written.
"""

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa

from ingestion import bank_csv, camt_statements
from ingestion.auth import BearerAuth
from ingestion.camt_document import Invalid
from ingestion.errors import while_reading
from ingestion.file_folder import Folder, Listed
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, now
from ingestion.tables import Table

FOLDER = "statements"
Tables = Iterator[tuple[str, pa.Table]]


def extract(request: Request, tables: tuple[Table, ...], since: datetime | None) -> Tables:
    folder = Folder(request.account, request.patience, BearerAuth(request.account))
    try:
        with while_reading(tables[0].name):
            files = list(folder.listed(f"{FOLDER}/index.csv"))
            changed = sorted(
                (file for file in files if since is None or file.updated_at >= since),
                key=lambda file: (file.updated_at, file.name),
            )
            yield from _read(request, folder, tables, changed, since)
        reached = max((file.updated_at for file in changed), default=None)
        request.advance(tables[0].name, reached, folder.now)
    finally:
        request.requests, request.vendor_date = folder.requests, folder.vendor_date
        folder.close()


def _read(
    request: Request,
    folder: Folder,
    tables: tuple[Table, ...],
    files: list[Listed],
    since: datetime | None,
) -> Tables:
    """One landing for many files; another, where one holds a statement that stands in it already.

    Entries follow their statement's id, so two versions of one statement can't share a landing. What came of
    all of them is one record.
    """
    statements = tables[0]
    landing, held, count, landed = _landing(request, tables, 0), set[str](), 0, 0
    for number, file in enumerate(files, start=1):
        content = folder.whole(file, FOLDER)
        try:
            lines = list(_lines(content, file, folder.where))
        except Invalid as error:
            path = f"{FOLDER}/{file.name}"
            landing.bury(statements, f"file:{file.name}", str(error), path)
            count += 1
            continue
        ids = {_id(line) for line in lines if line.startswith(b'{"__typename":"Statement"')}
        if ids & held:
            yield from landing.tables()
            landed += landing.landed
            landing, held = _landing(request, tables, number), set()
        held |= ids
        count += len(ids)
        landing.add_file(lines)
    yield from landing.tables()
    request.completeness.append(
        Completeness(statements.name, since, folder.now, count, landed + landing.landed, "file")
    )


def _lines(content: bytes, file: Listed, where: str) -> Iterator[bytes]:
    kind = file.name.lower().rpartition(".")[2]
    if kind == "xml":
        return camt_statements.lines(content, file.name)
    if kind == "csv":
        return bank_csv.lines(content, file.name, file.updated_at, where)
    raise Invalid(f"'.{kind}' is neither a camt.053 (.xml) nor a CSV statement (.csv)")


def _landing(request: Request, tables: tuple[Table, ...], number: int) -> Landing:
    name = tables[0].name
    return Landing(request.account, name, tables, now(), request.folder / f"{name}-{number}")


def _id(line: bytes) -> str:
    return line.split(b'"id":"', 1)[1].partition(b'","')[0].decode()
