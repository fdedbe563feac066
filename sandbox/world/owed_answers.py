"""The answer key of what is sold ahead, not yet, or at what cost: stored value, drafts, subscriptions, order costs.

From ``truth.*`` and ``erp.*`` only, one Parquet file per table. Amounts are exact, in the shop's currency; what payment
providers and lost disputes cost an order is in ``payment_entries`` and ``disputes``.
"""

from pathlib import Path

import duckdb

# Which of dated versions holds on a day: the newest day up to it, in its highest version.
_NEWEST = "row_number() over (partition by {key} order by {of}.valid_from desc, {of}.version desc)"

ANSWERS = {
    # Grain: one movement of a gift card; + raises what the shop owes.
    "stored_value": """
        with moved as (
            select shop, card_id, case when sold_ono is null then 'granted' else 'issued' end as kind, sold_ono as ono,
                null as transaction_id, given_at as event_at, value as minor
            from truth.gift_cards
            union all
            select shop, card_id, 'deactivated', sold_ono, null, off_at, -balance
            from truth.gift_cards where off_at is not null and balance > 0
            union all
            select g.shop, card_id, 'expired', null, null, cast(expires_on + 1 as timestamp), -balance
            from truth.gift_cards as g join truth.shops as s using (shop) cross join truth.psp_clock as c
            where off_at is null and balance > 0
                and expires_on < cast(timezone(s.zone, timezone('UTC', c.present)) as date)
            union all
            select o.shop, null, case t.kind when 'REFUND' then 'refunded' else 'redeemed' end, t.ono, t.transaction_id,
                t.happened_at, case t.kind when 'REFUND' then t.amount else -t.amount end
            from truth.transactions as t join truth.orders as o using (ono)
            where t.gateway = 'gift_card' and t.status = 'SUCCESS' and not o.is_test)
        select s.account, 'gift_card' as instrument, m.kind, cast(m.card_id as varchar) as gift_card_id,
            cast(o.order_id as varchar) as order_id, cast(m.transaction_id as varchar) as transaction_id, m.event_at,
            psp_amount(m.minor, s.currency) as amount, s.currency
        from moved as m join truth.shops as s using (shop) left join truth.orders as o using (ono)""",
    "draft_orders": """
        select o.account, cast(d.draft_id as varchar) as draft_order_id,
            case when d.ended_at is not null then 'completed' when d.invoiced_at is not null then 'invoice_sent'
                else 'open' end as status,
            case when d.ended_at is not null then cast(o.order_id as varchar) end as order_id, o.is_b2b,
            d.began_at as created_at, psp_amount(d.total, o.currency) as total_amount, o.currency
        from truth.drafts as d join truth.orders as o using (ono)""",
    "subscriptions": """
        with tried as (
            select ono, count(*) as attempts_count, count(*) filter (not is_paid) as failed_attempts_count,
                max_by(is_paid, tried_at) as is_paid from truth.attempts group by ono)
        select o.account, cast(c.contract_id as varchar) as contract_id, cast(c.customer_id as varchar) as customer_id,
            not t.is_paid as is_unpaid, t.attempts_count, t.failed_attempts_count,
            psp_amount(case when t.is_paid then 0 else c.price * c.quantity end, o.currency) as unpaid_amount, o.currency
        from truth.contracts as c join truth.orders as o using (ono) join tried as t using (ono)""",
    # Grain: one order that is no test; goods that are back cost nothing.
    "order_margins": f"""
        with sold as (
            select m.ono, m.lno, o.account, o.zone, o.currency, any_value(l.variant) as variant, o.shop,
                min(case when m.ano = 0 then o.placed_at else a.happened_at end) filter (m.action = 'ORDER') as sold_at,
                case when o.gone_at is not null and o.cancel <> 'money_kept' then 0
                    else cast(coalesce(sum(m.quantity), 0) as bigint) end as quantity
            from truth.moves as m join truth.orders as o using (ono)
            join truth.agreements as a on a.ono = m.ono and a.ano = m.ano
            join truth.lines as l on l.ono = m.ono and l.lno = m.lno
            where m.kind = 'product' and not o.is_test
            group by m.ono, m.lno, o.account, o.zone, o.currency, o.shop, o.gone_at, o.cancel),
        dated as (
            select s.*, v.sku, cast(timezone(s.zone, timezone('UTC', s.sold_at)) as date) as sold_on
            from sold as s join truth.variants as v using (shop, variant)),
        coded as (
            select d.*, c.item_code, {_NEWEST.format(key="d.ono, d.lno", of="c")} as nth
            from dated as d left join erp.item_codes as c on c.shop_account = d.account and c.sku = d.sku
                and cast(c.valid_from as date) <= d.sold_on),
        costed as (
            select c.*, k._cost as cost,
                {_NEWEST.format(key="c.ono, c.lno", of="k")} as kth
            from coded as c left join erp.item_costs as k on k.item_code = c.item_code and k.currency = c.currency
                and cast(k.valid_from as date) <= c.sold_on where c.nth = 1),
        goods as (
            select ono, cast(coalesce(sum(quantity * cost), 0) as bigint) as cogs,
                count(*) filter (cost is null and quantity <> 0) as uncosted
            from costed where kth = 1 group by ono),
        parcels as (
            select ono, cast(sum(cost) as bigint) as cost
            from (select ono, fno, max_by(cost, version) as cost from truth.shipping_costs group by ono, fno) group by ono)
        select o.account, cast(o.order_id as varchar) as order_id, o.currency,
            psp_amount(coalesce(g.cogs, 0), o.currency) as cogs_amount,
            coalesce(g.uncosted, 0) as uncosted_lines_count,
            psp_amount(coalesce(p.cost, 0), o.currency) as shipping_cost_amount
        from truth.orders as o left join goods as g using (ono) left join parcels as p using (ono)
        where not o.is_test""",
}


def write_owed_answers(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Needs ``psp_amount`` of the PSP's answers."""
    for name, query in ANSWERS.items():
        file = str(folder / f"{name}.parquet").replace("'", "''")
        con.execute(f"copy (from ({query}) order by all) to '{file}' (format parquet)")
