"""Adyen's half of the world: two merchant accounts, what they took and booked, and what their reports say of it.

``truth.adyen_*`` are the facts as timelines; the schema ``adyen`` is how the reports show them at the clock.
"""

from datetime import datetime

import duckdb

from sandbox.world.adyen_accounts import create_merchants
from sandbox.world.adyen_batches import create_batches
from sandbox.world.adyen_entries import create_entries
from sandbox.world.adyen_macros import create_macros
from sandbox.world.adyen_modifications import create_modifications
from sandbox.world.adyen_notifications import render_notifications
from sandbox.world.adyen_payments import create_payments
from sandbox.world.adyen_render import render_adyen


def create_adyen(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    create_macros(con)
    create_merchants(con)
    create_payments(con)
    create_modifications(con)
    create_entries(con)
    create_batches(con, clock)
    render_adyen(con)
    render_notifications(con)
