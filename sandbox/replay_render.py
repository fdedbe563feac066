"""The replayed transactions in vendor shape: no taxes, no discounts, one currency per row."""

from datetime import datetime

import duckdb

from sandbox.countries import ISO
from sandbox.world.columns import store_rows
from sandbox.world.model import ShopSpec
from sandbox.world.render import insert

# Ids: orders by invoice, everything else by the row of the file.
MACROS = """
create macro order_id_of(n) as cast(6000000000000 + n as varchar);
create macro row_id_of(n) as cast(16000000000000 + n as varchar);
create macro agreement_id_of(n, kind) as cast(26000000000000 + n * 4
    + case kind when 'order' then 0 when 'edit' then 1 else 2 end as varchar);
create macro flat(amount, currency) as struct_pack(
    "shopMoney" := struct_pack("amount" := amount, "currencyCode" := currency),
    "presentmentMoney" := struct_pack("amount" := amount, "currencyCode" := currency));
"""


def render(con: duckdb.DuckDBPyConnection, shop: ShopSpec, clock: datetime) -> None:
    con.execute(MACROS)
    store_rows(con, "truth.iso", ["country", "code"], list(ISO.items()))
    imported = clock.strftime(
        "%Y-%m-%dT00:00:00Z"
    )  # when an order without a readable date was seen
    _render_shop_and_people(con, shop, imported)
    _render_products(con, shop, imported)
    _render_orders(con, shop, imported)
    _render_lines(con, shop)
    _render_sales(con, shop, imported)


def _render_shop_and_people(con: duckdb.DuckDBPyConnection, shop: ShopSpec, imported: str) -> None:
    insert(
        con,
        "Shop",
        f"""select gid('Shop', 72000000000) as "id", '{shop.account}' as "name",
            '{shop.account}.myshopify.com' as "myshopifyDomain", '{shop.currency}' as "currencyCode",
            '{shop.zone}' as "ianaTimezone", false as "taxesIncluded",
            iso(min(happened_at)) as "createdAt", iso(min(happened_at)) as "updatedAt",
            struct_pack("countryCodeV2" := cast(null as varchar)) as "shopAddress",
            ['{shop.currency}'] as "enabledPresentmentCurrencies", '{shop.account}' as _shop, 1 as _seq
        from truth.orders""",
    )
    insert(
        con,
        "Customer",
        f"""
        with known as (
            select customer, min(happened_at) as since, max(happened_at) as last_at, count(*) as orders,
                sum(amount) as amount, first(country order by number) as country
            from truth.orders where customer is not null group by customer)
        select gid('Customer', k.customer) as "id",
            coalesce(iso(k.since), '{imported}') as "createdAt", coalesce(iso(k.last_at), '{imported}') as "updatedAt",
            'DISABLED' as "state", 'en' as "locale", [] as "tags", false as "taxExempt", false as "verifiedEmail",
            cast(k.orders as varchar) as "numberOfOrders",
            struct_pack("amount" := decimal_text(k.amount), "currencyCode" := '{shop.currency}') as "amountSpent",
            struct_pack("company" := null, "address1" := null, "city" := null, "zip" := null,
                "provinceCode" := null, "countryCodeV2" := i.code, "phone" := null) as "defaultAddress",
            '{shop.account}' as _shop, row_number() over (order by k.customer) as _seq
        from known as k left join truth.iso as i using (country)""",
    )


def _render_products(con: duckdb.DuckDBPyConnection, shop: ShopSpec, imported: str) -> None:
    con.execute(
        """create table truth.goods as
        select code, coalesce(max(description), code, '') as title, target = 'gift_card' as is_gift_card,
            first(price order by row_no desc) as price, min(happened_at) as since,
            row_number() over (order by code) as number
        from truth.rows where target in ('product', 'gift_card') group by code, target order by number"""
    )
    insert(
        con,
        "Product",
        f"""select gid('Product', 7000000000 + number) as "id", title, lower(code) as "handle", '' as "productType",
            '{shop.account}' as "vendor", 'ACTIVE' as "status", is_gift_card as "isGiftCard", [] as "tags",
            coalesce(iso(since), '{imported}') as "createdAt", coalesce(iso(since), '{imported}') as "updatedAt",
            '{shop.account}' as _shop, number as _seq
        from truth.goods""",
    )
    insert(
        con,
        "ProductVariant",
        f"""select gid('ProductVariant', 8000000000 + number) as "id", 'Default Title' as "title", code as "sku",
            case when try_cast(price as decimal(19, 10)) is null then '0.0' else price end as "price",
            coalesce(iso(since), '{imported}') as "createdAt", coalesce(iso(since), '{imported}') as "updatedAt",
            ref(gid('Product', 7000000000 + number)) as "product", '{shop.account}' as _shop, number as _seq
        from truth.goods""",
    )


