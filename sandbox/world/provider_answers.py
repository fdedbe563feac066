"""The answer key of Adyen and PayPal: their entries, payouts and disputes beside Stripe's.

An order is the one that a payment's reference at the provider names; the true one stands beside it. What a report
that was sent twice repeats is left out.
"""

import duckdb

NAMES_ADYEN = "p.merchant_reference like 'c%.1' or p.merchant_reference like '#%'"
NAMES_PAYPAL = "p.invoice_id is not null or p.custom_field is not null"


def add_provider_answers(con: duckdb.DuckDBPyConnection) -> None:
    """Add to ``truth.payment_entries``, ``payouts_answer`` and ``disputes_answer``; needs ``psp_amount``."""
    con.execute(
        f"""create or replace table truth.provider_orders as
        select 'adyen' as system, p.reference as charge_id, o.account, cast(o.order_id as varchar) as order_id,
            {NAMES_ADYEN} as is_named
        from truth.adyen_payments as p join truth.orders as o using (ono)
        union all
        select 'paypal', p.payment_id, o.account, cast(o.order_id as varchar), {NAMES_PAYPAL}
        from truth.paypal_payments as p join truth.orders as o using (ono)"""
    )
    con.execute(
        """insert into truth.payment_entries by name
        select e.system, e.account, e.entry_id, e.kind, e.happened_at as occurred_at,
            case when o.is_named then o.account end as order_account, case when o.is_named then o.order_id end as order_id,
            e.charge_id, psp_amount(e.amount, e.currency) as gross_amount, psp_amount(e.fee, e.currency) as fee_amount,
            psp_amount(0, e.currency) as tax_on_fee_amount, psp_amount(e.net, e.currency) as net_amount, e.currency,
            e.payout_id, o.account as true_order_account, o.order_id as true_order_id
        from truth.provider_entries as e
        left join truth.provider_orders as o on o.system = e.system and o.charge_id = e.charge_id
        where e.fault is distinct from 'duplicate_record'
        union all
        -- A payout is made when its own entry is booked.
        select system, account, 'residual:' || payout_id, 'other', (
                select max(e.happened_at) from truth.provider_entries as e
                where e.system = p.system and e.account = p.account and e.payout_id = p.payout_id and e.kind = 'payout'),
            null, null, null,
            psp_amount(residual, currency), psp_amount(0, currency), psp_amount(0, currency),
            psp_amount(residual, currency), currency, payout_id, null, null
        from truth.provider_payouts as p where residual <> 0 and fault is distinct from 'duplicate_record'"""
    )
    con.execute(
        """insert into truth.payouts_answer by name
        select system, account, payout_id, psp_amount(case system when 'adyen' then bank_amount else amount end, told) as amount,
            told as currency, case status when 'in_transit' then 'paid' else status end as status,
            cast(null as date) as arrived_date,
            psp_amount(amount - residual, currency) as entries_net_amount, psp_amount(residual, currency) as residual_amount
        from (select *, case system when 'adyen' then bank_currency else currency end as told
            from truth.provider_payouts)
        where fault is distinct from 'duplicate_record'"""
    )
    con.execute(
        """insert into truth.disputes_answer by name
        with moved as (
            select system, dispute_id, -sum(amount) filter (kind in ('dispute')) as withdrawn,
                sum(amount) filter (kind = 'dispute_reversal') as reinstated, sum(fee) filter (kind <> 'dispute_fee')
                    - sum(case when kind = 'dispute_fee' then amount else 0 end) as fee
            from truth.provider_entries
            where dispute_id is not null and fault is distinct from 'duplicate_record' group by all)
        select d.system, d.account, d.dispute_id, d.charge_id,
            case when o.is_named then o.account end as order_account, case when o.is_named then o.order_id end as order_id,
            d.status, false as is_inquiry, psp_amount(d.amount, d.currency) as amount, d.currency,
            psp_amount(coalesce(m.withdrawn, 0), d.currency) as withdrawn_amount,
            psp_amount(coalesce(m.reinstated, 0), d.currency) as reinstated_amount,
            psp_amount(coalesce(m.fee, 0), d.currency) as fee_amount
        from truth.provider_disputes as d
        left join moved as m on m.system = d.system and m.dispute_id = d.dispute_id
        left join truth.provider_orders as o on o.system = d.system and o.charge_id = d.charge_id"""
    )
