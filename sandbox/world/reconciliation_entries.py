"""Every movement at a PSP with the shop's transaction that it is of: what reconciliation should find, from truth.

``amount`` is what the buyer was charged or given back, ``net`` what the balance changed by; whole minor units.
``tno`` is the shop's transaction (null: the shop has none), ``payout_id`` the payout that holds the entry.
"""

import duckdb

KINDS_OF_PAYOUTS = "('payout', 'payout_failure')"


def create_reconciliation_entries(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.reconciled_entries``: all but payouts themselves; ``truth.reconciled_orders``: the shops' side."""
    con.execute(
        f"""create or replace table truth.reconciled_entries as
        select * from ({_of_stripe()}) union all by name select * from ({_of_shopify()})
        union all by name select * from ({_of_providers()})"""
    )
    con.execute(
        """create or replace table truth.reconciled_orders as
        select o.account, o.legal_entity, cast(t.transaction_id as varchar) as source_id, t.ono, t.tno, t.gateway,
            t.kind, o.is_test, t.happened_at,
            case when t.gateway in ('klarna', 'konbini') then 'adyen' when t.gateway = 'shopify_payments' then 'shopify'
                when t.gateway = 'bank_transfer' then 'bank' else t.gateway end as psp_system,
            case t.kind when 'REFUND' then -1 else 1 end * case when g.is_shown then t.amount_p else t.amount end
                as amount,
            case t.kind when 'REFUND' then -1 else 1 end * t.amount as shop_amount,
            case when g.is_shown then o.currency_p else o.currency end as currency, o.currency as shop_currency
        from (select *, gateway in ('stripe', 'paypal', 'klarna', 'konbini') as is_shown from
                (select distinct gateway from truth.transactions)) as g
        join truth.transactions as t using (gateway) join truth.orders as o using (ono)
        where t.status = 'SUCCESS' and t.kind in ('SALE', 'CAPTURE', 'REFUND', 'AUTHORIZATION')"""
    )


def _of_stripe() -> str:
    """A charge that was authorised first is of the shop's capture, and so is what a partial capture released."""
    return f"""
        select 'stripe' as system, e.psp as account, e.entry_id, e.kind, e.created_at as happened_at,
            e.available_at as ready_at, e.ono,
            case when e.kind = 'charge' or f.origin = 'released' then coalesce(k.tno, e.tno)
                when e.kind = 'refund' and f.origin = 'returned' then f.rno end as tno,
            case when e.amount < 0 then -1 else 1 end * coalesce(f.amount, c.amount) as amount,
            upper(coalesce(f.currency_p, c.currency_p)) as currency,
            e.amount - e.fee - e.tax as net, upper(t.currency) as net_currency,
            coalesce(case when s.has_list then l.payout_id end, m.payout_id) as payout_id,
            case when e.kind = 'refund_failure' then 'failed_refund' end as fault
        from truth.psp_entries as e
        join truth.psp_accounts as t on t.account = e.psp
        left join truth.psp_charges as c on c.ono = e.ono and c.tno = e.tno
        left join truth.psp_refunds as f on f.refund_id = e.refund_id
        left join truth.transactions as k on k.ono = e.ono and k.parent = e.tno and k.kind = 'CAPTURE'
        left join truth.psp_listed as l on l.entry_id = e.entry_id
        left join truth.psp_states as s on s.payout_id = l.payout_id
        left join truth.psp_placed as p on p.entry_id = e.entry_id
        -- One made by hand holds what was there, though the PSP lists nothing.
        left join truth.psp_payouts as m on m.psp = p.psp and m.created_at = p.cut_at and not m.is_automatic
        where e.kind not in {KINDS_OF_PAYOUTS}"""


def _of_shopify() -> str:
    return f"""
        select 'shopify' as system, s.account, cast(e.entry_id as varchar) as entry_id, e.kind, e.happened_at,
            e.ready_at, e.ono, case when e.kind in ('charge', 'refund') then t.tno end as tno, e.amount,
            s.currency, e.amount - e.fee as net, s.currency as net_currency,
            cast(l.payout_id as varchar) as payout_id, cast(null as varchar) as fault
        from truth.sp_entries as e join truth.shops as s using (shop)
        left join truth.transactions as t on t.ono = e.ono and t.transaction_id = e.transaction_id
        left join truth.sp_listed as l on l.shop = e.shop and l.entry_id = e.entry_id
        where e.kind not in {KINDS_OF_PAYOUTS}"""


def _of_providers() -> str:
    """No shop hears of a refund that comes back."""
    return f"""
        select system, account, entry_id, kind, happened_at, happened_at as ready_at, ono,
            case when kind <> 'refund_failure' then tno end as tno, amount, currency,
            net, currency as net_currency, payout_id, fault
        from truth.provider_entries where kind not in {KINDS_OF_PAYOUTS}"""
