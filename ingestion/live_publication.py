"""What the fast lane stands on: the publication underneath, from which it takes what its orders rest on.

A publication forgets the lane's orders that it shows itself, and brings rates, accounts and who is who anew.
"""

from datetime import datetime
from pathlib import Path

from ingestion.live_deltas import ORDER, RAW, Deltas

LOADS = (RAW, "_dlt_loads")  # the lane's own: which of its loads are whole


def reference(deltas: Deltas) -> str | None:
    """The run whose publication this file refers to."""
    with deltas.opened() as con:
        found = con.execute("select run_id from live.reference").fetchall()
    return found[0][0] if found else None


def refer(deltas: Deltas, reference: Path, run_id: str) -> None:
    """Copy what a publication rests on, in place of what the last one did."""
    with deltas.opened() as con:
        con.execute(f"attach '{reference}' as reference (read_only)")
        con.execute("begin")
        for schema, table in con.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'reference'"
        ).fetchall():
            if (schema, table) == LOADS:
                continue
            con.execute(f"create schema if not exists {schema}")
            con.execute(
                f'create or replace table {schema}."{table}" as from reference.{schema}."{table}"'
            )
        con.execute("delete from live.reference")
        con.execute("insert into live.reference values (?)", [run_id])
        con.execute("commit")
        con.execute("detach reference")


def prune(deltas: Deltas, published: Path, published_at: datetime) -> int:
    """Forget the orders that a publication shows as new as we do, or newer; how many they were.

    Equal times are not enough of what was asked for after it: a shop's clock ticks in seconds.
    """
    with deltas.opened() as con:
        con.execute(f"attach '{published}' as published (read_only)")
        con.execute("begin")
        con.execute(
            f"""create temp table included as
                select deltas.account, deltas.id from (
                    select account, id, max(updated_at) as updated_at, max(_received_at) as asked_at
                    from {RAW}.{deltas.root.name} group by all) as deltas
                join published.marts.orders as orders
                    on orders.account = deltas.account and '{ORDER}' || orders.order_id = deltas.id
                where orders.updated_at > deltas.updated_at
                    or (orders.updated_at = deltas.updated_at and deltas.asked_at <= ?)""",
            [published_at],
        )
        con.execute(
            f"""delete from live.gone where (account, order_gid) not in (
                    select (account, '{ORDER}' || order_id) from published.marts.orders)"""
        )
        for table in deltas.tables:
            order = "id" if table is deltas.root else "order_id"
            con.execute(
                f"delete from {RAW}.{table.name} where (account, {order}) in (from included)"
            )
        # Events stay as long as their order does; one that brought nothing has nothing to show.
        con.execute(
            f"""delete from live.events where landed_at is not null and (account, order_gid) not in (
                    select (account, id) from {RAW}.{deltas.root.name}
                    union all select (account, order_gid) from live.gone)"""
        )
        (count,) = con.execute("select count(*) from included").fetchall()[0]
        con.execute("commit")
        con.execute("detach published")
        return count
