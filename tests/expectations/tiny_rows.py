"""A tiny group as its marts see it: Ada buys in Germany, sends half of it back; Ben, a guest, buys in Japan.

Group currency is EUR, as_of is 2026-10-15 06:00.
"""

from datetime import date, datetime
from typing import Any

from tests.expectations import (
    tiny_consent,
    tiny_finance,
    tiny_people,
    tiny_reconciliation,
    tiny_steward,
)
from tests.expectations.tiny_payments import PAY
from tests.expectations.tiny_payments import every_table as payments

AS_OF = datetime(2026, 10, 15, 6)
DE = {"system": "shopify", "account": "nordlicht-de", "legal_entity": "nordlicht-gmbh"}
JP = {"system": "shopify", "account": "nordlicht-jp", "legal_entity": "nordlicht-kk"}
SALES = {"system": "salesforce", "account": "sales"}
ADA, BEN = "ck_ada", "ck_ben"
YEN_RATE = "ecb:transaction:JPY:EUR:2026-10-01:v1"


def _both(**amounts: Any) -> dict[str, Any]:
    """A shop in the group's own currency: the same amount in both moneys."""
    return amounts | {f"{name}_group": amount for name, amount in amounts.items()}


def _ledger(
    shop: dict, order: str, kind: str, day: date, amount: Any, **more: Any
) -> dict[str, Any]:
    at = datetime(day.year, day.month, day.day, 12)
    return {
        **shop,
        "ledger_id": f"{order}:{kind}:{day}",
        "order_id": order,
        "kind": kind,
        "event_at": at,
        "event_date": day,
        "recorded_at": at,
        "posting_period": day.replace(day=1),
        "currency": "EUR",
        "amount": amount,
        "amount_group": amount,
        "rate_id": "identity:EUR",
        **more,
    }


def every_table() -> dict[str, list[dict[str, Any]]]:
    return (
        _group()
        | _revenue()
        | _rates()
        | _customers()
        | _operations()
        | payments()
        | tiny_finance.every_table()
        | tiny_reconciliation.every_table()
        | tiny_consent.every_table()
        | tiny_steward.every_table()
    )


def _group() -> dict[str, list[dict[str, Any]]]:
    shops = [
        DE | {"zone": "Europe/Berlin", "currency": "EUR", "owner": "shop-team-de"},
        JP | {"zone": "Asia/Tokyo", "currency": "JPY", "owner": "shop-team-jp"},
        PAY | {"zone": "Europe/Berlin", "currency": "EUR", "owner": "payments-team"},
    ]
    return {
        "raw_group.run_context": [{"as_of": AS_OF, "group_currency": "EUR"}],
        "marts.accounts": [shop | {"group_currency": "EUR"} for shop in shops],
    }