def _render_orders(con: duckdb.DuckDBPyConnection, shop: ShopSpec, imported: str) -> None:
    money = f"flat(decimal_text({{}}), '{shop.currency}')"
    nothing = f"flat('0.0', '{shop.currency}')"
    total = money.format("o.amount")
    insert(
        con,
        "Order",
        f"""select gid('Order', order_id_of(o.number)) as "id", o.invoice as "name",
            coalesce(iso(o.happened_at), '{imported}') as "createdAt",
            -- A first date that cannot be read stands as it is; a missing one as empty text.
            coalesce(iso(o.happened_at), o.date, '') as "processedAt",
            coalesce(iso(o.happened_at), '{imported}') as "updatedAt",
            false as "test", true as "confirmed", o.is_edited as "edited",
            '{shop.currency}' as "currencyCode", '{shop.currency}' as "presentmentCurrencyCode",
            false as "taxesIncluded", false as "dutiesIncluded",
            case when o.is_refunded then 'REFUNDED' else 'PAID' end as "displayFinancialStatus",
            'FULFILLED' as "displayFulfillmentStatus", 'NO_RETURN' as "returnStatus", 'web' as "sourceName",
            [] as "tags", [] as "paymentGatewayNames", [] as "discountCodes",
            ref(gid('Customer', o.customer)) as "customer",
            case when o.customer is not null then struct_pack("__typename" := 'Customer',
                "id" := gid('Customer', o.customer), "company" := null) end as "purchasingEntity",
            case when i.code is not null then struct_pack("countryCodeV2" := i.code) end as "billingAddress",
            case when i.code is not null then struct_pack("firstName" := null, "lastName" := null,
                "company" := null, "address1" := null, "city" := null, "zip" := null, "provinceCode" := null,
                "countryCodeV2" := i.code, "phone" := null) end as "shippingAddress",
            {total} as "totalPriceSet", {money.format("o.amount - o.shipping")} as "subtotalPriceSet",
            {nothing} as "totalTaxSet", {nothing} as "totalDiscountsSet",
            {money.format("o.shipping")} as "totalShippingPriceSet", {nothing} as "totalTipReceivedSet",
            {money.format("greatest(o.amount, 0)")} as "totalReceivedSet",
            {money.format("greatest(-o.amount, 0)")} as "totalRefundedSet",
            {nothing} as "totalOutstandingSet", {total} as "currentTotalPriceSet",
            struct_pack("paymentSet" := {nothing}, "refundSet" := {nothing}) as "totalCashRoundingAdjustment",
            [] as "transactions", [] as "fulfillments",
            case when o.is_refunded then [struct_pack("id" := gid('Refund', order_id_of(o.number)),
                "createdAt" := coalesce(iso(o.happened_at), '{imported}'),
                "updatedAt" := coalesce(iso(o.happened_at), '{imported}'),
                "processedAt" := coalesce(iso(o.happened_at), '{imported}'), "note" := null, "return" := null,
                "totalRefundedSet" := {money.format("greatest(-o.amount, 0)")})] else [] end as "refunds",
            '{shop.account}' as _shop, o.number as _seq
        from truth.orders as o left join truth.iso as i using (country)""",
    )


