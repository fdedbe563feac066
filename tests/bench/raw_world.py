"""A generated world straight into the raw tables of a warehouse, past HTTP and dlt.

What ``concord load`` of a first run would leave there: the same tables, columns and newest versions (a test
compares them), in minutes for a million orders. For benches of what comes after loading.
"""

from collections.abc import Iterator
from pathlib import Path

from duckdb import sqltypes
from duckdb.func import PythonUDFType

from ingestion import source_of, systems
from ingestion.group import Account, Group
from ingestion.group_context import load_group_context
from ingestion.hashing import keyed_hashes
from ingestion.load import workdir_of
from ingestion.tables import Table
from sandbox.world import World
from tests.bench.raw_system import SystemTables


def group_of(world: World) -> Group:
    """The world's accounts as the product knows them, at addresses where nobody answers."""
    nowhere, own = "http://127.0.0.1:9", "Europe/Berlin"
    accounts = [
        Account("shopify", s.account, s.legal_entity, nowhere, s.zone, s.currency, s.owner)
        for s in world.shops
    ]
    accounts += [
        Account(a.system, a.account, a.legal_entity, nowhere, a.zone, a.currency, a.owner)
        for a in world.accounts
    ]
    accounts += [
        Account(s, s, "group", nowhere, own, "EUR", "treasury-team") for s in ("ecb", "treasury")
    ]
    return Group("Nordlicht Group", world.group_currency, own, tuple(accounts))


def write(world: World, group: Group, warehouse: Path) -> None:
    """Create every raw table in a new warehouse file. Needs CONCORD_HASH_KEY in the environment."""
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    con = world.con.cursor()
    con.execute(f"attach '{warehouse}' as warehouse")
    con.execute("set preserve_insertion_order = false")
    con.create_function(
        "keyed", keyed_hashes, [sqltypes.VARCHAR], sqltypes.VARCHAR, type=PythonUDFType.ARROW
    )
    for number, system in enumerate(systems()):
        SystemTables(world, con, system, group.accounts_of(system), number).write()
    con.execute("set preserve_insertion_order = true")
    con.remove_function("keyed")
    con.execute("detach warehouse")
    con.close()
    load_group_context(group, world.clock, workdir_of(warehouse), warehouse)


def tables_of(system: str) -> Iterator[Table]:
    """The raw tables of a system that hold its objects."""
    yield from (table for table in source_of(system).TABLES if table.landed)
