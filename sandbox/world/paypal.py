"""PayPal's half of the world: one account with balances in three currencies, and what it shows of them.

``truth.paypal_*`` are the facts as timelines; the schema ``paypal`` is how the API and the settlement files show them.
"""

from datetime import datetime

import duckdb

from sandbox.world.paypal_entries import create_entries
from sandbox.world.paypal_macros import create_macros
from sandbox.world.paypal_modifications import create_modifications
from sandbox.world.paypal_payments import create_payments
from sandbox.world.paypal_render import render_paypal
from sandbox.world.paypal_sweeps import create_sweeps


def create_paypal(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    create_macros(con)
    create_payments(con)
    create_modifications(con)
    create_entries(con)
    create_sweeps(con, clock)
    render_paypal(con)