def _render_lines(con: duckdb.DuckDBPyConnection, shop: ShopSpec) -> None:
    """Lines of goods and of shipping. A row's unreadable price stands in its sale, once: here it is 0."""
    insert(
        con,
        "LineItem",
        f"""
        with lines as (
            select r.*, o.number, g.number as product_number, coalesce(r.description, r.code, '') as title,
                coalesce(cast(r.units as bigint), 0) as quantity_ordered,
                case when r.amount is null then '0.0' else decimal_text(r.unit_price) end as unit_text,
                case when r.amount is null then '0.0' else r.amount_text end as total_text
            from truth.rows as r
            join truth.orders as o using (invoice)
            join truth.goods as g on g.code is not distinct from r.code)
        select gid('LineItem', row_id_of(row_no)) as "id", title, '{shop.account}' as "vendor",
            code as "sku", quantity_ordered as "quantity",
            case when is_return then 0 else quantity_ordered end as "currentQuantity",
            target = 'gift_card' as "isGiftCard", target = 'product' as "requiresShipping", false as "taxable",
            ref(gid('Product', 7000000000 + product_number)) as "product",
            ref(gid('ProductVariant', 8000000000 + product_number)) as "variant",
            flat(unit_text, '{shop.currency}') as "originalUnitPriceSet",
            flat(total_text, '{shop.currency}') as "originalTotalSet",
            flat(total_text, '{shop.currency}') as "discountedTotalSet",
            flat('0.0', '{shop.currency}') as "totalDiscountSet", [] as "discountAllocations",
            '{shop.account}' as _shop, row_no as _seq, gid('Order', order_id_of(number)) as _parent
        from lines where target in ('product', 'gift_card')""",
    )
    insert(
        con,
        "ShippingLine",
        f"""select gid('ShippingLine', row_id_of(r.row_no)) as "id", coalesce(r.description, r.code) as "title",
            r.code as "code", 'file' as "source", r.is_return as "isRemoved",
            flat(case when r.amount is null then '0.0' else r.amount_text end, '{shop.currency}') as "originalPriceSet",
            flat(case when r.amount is null then '0.0' else r.amount_text end, '{shop.currency}') as "discountedPriceSet",
            '{shop.account}' as _shop, r.row_no as _seq, gid('Order', order_id_of(o.number)) as _parent
        from truth.rows as r join truth.orders as o using (invoice) where r.target = 'shipping'""",
    )


def _render_sales(con: duckdb.DuckDBPyConnection, shop: ShopSpec, imported: str) -> None:
    insert(
        con,
        "SalesAgreement",
        f"""
        with agreements as (
            select number, 'order' as kind, happened_at from truth.orders where not is_return
            union all select number, 'edit', happened_at from truth.orders where is_edited
            union all select number, 'refund', happened_at from truth.orders where is_refunded)
        select gid('SalesAgreement', agreement_id_of(number, kind)) as "id",
            case kind when 'order' then 'OrderAgreement' when 'edit' then 'OrderEditAgreement'
                else 'RefundAgreement' end as "__typename",
            coalesce(iso(happened_at), '{imported}') as "happenedAt",
            case kind when 'order' then 'ORDER' when 'edit' then 'ORDER_EDIT' else 'REFUND' end as "reason",
            case when kind = 'refund' then ref(gid('Refund', order_id_of(number))) end as "refund",
            '{shop.account}' as _shop, row_number() over (order by number, kind) as _seq,
            gid('Order', order_id_of(number)) as _parent
        from agreements""",
    )
    insert(
        con,
        "Sale",
        f"""select gid('Sale', row_id_of(r.row_no)) as "id",
            case r.target when 'product' then 'ProductSale' when 'shipping' then 'ShippingLineSale'
                when 'fee' then 'FeeSale' when 'gift_card' then 'GiftCardSale' else 'AdjustmentSale' end
                as "__typename",
            r.action as "actionType", upper(r.target) as "lineType",
            case when r.units = trunc(r.units) then cast(r.units as bigint) end as "quantity",
            flat(r.amount_text, r.currency) as "totalAmount",
            flat('0.0', r.currency) as "totalDiscountAmountBeforeTaxes",
            flat('0.0', r.currency) as "totalDiscountAmountAfterTaxes",
            flat('0.0', r.currency) as "totalTaxAmount",
            case when r.target in ('product', 'gift_card') then ref(gid('LineItem', row_id_of(r.row_no))) end
                as "lineItem",
            case when r.target = 'shipping' and not r.is_return
                then ref(gid('ShippingLine', row_id_of(r.row_no))) end as "shippingLine",
            [] as "taxes", '{shop.account}' as _shop, r.row_no as _seq,
            gid('SalesAgreement', agreement_id_of(o.number, r.agreement)) as _parent
        from truth.rows as r join truth.orders as o using (invoice)""",
    )
