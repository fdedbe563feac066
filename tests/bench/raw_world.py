"""A generated world straight into the raw tables of a warehouse, past HTTP and dlt.

What ``concord load`` of a first run would leave there: the same tables, columns and newest versions (a test
compares them), in minutes for a million orders. For benches of what comes after loading.
"""

from collections.abc import Iterator
from pathlib import Path

from duckdb import sqltypes
from duckdb.func import PythonUDFType

from ingestion import source_of, systems
from ingestion.group import Group, load, read_env
from ingestion.group_context import load_group_context
from ingestion.hashing import keyed_hashes
from ingestion.load import workdir_of
from ingestion.tables import Table
from sandbox import group_file
from sandbox.servers import Served
from sandbox.world import World
from tests.bench.raw_system import SystemTables

NOWHERE = "http://127.0.0.1:9"


def group_of(world: World, folder: Path) -> Group:
    """The world's accounts in a group file of ``folder``, at addresses where nobody answers.

    The key of hashes comes into the environment, if it has none.
    """
    shops = [("shopify", shop.account) for shop in world.shops]
    others = [(account.system, account.account) for account in world.accounts]
    rates = [(system, system) for system in ("ecb", "treasury")]
    file = folder / "group.toml"
    served = [Served(*account, NOWHERE, None) for account in (*shops, *others, *rates)]
    group_file.write(file, world, served, folder.name)
    read_env(file.with_name(f"{file.name}.env"))
    return load(file)


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
