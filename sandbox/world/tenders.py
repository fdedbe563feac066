"""``shopify.TenderTransaction``: each movement of money between a buyer and a shop, refunds below zero."""

import duckdb

from sandbox.world.ids import SLOTS, transaction_slot
from sandbox.world.render import insert, place

METHODS = {
    "stripe": "credit_card",
    "shopify_payments": "credit_card",
    "paypal": "paypal",
    "klarna": "klarna",
    "cash": "cash",
    "gift_card": "other",
    "bank_transfer": "other",
    "konbini": "other",
}
CARDS = ("Visa", "Mastercard", "American Express", "JCB")


def render_tenders(con: duckdb.DuckDBPyConnection) -> None:
    methods = " ".join(f"when '{gateway}' then '{method}'" for gateway, method in METHODS.items())
    is_card = "t.gateway in ('stripe', 'shopify_payments')"
    insert(
        con,
        "TenderTransaction",
        f"""select gid('TenderTransaction', t.transaction_id) as "id",
            struct_pack("amount" := money_text(case t.kind when 'REFUND' then -t.amount else t.amount end,
                exponent_of(o.currency)), "currencyCode" := o.currency) as "amount",
            case t.gateway {methods} else 'unknown' end as "paymentMethod",
            iso(t.happened_at) as "processedAt", 'c' || t.transaction_id || '.1' as "remoteReference",
            o.is_test as "test", ref(gid('Order', o.order_id)) as "order",
            case when {is_card} then struct_pack(
                "__typename" := 'TenderTransactionCreditCardDetails',
                "creditCardCompany" := {list(CARDS)!r}[1 + o.pid % {len(CARDS)}],
                "creditCardNumber" := '•••• •••• •••• ' || lpad(cast(o.pid * 7919 % 10000 as varchar), 4, '0'))
                end as "transactionDetails",
            o.account as _shop,
            {place("o.shop", "o.number", transaction_slot("t.tno"), SLOTS["transaction"])} as _seq
        from truth.transactions as t join truth.orders as o using (ono)
        where t.status = 'SUCCESS' and t.kind in ('SALE', 'CAPTURE', 'REFUND')""",
    )
