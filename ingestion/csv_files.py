"""CSV answers as objects: one per line, an empty cell is no value."""

import csv
import io
from collections.abc import Iterator

import orjson

from ingestion.errors import VendorError


def lines(text: str, needed: set[str], where: str) -> Iterator[bytes]:
    """JSON lines of a CSV with a header; a header without a column we need is no answer."""
    reader = csv.DictReader(io.StringIO(text), restkey="_surplus")
    missing = sorted(needed - set(reader.fieldnames or ()))
    if missing:
        shown = text[:80].replace("\n", " ")
        raise VendorError(
            f"{where}: the file has no column {', '.join(missing)}; it begins '{shown}'"
        )
    for row in reader:
        yield orjson.dumps({name: value or None for name, value in row.items()}) + b"\n"
