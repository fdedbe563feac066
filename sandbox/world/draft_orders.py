"""Draft orders: quotes for companies and phone orders, some finished, some still waiting; ``shopify.DraftOrder``.

A B2B order is keyed in as a draft and finished at once: the draft is COMPLETED and names its order. Other drafts, of B2B and of
some other buyers, wait for approval (OPEN) or for payment (INVOICE_SENT) and never become an order here.
"""

import duckdb

from sandbox.world.ids import SLOTS, id_of
from sandbox.world.render import insert, place

WAITING_PERCENT = 8  # of other buyers' orders, weeks later
INVOICED_HOURS = 40


def create_draft_orders(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.drafts``: one row per draft by the clock, with what it comes to in minor units."""
    sums = ", ".join(
        f"cast(sum(l.unit{side} * l.quantity) as bigint) as items{side}, cast(sum(tax_of(l.unit{side} * l.quantity,"
        f" l.rate1 + l.rate2, l.is_tax_included)) as bigint) as tax{side}"
        for side in ("", "_p")
    )
    con.execute(
        f"""create or replace table truth.drafts as
        with begun as (
            select ono, 0 as dno, created_at as began_at, created_at as invoiced_at, created_at as ended_at, clock
            from truth.orders where is_b2b and not is_test
            union all
            select ono, 1, began_at, case when chance(ono, 'draft invoice', 2) = 1
                    then began_at + interval {INVOICED_HOURS} hour end, null, clock
            from (select *, created_at + (15 + chance(ono, 'draft days', 30)) * interval 1 day as began_at
                from truth.orders where not is_test
                    and (is_b2b or mode = 'customer' and chance(ono, 'draft', 100) < {
            WAITING_PERCENT
        }))),
        priced as (
            select ono, {sums} from truth.lines as l
            where l.added_in = 0 and not l.is_gift_card and l.quantity > 0 group by ono)
        select b.ono, b.dno, b.began_at, case when b.invoiced_at <= b.clock then b.invoiced_at end as invoiced_at,
            b.ended_at, {id_of("draft", "b.dno")} as draft_id, p.* exclude (ono),
            {
            ", ".join(
                f"p.items{side} + case when o.is_tax_included then 0 else p.tax{side} end as total{side}"
                for side in ("", "_p")
            )
        }
        from begun as b join priced as p using (ono) join truth.orders as o using (ono)
        where b.began_at <= b.clock"""
    )


def render_draft_orders(con: duckdb.DuckDBPyConnection) -> None:
    def money(name: str) -> str:
        return f"bag(d.{name}, o.currency, d.{name}_p, o.currency_p)"

    insert(
        con,
        "DraftOrder",
        f"""select gid('DraftOrder', d.draft_id) as "id", '#D' || (o.number * 2 + d.dno) as "name",
            case when d.ended_at is not null then 'COMPLETED' when d.invoiced_at is not null then 'INVOICE_SENT'
                else 'OPEN' end as "status",
            iso(d.began_at) as "createdAt", iso(coalesce(d.ended_at, d.invoiced_at, d.began_at)) as "updatedAt",
            iso(d.ended_at) as "completedAt", iso(d.invoiced_at) as "invoiceSentAt",
            o.currency as "currencyCode", o.currency_p as "presentmentCurrencyCode",
            o.is_tax_included as "taxesIncluded", true as "ready",
            ref(gid('Customer', i.customer_id)) as "customer",
            case when o.is_b2b then struct_pack("__typename" := 'PurchasingCompany', "id" := null,
                    "company" := ref(gid('Company', n.company_id)))
                when i.customer_id is not null then struct_pack("__typename" := 'Customer',
                    "id" := gid('Customer', i.customer_id), "company" := null) end as "purchasingEntity",
            ref(gid('Order', case when d.ended_at is not null then o.order_id end)) as "order",
            {money("items")} as "subtotalPriceSet", {money("tax")} as "totalTaxSet", {money("total")} as "totalPriceSet",
            o.account as _shop, {place("o.shop", "o.number", "d.dno", SLOTS["draft"])} as _seq
        from truth.drafts as d join truth.orders as o using (ono) join truth.persons as n using (pid)
        left join truth.customer_ids as i on i.shop = o.shop and i.pid = o.pid and o.mode = 'customer'""",
    )
