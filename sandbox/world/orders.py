"""Every order's facts as drawn columns: buyer, time, basket size, price rules and what became of it.

One row per order in ``truth.orders``; the named cases overwrite the first rows, so they run through
the same derivations as everyone else. Times of later events are seconds after placement; what would
lie after the clock has not happened.
"""

from datetime import datetime
from typing import Any

import duckdb
import numpy as np

from sandbox.world import shops
from sandbox.world.cases import CASES
from sandbox.world.columns import Coded, store
from sandbox.world.draws import Crowd, to_utc
from sandbox.world.people import People

DAY = 86_400
Columns = dict[str, Any]


def draw_orders(
    rng: np.random.Generator, day: np.ndarray, second: np.ndarray, crowd: Crowd
) -> Columns:
    """All columns of ``truth.orders`` for orders placed at these days and seconds, local to the shop."""
    size, people = len(day), crowd.people
    buyer = crowd.draw(rng, day)
    elsewhere = rng.random(size) < 0.4
    shop = np.where(elsewhere, people["second"][buyer], people["home"][buyer])
    columns: Columns = {
        "pid": buyer,
        "shop": shop,
        "dest": people["dest"][buyer],
        "placed_at": to_utc(day, second, shop),
        "created_after": np.zeros(size, "int64"),
        "mode": _modes(rng, buyer, shop, people),
        "is_test": rng.random(size) < 0.003,
        "is_b2b": (people["kind"] == "b2b")[buyer],
        "u": rng.random(size),
    }
    columns |= _baskets(rng, size, shop)
    columns |= _fates(rng, size, columns)
    _settle(rng, columns)
    return columns


def _modes(rng: np.random.Generator, buyer: np.ndarray, shop: np.ndarray, people: People) -> Coded:
    mode = Coded.constant(len(buyer), ["guest_none", "guest_email", "guest_phone", "customer"])
    kind = people["kind"]
    mode.set(kind.isin("consumer", "couple", "role_address", "b2b")[buyer], "guest_email")
    mode.set((kind == "phone_only")[buyer], "guest_phone")
    registered = people["registered"][buyer, shop] & (rng.random(len(buyer)) > 0.06)
    mode.set(registered | (kind == "b2b")[buyer], "customer")
    return mode


def _baskets(rng: np.random.Generator, size: int, shop: np.ndarray) -> Columns:
    """What is in the basket and which price rules meet it."""
    is_abroad = shop == shops.WORLD
    tip = np.where(rng.random(size) < 0.02, rng.integers(1, 6, size) * 100, 0)
    shipping = np.array([490, 1290, 800])[shop] * (rng.random(size) < 0.7)
    return {
        "n_lines": np.minimum(rng.geometric(0.45, size), 12),
        "order_discount": Coded.draw(
            rng, size, {"code": 0.14, "automatic": 0.05, "manual": 0.01}, rest="none"
        ),
        "discount_percent": rng.choice([5, 10, 15, 20, 33], size),
        "is_line_discounted": rng.random(size) < 0.08,
        "ship_price": shipping,
        "is_ship_free": rng.random(size) < 0.1,
        "has_gift_card": rng.random(size) < 0.02,
        "has_sample": rng.random(size) < 0.03,
        "has_bundle": rng.random(size) < 0.03,
        "has_duties": is_abroad & (rng.random(size) < 0.6),
        "has_fee": (shop != shops.DE) & (rng.random(size) < 0.05),
        "tip": tip,
        "is_local_price": rng.random(size) < 0.8,
        "fixed_unit": np.full(size, -1),
        "fixed_quantity": np.zeros(size, "int64"),
    }


def _fates(rng: np.random.Generator, size: int, columns: Columns) -> Columns:
    """What happens after placement, as intentions: ``_settle`` removes what excludes each other."""
    returns = np.array([0.17, 0.11, 0.06])[columns["shop"]]
    returned = rng.random(size) < returns
    kind = Coded.constant(size, ["none", "partial", "full"])
    kind.set(returned, "partial")
    kind.set(returned & (rng.random(size) < 0.4), "full")
    adjusted = {"restocking": 0.08, "goodwill": 0.06, "return_fee": 0.1, "shipping": 0.03}
    adjust = Coded.draw(rng, size, adjusted, rest="none")
    lone = rng.random(size) < 0.02
    adjust.set(~returned & ~lone, "none")
    adjust.set(~returned & adjust.isin("restocking", "return_fee"), "none")
    # Nobody gets more back than was paid: kindness goes to those who returned nothing.
    adjust.set(returned & adjust.isin("goodwill", "shipping"), "none")
    edits = {"add": 0.01, "remove": 0.01, "increase": 0.004, "discount": 0.004, "adjustment": 0.002}
    cancels = {
        "before_capture": 0.015,
        "after_capture": 0.01,
        "voided": 0.004,
        "without_reversal": 0.001,
        "voided_without_reversal": 0.001,
        "money_kept": 0.0005,
    }
    pays = {"auth_capture": 0.3, "failed_retry": 0.04, "voided_auth": 0.01, "cash": 0.02}
    ships = {"split": 0.06, "exception": 0.02, "returned": 0.01, "none": 0.02}
    return {
        "edit": Coded.draw(rng, size, edits, rest="none"),
        "edit_rounds": np.ones(size, "int64"),
        "edit_after": rng.integers(3600, 3 * DAY, size),
        "cancel": Coded.draw(rng, size, cancels, rest="none"),
        "cancel_after": rng.integers(1800, 2 * DAY, size),
        "ret": kind,
        "ret_rounds": rng.choice([1, 2, 3], size, p=[0.88, 0.1, 0.02]),
        "ret_after": 7 * DAY + rng.exponential(14 * DAY, size).astype("int64"),
        "ret_gap": 4 * DAY + rng.integers(0, 30 * DAY, size),
        "is_return_first": rng.random(size) < 0.5,
        "refund_gap": rng.integers(DAY, 12 * DAY, size),
        "adjust": adjust,
        "pay": Coded.draw(rng, size, {**pays, "sale_and_capture": 0.005}, rest="sale"),
        "capture_after": rng.integers(3600, 3 * DAY, size),
        "ship": Coded.draw(rng, size, ships, rest="one"),
        "ship_after": rng.integers(4 * 3600, 4 * DAY, size),
    }


