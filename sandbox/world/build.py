"""Put a world together: draw, derive, render. The order of these steps is the order of the facts."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import numpy as np

from sandbox import answers
from sandbox.world import shops
from sandbox.world.baskets import create_lines, create_moves, create_subjects, draw_lines
from sandbox.world.cases import CASES, FIRST_CASE_DATE
from sandbox.world.catalogue import create_catalogue
from sandbox.world.columns import store_rows
from sandbox.world.events import create_events
from sandbox.world.fulfilment import create_fulfilments
from sandbox.world.ids import create_ids
from sandbox.world.macros import create_macros
from sandbox.world.model import World
from sandbox.world.orders import draw_orders, store_orders
from sandbox.world.payments import create_payments
from sandbox.world.people import create_people
from sandbox.world.rates import create_presentment_rates, create_rates
from sandbox.world.render_goods import render_goods
from sandbox.world.render_orders import render_orders
from sandbox.world.render_people import render_people
from sandbox.world.render_returns import render_returns
from sandbox.world.render_sales import render_sales
from sandbox.world.tables import create as create_tables

CLOCK = datetime(2026, 10, 15, 6, 0, tzinfo=UTC)
SHOP_COLUMNS = ["account", "legal_entity", "zone", "currency"]
MARGIN_DAYS = 14  # rates before the first order: weekends, holidays and the seven-day rule


def build(seed: int, days: int, orders: int) -> World:
    """The world of ``orders`` orders placed in the ``days`` before the clock, the same for each seed.

    The named cases are among the orders and keep their own dates, so a short world reaches further
    back for them.
    """
    if orders < len(CASES):
        raise ValueError(
            f"orders={orders}: the named cases alone are {len(CASES)} orders; ask for more"
        )
    if days < 1:
        raise ValueError(f"days={days}: a world needs at least one day")
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    con.execute("set preserve_insertion_order = true")
    create_tables(con)
    create_macros(con, shops.EXPONENTS)
    con.execute("create schema truth")
    history_from = _history_from(days)
    create_rates(con, CLOCK, history_from, seed)
    create_presentment_rates(con, shops.EXPONENTS, CLOCK, history_from)
    _create_constants(con)
    people = create_people(con, seed, CLOCK, days, orders)
    variants = create_catalogue(con, seed, CLOCK)
    rng = np.random.default_rng([seed, 3])
    columns = draw_orders(rng, CLOCK, days, orders, people)
    store_orders(con, columns, CLOCK)
    draw_lines(con, rng, columns, variants)
    create_lines(con)
    create_moves(con)
    create_subjects(con)
    create_events(con)
    create_payments(con)
    create_fulfilments(con)
    create_ids(con)
    render_people(con, CLOCK)
    render_goods(con)
    render_sales(con)
    render_orders(con)
    render_returns(con)
    return World(con, CLOCK, list(shops.SHOPS), history_from, answers.write_world)


def _history_from(days: int) -> date:
    return min(FIRST_CASE_DATE, (CLOCK - timedelta(days=days)).date()) - timedelta(days=MARGIN_DAYS)


def _create_constants(con: duckdb.DuckDBPyConnection) -> None:
    store_rows(
        con,
        "truth.shops",
        ["shop", *SHOP_COLUMNS, "is_tax_included", "first_id", "id_step"],
        [
            (
                number,
                *(getattr(shop, name) for name in SHOP_COLUMNS),
                shop.taxes_included,
                shops.FIRST_ID[number],
                shops.ID_STEP[number],
            )
            for number, shop in enumerate(shops.SHOPS)
        ],
    )
    store_rows(
        con,
        "truth.destinations",
        ["dest", *shops.Destination._fields],
        [(n, *place) for n, place in enumerate(shops.DESTINATIONS)],
    )
