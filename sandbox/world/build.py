"""Put a world together: draw, derive, render. The order of these steps is the order of the facts."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import numpy as np

from sandbox import answers
from sandbox.world import history, shops
from sandbox.world.accounts import ACCOUNTS
from sandbox.world.adyen import create_adyen
from sandbox.world.bank import create_bank
from sandbox.world.baskets import create_lines, create_moves, create_subjects
from sandbox.world.carrier import create_carrier
from sandbox.world.carrier_render import render_carrier
from sandbox.world.carrier_scans import create_scans
from sandbox.world.cases import CASES, FIRST_CASE_DATE
from sandbox.world.catalogue import create_catalogue
from sandbox.world.chances import create_chances
from sandbox.world.checkouts import create_checkouts, render_checkouts
from sandbox.world.columns import store, store_rows
from sandbox.world.companies import create_companies, render_companies
from sandbox.world.crm import create_crm
from sandbox.world.crm_render import render_crm
from sandbox.world.draft_orders import create_draft_orders, render_draft_orders
from sandbox.world.draws import Crowd
from sandbox.world.email_tool import create_email_tool
from sandbox.world.erp import create_erp
from sandbox.world.events import create_events
from sandbox.world.fulfilment import create_fulfilments
from sandbox.world.gift_cards import create_gift_cards, render_gift_cards
from sandbox.world.ids import create_ids
from sandbox.world.journeys import create_journeys
from sandbox.world.macros import create_macros
from sandbox.world.merges import create_merges
from sandbox.world.metafields import render_metafields
from sandbox.world.model import World
from sandbox.world.orders import store_orders
from sandbox.world.payments import create_payments
from sandbox.world.paypal import create_paypal
from sandbox.world.people import store_people
from sandbox.world.providers import create_providers
from sandbox.world.psp import create_psp
from sandbox.world.rates import create_presentment_rates, create_rates
from sandbox.world.render_goods import render_goods
from sandbox.world.render_orders import render_orders
from sandbox.world.render_people import render_people
from sandbox.world.render_returns import render_returns
from sandbox.world.render_sales import render_sales
from sandbox.world.render_stock import render_stock
from sandbox.world.salesforce import create_salesforce
from sandbox.world.salesforce_render import render_salesforce
from sandbox.world.shipping_costs import create_shipping_costs
from sandbox.world.shop_payments import create_shop_payments
from sandbox.world.shop_payments_render import render_shop_payments
from sandbox.world.steps import Steps
from sandbox.world.stock import create_stock
from sandbox.world.subscriptions import create_subscriptions, render_subscriptions
from sandbox.world.tables import create as create_tables
from sandbox.world.tenders import render_tenders
from sandbox.world.treasury_files import create_treasury_files
from sandbox.world.zendesk import create_zendesk
from sandbox.world.zendesk_render import render_zendesk

CLOCK = datetime(2026, 10, 15, 6, 0, tzinfo=UTC)
SHOP_COLUMNS = ["account", "legal_entity", "zone", "currency"]
MARGIN_DAYS = 14  # rates before the first order: weekends, holidays and the seven-day rule


def build(seed: int, days: int, orders: int, advanced_days: int = 0) -> World:
    """The world of ``orders`` orders placed in the ``days`` before the base clock, the same for each seed.

    The named cases are among the orders and keep their own dates, so a short world reaches further
    back for them. ``advanced_days`` move the world's clock on: what was there keeps its ids, later days
    bring orders, people and what had been due to happen.
    """
    if orders < len(CASES):
        raise ValueError(
            f"orders={orders}: the named cases alone are {len(CASES)} orders; ask for more"
        )
    if days < 1:
        raise ValueError(f"days={days}: a world needs at least one day")
    if advanced_days < 0:
        raise ValueError(f"advanced_days={advanced_days}: a world's clock never goes back")
    clock = CLOCK + timedelta(days=advanced_days)
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    con.execute("set preserve_insertion_order = true")
    con.execute("set enable_progress_bar = false")
    step = Steps()
    step(create_tables, con)
    step(create_macros, con, shops.EXPONENTS)
    step(create_chances, con, seed)
    con.execute("create schema truth")
    history_from = _history_from(days)
    step(create_rates, con, CLOCK, clock, history_from, seed)
    step(create_treasury_files, con, clock)
    step(create_presentment_rates, con, shops.EXPONENTS, clock, history_from)
    step(_create_constants, con)
    variants = step(create_catalogue, con, seed, CLOCK)
    step(_draw, con, (seed, CLOCK, days, orders, advanced_days), clock, variants)
    step(create_lines, con)
    step(create_moves, con)
    step(create_subjects, con)
    step(create_events, con)
    step(create_payments, con)
    step(create_fulfilments, con)
    step(create_ids, con)
    step(create_merges, con, CLOCK, clock)
    step(create_stock, con, CLOCK, clock)
    step(create_erp, con, clock)
    step(create_companies, con)
    step(create_checkouts, con)
    step(create_journeys, con)
    step(create_gift_cards, con, clock)
    step(create_draft_orders, con)
    step(create_subscriptions, con, clock)
    step(create_shop_payments, con)
    step(create_crm, con, seed, CLOCK, clock, days, orders)
    step(create_salesforce, con, CLOCK, clock)
    step(create_zendesk, con, CLOCK, clock)
    step(create_carrier, con, seed, clock)
    step(create_scans, con, clock)
    step(create_shipping_costs, con, clock)
    step(render_people, con, CLOCK)
    step(render_goods, con)
    step(render_sales, con)
    step(render_orders, con)
    step(render_returns, con)
    step(render_tenders, con)
    step(render_stock, con)
    step(render_companies, con)
    step(render_checkouts, con)
    step(render_gift_cards, con)
    step(render_draft_orders, con)
    step(render_subscriptions, con)
    step(render_metafields, con)
    step(render_shop_payments, con)
    step(render_crm, con)
    step(render_salesforce, con)
    step(render_zendesk, con)
    step(render_carrier, con)
    step(create_email_tool, con, seed, clock)
    step(create_psp, con, seed, clock)
    step(create_adyen, con, clock)
    step(create_paypal, con, clock)
    step(create_providers, con)
    step(create_bank, con)
    return World(
        con,
        clock,
        list(shops.SHOPS),
        history_from,
        answers.write_world,
        accounts=list(ACCOUNTS),
        advanced_days=advanced_days,
        steps=step.taken,
    )


def _draw(
    con: duckdb.DuckDBPyConnection,
    what: tuple[int, datetime, int, int, int],
    clock: datetime,
    variants: np.ndarray,
) -> None:
    """``truth.persons``, ``contacts``, ``orders`` and ``lines_drawn``: all that chance decides."""
    people = history.people(*what)
    store_people(con, people)
    columns, lines = history.baskets(*what, Crowd(people), variants)
    store_orders(con, columns, clock)
    store(con, "truth.lines_drawn", lines)


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
