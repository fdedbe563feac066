"""The answer key of what a shop tells beside its orders: its payments account, stock, checkouts, journeys, merges.

From ``truth.*`` only, one Parquet file per table. Amounts are exact; ids are the numbers at the end of a gid.
"""

from pathlib import Path

import duckdb

ANSWERS = {
    # Grain: one entry of a shop's balance; a residual of its own for what a payout keeps and no list shows.
    "shopify_payments_entries": """
        with listed as (
            select e.shop, cast(e.entry_id as varchar) as entry_id, e.kind, e.type, e.happened_at, e.ono,
                e.transaction_id, e.amount, e.fee, l.payout_id
            from truth.sp_entries as e left join truth.sp_listed as l using (shop, entry_id)
            union all
            select shop, 'residual:' || payout_id, 'other', null, cut_at, null, null, amount - net, 0, payout_id
            from truth.sp_payouts where amount <> net)
        select 'shopify' as system, s.account, e.entry_id, e.kind, e.type, e.happened_at as occurred_at,
            cast(o.order_id as varchar) as order_id, cast(e.transaction_id as varchar) as order_transaction_id,
            psp_amount(e.amount, s.currency) as gross_amount, psp_amount(e.fee, s.currency) as fee_amount,
            psp_amount(e.amount - e.fee, s.currency) as net_amount, s.currency,
            cast(e.payout_id as varchar) as payout_id
        from listed as e join truth.shops as s using (shop) left join truth.orders as o using (ono)""",
    "shopify_payments_payouts": """
        select 'shopify' as system, account, cast(payout_id as varchar) as payout_id,
            psp_amount(amount, currency) as amount, currency, lower(status) as status, cut_at as issued_at,
            psp_amount(net, currency) as entries_net_amount, psp_amount(amount - net, currency) as residual_amount
        from truth.sp_payouts""",
    "shopify_payments_disputes": """
        select 'shopify' as system, account, cast(dispute_id as varchar) as dispute_id,
            cast(order_id as varchar) as order_id, cast(transaction_id as varchar) as order_transaction_id,
            is_inquiry, lower(case when closed_at <= clock then outcome when answered_at <= clock
                then 'under_review' else 'needs_response' end) as status,
            psp_amount(amount, currency) as amount, currency, opened_at,
            case when closed_at <= clock then closed_at end as closed_at
        from truth.sp_disputes""",
    "inventory": """
        select i.account, cast(i.item_id as varchar) as inventory_item_id,
            cast(i.variant_id as varchar) as variant_id, i.sku, cast(l.location_id as varchar) as location_id,
            p.name as location_name, l.available, l.on_hand, l.committed, cast(l.incoming as bigint) as incoming,
            l.reserved, psp_amount(i.cost, i.currency) as unit_cost_amount, i.currency
        from truth.inventory_items as i
        left join truth.inventory_levels as l using (shop, variant)
        left join truth.locations as p on p.shop = l.shop and p.location_id = l.location_id""",
    "abandoned_checkouts": """
        select o.account, cast(c.checkout_id as varchar) as checkout_id, c.began_at as created_at,
            c.ended_at as completed_at, c.ended_at is not null as is_recovered,
            case when c.ended_at is not null then cast(o.order_id as varchar) end as order_id,
            cast(i.customer_id as varchar) as customer_id, c.lines as lines_count, c.units as quantity,
            psp_amount(c.items, o.currency) as subtotal_amount, psp_amount(c.tax, o.currency) as tax_amount,
            psp_amount(c.total, o.currency) as total_amount, o.currency
        from truth.checkouts as c join truth.orders as o using (ono)
        left join truth.customer_ids as i on i.shop = o.shop and i.pid = o.pid and o.mode = 'customer'""",
    # Grain: one order. Without a journey (a counter, a company), a known visit or yet any answer: null.
    "order_sources": """
        select o.account, cast(o.order_id as varchar) as order_id, not j.is_offline as has_journey, j.is_ready,
            f.source as first_source, f.medium as first_medium, f.campaign as first_campaign,
            l.source as last_source, l.medium as last_medium, l.campaign as last_campaign,
            case when j.is_known then cast(j.days as bigint) end as days_to_conversion
        from truth.journeys as j join truth.orders as o using (ono)
        left join truth.sources as f on j.is_known and f.number = j.first
        left join truth.sources as l on j.is_known and l.number = j.last""",
    "customer_merges": """
        select account, kept_customer_id, deleted_customer_id, merged_at,
            'p' || lpad(cast(pid as varchar), 8, '0') as person_id
        from truth.customer_merges""",
}


def write_shop_answers(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Needs ``psp_amount`` of the PSP's answers."""
    for name, query in ANSWERS.items():
        file = str(folder / f"{name}.parquet").replace("'", "''")
        con.execute(f"copy (from ({query}) order by all) to '{file}' (format parquet)")
