"""What the fast lane asks of its orders before anyone sees them: key, account, currency, amounts present.

Critical rules only, in plain SQL: the batch's believability is the audits' business, at publication.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from ingestion.currencies import CURRENCIES

SHOWN = 5  # orders that a complaint names


def offences(deltas: Path) -> list[str]:
    """One sentence per rule that some order breaks: the rule, how many, which, what to do."""
    with duckdb.connect(str(deltas)) as con:
        con.execute("create temp table currencies as select unnest(?) as currency", [[*CURRENCIES]])
        amounts = [
            name
            for (name,) in con.execute(
                "select column_name from (describe marts.orders)"
                " where column_name like '%\\_amount' escape '\\' or column_name = 'amount_due'"
            ).fetchall()
        ]
        return [*_offences(con, amounts)]


def _offences(con: duckdb.DuckDBPyConnection, amounts: list[str]) -> Iterator[str]:
    rules = {
        "an order more than once (account, order_id)": "count(*) over (partition by account, order_id) > 1",
        "an account the group has not": "account not in (select account from raw_group.accounts)",
        "a currency that is no ISO 4217 code": "coalesce(currency not in (from currencies), true)",
        "an amount that is null": " or ".join(f'"{name}" is null' for name in amounts),
    }
    for rule, condition in rules.items():
        found = con.execute(
            f"select distinct account || ' ' || order_id from (select account, order_id,"
            f" {condition} as is_offence from marts.orders) where is_offence order by all"
        ).fetchall()
        if found:
            named = ", ".join(order for (order,) in found[:SHOWN])
            yield (
                f"{len(found)} orders with {rule}: {named}{', ...' if len(found) > SHOWN else ''};"
                " look at them in the shop, and at the models if it is right there"
            )
