"""Checkouts that were left: some finished the same day as an order, most never.

A finished one began after the last hour at which a world's clock can stand (six o'clock UTC), so that no
world shows it before its order is there; an unfinished one is a buyer's later visit, with what they know.
"""

import duckdb

from sandbox.world.ids import SLOTS, id_of
from sandbox.world.render import insert, place

FINISHED_PERCENT, LEFT_PERCENT = 4, 15
CLOCK_HOUR = 6
LEAST_MINUTES = 10  # what makes a checkout an abandoned one
LINES = 4  # of an order's lines, at most


def create_checkouts(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.checkouts``, and ``truth.checkout_lines`` with list prices in both currencies."""
    con.execute(
        f"""create table truth.checkouts_drawn as
        with buyers as (
            select ono, mode, created_at, clock, chance(ono, 'checkout', 1000000) as drawn,
                date_trunc('day', created_at - interval {CLOCK_HOUR} hour) + interval {CLOCK_HOUR} hour
                    + interval 1 minute as clock_at
            from truth.orders
            where mode in ('customer', 'guest_email') and pay <> 'cash' and not is_b2b and not is_test)
        select ono, 0 as cno, mode, greatest(clock_at,
                created_at - (30 + drawn // 100 % 400) * interval 1 minute) as began_at, created_at as ended_at
        from buyers where drawn % 100 < {FINISHED_PERCENT}
            and clock_at + interval {LEAST_MINUTES} minute < created_at
        union all
        select ono, 1, mode, began_at, null
        from (select *, created_at + (2 + drawn // 100 % 40) * interval 1 day
                + (drawn // 4000 % 240) * interval 7 minute as began_at from buyers)
        where drawn % 100 >= {100 - LEFT_PERCENT} and began_at <= clock"""
    )
    con.execute(
        f"""create table truth.checkout_lines as
        select d.ono, d.cno, d.began_at, l.lno, l.variant, l.quantity, l.unit, l.unit_p, l.rate1 + l.rate2 as rate,
            l.unit * l.quantity as items, l.unit_p * l.quantity as items_p,
            tax_of(l.unit * l.quantity, l.rate1 + l.rate2, l.is_tax_included) as tax,
            tax_of(l.unit_p * l.quantity, l.rate1 + l.rate2, l.is_tax_included) as tax_p
        from truth.checkouts_drawn as d join truth.lines as l using (ono)
        where l.added_in = 0 and l.lno <= {LINES} and not l.is_gift_card and l.quantity > 0"""
    )
    sums = ", ".join(
        f"cast(sum({name}) as bigint) as {name}" for name in ("items", "items_p", "tax", "tax_p")
    )
    con.execute(
        f"""create table truth.checkouts as
        with summed as (
            select ono, cno, {sums}, count(*) as lines, cast(sum(quantity) as bigint) as units, max(rate) as rate
            from truth.checkout_lines group by ono, cno)
        select d.*, {id_of("checkout", "d.cno")} as checkout_id, s.* exclude (ono, cno),
            s.items + case when o.is_tax_included then 0 else s.tax end as total,
            s.items_p + case when o.is_tax_included then 0 else s.tax_p end as total_p
        from truth.checkouts_drawn as d join summed as s using (ono, cno) join truth.orders as o using (ono)"""
    )
    con.execute("drop table truth.checkouts_drawn")


def render_checkouts(con: duckdb.DuckDBPyConnection) -> None:
    def money(name: str) -> str:
        return f"bag({name}, o.currency, {name}_p, o.currency_p)"

    nothing = "bag(0, o.currency, 0, o.currency_p)"
    insert(
        con,
        "AbandonedCheckout",
        f"""select gid('AbandonedCheckout', c.checkout_id) as "id", '#' || c.checkout_id as "name", '' as "note",
            'https://' || o.account || '.example/checkouts/' || md5(cast(c.checkout_id as varchar)) || '/recover'
                as "abandonedCheckoutUrl",
            iso(c.began_at) as "createdAt", iso(coalesce(c.ended_at, c.began_at)) as "updatedAt",
            iso(c.ended_at) as "completedAt", ref(gid('Customer', i.customer_id)) as "customer",
            o.is_tax_included as "taxesIncluded", [] as "discountCodes",
            {money("c.items")} as "subtotalPriceSet", {nothing} as "totalDiscountSet",
            {money("c.items")} as "totalLineItemsPriceSet", {money("c.total")} as "totalPriceSet",
            {money("c.tax")} as "totalTaxSet",
            case when c.tax = 0 then [] else [struct_pack("title" := 'Tax', "rate" := c.rate / 100000,
                "channelLiable" := false, "source" := 'Shopify')] end as "taxLines",
            struct_pack("firstName" := n.first_name, "lastName" := n.last_name, "company" := null,
                "address1" := n.address1, "city" := o.city, "zip" := o.zip, "provinceCode" := o.province,
                "countryCodeV2" := o.country, "phone" := null) as "shippingAddress",
            o.account as _shop, {place("o.shop", "o.number", "c.cno", SLOTS["checkout"])} as _seq
        from truth.checkouts as c join truth.orders as o using (ono) join truth.persons as n using (pid)
        left join truth.customer_ids as i on i.shop = o.shop and i.pid = o.pid and o.mode = 'customer'""",
    )
    slot = f"c.cno * {SLOTS['checkout_line'] // 2} + c.lno"
    insert(
        con,
        "AbandonedCheckoutLineItem",
        f"""select gid('AbandonedCheckoutLineItem', {id_of("checkout_line", slot)}) as "id", v.title,
            case when v.variant_title <> 'Default Title' then v.variant_title end as "variantTitle", v.sku,
            c.quantity, ref(gid('Product', v.product_id)) as "product",
            ref(gid('ProductVariant', v.variant_id)) as "variant",
            {money("c.unit")} as "originalUnitPriceSet", {money("c.items")} as "originalTotalPriceSet",
            {money("c.unit")} as "discountedUnitPriceSet", {money("c.items")} as "discountedTotalPriceSet",
            o.account as _shop, {place("o.shop", "o.number", slot, SLOTS["checkout_line"])} as _seq,
            gid('AbandonedCheckout', {id_of("checkout", "c.cno")}) as _parent
        from truth.checkout_lines as c join truth.orders as o using (ono)
        join truth.variants as v on v.shop = o.shop and v.variant = c.variant""",
    )