def _revenue() -> dict[str, list[dict[str, Any]]]:
    sold, back = date(2026, 10, 1), date(2026, 10, 9)
    ada, ben = {"line_id": "11", "customer_key": ADA}, {"line_id": "21", "customer_key": BEN}
    yen = {"currency": "JPY", "amount_group": 12, "rate_id": YEN_RATE, **ben}
    ada_goods = _both(
        gross_sales_amount=100, discounts_amount=10, returns_amount=45, net_sales_amount=45
    )
    ada_order = ada_goods | _both(
        tax_amount=8, shipping_amount=5, total_sales_amount=58, amount_due=58
    )
    ada_line = ada_goods | _both(tax_amount=8, total_sales_amount=53, amount_due=53)
    sold_for = ("gross_sales_amount", "net_sales_amount", "total_sales_amount", "amount_due")
    ben_all: dict[str, Any] = dict.fromkeys(sold_for, 2000)
    ben_all |= {f"{name}_group": 12 for name in list(ben_all)}
    placed = {"processed_at": datetime(2026, 10, 1, 12), "order_date": sold, "is_valid_order": True}
    day_sold = _both(
        gross_sales_amount=100,
        discounts_amount=10,
        net_sales_amount=90,
        shipping_amount=5,
        tax_amount=17,
        total_sales_amount=112,
        amount_due=112,
    )
    day_back = _both(
        returns_amount=45,
        net_sales_amount=-45,
        tax_amount=-9,
        total_sales_amount=-54,
        amount_due=-54,
    )
    return {
        "marts.revenue_ledger": [
            _ledger(DE, "1", "sale", sold, 100, **ada),
            _ledger(DE, "1", "discount", sold, -10, **ada),
            _ledger(DE, "1", "tax", sold, 17, **ada),
            _ledger(DE, "1", "shipping", sold, 5, customer_key=ADA),
            _ledger(DE, "1", "return", back, -45, **ada),
            _ledger(DE, "1", "tax", back, -9, **ada),
            _ledger(JP, "2", "sale", sold, 2000, **yen),
        ],
        "marts.orders": [
            {**DE, "order_id": "1", "order_name": "#1001", "customer_key": ADA, "currency": "EUR"}
            | {"status": "open", "financial_status": "partially_refunded", **placed}
            | {"fulfillment_status": "fulfilled", **ada_order},
            {**JP, "order_id": "2", "order_name": "#2001", "customer_key": BEN, "currency": "JPY"}
            | {"status": "open", "financial_status": "paid", **placed, **ben_all},
        ],
        "staging.stg_shopify__orders": [
            {"account": shop["account"], "order_id": order, "current_total_price_amount": total}
            | {"total_tax_amount": tax}
            for shop, order, total, tax in ((DE, "1", 58, 17), (JP, "2", 2000, 0))
        ],
        "marts.order_lines": [
            {**DE, "order_id": "1", "line_id": "11", "title": "Cup", "currency": "EUR", **ada_line},
            {**JP, "order_id": "2", "line_id": "21", "title": "Cup", "currency": "JPY", **ben_all},
        ],
        "marts.revenue_daily": [
            {**DE, "date": sold, "currency": "EUR", "orders_count": 1, **day_sold},
            {**DE, "date": back, "currency": "EUR", **day_back},
            {**JP, "date": sold, "currency": "JPY", "orders_count": 1, **ben_all},
        ],
    }


def _rates() -> dict[str, list[dict[str, Any]]]:
    def rate(there: str, back: str, day: date, value: str, **more: Any) -> dict[str, Any]:
        named = {"source": "ecb", "version": 1, "status": "provisional"} | more
        return {
            "rate_id": f"{named['source']}:transaction:{there}:{back}:{day}:v{named['version']}",
            "rate_date": day,
            "from_currency": there,
            "to_currency": back,
            "kind": "transaction",
            "rate": value,
            **named,
        }

    signed = {"source": "treasury", "status": "approved", "approved_by": "group-treasurer"}
    return {
        "marts.fx_rates": [
            rate("EUR", "EUR", date(1999, 1, 1), "1", source="identity", status="approved"),
            rate("JPY", "EUR", date(2026, 10, 1), "0.006"),
            rate("EUR", "JPY", date(2026, 10, 1), "166.6666666667"),
            rate("JPY", "EUR", date(2026, 10, 14), "0.0061"),
            rate("AED", "EUR", date(2026, 10, 14), "0.23", approved_at=AS_OF, **signed),
        ]
    }


