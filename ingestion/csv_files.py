"""CSV answers as objects: one per line, an empty cell is no value."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator

import orjson

from ingestion.errors import IncompleteLoad, VendorError


def lines(text: str, needed: set[str], where: str) -> Iterator[bytes]:
    """JSON lines of a CSV with a header; a header without a column we need is no answer."""
    reader = csv.DictReader(io.StringIO(text), restkey="_surplus")
    _check_header(text, needed, reader.fieldnames or (), where)
    for row in reader:
        yield orjson.dumps({name: value or None for name, value in row.items()}) + b"\n"


def whole_rows(
    text: str,
    needed: set[str],
    where: str,
    name_of: Callable[[str], str] = str.strip,
    delimiter: str = ",",
) -> Iterator[dict[str, str | None]]:
    """Rows of a file that says nowhere how long it is: one cut short, in its last line too, is refused.

    ``name_of`` turns a heading into a column's name.
    """
    text = text.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [name_of(heading) for heading in next(reader, [])]
    _check_header(text, needed, names, where)
    if not text.endswith(("\n", "\r")):
        raise _cut_short(where, "its last line has no end")
    for row in reader:
        if not row:
            continue
        if len(row) != len(names):
            said = f"line {reader.line_num} has {len(row)} of {len(names)} fields"
            raise _cut_short(where, said)
        yield {name: value.strip() or None for name, value in zip(names, row, strict=True)}


def _check_header(text: str, needed: set[str], found: Iterable[str], where: str) -> None:
    missing = sorted(needed - set(found))
    if missing:
        shown = text[:80].replace("\n", " ")
        raise VendorError(
            f"{where}: the file has no column {', '.join(missing)}; it begins '{shown}'"
        )


def _cut_short(where: str, how: str) -> IncompleteLoad:
    return IncompleteLoad(
        f"{where}: the file was cut short: {how}; nothing was kept, load again when it is whole"
    )
