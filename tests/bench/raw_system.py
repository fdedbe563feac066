"""One system's raw tables, made from a world's objects by its ``Table`` declarations."""

from datetime import UTC, datetime
from types import ModuleType

import duckdb

from ingestion import source_of
from ingestion.group import Account
from ingestion.tables import Table, column_name, raw_tables
from ingestion.types import text
from sandbox.world import World
from tests.bench.raw_fields import Rows, sql_type, typed
from tests.bench.raw_vendors import described, is_listed, objects

LOADS = (
    "load_id varchar, schema_name varchar, status bigint, inserted_at timestamptz,"
    " schema_version_hash varchar"
)


class SystemTables:
    """One system's tables on their way."""

    def __init__(
        self,
        world: World,
        con: duckdb.DuckDBPyConnection,
        system: str,
        accounts: tuple[Account, ...],
        number: int,
    ) -> None:
        self.world, self.con, self.system = world, con, system
        self.home: ModuleType = source_of(system)
        now = datetime.now(UTC)
        self.received = f"timestamp '{now.replace(tzinfo=None).isoformat(sep=' ')}'"
        begun = int(now.timestamp()) + number
        self.load_ids = {
            account.account: f"{begun}.{place:06d}" for place, account in enumerate(accounts)
        }
        self.indexed: set[str] = set()

    def write(self) -> None:
        schema = f"warehouse.raw_{self.system}"
        self.con.execute(f"create schema {schema}")
        tables = dict(raw_tables(self.home.TABLES))
        for table in self.home.TABLES:
            if table.landed and is_listed(self.system, table.name):
                self.con.execute(f"create table {schema}.{table.name} as {self._landed(table)}")
                del tables[table.name]
        for name, columns in tables.items():
            fields = ", ".join(f'"{column}" {sql_type(type_)}' for column, type_ in columns.items())
            self.con.execute(f"create table {schema}.{name} ({fields}, _dlt_load_id varchar)")
        self.con.execute(f"create table {schema}._dlt_loads ({LOADS})")
        for account, load_id in self.load_ids.items():
            self.con.execute(
                f"insert into {schema}._dlt_loads values (?, ?, 0, now(), '')",
                [load_id, self.system],
            )
            self._count(schema, account, load_id)
        for name in self.indexed:
            self.con.execute(f"drop table {name}")

    def _count(self, schema: str, account: str, load_id: str) -> None:
        """A line of the log per list that has no parent."""
        until = f"timestamp '{self.world.clock.replace(tzinfo=None).isoformat(sep=' ')}'"
        for table in self.home.TABLES:
            if table.landed and table.parent is None and is_listed(self.system, table.name):
                self.con.execute(
                    f"insert into {schema}.load_completeness by name select ? as account, ? as stream,"
                    f" {until} as window_end, count(*) as expected, count(*) as landed,"
                    f" 'complete' as status, {self.received} as checked_at, ? as _dlt_load_id"
                    f" from {schema}.{table.name} where account = ?",
                    [account, table.name, load_id, account],
                )

    def _landed(self, table: Table) -> str:
        rows = self._rows(table)
        columns = [f'_of_{name} as "{name}"' for name in table.inherited]
        columns += ["cast(position as bigint) as position"] if table.positioned else []
        columns += [
            f'{typed(rows, path, type_)} as "{column_name(path)}"'
            for path, type_ in table.columns.items()
        ]
        columns += [
            f'keyed({typed(rows, path, text)}) as "{column}"'
            for column, path in table.hashed.items()
        ]
        key = ", ".join(f'"{name}"' for name in table.key)
        load_ids = " ".join(f"when '{a}' then '{id_}'" for a, id_ in self.load_ids.items())
        return f"""select *, md5(concat_ws('|', account, {key}, _version_at)) as _version_hash,
                false as _deleted, cast(null as varchar) as _extra, case account {load_ids} end as _dlt_load_id
            from (select {", ".join(columns)}, _account as account, _version_at,
                {self.received} as _received_at from {rows.relation} as t)"""

    def _rows(self, table: Table) -> Rows:
        if table.list_of and table.parent:
            return self._elements(table, table.parent)
        found = objects(self.world, self.system, table)
        if table.parent is None:
            rows = Rows(f"({found})", "t", described(self.con, f"({found})"))
            relation = (
                f"(select t.*, {self._version(table, rows)} as _version_at from ({found}) as t)"
            )
            return Rows(relation, "t", rows.shape)
        index = self._index(table.parent)
        ids = "".join(f", above._of_{name}" for name in table.parent.inherited)
        relation = f"""(select c.*, above._version_at, above.id as _of_{table.parent_id}{ids}
            from ({found}) as c join {index} as above on above._account = c._account and above.id = c._parent)"""
        return Rows(relation, "t", described(self.con, relation))

    def _elements(self, table: Table, parent: Table) -> Rows:
        """Rows of a list within the parent's objects."""
        above = self._rows(parent)
        place = [f"_of_{name}" for name in parent.inherited]
        items, own = above.field(table.list_of or ""), above.field("id")
        if items is None or own is None:
            raise KeyError(f"{self.system}: {parent.name} has no list '{table.list_of}'")
        relation = f"""(select unnest(items) as item, generate_subscripts(items, 1) as position, _account,
                _version_at, {", ".join([f"_of_{table.parent_id}", *place])}
            from (select {items[0]} as items, {own[0]} as _of_{table.parent_id}, _account, _version_at
                {"".join(f", {name}" for name in place)} from {above.relation} as t))"""
        return Rows(relation, "t.item", dict(items[1].child.children))

    def _index(self, table: Table) -> str:
        """A table's ids, ancestors and versions, for those that hang on it."""
        name = f"index_{self.system}_{table.name}"
        if name not in self.indexed:
            rows = self._rows(table)
            ids = "".join(f", _of_{each}" for each in table.inherited)
            self.con.execute(
                f"create temp table {name} as select t.id, _account, _version_at{ids} from {rows.relation} as t"
            )
            self.indexed.add(name)
        return name

    def _version(self, table: Table, rows: Rows) -> str:
        """As landing says: the vendor's updated time, else the event's; else when it was asked."""
        for path in (table.cursor, table.created):
            if path:
                return typed(rows, path, table.columns[path])
        if self.system == "stripe":  # which says by its own clock when it was asked
            return f"timestamp '{self.world.clock.replace(tzinfo=None).isoformat(sep=' ')}'"
        return self.received
