"""The benches' raw tables are what a load over HTTP leaves there."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion import group as group_file
from ingestion import load, systems
from ingestion.group import Group
from ingestion.http import Patience
from ingestion.tables import Table
from sandbox import group_file as written
from sandbox import serve
from sandbox.shopify.limits import Limits
from sandbox.world import World, build
from tests.bench import raw_world
from tests.bench.raw_vendors import NOT_LISTED

pytestmark = pytest.mark.soak

GENEROUS = Limits(bucket=1_000_000, restore_rate=1_000_000, query_maximum=100_000)
NAME = "raw"
# What is a load's own and not the vendor's.
OF_A_LOAD = {"_received_at", "_version_hash", "_dlt_load_id"}


@pytest.fixture(scope="module")
def world() -> World:
    return build(seed=4, days=150, orders=260, advanced_days=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("raw")


@pytest.fixture(scope="module")
def secrets() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCORD_HASH_KEY", "a-key-for-tests")
        yield patch


@pytest.fixture(scope="module")
def group(world: World, folder: Path, secrets: pytest.MonkeyPatch) -> Iterator[Group]:
    """The world served, as its group file says."""
    file = folder / "group.toml"
    with serve.running(world, NAME, folder / "requests.jsonl", GENEROUS) as served:
        written.write(file, world, served, NAME)
        for line in file.with_name("group.toml.env").read_text().splitlines():
            secrets.setenv(*line.split("=", 1))
        yield group_file.load(file)


@pytest.fixture(scope="module")
def loaded(group: Group, folder: Path) -> duckdb.DuckDBPyConnection:
    """Both warehouses: ``loaded`` over HTTP, ``straight`` from the world."""
    path = folder / "loaded.duckdb"
    workdir = load.workdir_of(path)
    for account in group.accounts:
        prepared = load.extract_account(account, group, workdir, path, Patience(attempts=4))
        load.load_prepared(prepared, path)
    con = duckdb.connect()
    con.execute(f"attach '{path}' as loaded (read_only)")
    return con


@pytest.fixture(scope="module")
def both(
    world: World, group: Group, folder: Path, loaded: duckdb.DuckDBPyConnection
) -> duckdb.DuckDBPyConnection:
    path = folder / "straight.duckdb"
    raw_world.write(world, group, path)
    loaded.execute(f"attach '{path}' as straight (read_only)")
    return loaded


def newest(table: Table, name: str) -> str:
    """The newest version of each object, gone ones left out; of children those of the newest parent."""
    key = ", ".join(f'"{column}"' for column in ("account", *table.key))
    return f"""(select * from {name} qualify not _deleted and row_number() over (
        partition by {key} order by _version_at desc, _received_at desc, _version_hash desc) = 1)"""


TABLES = [
    (system, table)
    for system in systems()
    for table in raw_world.tables_of(system)
    if table.name not in NOT_LISTED
]


@pytest.mark.parametrize(
    ("system", "table"), TABLES, ids=[f"{system}.{table.name}" for system, table in TABLES]
)
def test_each_raw_table_holds_what_a_load_would_leave(
    both: duckdb.DuckDBPyConnection, system: str, table: Table
):
    unversioned = not (table.cursor or table.created) and table.parent is None
    skipped = OF_A_LOAD | ({"_version_at"} if unversioned else set())
    columns = ", ".join(f'"{name}"' for name in table.schema if name not in skipped)
    sides = [f"{side}.raw_{system}.{table.name}" for side in ("loaded", "straight")]
    by_http, by_us = (f"select {columns} from {newest(table, side)}" for side in sides)
    missing = both.execute(f"{by_http} except all {by_us}").fetchall()
    too_many = both.execute(f"{by_us} except all {by_http}").fetchall()
    assert (missing[:2], too_many[:2]) == ([], [])
    types = [{r[0]: r[1] for r in both.execute(f"describe {side}").fetchall()} for side in sides]
    assert types[0] == types[1]


def test_every_load_is_listed_as_complete_and_so_are_its_streams(both: duckdb.DuckDBPyConnection):
    for system in systems():
        loads = f"""select count(*), count(distinct load_id), max(status) from straight.raw_{system}._dlt_loads"""
        ((count, ids, status),) = both.execute(loads).fetchall()
        assert count == ids > 0
        assert status == 0
        orphans = f"""select count(*) from straight.raw_{system}.load_completeness
            where _dlt_load_id not in (select load_id from straight.raw_{system}._dlt_loads)
                or status <> 'complete' or expected <> landed"""
        assert both.execute(orphans).fetchall() == [(0,)]


def test_the_group_is_told_of(both: duckdb.DuckDBPyConnection, world: World, group: Group):
    ((as_of,),) = both.execute("select as_of from straight.raw_group.run_context").fetchall()
    assert as_of == world.clock.replace(tzinfo=None)
    accounts = "select system, account, legal_entity, zone, currency from {}.raw_group.accounts"
    straight = both.execute(accounts.format("straight")).fetchall()
    assert {row[:2] for row in straight} == {(a.system, a.account) for a in group.accounts}
