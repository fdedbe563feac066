"""``shopify.SalesAgreement`` and ``shopify.Sale``: every money move as the vendor states it."""

import duckdb

from sandbox.world import shops
from sandbox.world.amounts import SIDES, total
from sandbox.world.ids import AGREEMENTS, SLOTS, agreement_id, id_of, move_slot, subject_id
from sandbox.world.render import insert, place

TYPES = {
    "product": ("ProductSale", "PRODUCT"),
    "gift_card": ("GiftCardSale", "GIFT_CARD"),
    "tip": ("TipSale", "TIP"),
    "shipping": ("ShippingLineSale", "SHIPPING"),
    "duty": ("DutySale", "DUTY"),
    "additional_fee": ("AdditionalFeeSale", "ADDITIONAL_FEE"),
    "fee": ("FeeSale", "FEE"),
    "adjustment": ("AdjustmentSale", "ADJUSTMENT"),
}
REASONS = {
    "OrderAgreement": "ORDER",
    "OrderEditAgreement": "ORDER_EDIT",
    "ReturnAgreement": "RETURN",
    "RefundAgreement": "REFUND",
}


def render_sales(con: duckdb.DuckDBPyConnection) -> None:
    reasons = " ".join(f"when '{k}' then '{v}'" for k, v in REASONS.items())
    insert(
        con,
        "SalesAgreement",
        f"""select gid('SalesAgreement', {agreement_id("a.ano")}) as "id", type as "__typename",
            iso(happened_at) as "happenedAt", case type {reasons} end as "reason",
            case when type = 'RefundAgreement' then ref(gid('Refund', {agreement_id("a.ano")})) end as "refund",
            case when type = 'ReturnAgreement' then ref(gid('Return', {agreement_id("a.ano")})) end as "return",
            o.account as _shop, {place("o.shop", "o.number", "a.ano", AGREEMENTS)} as _seq,
            gid('Order', o.order_id) as _parent
        from truth.agreements as a join truth.orders as o using (ono)""",
    )
    _render_sales(con)


def _render_sales(con: duckdb.DuckDBPyConnection) -> None:
    typenames = " ".join(f"when '{k}' then '{v[0]}'" for k, v in TYPES.items())
    line_types = " ".join(f"when '{k}' then '{v[1]}'" for k, v in TYPES.items())

    def money(shop_side: str) -> str:
        return f"bag({shop_side.format('')}, currency, {shop_side.format('_p')}, currency_p)"

    def reference(kinds: str, gid_kind: str, extra: str = "") -> str:
        return f"case when kind in ({kinds}){extra} then ref(gid('{gid_kind}', subject_id)) end"

    def tax(part: int, amount: str, rate: str, title: str) -> str:
        return f"""struct_pack("id" := gid('SaleTax', tax_id + {part} * id_step), "amount" := {money(amount)},
            "taxLine" := struct_pack("title" := {title}, "rate" := {rate} / 100000,
                "channelLiable" := false, "source" := 'Shopify'))"""

    # By agreement, then by move.
    listed_slot = f"cast(m.listed_in as bigint) * {SLOTS['sale']} + {move_slot('m')}"
    first_title = f"""case when shop = {shops.DE} then 'MwSt' when shop = {shops.JP} then '消費税'
        when kind = 'duty' then 'GST' else province || ' State Tax' end"""
    first, second = (
        tax(0, "tax1{0}", "rate1", first_title),
        tax(1, "(tax{0} - tax1{0})", "rate2", "province || ' County Tax'"),
    )
    totals = ", ".join(f"{total(s)} as total{s}" for s in SIDES)
    insert(
        con,
        "Sale",
        f"""
        with moves as (
            -- Each move under its own agreement, and under the refund of a return again.
            select m.*, m.ano as listed_in from truth.moves as m
            union all
            select m.*, l.ano from truth.listings as l join truth.moves as m using (ono, move)
            where not l.is_first_listing),
        listed as (
            select m.* exclude (ono), {totals}, {id_of("sale", move_slot("m"))} as sale_id,
                {id_of("tax", f"2 * {move_slot('m')}")} as tax_id, {agreement_id("m.listed_in")} as agreement_id,
                {subject_id("m")} as subject_id, {place("o.shop", "o.number", listed_slot, AGREEMENTS * SLOTS["sale"])} as place,
                o.account, o.shop, o.currency, o.currency_p, o.id_step, o.province
            from moves as m join truth.orders as o on o.ono = m.ono)
        select gid('Sale', sale_id) as "id", case kind {typenames} end as "__typename",
            action as "actionType", case kind {line_types} end as "lineType", quantity,
            {money("total{0}")} as "totalAmount",
            {money("disc{0}")} as "totalDiscountAmountBeforeTaxes",
            {money("after{0}")} as "totalDiscountAmountAfterTaxes",
            {money("tax{0}")} as "totalTaxAmount",
            {reference("'product', 'gift_card', 'tip'", "LineItem")} as "lineItem",
            -- The vendor documents it: no shipping line on a sale that returns it.
            {reference("'shipping'", "ShippingLine", " and action <> 'RETURN'")} as "shippingLine",
            {reference("'duty'", "Duty")} as "duty",
            {reference("'fee'", "ReturnShippingFee")} as "fee",
            {reference("'additional_fee'", "SaleAdditionalFee")} as "additionalFee",
            case when tax = 0 and tax_p = 0 then []
                when rate2 = 0 then [{first}] else [{first}, {second}] end as "taxes",
            account as _shop, place as _seq, gid('SalesAgreement', agreement_id) as _parent
        from listed""",
    )
