"""What PayPal books: one row per transaction of the account, in whole minor units of its currency.

``fee`` is what PayPal took (a refund keeps it); net = amount - fee. ``code`` is PayPal's transaction event code.
Source: developer.paypal.com, transaction event codes.
"""

import duckdb

from sandbox.world.columns import store_rows
from sandbox.world.paypal_accounts import (
    ABROAD_RATE,
    CHARGEBACK_FEE,
    DRIFT_FROM,
    DRIFTED_RATE,
    FIXED_FEES,
    LOCAL_COUNTRIES,
    LOCAL_RATE,
    PRIMARY,
    SWEPT_TO,
)

COLUMNS = """entry_id, code, kind, ono, tno, shop_tno, charge_id, reference_id, created_at, amount, fee, currency, invoice_id,
    custom_field, pid, dispute_id, fault, note"""
# Movements that belong to no payment: (key, code, kind, when, minor units, currency, fault).
MOVEMENTS = [
    ("reserve 1", "T2103", "reserve", "2026-04-02 09:00:00", -5_000, "EUR", None),
    ("release 1", "T2104", "reserve_release", "2026-07-01 09:00:00", 5_000, "EUR", None),
    ("reserve 2", "T2103", "reserve", "2026-09-28 09:00:00", -4_000, "EUR", "reserve_held"),
    ("funding", "T0300", "topup", "2026-03-31 08:00:00", 12_000, "EUR", None),
    ("monthly", "T0101", "fee", "2026-05-01 07:00:00", -2_500, "EUR", None),
    ("adjusted", "T1200", "adjustment", "2026-06-18 13:00:00", -777, "USD", None),
    ("link 1", "T0006", "charge", "2026-04-28 16:20:00", 5_900, "EUR", "missing_in_shop"),
]  # fmt: skip


def create_entries(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.paypal_entries`` of payments, refunds, disputes and movements by the clock, and their conversions."""
    fixed = " ".join(f"when '{currency}' then {fee}" for currency, fee in FIXED_FEES.items())
    store_rows(
        con,
        "truth.paypal_movements",
        ["key", "code", "kind", "happens_at", "amount", "currency", "fault"],
        MOVEMENTS,
    )
    con.execute(
        f"""create table truth.paypal_entries as
        with charged as (
            select *, case when country in {LOCAL_COUNTRIES} then {LOCAL_RATE}
                when created_at >= timestamp '{DRIFT_FROM}' then {DRIFTED_RATE} else {ABROAD_RATE} end as rate
            from truth.paypal_payments where kind <> 'AUTHORIZATION')
        select {COLUMNS} from (
            select payment_id as entry_id, 'T0006' as code, 'charge' as kind, ono, tno, shop_tno,
                payment_id as charge_id, cast(null as varchar) as reference_id, created_at, amount,
                div_round(amount * rate, 10000) + case currency {fixed} end as fee, currency, invoice_id, custom_field,
                pid, cast(null as varchar) as dispute_id, fault, case when rate = {DRIFTED_RATE} then 'fee_drift' end as note
            from charged
            union all {_refunds()}
            union all {_disputes()}
            union all
            select paypal_id('mv' || key), code, kind, null, null, null,
                case when kind = 'charge' then paypal_id('mv' || key) end, null, cast(happens_at as timestamp), amount,
                case when kind = 'charge' then div_round(amount * {LOCAL_RATE}, 10000) + 35 else 0 end, currency, null,
                null, null, null, fault, null
            from truth.paypal_movements)
        where created_at <= psp_now()"""
    )
    _convert(con)


def _refunds() -> str:
    """At no fee, and PayPal keeps the payment's; one that is turned down moves nothing (``create_refunds``)."""
    return """
            select refund_id, 'T1107', 'refund', ono, tno, shop_tno, payment_id, payment_id, asked_at, -amount, 0, currency,
                invoice_id, custom_field, pid, null, null, null
            from truth.paypal_refunds where not is_denied"""


def _disputes() -> str:
    """Money is held when a dispute is opened and released when it ends; a lost one takes it, a chargeback with a fee."""
    from_dispute = "select paypal_id('{0}' || dispute_id), '{1}', '{2}', ono, tno, null, payment_id, payment_id, {3}, {4}, {5}, currency, invoice_id, custom_field, pid, dispute_id, null, reason from truth.paypal_disputes where {6}"
    return " union all ".join(
        from_dispute.format(*moment)
        for moment in (
            ("hold", "T1110", "reserve", "opened_at", "-amount", 0, "not is_chargeback"),
            ("unhold", "T1111", "reserve_release", "closed_at", "amount", 0, "not is_chargeback"),
            ("lost", "T1106", "dispute", "closed_at + interval 1 minute", "-amount", 0,
             "not is_chargeback and outcome = 'lost'"),
            ("cb", "T1201", "dispute", "opened_at", "-amount", 0, "is_chargeback"),
            ("cbfee", "T0106", "dispute_fee", "opened_at + interval 1 minute", -CHARGEBACK_FEE, 0, "is_chargeback"),
            ("won", "T1202", "dispute_reversal", "closed_at", "amount", 0, "is_chargeback and outcome = 'won'"),
        )
    )  # fmt: skip


def _convert(con: duckdb.DuckDBPyConnection) -> None:
    """Two rows per movement in a currency that no balance is held in: out of it, and into the primary one."""
    for side, sign, currency, amount in (
        ("out", "-", "e.currency", "e.amount - e.fee"),
        ("in", "", f"'{PRIMARY}'", "psp_settled(e.amount - e.fee, r.rate_millionths)"),
    ):
        con.execute(
            f"""insert into truth.paypal_entries ({COLUMNS})
            select paypal_id('fx{side}' || e.entry_id), 'T0200', 'fx_conversion', e.ono, e.tno, null, e.charge_id,
                e.entry_id, e.created_at + interval 1 second, {sign}({amount}), 0, {currency}, null, null, null, null,
                null, null
            from truth.paypal_entries as e
            join truth.psp_rates as r on r.currency_p = e.currency and r.day = cast(e.created_at as date)
            where e.currency not in {tuple(SWEPT_TO)} and e.kind <> 'fx_conversion'"""
        )
