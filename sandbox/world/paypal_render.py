"""The schema ``paypal``: transactions and disputes as the API shows them at the clock, one JSON text each.

``_at`` is when a transaction was begun, ``_shown_at`` from when on the API knows it. Authorisations and denied
refunds are transactions that touch no balance.
"""

import duckdb

from sandbox.world.paypal_accounts import ACCOUNT, LAG_HOURS

NAMES = {
    "T0006": "Express Checkout Payment",
    "T0200": "General Currency Conversion",
    "T0400": "General Withdrawal",
    "T1106": "Payment Reversal",
    "T1107": "Payment Refund",
    "T1201": "Chargeback",
}


def render_paypal(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create schema paypal")
    _transactions(con)
    _disputes(con)


def _transactions(con: duckdb.DuckDBPyConnection) -> None:
    subjects = " ".join(f"when '{code}' then '{name}'" for code, name in NAMES.items())
    con.execute(
        f"""create table paypal.transactions as
        with shown as (
            select entry_id as id, code, created_at as at_, amount, fee, currency, reference_id, invoice_id, custom_field,
                pid, ono, 'S' as status, true as is_booked, created_at as updated_at
            from truth.paypal_placed
            union all
            select payment_id, 'T1300', created_at, amount, 0, currency, null, invoice_id, custom_field, pid, ono, 'P',
                false, created_at
            from truth.paypal_payments where kind = 'AUTHORIZATION'
            union all
            select refund_id, 'T1107', asked_at, -amount, 0, currency, payment_id, invoice_id, custom_field, pid, ono, 'D',
                false, asked_at
            from truth.paypal_refunds where is_denied),
        balanced as (
            select *, sum(case when is_booked then amount - fee else 0 end) over (
                partition by currency order by at_, id rows unbounded preceding) as balance
            from shown)
        select b.id, b.code as _code, b.at_ as _at, b.at_ + interval {LAG_HOURS} hour as _shown_at, b.is_booked as _is_booked,
            b.currency as _currency, b.amount as _amount, b.fee as _fee, b.balance as _balance, b.reference_id as _reference,
            b.invoice_id as _invoice, b.custom_field as _custom, b.status as _status,
            to_json(struct_pack(
                "paypal_account_id" := case when b.pid is not null then paypal_payer(b.pid) end,
                "transaction_id" := b.id, "paypal_reference_id" := b.reference_id,
                "paypal_reference_id_type" := case when b.reference_id is not null then 'TXN' end,
                "transaction_event_code" := b.code, "transaction_initiation_date" := paypal_time(b.at_),
                "transaction_updated_date" := paypal_time(b.updated_at),
                "transaction_amount" := paypal_money(b.amount, b.currency),
                "fee_amount" := case when b.fee <> 0 then paypal_money(-b.fee, b.currency) end,
                "transaction_status" := b.status,
                "transaction_subject" := case b.code {subjects} end,
                "ending_balance" := case when b.is_booked then paypal_money(b.balance, b.currency) end,
                "available_balance" := case when b.is_booked then paypal_money(b.balance, b.currency) end,
                "invoice_id" := b.invoice_id, "custom_field" := b.custom_field,
                "protection_eligibility" := case when b.code = 'T0006' then '01' else '02' end)) as transaction_info,
            to_json(struct_pack(
                "account_id" := case when b.pid is not null then paypal_payer(b.pid) end,
                "email_address" := w.email, "address_status" := 'Y', "payer_status" := 'Y',
                "country_code" := o.country)) as payer_info,
            '{ACCOUNT}' as _account, row_number() over (order by b.at_, b.id) as _seq
        from balanced as b
        left join truth.orders as o using (ono)
        left join truth.contacts as w on w.pid = b.pid and w.shop = o.shop
        order by _seq"""
    )


def _disputes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create table paypal.disputes as
        with told as (
            select *, case when closed_at <= psp_now() then 'RESOLVED' when answered_at <= psp_now() then 'UNDER_REVIEW'
                    else 'WAITING_FOR_SELLER_RESPONSE' end as status,
                case when closed_at <= psp_now() then closed_at when answered_at <= psp_now() then answered_at
                    else opened_at end as updated_at
            from truth.paypal_disputes)
        select dispute_id as id, opened_at as _created_at, updated_at as _updated_at, status as _status,
            to_json(struct_pack(
                "dispute_id" := dispute_id, "create_time" := paypal_instant(opened_at),
                "update_time" := paypal_instant(updated_at), "status" := status, "reason" := reason,
                "dispute_state" := case status when 'RESOLVED' then 'RESOLVED'
                    when 'UNDER_REVIEW' then 'UNDER_PAYPAL_REVIEW' else 'REQUIRED_ACTION' end,
                "dispute_amount" := paypal_money(amount, currency),
                "dispute_life_cycle_stage" := case when is_chargeback then 'CHARGEBACK' else 'INQUIRY' end,
                "dispute_channel" := case when is_chargeback then 'EXTERNAL' else 'INTERNAL' end)) as summary,
            to_json(struct_pack(
                "disputed_transactions" := [struct_pack(
                    "seller_transaction_id" := payment_id, "create_time" := paypal_instant(taken_at),
                    "transaction_status" := 'COMPLETED', "gross_amount" := paypal_money(amount, currency),
                    "invoice_number" := invoice_id, "custom" := custom_field)],
                "seller_response_due_date" := paypal_instant(due_at),
                "dispute_outcome" := case when status = 'RESOLVED' then struct_pack(
                    "outcome_code" := case outcome when 'won' then 'RESOLVED_SELLER_FAVOUR'
                        else 'RESOLVED_BUYER_FAVOUR' end,
                    "amount_refunded" := paypal_money(case outcome when 'won' then 0 else amount end, currency)) end))
                as detail,
            '{ACCOUNT}' as _account, row_number() over (order by opened_at, dispute_id) as _seq
        from told order by _seq"""
    )
