"""The PSP's half of the world: what Stripe knows of the shops' payments, and what it shows of it.

``truth.psp_*`` are the facts as timelines; the schema ``stripe`` is how they look at the clock.
"""

from datetime import datetime

import duckdb

from sandbox.world.psp_accounts import create_accounts
from sandbox.world.psp_cases import create_cases
from sandbox.world.psp_charges import create_charges
from sandbox.world.psp_disputes import create_disputes
from sandbox.world.psp_entries import create_entries
from sandbox.world.psp_extras import create_extras
from sandbox.world.psp_macros import create_macros
from sandbox.world.psp_payouts import create_payouts
from sandbox.world.psp_rates import create_rates
from sandbox.world.psp_refunds import create_refunds
from sandbox.world.psp_render import render_psp


def create_psp(con: duckdb.DuckDBPyConnection, seed: int, clock: datetime) -> None:
    con.execute(
        "create table truth.psp_clock as select cast(? as timestamp) as present",
        [clock.replace(tzinfo=None)],
    )
    create_macros(con, seed)
    create_accounts(con)
    create_cases(con)
    create_rates(con)
    create_charges(con)
    create_refunds(con)
    create_disputes(con)
    create_entries(con)
    create_extras(con)
    create_payouts(con)
    render_psp(con)
