"""The schema ``stripe``: one table per object type as the API shows it at the clock, in list order.

``_seq`` counts an account's objects from the oldest; lists run from the newest down. ``_payout`` of a
balance transaction is the payout that lists it, which the object itself doesn't say.
"""

import duckdb

from sandbox.world.psp_events import create_events
from sandbox.world.psp_shape_charges import charges, payment_intents
from sandbox.world.psp_shape_disputes import disputes
from sandbox.world.psp_shape_money import BALANCE_TRANSACTIONS, payouts, refunds
from sandbox.world.psp_shape_people import customers

NOW = "psp_now() as as_of"


def render_psp(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema stripe")
    _store(con, "balance_transactions", BALANCE_TRANSACTIONS)
    _store(con, "charges", charges(f"select ono, tno, {NOW} from truth.psp_charges"))
    _store(
        con, "payment_intents", payment_intents(f"select ono, pi_tno, {NOW} from truth.psp_intents")
    )
    _store(con, "refunds", refunds(f"select ono, rno, {NOW} from truth.psp_refunds"))
    _store(con, "disputes", disputes(f"select ono, tno, dno, {NOW} from truth.psp_disputes"))
    _store(con, "payouts", payouts(f"select payout_id, {NOW} from truth.psp_payouts"))
    _store(con, "customers", customers(f"select pid, shop, {NOW} from truth.psp_customers"))
    create_events(con)


def _store(con: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    payout = ", _payout" if table == "balance_transactions" else ""
    con.execute(
        f"""create table stripe.{table} as
        select columns('^[^_]'), _account{payout},
            row_number() over (partition by _account order by "created", "id") as _seq
        from ({query}) order by _account, _seq"""
    )
