"""When the clock moves on, no statement changes but the month's own CSV, and faults of the past stay."""

import duckdb
import pytest

from sandbox.world import build

pytestmark = pytest.mark.soak


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """The later world, with the earlier one's lines and files in the schema ``was``."""
    earlier, later = (build(4, 30, 100, advanced) for advanced in (0, 9))
    later.con.execute("create schema was")
    for table in ("bank.lines", "bank.files", "erp.item_costs", "rates.treasury"):
        name = table.partition(".")[2]
        later.con.register("earlier", earlier.con.sql(f"from {table}").to_arrow_table())
        later.con.execute(f"create table was.{name} as select * from earlier")
        later.con.unregister("earlier")
    return later.con


@pytest.mark.parametrize("table", ["bank.lines", "erp.item_costs", "rates.treasury"])
def test_what_was_told_is_told_again(con: duckdb.DuckDBPyConnection, table: str):
    name = table.partition(".")[2]
    assert con.execute(f"from was.{name} except all from {table}").fetchall() == []


def test_a_later_clock_only_adds_files_and_days(con: duckdb.DuckDBPyConnection):
    changed = """select name from was.files as was left join bank.files as now using (bank, name)
        where now.name is null or now.updated_at <> was.updated_at and bank <> 'bank-kk'"""
    assert con.execute(changed).fetchall() == []
    assert con.execute(
        "select (select max(booked_on) from bank.lines) > (select max(booked_on) from was.lines)"
    ).fetchall() == [(True,)]
