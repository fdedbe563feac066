"""Shopify Payments in Europe and overseas: every movement of its balance, in the shop's currency.

Charges and refunds are the shops' own transactions through it; disputes, corrections, payouts and what the
bank sent back come beside them. Japan's shop has no such account.
"""

from typing import NamedTuple

import duckdb

from sandbox.world import shops
from sandbox.world.columns import store_rows
from sandbox.world.ids import id_of, transaction_slot
from sandbox.world.shop_disputes import DISPUTE_FEE, create_shop_disputes
from sandbox.world.shop_payouts import create_shop_payouts

CORRECTED_IN = 120  # one charge of so many has its fee corrected by an adjustment
CORRECTION_DAYS = 9
CORRECTION_SLOT, DISPUTES_FROM = 30, 16  # places among an order's entries; transactions come first


class Terms(NamedTuple):
    """A shop's contract: fees in hundredths of a percent and minor units, days until money is ready."""

    shop: int
    country: str
    home: str
    home_points: int
    abroad_points: int
    fixed_fee: int
    ready_days: int
    payout_weekday: int | None  # None: every Monday to Friday


TERMS = [
    Terms(shops.DE, "DE", "DE AT", 190, 290, 25, 3, None),
    Terms(shops.WORLD, "US", "US", 290, 390, 30, 2, 0),
]
COLUMNS = "shop, ono, entry_id, kind, type, source_type, source_id, transaction_id, amount, fee, happened_at, ready_at"


def create_shop_payments(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.sp_entries``, ``sp_disputes`` and ``sp_payouts`` of every shop with ``truth.sp_terms``."""
    store_rows(con, "truth.sp_terms", Terms._fields, TERMS)
    con.execute(
        f"""create table truth.sp_taken as
        select t.ono, t.tno, t.kind, t.happened_at, t.amount, t.transaction_id, o.shop, o.pid, o.order_id, o.number,
            o.account, o.currency, o.clock, c.ready_days,
            {id_of("balance", transaction_slot("t.tno"))} as entry_id,
            {id_of("balance", str(CORRECTION_SLOT))} as correction_id,
            {id_of("balance", str(DISPUTES_FROM))} as disputed_id, {id_of("dispute", "0")} as dispute_id, o.id_step,
            div_round(t.amount * case when contains(c.home, o.country) then c.home_points else c.abroad_points end,
                10000) + c.fixed_fee as fee,
            t.kind = 'SALE' and o.pay = 'sale' and o.ret = 'none' and o.cancel = 'none' and o.adjust = 'none'
                and o.edit = 'none' as is_quiet
        from truth.transactions as t join truth.orders as o using (ono) join truth.sp_terms as c using (shop)
        where t.gateway = 'shopify_payments' and t.status = 'SUCCESS' and not o.is_test
            and t.kind in ('SALE', 'CAPTURE', 'REFUND')"""
    )
    create_shop_disputes(con)
    con.execute(
        f"""create table truth.sp_entries as
        select shop, ono, entry_id, 'charge' as kind, 'CHARGE' as type, 'CHARGE' as source_type,
            transaction_id as source_id, transaction_id, amount, fee, happened_at,
            happened_at + ready_days * interval 1 day as ready_at
        from truth.sp_taken where kind <> 'REFUND'
        union all
        select shop, ono, entry_id, 'refund', 'REFUND', 'REFUND', transaction_id, transaction_id, -amount, 0,
            happened_at, happened_at + ready_days * interval 1 day
        from truth.sp_taken where kind = 'REFUND'
        union all
        -- What was charged abroad by mistake; never more than half of the fee.
        select shop, ono, correction_id, 'adjustment', 'ADJUSTMENT', 'ADJUSTMENT', transaction_id, transaction_id,
            div_round(fee, 2), 0, happened_at + interval {CORRECTION_DAYS} day,
            happened_at + interval {CORRECTION_DAYS} day
        from truth.sp_taken
        where kind <> 'REFUND' and chance(ono, 'correction', {CORRECTED_IN}) = 0
            and happened_at + interval {CORRECTION_DAYS} day <= clock
        union all
        select shop, ono, disputed_id, 'dispute', 'DISPUTE_WITHDRAWAL', 'DISPUTE', dispute_id, transaction_id,
            -amount, {DISPUTE_FEE}, opened_at, opened_at
        from truth.sp_disputes where not is_inquiry
        union all
        select shop, ono, disputed_id + id_step, 'dispute_reversal', 'DISPUTE_REVERSAL', 'DISPUTE', dispute_id,
            transaction_id, amount, -{DISPUTE_FEE}, closed_at, closed_at
        from truth.sp_disputes where outcome = 'WON' and not is_inquiry and closed_at <= clock"""
    )
    create_shop_payouts(con)
