"""What raw holds of one account: objects per raw table, and their money by currency. Reads the warehouse only."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from ingestion import source_of
from ingestion.current_rows import current
from ingestion.group import Account
from ingestion.tables import Table, column_name


@dataclass(frozen=True)
class Holding:
    """Current objects of one table and currency; ``amount`` in major units, None where it can't be summed."""

    objects: int
    amount: Decimal | None


Holdings = Mapping[tuple[str, str], Holding]  # by table and currency


def holdings(account: Account, warehouse_path: Path) -> Holdings:
    """Of every raw table of the account, by the newest versions. An object without a currency counts under ''."""
    if not warehouse_path.exists():
        return {}
    found: dict[tuple[str, str], Holding] = {}
    with duckdb.connect(str(warehouse_path), read_only=True) as con:
        there = {
            name
            for (name,) in con.execute(
                "select table_name from duckdb_tables() where schema_name = ?",
                [f"raw_{account.system}"],
            ).fetchall()
        }
        for table in source_of(account.system).TABLES:
            if table.landed and table.name in there:
                found |= _of_table(con, account, table)
    return found


def _of_table(
    con: duckdb.DuckDBPyConnection, account: Account, table: Table
) -> Iterator[tuple[tuple[str, str], Holding]]:
    amount, currency = money_columns(table)
    rows = con.execute(
        f"select upper(coalesce({currency or 'null'}::varchar, '')), count(*),"
        f" sum({amount or 'null::decimal(38, 4)'}) from ({current(account.system, table)}) group by 1",
        {"account": account.account},
    ).fetchall()
    for of, objects, total in rows:
        yield (table.name, of), Holding(objects, _major(table, of, total))


def money_columns(table: Table) -> tuple[str | None, str | None]:
    """The raw columns of a table's headline amount and its currency: the field beside it."""
    if table.amount is None:
        return None, None
    side, _, _ = table.amount.rpartition(".")
    beside = [f"{side}.currencyCode"] if side else ["currency", "currencyCode"]
    currency = next((column_name(path) for path in beside if path in table.columns), None)
    return column_name(table.amount), currency


def _major(table: Table, currency: str, total: Decimal | int | None) -> Decimal | None:
    if total is None:
        return None
    if table.exponent is None:
        return Decimal(total)
    exponent = table.exponent(currency)
    return None if exponent is None else Decimal(total).scaleb(-exponent)
