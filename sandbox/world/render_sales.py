"""``shopify.SalesAgreement`` and ``shopify.Sale``: every money move as the vendor states it."""

import duckdb

from sandbox.world import shops
from sandbox.world.amounts import SIDES, total
from sandbox.world.render import insert, insert_in_parts

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
        f"""select gid('SalesAgreement', agreement_id) as "id", type as "__typename",
            iso(happened_at) as "happenedAt", case type {reasons} end as "reason",
            case when type = 'RefundAgreement' then ref(gid('Refund', agreement_id)) end as "refund",
            case when type = 'ReturnAgreement' then ref(gid('Return', agreement_id)) end as "return",
            o.account as _shop, row_number() over (order by o.shop, agreement_id) as _seq,
            gid('Order', o.order_id) as _parent
        from truth.agreements as a
        join truth.agreement_ids as i using (ono, ano) join truth.orders as o using (ono)""",
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

    first_title = f"""case when shop = {shops.DE} then 'MwSt' when shop = {shops.JP} then '消費税'
        when kind = 'duty' then 'GST' else province || ' State Tax' end"""
    first, second = (
        tax(0, "tax1{0}", "rate1", first_title),
        tax(1, "(tax{0} - tax1{0})", "rate2", "province || ' County Tax'"),
    )
    totals = ", ".join(f"{total(s)} as total{s}" for s in SIDES)
    insert_in_parts(
        con,
        "Sale",
        lambda part: (
            f"""
        with listed as (
            select m.* exclude (ono), {totals}, i.sale_id, i.tax_id, a.agreement_id, s.subject_id,
                o.account, o.shop, o.currency, o.currency_p, o.id_step, o.province
            from truth.listings as l
            join truth.moves as m using (move)
            join truth.sale_ids as i using (move)
            join truth.agreement_ids as a on a.ono = l.ono and a.ano = l.ano
            join truth.orders as o on o.ono = l.ono
            left join truth.subject_ids as s on s.ono = m.ono and s.kind = m.kind and s.lno = m.lno
            where {part})
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
            account as _shop, row_number() over (order by shop, agreement_id, sale_id) as _seq,
            gid('SalesAgreement', agreement_id) as _parent
        from listed"""
        ),
    )
