"""An account's movements that belong to no payment: fees by the month, reserves, loans, top-ups and more.

Days are fixed, so every world holds each of them; ids come from account, kind and day.
"""

from typing import NamedTuple

import duckdb

from sandbox.world.columns import store_rows
from sandbox.world.psp_accounts import GMBH, KK
from sandbox.world.psp_entries import COLUMNS

RADAR_PER_CHARGE, RADAR_BASE = 5, 200  # minor units
HELD_BACK = 10_000  # beyond all that a payout would have held: the payout turns negative
HOLD_DAY, RELEASE_DAY = "2026-03-18", "2026-04-17"


class Movement(NamedTuple):
    """One fixed movement in minor units; ``case`` is its name among the special cases."""

    case: str
    psp: str
    kind: str
    type: str
    category: str
    source_prefix: str | None
    happens_at: str
    amount: int
    description: str


MOVEMENTS = [
    Movement("psp_topup", GMBH.account, "topup", "topup", "topup", "tu_1",
             "2026-05-18 09:00", 250_000, "Top-up: marketing float"),
    Movement("psp_topup_reversed", GMBH.account, "topup", "topup_reversal", "topup_reversal", "tu_1",
             "2026-05-21 09:00", -60_000, "Top-up reversal"),
    Movement("psp_fee_refund", GMBH.account, "fee_refund", "stripe_fee", "fee", None,
             "2026-04-07 07:00", 1_234, "Billing credit: Radar"),
    Movement("psp_adjustment", GMBH.account, "adjustment", "adjustment", "other_adjustment", None,
             "2026-07-15 11:00", -1_500, "Adjustment for terminal hardware"),
    Movement("psp_transfer", GMBH.account, "transfer", "transfer", "transfer", "tr_1",
             "2026-06-24 10:00", -7_500, "Transfer to a marketplace partner"),
    Movement("psp_loan", KK.account, "loan", "advance", "advance", None,
             "2026-02-16 03:00", 300_000, "Capital advance"),
    Movement("psp_loan_repayment", KK.account, "loan", "anticipation_repayment",
             "anticipation_repayment", None, "2026-04-15 03:00", -40_000, "Capital repayment"),
    Movement("psp_loan_repayment", KK.account, "loan", "anticipation_repayment",
             "anticipation_repayment", None, "2026-06-15 03:00", -40_000, "Capital repayment"),
]  # fmt: skip


def create_extras(con: duckdb.DuckDBPyConnection) -> None:
    """Add the movements to ``truth.psp_entries``; ``truth.psp_named_entries`` says which cases they are."""
    store_rows(con, "truth.psp_movements", Movement._fields, MOVEMENTS)
    con.execute(
        f"""create table truth.psp_extra_entries as
        select psp, psp_id('txn_1', psp || type || happens_at) as entry_id, kind, type, category,
            case when source_prefix is not null then psp_id(source_prefix, psp || kind || happens_at) end as source_id,
            cast(amount as bigint) as amount, cast(happens_at as timestamp) as created_at, description, "case"
        from truth.psp_movements
        union all
        -- A month's charges are all there when the month is over.
        select psp, psp_id('txn_1', 'radar' || psp || month), 'fee', 'stripe_fee', 'fee', null,
            -({RADAR_BASE} + {RADAR_PER_CHARGE} * charges), month + interval 1 month + interval 5 hour,
            'Radar for Fraud Teams (' || strftime(month, '%Y-%m') || ')', 'psp_monthly_fee'
        from (select psp, date_trunc('month', created_at) as month, count(*) as charges
            from truth.psp_charges group by all)
        union all
        {_reserves()}"""
    )
    con.execute(
        f"""insert into truth.psp_entries ({COLUMNS})
        select psp, entry_id, kind, type, category, source_id, null, null, null, null, null, amount, 0, 0, null,
            created_at, created_at, description
        from truth.psp_extra_entries where created_at <= psp_now()"""
    )
    con.execute("drop table truth.psp_movements")


def _reserves() -> str:
    """A hold of more than there was to pay out, two hours before the cut; all of it released later."""
    return f"""
        select '{GMBH.account}', psp_id('txn_1', name), name, 'reserve_transaction', 'risk_reserved_funds',
            psp_id('rsv_1', 'reserve'), sign * (ready + {HELD_BACK}), cast(day as timestamp) + interval 2 hour,
            description, 'psp_' || name
        from (select greatest(0, coalesce(sum(amount - fee - tax), 0)) as ready from truth.psp_entries
            where psp = '{GMBH.account}' and greatest(created_at, available_at)
                between timestamp '{HOLD_DAY}' - interval 20 hour and timestamp '{HOLD_DAY}' + interval 2 hour)
        cross join (values ('reserve', -1, '{HOLD_DAY}', 'Reserve hold'),
            ('reserve_release', 1, '{RELEASE_DAY}', 'Reserve release')) as h(name, sign, day, description)"""
