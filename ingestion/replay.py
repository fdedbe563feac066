"""Dead letters tried again: a payload is landed with today's tables, an object is asked from its vendor.

What lands keeps the version and the receive time of the letter: so a line joins the order it stood in,
and nothing newer is overwritten. Who decides to replay, and what is noted of it, is the caller's business.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import ModuleType

import duckdb
import orjson
import pyarrow as pa

from ingestion import source_of
from ingestion.group import Account
from ingestion.landing import Landing
from ingestion.load_apart import LoadApart
from ingestion.request import Request
from ingestion.tables import Table
from ingestion.types import bigint, text

PURPOSE = "replay"
PAYLOAD = "md5:"  # how the payload_ref of a letter with a payload begins
Landed = list[tuple[str, pa.Table]]


@dataclass(frozen=True)
class Letter:
    """What tells one dead letter of an account from another, and what was refused."""

    stream: str
    source_id: str
    reason: str
    payload_ref: str

    @property
    def has_payload(self) -> bool:
        return self.payload_ref.startswith(PAYLOAD)


@dataclass(frozen=True)
class _Payload:
    text: str
    parent_ids: str | None
    version_at: datetime
    received_at: datetime


Refusals = Mapping[Letter, str]  # why letters did not land; those that did are not in here


def land_payloads(
    account: Account, letters: Sequence[Letter], workdir: Path, warehouse_path: Path
) -> Refusals:
    """Land the payloads of letters again. Opens the warehouse: it needs the writer's turn."""
    load = _load(account, workdir, warehouse_path)
    home, refused = source_of(account.system), {}

    def rows(request: Request) -> Iterator[tuple[str, pa.Table]]:
        for number, letter in enumerate(letters):
            payload = _payload(account, letter, warehouse_path)
            found, why = _landed(account, home, letter, payload, request.folder / str(number))
            if why:
                refused[letter] = why
            yield from found

    load.extract(rows)
    load.write()
    return refused


def ask_objects(
    account: Account, letters: Sequence[Letter], workdir: Path, warehouse_path: Path
) -> Refusals:
    """Ask the vendor for buried objects by their ids; ``write_objects`` brings them into the warehouse."""
    home, refused = source_of(account.system), {}
    if not hasattr(home, "by_id"):
        return dict.fromkeys(letters, f"{account.system} gives no object by its id")

    def rows(request: Request) -> Iterator[tuple[str, pa.Table]]:
        for letter in letters:
            before, why = len(request.completeness), ""
            for table, arrow in home.by_id(request, {letter.stream: [letter.payload_ref]}):
                if table == "dead_letters":
                    why = arrow["reason"][0].as_py()
                yield table, arrow
            if not any(check.landed for check in request.completeness[before:]):
                why = "the vendor knows it no more; if it is gone for good, discard the letter"
            if why:
                refused[letter] = why

    _load(account, workdir, warehouse_path).extract(rows)
    return refused


def write_objects(account: Account, workdir: Path, warehouse_path: Path) -> None:
    """Write what ``ask_objects`` left. Opens the warehouse."""
    _load(account, workdir, warehouse_path).write()


def _load(account: Account, workdir: Path, warehouse_path: Path) -> LoadApart:
    load = LoadApart(account, PURPOSE, workdir.resolve(), warehouse_path.resolve())
    load.drain()
    return load


def _payload(account: Account, letter: Letter, warehouse_path: Path) -> _Payload:
    """The payload as it was last refused, so that a line finds the newest reading of its order."""
    with duckdb.connect(str(warehouse_path), read_only=True) as warehouse:
        found = warehouse.execute(
            "select payload, parent_ids, _version_at, _received_at"
            f" from raw_{account.system}.dead_letters where account = ? and stream = ?"
            " and source_id = ? and reason = ? and payload_ref = ? order by _received_at desc limit 1",
            [account.account, letter.stream, letter.source_id, letter.reason, letter.payload_ref],
        ).fetchone()
    if found is None:
        raise ValueError(
            f"{account.system} {account.account}: no payload {letter.payload_ref} of {letter.source_id}"
            f" in raw_{account.system}.dead_letters; was it erased? Discard the letter then"
        )
    return _Payload(*found)


def _landed(
    account: Account, home: ModuleType, letter: Letter, payload: _Payload, folder: Path
) -> tuple[Landed, str]:
    """The rows of one payload, or why there are none."""
    table = _table_of(home, letter)
    if table is None:
        return [], f"no table of ingestion/sources/{account.system}.py takes it any more"
    if table.parent is not None and payload.parent_ids is None:
        return [], "it was kept without the ids of what it stands in: load that object again"
    tables, line = _alone(home, table, payload)
    landing = Landing(
        *(account, letter.stream, tables, payload.received_at, folder, payload.version_at)
    )
    landing.add(line)
    found = list(landing.tables())
    if not any(name == table.name for name, _ in found):
        reasons = [arrow["reason"][0].as_py() for name, arrow in found if name == "dead_letters"]
        return [], reasons[0] if reasons else "it has no object in it"
    return [(name, arrow) for name, arrow in found if name != "dead_letters"], ""


def _table_of(home: ModuleType, letter: Letter) -> Table | None:
    """The table that refused it: a reason begins with its name."""
    name = re.match(r"\w+", letter.reason)
    return next((t for t in home.TABLES if name and t.name == name[0] and t.landed), None)


def _alone(home: ModuleType, table: Table, payload: _Payload) -> tuple[list[Table], bytes]:
    """A table and a line for one payload by itself. A root takes its lists along; of a child these landed."""
    if table.parent is None:
        return [table, *_lists(home, table)], payload.text.encode()
    place = orjson.loads(payload.parent_ids or "{}")
    types = {name: bigint if name == "position" else text for name in place}
    alone = replace(
        table,
        columns={**types, **table.columns},
        ignored=table.ignored | {child.list_of or "" for child in _lists(home, table)},
        **dict.fromkeys(("parent", "parent_id", "list_of", "cursor", "created", "connection")),
        positioned=False,
    )
    # Text before text: parsing would round numbers. Of two equal names the first counts.
    head = orjson.dumps(place)[:-1]
    return [alone], head + b"," + payload.text.encode().lstrip()[1:]


def _lists(home: ModuleType, table: Table) -> Iterator[Table]:
    for child in home.TABLES:
        if child.parent is table and child.list_of:
            yield child
            yield from _lists(home, child)
