"""The truth of Adyen and PayPal in one form: every entry of a balance, every payout, every dispute, every fault.

``shown_at`` is when the vendor first tells of an entry. ``fault`` is the kind of money fault that an entry or payout
plays, null for none; what a provider never booked stands in ``truth.provider_missing``.
"""

import duckdb

from sandbox.world.paypal_accounts import ACCOUNT, LAG_HOURS

KINDS = {
    "Settled": "charge",
    "Refunded": "refund",
    "RefundedReversed": "refund_failure",
    "Chargeback": "dispute",
    "SecondChargeback": "dispute",
    "ChargebackReversed": "dispute_reversal",
    "Fee": "fee",
    "InvoiceDeduction": "fee",
    "MiscCosts": "fee",
    "Balancetransfer": "transfer",
    "MerchantPayin": "topup",
    "MerchantPayout": "payout",
    "BankInstructionReturned": "payout_failure",
}


def create_providers(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.provider_entries``, ``provider_payouts``, ``provider_disputes``, ``provider_missing``."""
    _create_entries(con)
    _create_payouts(con)
    _create_disputes(con)
    con.execute(
        """create table truth.provider_missing as
        select 'adyen' as system, m.account, r.ono, t.tno, t.transaction_id, 'missing_in_psp' as fault
        from truth.adyen_roles as r
        join truth.transactions as t on t.ono = r.ono and t.kind in ('SALE', 'CAPTURE') and t.status = 'SUCCESS'
        join truth.adyen_merchants as m on m.gateway = t.gateway
        where r.role = 'missing_in_psp'
        union all
        select 'adyen', account, f.ono, f.shop_tno, t.transaction_id, 'failed_refund'
        from truth.adyen_refunds as f join truth.transactions as t on t.ono = f.ono and t.tno = f.shop_tno
        where f.is_refused and f.shop_tno is not null
        union all
        select 'paypal', '"""
        + ACCOUNT
        + """', r.ono, t.tno, t.transaction_id, 'missing_in_psp'
        from truth.paypal_roles as r
        join truth.transactions as t on t.ono = r.ono and t.kind in ('SALE', 'CAPTURE') and t.status = 'SUCCESS'
        where r.role = 'missing_in_psp' and t.gateway = 'paypal'
        union all
        select 'paypal', '"""
        + ACCOUNT
        + """', f.ono, f.shop_tno, t.transaction_id, 'failed_refund'
        from truth.paypal_refunds as f join truth.transactions as t on t.ono = f.ono and t.tno = f.shop_tno
        where f.is_denied"""
    )


def _create_entries(con: duckdb.DuckDBPyConnection) -> None:
    kinds = " ".join(f"when '{type_}' then '{kind}'" for type_, kind in KINDS.items())
    con.execute(
        f"""create table truth.provider_entries as
        select 'adyen' as system, account,
            type || ':' || reference || case when copy_of is not null then ':' || batch else '' end as entry_id,
            case type {kinds} when 'DepositCorrection' then case when amount < 0 then 'reserve' else 'reserve_release' end
                end as kind,
            type as vendor_type, booked_at as happened_at, shown_at, ono, shop_tno as tno,
            payment_reference as charge_id, dispute as dispute_id, amount, commission + markup + scheme + interchange as fee,
            net, currency, case when batch is not null then cast(batch as varchar) end as payout_id,
            reference as source_id,
            case when copy_of is not null then 'duplicate_record' else fault end as fault, note
        from truth.adyen_placed where shown_at <= psp_now()
        union all
        select 'paypal', '{ACCOUNT}', entry_id, kind, code, created_at, created_at + interval {LAG_HOURS} hour, ono,
            shop_tno, charge_id, dispute_id, amount, fee, amount - fee, currency, payout_id,
            reference_id, fault, note
        from truth.paypal_placed where created_at + interval {LAG_HOURS} hour <= psp_now()"""
    )


def _create_payouts(con: duckdb.DuckDBPyConnection) -> None:
    """``returned_at``: when the bank sent it back; ``status`` is failed once the provider tells of that."""
    con.execute(
        f"""create table truth.provider_payouts as
        with sent as (
            select 'adyen' as system, account, cast(number as varchar) as payout_id, reference, amount, currency,
                bank_amount, bank_currency, rate_millionths, residual, sent_at, arrives_at, returned_at,
                reference as bank_text, copy_of is not null as is_copy
            from truth.adyen_payouts
            union all
            select 'paypal', '{ACCOUNT}', payout_id, payout_id, amount, currency, bank_amount, bank_currency,
                null, 0, sent_at, arrives_at, returned_at, 'PAYPAL ' || payout_id, false
            from truth.paypal_sweeps where sent_at + interval {LAG_HOURS} hour <= psp_now()),
        returned as (
            select account, source_id as reference from truth.provider_entries where kind = 'payout_failure' group by all)
        select s.* exclude (reference, is_copy, returned_at),
            case when s.returned_at <= psp_now() then s.returned_at end as returned_at,
            case when r.reference is not null then 'failed' when s.arrives_at <= psp_now() then 'paid' else 'in_transit'
                end as status,
            case when s.is_copy then 'duplicate_record' when s.returned_at <= psp_now() then 'payout_failed'
                when s.residual <> 0 then 'hidden_movement' when s.currency <> s.bank_currency then 'fx_payout' end as fault
        from sent as s left join returned as r using (account, reference)"""
    )


def _create_disputes(con: duckdb.DuckDBPyConnection) -> None:
    """Adyen tells of a dispute by what it books: the last booking is its outcome so far."""
    con.execute(
        f"""create table truth.provider_disputes as
        with booked as (
            select account, dispute_id, max_by(kind, happened_at) as last_kind
            from truth.provider_entries where system = 'adyen' and dispute_id is not null group by all)
        select 'adyen' as system, d.account, d.reference as dispute_id, p.reference as charge_id, d.ono, d.tno,
            d.amount, m.currency, d.reason, d.opened_at, d.due_at,
            case b.last_kind when 'dispute' then 'lost' else 'won' end as status
        from truth.adyen_disputes as d
        join booked as b on b.account = d.account and b.dispute_id = d.reference
        join truth.adyen_payments as p on p.account = d.account and p.ono = d.ono and p.tno = d.tno
        join truth.adyen_merchants as m on m.account = d.account
        union all
        select 'paypal', '{ACCOUNT}', dispute_id, payment_id, ono, tno, amount, currency, reason, opened_at, due_at,
            case when closed_at <= psp_now() then outcome when answered_at <= psp_now() then 'under_review'
                else 'needs_response' end
        from truth.paypal_disputes"""
    )