def _customers() -> dict[str, list[dict[str, Any]]]:
    records = [
        {**_node(DE, "901"), "customer_key": ADA, "rule": "vendor_id", "evidence": "901"},
        {
            **_node(JP, "order:2"),
            "customer_key": BEN,
            "rule": "unidentified",
            "evidence": "order:2",
        },
        *tiny_people.id_map(),
    ]
    seen = {"valid_from": datetime(2026, 9, 1), "recorded_at": AS_OF, "is_current": True}
    first = {"first_order_date": date(2026, 10, 1), "segment": "new", "orders_count": 1}
    first |= {"shops_count": 1}
    ltv = {"first_order_date": date(2026, 10, 1), "cohort_month": date(2026, 10, 1)}
    ltv |= {"as_of_date": date(2026, 10, 15)} | {
        f"ltv_{days}_amount_group": None for days in (30, 90, 180, 365)
    }
    ada = {"customer_key": ADA, "is_identified": True, "ltv_amount_group": 45}
    ben = {"customer_key": BEN, "is_identified": False, "ltv_amount_group": 12}
    cohorts = [
        {"account": account, "is_identified": known, "ltv_amount_group": value}
        | {"cohort_month": date(2026, 10, 1), "size": 1}
        | {f"mature_count_{days}": 0 for days in (30, 90, 180, 365)}
        for shop, known, value in (("nordlicht-de", True, 45), ("nordlicht-jp", False, 12))
        for account in ("all", shop)
    ]
    bridge = [
        {"line": line, "currency": currency, "ledger_rows_count": rows}
        | {"amount": amount, "amount_group": group}
        for line, currency, rows, amount, group in (
            ("ledger_net_sales", "EUR", 3, 45, 45),
            ("identified_customers", "EUR", 3, 45, 45),
            ("ledger_net_sales", "JPY", 1, 2000, 12),
            ("unidentified_customers", "JPY", 1, 2000, 12),
        )
    ]
    return {
        "intermediate.int_identity_nodes__unioned": [
            {**_node(DE, "901"), "node_kind": "customer", "is_b2b": False},
            {**_node(JP, "order:2"), "node_kind": "checkout", "is_b2b": False},
            *tiny_people.nodes(),
        ],
        "intermediate.int_identity_links__unioned": tiny_people.links(),
        "staging.stg_shopify__customers": [
            {"system": "shopify", "account": "nordlicht-de", "customer_id": "901"}
        ],
        "marts.id_map": [record | seen for record in records],
        "intermediate.int_company_nodes__unioned": [_node(SALES, "001"), _node(SALES, "003")],
        "marts.company_map": [
            {**_node(SALES, number), "company_key": key, "rule": "vendor_id", "evidence": number}
            | {"is_current": True}
            | seen
            for number, key in (("001", "co_mill"), ("003", "co_bakery"))
        ],
        "marts.customer_redirects": [
            {"from_customer_key": "ck_ada_before", "to_customer_key": ADA, "redirected_at": AS_OF}
        ],
        "marts.customer_360": [
            person | first | {"net_sales_amount_group": person["ltv_amount_group"]} | more
            for person, more in (
                (ada, {"disputes_count": 1, "has_crm_contact": True, "crm_contacts_count": 1}),
                (ben, {}),
            )
        ],
        "marts.customer_ltv": [
            person | ltv | {"first_account": shop["account"]}
            for person, shop in ((ada, DE), (ben, JP))
        ],
        "marts.ltv_cohorts": cohorts,
        "marts.ltv_bridge": bridge,
        "marts_pii.customer_contacts": [
            {**_node(DE, "901"), "customer_key": ADA}
            | {"email": "ada@example.com", "email_normalized": "ada@example.com"},
            {**_node(JP, "order:2"), "customer_key": BEN},
            *tiny_people.contacts(),
        ],
    }


def _node(shop: dict, source_id: str) -> dict[str, Any]:
    return {"system": shop["system"], "account": shop["account"], "source_id": source_id}


def _operations() -> dict[str, list[dict[str, Any]]]:
    loaded = {"status": "complete", "expected": 1, "landed": 1, "checked_at": AS_OF}
    return {
        "marts.shipments": [
            {**DE, "shipment_id": "31", "order_account": "nordlicht-de", "order_id": "1"}
            | {"carrier": "DHL", "status": "delivered", "has_signature": True}
            | {"tracking_number_hash": "a" * 64, "shipped_at": datetime(2026, 10, 2)}
        ],
        "marts_pii.shipment_signatures": [
            {**DE, "shipment_id": "31", "order_account": "nordlicht-de", "order_id": "1"}
            | {"signed_by": "B. LOVELACE"}
        ],
        "marts.load_completeness": [
            {**shop, "load_id": "1", "stream": stream, **loaded}
            for shop in (DE, JP)
            for stream in ("orders", "customers")
        ]
        + [{**PAY, "load_id": "1", "stream": "charges", **loaded}],
        "intermediate.int_object_counts__compared": [
            {"system": "shopify", "account": "nordlicht-de", "stream": "orders"}
            | {"counted_count": 1, "held_count": 1, "asked_at": AS_OF}
        ],
        "marts.dead_letters": [],
        "marts.api_usage": [
            {**PAY, "load_id": "1", "api": "account", "unit": "requests", "status": "ok"}
            | {"period": period, "allowed": allowed, "used": 100, "forecast": 100}
            | {"remaining": allowed - 100, "waited_seconds": 0, "checked_at": AS_OF}
            for period, allowed in (("10s", 190), ("day", 650_000))
        ],
    }