def _settle(rng: np.random.Generator, columns: Columns) -> None:
    """Keep at most one fate per order, and let B2B orders wait for their payment terms."""
    c = columns
    gone = c["cancel"].codes > 0
    business = c["is_b2b"]
    c["cancel"].set(business, "none")
    for fate in ("ret", "adjust", "edit"):
        c[fate].set((gone | business) & ~(c[fate] == "none"), "none")
    c["edit"].set((c["n_lines"] < 2) & (c["edit"] == "remove"), "none")
    c["ret"].set(~(c["edit"] == "none"), "none")
    c["adjust"].set(~(c["edit"] == "none"), "none")
    c["pay"].set(~(c["edit"] == "none"), "auth_capture")
    c["pay"].set(c["cancel"].isin("after_capture", "money_kept"), "sale")
    c["pay"].set(business, "on_terms")
    c["ship"].set(gone & ~business, "none")
    c["pay_after"] = np.where(business, rng.integers(20 * DAY, 45 * DAY, len(gone)), 0)


def apply_cases(columns: Columns) -> None:
    """Let the named cases be the first orders."""
    for row, case in enumerate(CASES):
        for name, value in case.neutral_fields().items():
            column = columns[name]
            if isinstance(column, Coded):
                column.set(row, str(value))
            else:
                column[row] = value


def store_orders(con: duckdb.DuckDBPyConnection, columns: Columns, clock: datetime) -> None:
    """``truth.orders``: number each shop's orders by placement and drop what has not happened yet."""
    size = len(columns["pid"])
    drawn = {**columns, "placed_at": columns["placed_at"].astype("datetime64[us]")}
    store(con, "truth.orders_drawn", {"ono": np.arange(size), **drawn})
    con.execute(
        f"""create table truth.orders as
        with placed as (
            select o.* exclude (created_after, dest, is_local_price),
                s.account, s.legal_entity, s.zone, s.currency, s.is_tax_included, s.first_id, s.id_step,
                o.placed_at + o.created_after * interval 1 second as created_at,
                row_number() over (partition by o.shop order by o.placed_at, o.ono) as number,
                d.country, d.province, d.city, d.zip, d.language,
                case when o.shop = {shops.WORLD} then d.state_tax else 0 end as state_tax,
                case when o.shop = {shops.WORLD} then d.county_tax else 0 end as county_tax,
                o.shop = {shops.WORLD} and d.is_shipping_taxed as is_shipping_taxed,
                o.has_duties and d.country <> 'US' as is_dutiable,
                case when o.shop = {shops.WORLD} and o.is_local_price then d.currency else s.currency end
                    as currency_p,
                cast(? as timestamp) as clock
            from truth.orders_drawn as o
            join truth.shops as s using (shop)
            join truth.destinations as d on d.dest = o.dest)
        select p.*, first_id + number * id_step as order_id,
            coalesce(r.rate_millionths, 1000000) as rate_millionths,
            case when edit <> 'none' then least(edit_rounds,
                date_diff('second', created_at, clock) // edit_after) else 0 end as edited_rounds,
            -- When all its edits are done, whether or not the clock is there yet.
            created_at + edit_rounds * edit_after * interval 1 second as settled_at,
            case when cancel <> 'none' and created_at + cancel_after * interval 1 second <= clock
                then created_at + cancel_after * interval 1 second end as gone_at
        from placed as p
        left join truth.presentment_rates as r
            on r.day = cast(p.placed_at as date) and r.currency_p = p.currency_p and p.shop = {shops.WORLD}
        order by shop, number""",
        [clock.replace(tzinfo=None)],
    )
    con.execute("drop table truth.orders_drawn")
