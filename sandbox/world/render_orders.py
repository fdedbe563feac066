"""``shopify.Order`` with its transactions, refunds and parcels."""

import duckdb

from sandbox.world.amounts import SIDES, total
from sandbox.world.ids import customer_id
from sandbox.world.journeys import JOINS, discount_codes, journey
from sandbox.world.render import insert, place
from sandbox.world.render_lists import LISTS, create_lists, drop_lists, joins, rendered

CANCEL_REASONS = ["CUSTOMER", "FRAUD", "INVENTORY", "DECLINED", "STAFF", "OTHER"]


def render_orders(con: duckdb.DuckDBPyConnection) -> None:
    _create_totals(con)
    _create_states(con)
    create_lists(con)
    _render_orders(con)
    drop_lists(con)


def _create_totals(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.totals``: the order's sums before returns, in both currencies, as its tax mode states them."""
    sums = ",\n".join(
        f"""cast(coalesce(sum({amount.format(s)}) filter ({where}), 0) as bigint) as {name}{s}"""
        for s in SIDES
        for name, amount, where in (
            ("tax", "m.tax{0}", "true"),
            ("discounts", "case when o.is_tax_included then m.after{0} else m.disc{0} end", "true"),
            (
                "subtotal",
                "m.gross{0} - m.disc{0} + case when o.is_tax_included then m.tax{0} else 0 end",
                "m.kind in ('product', 'gift_card')",
            ),
            (
                "shipping",
                "m.gross{0} - m.disc{0} + case when o.is_tax_included then m.tax{0} else 0 end",
                "m.kind = 'shipping'",
            ),
            ("tips", total("{0}", "m."), "m.kind = 'tip'"),
        )
    )
    con.execute(
        f"""create table truth.totals as
        select m.ono, {sums}
        from truth.moves as m join truth.orders as o using (ono) where m.ano < 200 group by m.ono"""
    )
    con.execute(
        """create table truth.coins_back as
        select ono, cast(sum(rounding) as bigint) as rounding, cast(sum(rounding_p) as bigint) as rounding_p
        from truth.refunds group by ono having sum(rounding_p) <> 0"""
    )


def _create_states(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.states``: what the vendor displays of each order."""
    con.execute(
        """create table truth.states as
        with last_changes as (
            select ono, max(happened_at) as at, max(type = 'OrderEditAgreement') as is_edited,
                bool_or(type = 'ReturnAgreement') as has_return,
                bool_or(type = 'ReturnAgreement' and not exists (
                    select 1 from truth.rounds as r where r.ono = a.ono and r.goods_ano = a.ano
                        and r.refunded_at is not null)) as has_open_return
            from truth.agreements as a group by ono),
        parcels as (
            select ono, max(updated_at) as updated_at, count(*) as parcels,
                sum(case when status = 'SUCCESS' then parcel_quantity else 0 end) as sent_quantity
            from truth.fulfilments group by ono),
        judged as (
            select o.ono, o.created_at, o.clock, c.is_edited, c.has_return, c.has_open_return,
                greatest(o.created_at, c.at, coalesce(p.last_at, o.created_at),
                    coalesce(f.updated_at, o.created_at), coalesce(o.gone_at, o.created_at)) as updated_at,
                case
                    when o.gone_at is not null and o.cancel in
                        ('before_capture', 'without_reversal', 'voided', 'voided_without_reversal') then 'VOIDED'
                    when d.placed + d.rounding <= 0 then 'PAID'
                    when coalesce(p.received, 0) = 0 then
                        case when p.is_authorized then 'AUTHORIZED' else 'PENDING' end
                    when p.refunded >= p.received then 'REFUNDED'
                    when p.refunded > 0 then 'PARTIALLY_REFUNDED'
                    when p.received < least(d.placed + d.rounding, d.edited + d.rounding) then 'PARTIALLY_PAID'
                    else 'PAID' end as financial_status,
                case when f.sent_quantity is null or f.sent_quantity = 0 then 'UNFULFILLED'
                    when f.parcels = 1 and o.ship = 'split' then 'PARTIALLY_FULFILLED'
                    else 'FULFILLED' end as fulfilment_status
            from truth.orders as o
            join last_changes as c using (ono) join truth.dues as d using (ono)
            left join truth.paid as p using (ono) left join parcels as f using (ono))
        select *, case when fulfilment_status = 'FULFILLED' and financial_status in
                    ('PAID', 'REFUNDED', 'PARTIALLY_REFUNDED') and updated_at + interval 30 day <= clock
                then updated_at + interval 30 day end as closed_at
        from judged"""
    )


def _render_orders(con: duckdb.DuckDBPyConnection) -> None:
    def money(expression: str) -> str:
        shop_side, shown = expression.format(""), expression.format("_p")
        return f"bag({shop_side}, o.currency, {shown}, o.currency_p)"

    received, refunded = "coalesce(p.received{0}, 0)", "coalesce(p.refunded{0}, 0)"
    rounding_back = "-coalesce(k.rounding{0}, 0)"
    outstanding = f"d.current{{0}} + d.rounding{{0}} {rounding_back} - {received} + {refunded}"
    insert(
        con,
        "Order",
        f"""
        select gid('Order', o.order_id) as "id", '#' || (1000 + o.number) as "name",
            iso(o.created_at) as "createdAt", iso(o.placed_at) as "processedAt",
            iso(coalesce(s.closed_at, s.updated_at)) as "updatedAt",
            case when o.cancel not like 'voided%' then iso(o.gone_at) end as "cancelledAt",
            case when o.cancel not like 'voided%' and o.gone_at is not null
                then {CANCEL_REASONS!r}[1 + o.ono % {len(CANCEL_REASONS)}] end as "cancelReason",
            iso(s.closed_at) as "closedAt", o.is_test as "test", true as "confirmed",
            s.is_edited as "edited", o.currency as "currencyCode", o.currency_p as "presentmentCurrencyCode",
            o.is_tax_included as "taxesIncluded", false as "dutiesIncluded",
            s.financial_status as "displayFinancialStatus",
            s.fulfilment_status as "displayFulfillmentStatus",
            case when s.has_open_return then 'IN_PROGRESS' when s.has_return then 'RETURNED'
                else 'NO_RETURN' end as "returnStatus",
            case when o.pay = 'cash' then 'pos' when o.is_b2b then 'b2b' when o.ono % 9 = 0 then '580111'
                else 'web' end as "sourceName",
            case when o.mode in ('customer', 'guest_email') then w.email end as "email",
            case when o.mode in ('customer', 'guest_phone') then w.phone end as "phone",
            case o.language when 'de' then 'de' when 'ja' then 'ja' else 'en' end as "customerLocale",
            case when o.is_b2b then ['b2b'] when o.ono % 11 = 0 then ['gift', 'priority'] else [] end as "tags",
            coalesce(p.gateways, []) as "paymentGatewayNames",
            ref(gid('Customer', o.customer_id)) as "customer",
            case when o.is_b2b then struct_pack("__typename" := 'PurchasingCompany', "id" := null,
                    "company" := ref(gid('Company', n.company_id)))
                when o.customer_id is not null then struct_pack("__typename" := 'Customer',
                    "id" := gid('Customer', o.customer_id), "company" := null) end as "purchasingEntity",
            case when o.mode <> 'guest_none' then struct_pack("countryCodeV2" := o.country) end
                as "billingAddress",
            case when o.ship <> 'none' and o.mode <> 'guest_none' then struct_pack(
                "firstName" := n.first_name, "lastName" := n.last_name,
                "company" := case when o.is_b2b then 'Company ' || n.company_id end,
                "address1" := n.address1, "city" := o.city, "zip" := o.zip,
                "provinceCode" := o.province, "countryCodeV2" := o.country, "phone" := w.phone) end
                as "shippingAddress",
            {money("d.edited{0}")} as "totalPriceSet",
            {money("t.subtotal{0}")} as "subtotalPriceSet",
            {money("t.tax{0}")} as "totalTaxSet",
            {money("t.discounts{0}")} as "totalDiscountsSet",
            {money("t.shipping{0}")} as "totalShippingPriceSet",
            {money("t.tips{0}")} as "totalTipReceivedSet",
            {money(received)} as "totalReceivedSet",
            {money(refunded)} as "totalRefundedSet",
            {money(outstanding)} as "totalOutstandingSet",
            {money("d.current{0}")} as "currentTotalPriceSet",
            struct_pack("paymentSet" := {money("d.rounding{0}")}, "refundSet" := {money(rounding_back)})
                as "totalCashRoundingAdjustment",
            {", ".join(f'{rendered(name)} as "{name}"' for name in LISTS)},
            {discount_codes()} as "discountCodes", {journey()} as "customerJourneySummary",
            o.account as _shop, {place("o.shop", "o.number", "0", 1)} as _seq
        from (select *, case when mode = 'customer' then {customer_id("shop", "pid")} end as customer_id
            from truth.orders) as o
        join truth.states as s on s.ono = o.ono join truth.dues as d on d.ono = o.ono
        join truth.totals as t on t.ono = o.ono
        {JOINS}
        join truth.persons as n using (pid)
        join truth.contacts as w on w.pid = o.pid and w.shop = o.shop
        left join truth.paid as p on p.ono = o.ono
        left join truth.coins_back as k on k.ono = o.ono
        {" ".join(joins(name) for name in LISTS)}""",
    )
