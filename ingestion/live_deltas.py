"""The fast lane's own file: the orders that events touched since the last publication, and nothing else.

``raw_shopify`` holds those orders as the ordinary landing gives them, every other ``raw_*`` schema a copy of
what the publication rests on (``live_publication``); dbt builds the same models on it as on the warehouse. The file
can be lost: it is filled again from the store of events. One process at a time has it.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.lanes import Lane
from ingestion.request import now
from ingestion.tables import Table
from ingestion.webhooks.store import Store, Stored
from ingestion.webhooks.topics import is_deletion

CONSUMER = "live"
TAKEN_AT_ONCE = 2000
ORDER = "gid://shopify/Order/"
RAW = "raw_shopify"
SCHEMA = f"""
create schema live; create schema {RAW};
create table live.events (
    number bigint primary key, account varchar, order_gid varchar, is_deletion boolean,
    received_at timestamp, landed_at timestamp);
create table live.gone (account varchar, order_gid varchar, primary key (account, order_gid));
create table live.reference (run_id varchar);
create table live.made (digest varchar);
create table {RAW}._dlt_loads (load_id varchar, status bigint);
"""


@dataclass(frozen=True)
class Standing:
    """What the file holds: events shown, those that wait for their vendor, and the orders they touched."""

    events: int
    waiting: int
    oldest_waiting_at: datetime | None
    orders: int


class Deltas:
    """``tables``: those of Shopify's orders, the root first; every child carries ``order_id``."""

    def __init__(self, file: Path, tables: Sequence[Table]) -> None:
        self.file = file
        self.tables = [table for table in tables if table.landed]
        self.root = self.tables[0]

    def create(self) -> bool:
        """Make the file if there is none, or one of other columns; True if it is new, so empty."""
        digest = hashlib.sha256(
            "".join(f"{table.name}{table.arrow}" for table in self.tables).encode()
        ).hexdigest()
        if self.file.exists():
            with self.opened() as con:
                if con.execute("select digest from live.made").fetchall() == [(digest,)]:
                    return False
            self.file.unlink()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not there: a file that a kill left half-made would never be looked at again.
        making = self.file.with_suffix(".making")
        making.unlink(missing_ok=True)
        with duckdb.connect(str(making)) as con:
            con.execute(SCHEMA)
            for table in self.tables:
                con.register("landed", _with_load(table.arrow.empty_table(), ""))
                con.execute(f"create table {RAW}.{table.name} as from landed")
                con.unregister("landed")
            con.execute("insert into live.made values (?)", [digest])
        making.chmod(0o600)  # it holds names and addresses
        making.rename(self.file)
        return True

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(str(self.file)) as con:
            yield con

    def take(self, store: Store, lane: Lane) -> int:
        """Take over the events that wait for us; those that touch no order are done with. How many came."""
        taken = 0
        while events := store.waiting(CONSUMER, TAKEN_AT_ONCE):
            ours = [event for event in events if _touches_an_order(event, lane)]
            if ours:
                with self.opened() as con:
                    con.executemany(
                        "insert or replace into live.events values (?, ?, ?, ?, ?, null)",
                        [_row(event) for event in ours],
                    )
            # Only now: what is done at the store must be on disk here.
            store.done(CONSUMER, [event.number for event in events])
            taken += len(ours)
        return taken

    def pending(self) -> Mapping[str, Mapping[str, bool]]:
        """Account -> orders to ask for -> whether an event said that it was deleted."""
        with self.opened() as con:
            found = con.execute(
                """select account, order_gid, bool_or(is_deletion) from live.events
                   where landed_at is null group by all order by min(number)"""
            ).fetchall()
        pending: dict[str, dict[str, bool]] = {}
        for account, order, is_deleted in found:
            pending.setdefault(account, {})[order] = is_deleted
        return pending

    def keep(
        self,
        account: str,
        asked: Mapping[str, bool],
        landed: Sequence[tuple[str, pa.Table]],
        heard_at: datetime | None,
    ) -> None:
        """Keep what the vendor gave of the orders ``asked`` for, all or nothing.

        ``heard_at`` is the vendor's clock: the models' moment follows it.
        """
        load_id = f"live-{now().isoformat()}-{account}"
        ours = {table.name for table in self.tables}
        with self.opened() as con:
            con.execute("begin")
            given = set()
            for name, arrow in landed:
                if name in ours:
                    con.register("landed", _with_load(arrow, load_id))
                    con.execute(f"insert into {RAW}.{name} by name from landed")
                    con.unregister("landed")
                if name == self.root.name:
                    given |= set(arrow["id"].to_pylist())
            con.execute(f"insert into {RAW}._dlt_loads values (?, 0)", [load_id])
            for order, is_deleted in asked.items():
                if order in given:
                    con.execute(
                        "delete from live.gone where account = ? and order_gid = ?",
                        [account, order],
                    )
                elif is_deleted:
                    con.execute("insert or ignore into live.gone values (?, ?)", [account, order])
                con.execute(
                    "update live.events set landed_at = ?"
                    " where account = ? and order_gid = ? and landed_at is null",
                    [now(), account, order],
                )
            if heard_at and _exists(con, "raw_group", "run_context"):
                con.execute(
                    "update raw_group.run_context set as_of = greatest(as_of, ?)", [heard_at]
                )
            con.execute("commit")

    def standing(self) -> Standing:
        with self.opened() as con:
            return Standing(
                *con.execute(
                    f"""select count(*) filter (landed_at is not null), count(*) filter (landed_at is null),
                            min(received_at) filter (landed_at is null),
                            (select count(distinct (account, id)) from {RAW}.{self.root.name})
                        from live.events"""
                ).fetchall()[0]
            )


def _touches_an_order(event: Stored, lane: Lane) -> bool:
    return lane.takes(event.topic) and (event.subject or "").startswith(ORDER)


def _row(event: Stored) -> list[object]:
    return [event.number, event.account, event.subject, is_deletion(event.topic), event.received_at]


def _with_load(arrow: pa.Table, load_id: str) -> pa.Table:
    return arrow.append_column("_dlt_load_id", pa.array([load_id] * arrow.num_rows, pa.string()))


def _exists(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    return bool(
        con.execute(
            "select count(*) from duckdb_tables() where schema_name = ? and table_name = ?"
            " and database_name = current_database()",
            [schema, table],
        ).fetchall()[0][0]
    )
