"""``shopify.Product``, ``ProductVariant``, ``LineItem`` and ``ShippingLine``: what was for sale and was sold."""

import duckdb

from sandbox.world.baskets import TIP_LINE
from sandbox.world.catalogue import GIFT_CARD
from sandbox.world.ids import SUBJECTS, subject_id, subject_slot
from sandbox.world.render import insert, place

DISCOUNT_TYPES = {
    "code": "DiscountCodeApplication",
    "automatic": "AutomaticDiscountApplication",
    "manual": "ManualDiscountApplication",
}


def render_goods(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "Product",
        f"""select gid('Product', product_id) as "id", title,
            lower(replace(title, ' ', '-')) || '-' || product as "handle",
            upper(product_kind[1]) || product_kind[2:] as "productType", vendor, 'ACTIVE' as "status",
            variant = {GIFT_CARD} as "isGiftCard", [product_kind] as "tags",
            iso(created_at) as "createdAt", iso(created_at) as "updatedAt",
            s.account as _shop, row_number() over (order by v.shop, v.variant) as _seq
        from truth.variants as v join truth.shops as s using (shop)
        qualify row_number() over (partition by v.shop, v.product order by v.variant) = 1""",
    )
    insert(
        con,
        "ProductVariant",
        """select gid('ProductVariant', variant_id) as "id", variant_title as "title", sku,
            money_text(price, exponent_of(s.currency)) as "price",
            cast(4000000000000 + v.shop * 100000 + variant as varchar) as "barcode",
            iso(created_at) as "createdAt", iso(created_at) as "updatedAt",
            ref(gid('Product', product_id)) as "product", ref(gid('InventoryItem', i.item_id)) as "inventoryItem",
            s.account as _shop, row_number() over (order by v.shop, v.variant) as _seq
        from truth.variants as v join truth.shops as s using (shop)
        join (select shop, variant, item_id from truth.inventory_items) as i using (shop, variant)""",
    )
    _render_lines(con)
    insert(
        con,
        "ShippingLine",
        f"""select gid('ShippingLine', {subject_id("o")}) as "id",
            case when o.currency = 'EUR' then 'DHL Paket' else 'Standard' end as "title",
            'standard' as "code", 'shopify' as "source", false as "isRemoved",
            bag(ship_price, o.currency, presented(ship_price, rate_millionths), o.currency_p)
                as "originalPriceSet",
            bag(case when is_ship_free then 0 else ship_price end, o.currency,
                case when is_ship_free then 0 else presented(ship_price, rate_millionths) end, o.currency_p)
                as "discountedPriceSet",
            o.account as _shop, {place("o.shop", "o.number", "0", 1)} as _seq,
            gid('Order', o.order_id) as _parent
        from (select *, 'shipping' as kind, 0 as lno from truth.orders where ship_price > 0) as o""",
    )


def _render_lines(con: duckdb.DuckDBPyConnection) -> None:
    """Goods, gift cards and tips; an edit's raise is part of its line, an update's discount is not."""
    types = " ".join(f"when '{k}' then '{v}'" for k, v in DISCOUNT_TYPES.items())
    nothing = "cast(null as varchar)"

    def allocation(
        position: int, amount: str, kind: str, code: str, title: str, method: str
    ) -> str:
        return f"""case when {amount} > 0 then struct_pack(
            "allocatedAmountSet" := bag({amount}, currency, {amount}_p, currency_p),
            "discountApplication" := struct_pack("index" := cast({position} as bigint),
                "__typename" := {kind}, "allocationMethod" := '{method}', "targetType" := 'LINE_ITEM',
                "targetSelection" := '{"ENTITLED" if position == 0 else "ALL"}',
                "code" := {code}, "title" := {title})) end"""

    line_allocation = allocation(
        0, "line_off", "'AutomaticDiscountApplication'", nothing, "'Line offer'", "EACH"
    )
    order_allocation = allocation(
        1,
        "order_off",
        f"case order_discount {types} end",
        "case when order_discount = 'code' then 'WELCOME' || discount_percent end",
        "case when order_discount = 'automatic' then 'Season offer'"
        " when order_discount = 'manual' then 'Kindness' end",
        "ACROSS",
    )
    insert(
        con,
        "LineItem",
        f"""
        with counted as (
            select ono, lno, any_value(kind) as kind,
                cast(coalesce(sum(quantity) filter (action = 'ORDER'), 0) as bigint) as quantity,
                cast(coalesce(sum(quantity), 0) as bigint) as current_quantity
            from truth.moves as m where kind in ('product', 'gift_card', 'tip') group by ono, lno),
        lines as (
            select c.ono, c.lno, c.quantity, c.current_quantity, {subject_id("c")} as subject_id,
                {subject_slot("c")} as slot,
                o.shop, o.number, o.order_id, o.account, o.currency, o.currency_p, o.order_discount,
                o.discount_percent, o.has_bundle and c.lno <= 2 as is_bundled,
                coalesce(l.is_gift_card, false) as is_gift_card, c.lno = {TIP_LINE} as is_tip,
                coalesce(l.rate1 + l.rate2, 0) > 0 as is_taxed, v.*  exclude (shop, variant, price, kind),
                coalesce(l.variant, -1) as variant,
                coalesce(l.unit, o.tip) as unit, coalesce(l.unit_p, presented(o.tip, rate_millionths)) as unit_p,
                coalesce(l.line_off, 0) as line_off, coalesce(l.line_off_p, 0) as line_off_p,
                coalesce(l.order_off, 0) as order_off, coalesce(l.order_off_p, 0) as order_off_p
            from counted as c
            join truth.orders as o using (ono)
            left join truth.lines as l on l.ono = c.ono and l.lno = c.lno
            left join truth.variants as v on v.shop = o.shop and v.variant = l.variant)
        select gid('LineItem', subject_id) as "id", coalesce(title, 'Tip') as "title",
            case when variant_title <> 'Default Title' then variant_title end as "variantTitle",
            vendor, sku, quantity, current_quantity as "currentQuantity", is_gift_card as "isGiftCard",
            not (is_gift_card or is_tip) as "requiresShipping", is_taxed as "taxable",
            ref(gid('Product', product_id)) as "product", ref(gid('ProductVariant', variant_id)) as "variant",
            case when is_bundled then struct_pack(
                "id" := gid('LineItemGroup', order_id || '-set'), "title" := 'Starter set',
                "quantity" := cast(1 as bigint),
                "variantId" := gid('ProductVariant', variant_id - variant * 2),
                "variantSku" := 'NL-SET') end as "lineItemGroup",
            bag(unit, currency, unit_p, currency_p) as "originalUnitPriceSet",
            bag(unit * quantity, currency, unit_p * quantity, currency_p) as "originalTotalSet",
            bag(unit * quantity - line_off, currency, unit_p * quantity - line_off_p, currency_p)
                as "discountedTotalSet",
            bag(line_off, currency, line_off_p, currency_p) as "totalDiscountSet",
            list_filter([{line_allocation}, {order_allocation}], lambda a: a is not null)
                as "discountAllocations",
            account as _shop, {place("shop", "number", "slot", SUBJECTS)} as _seq,
            gid('Order', order_id) as _parent
        from lines""",
    )
