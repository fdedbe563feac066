"""What Adyen books on an account's balance, before batches: each with its fee parts, in whole minor units.

Blended contracts have one ``commission``; cards are billed interchange++: ``markup``, ``scheme``, ``interchange``.
net = amount - commission - markup - scheme - interchange.
"""

import duckdb

from sandbox.world.adyen_accounts import (
    CARD_INTERCHANGE,
    CARD_MARKUP,
    CARD_SCHEME,
    DRIFT_FROM,
    DRIFTED_MARKUP,
    GMBH,
)
from sandbox.world.columns import store_rows

COLUMNS = """account, type, reference, ono, tno, shop_tno, dispute, created_at, booked_at, amount, commission, markup,
    scheme, interchange, fault, is_unlisted, note"""
# Movements that belong to no payment: (account, type, reference, when, minor units).
MOVEMENTS = [
    (GMBH.account, "DepositCorrection", "Deposit raised", "2026-05-20 07:00:00", -2_000),
    (GMBH.account, "DepositCorrection", "Deposit released", "2026-08-19 07:00:00", 2_000),
    (GMBH.account, "DepositCorrection", "Deposit raised again", "2026-09-29 07:00:00", -1_000),
    (GMBH.account, "MerchantPayin", "TXIN 2026-06-10", "2026-06-10 07:00:00", 15_000),
    (GMBH.account, "Fee", "Monthly minimum 2026-04", "2026-05-04 07:00:00", -450),
    (GMBH.account, "MiscCosts", "Terminal return 2026-07", "2026-07-14 07:00:00", -2_990),
]


def create_entries(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.adyen_entries``: one row per booking by the clock; ``is_unlisted``: no batch will ever list it."""
    store_rows(
        con,
        "truth.adyen_movements",
        ["account", "type", "reference", "happens_at", "amount"],
        MOVEMENTS,
    )
    con.execute(
        f"""create table truth.adyen_entries as
        select {COLUMNS} from ({_captured()} union all {_refunded()} union all {_disputed()} union all {_others()})
        where booked_at <= psp_now()"""
    )


def _captured() -> str:
    """A capture is settled some days later; since the drift cards cost more than agreed."""
    return f"""
        select c.account, 'Settled' as type, c.reference, c.ono, c.tno, c.shop_tno, null as dispute,
            c.captured_at as created_at, c.captured_at + m.settle_days * interval 1 day as booked_at, c.amount,
            case when c.is_card then 0 else div_round(c.amount * m.commission, 10000) + m.fixed_fee end as commission,
            case when c.is_card then div_round(c.amount * case when c.captured_at >= timestamp '{DRIFT_FROM}'
                then {DRIFTED_MARKUP} else {CARD_MARKUP} end, 10000) else 0 end as markup,
            case when c.is_card then div_round(c.amount * {CARD_SCHEME}, 10000) else 0 end as scheme,
            case when c.is_card then div_round(c.amount * {CARD_INTERCHANGE}, 10000) else 0 end as interchange,
            case when c.role = 'missing_in_payout' then 'missing_in_payout' else c.fault end as fault,
            c.role = 'missing_in_payout' as is_unlisted,
            case when c.is_card and c.captured_at >= timestamp '{DRIFT_FROM}' then 'fee_drift' end as note
        from truth.adyen_captures as c join truth.adyen_merchants as m using (account)"""


def _refunded() -> str:
    """A refund keeps the fee of its payment; one that bounced comes back whole."""
    return """
        select account, 'Refunded', reference, ono, tno, shop_tno, null, asked_at, answered_at, -amount, 0, 0, 0, 0,
            case when role = 'refund_reversed' then 'failed_refund' end, false, null
        from truth.adyen_refunds where not is_refused
        union all
        select account, 'RefundedReversed', reversal_reference, ono, tno, shop_tno, null, reversed_at, reversed_at,
            amount, 0, 0, 0, 0, 'failed_refund', false, null
        from truth.adyen_refunds where not is_refused and reversed_at is not null"""


def _disputed() -> str:
    """A chargeback takes its fee as markup, and keeps it when it is reversed."""
    fee = "join truth.adyen_merchants as m using (account)"
    return f"""
        select d.account, 'Chargeback', d.reference, d.ono, d.tno, null, d.reference, d.opened_at, d.opened_at,
            -d.amount, 0, m.dispute_fee, 0, 0, null, false, d.reason
        from truth.adyen_disputes as d {fee}
        union all
        select d.account, 'ChargebackReversed', d.reference, d.ono, d.tno, null, d.reference, d.won_at, d.won_at,
            d.amount, 0, 0, 0, 0, null, false, d.reason
        from truth.adyen_disputes as d where d.won_at is not null
        union all
        select d.account, 'SecondChargeback', d.reference, d.ono, d.tno, null, d.reference, d.again_at,
            d.again_at, -d.amount, 0, m.dispute_fee, 0, 0, null, false, d.reason
        from truth.adyen_disputes as d {fee} where d.again_at is not null"""


def _others() -> str:
    """Movements of the account, and its invoices: processing fees of a calendar month, deducted on the second day."""
    return """
        select account, type, reference, null, null, null, null, cast(happens_at as timestamp),
            cast(happens_at as timestamp), amount, 0, 0, 0, 0,
            case when reference = 'Deposit raised again' then 'reserve_held' end, false, null
        from truth.adyen_movements
        union all
        select p.account, 'InvoiceDeduction', 'Invoice ' || strftime(month, '%Y%m'), null, null, null, null,
            month + interval 1 month + interval 31 hour, month + interval 1 month + interval 31 hour,
            -(m.processing_fee * payments), 0, 0, 0, 0, null, false, null
        from (select account, date_trunc('month', created_at) as month, count(*) as payments
            from truth.adyen_payments group by all) as p
        join truth.adyen_merchants as m using (account)"""
