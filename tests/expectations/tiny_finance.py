"""The tiny group's liabilities, taxes, recognition and margins: Ada's order of 100, half of it sent back, and Ben's."""

from datetime import date, datetime
from typing import Any

DE = {"system": "shopify", "account": "nordlicht-de", "legal_entity": "nordlicht-gmbh"}
JP = {"system": "shopify", "account": "nordlicht-jp", "legal_entity": "nordlicht-kk"}
OCTOBER = date(2026, 10, 1)
SOLD, SENT, BACK = datetime(2026, 10, 1, 12), datetime(2026, 10, 2, 12), datetime(2026, 10, 9, 12)

Rows = dict[str, list[dict[str, Any]]]


def every_table() -> Rows:
    return _taxes() | _recognised() | _breakdowns() | _margins()


def _taxes() -> Rows:
    named = {"country": "DE", "tax_name": "MwSt", "tax_rate": "0.19", "collected_by": "merchant"}
    line = {**DE, **named, "order_id": "1", "line_id": "11", "period": OCTOBER, "currency": "EUR"}
    return {
        "marts.tax_lines": [
            {**line, "tax_line_id": "s1:t", "sale_id": "s1", "kind": "sale", "event_at": SOLD}
            | {"event_date": SOLD.date(), "taxable_amount": 90, "tax_amount": 17},
            {**line, "tax_line_id": "s2:t", "sale_id": "s2", "kind": "return", "event_at": BACK}
            | {"event_date": BACK.date(), "taxable_amount": -45, "tax_amount": -9},
        ],
        "marts.tax_summary": [
            {**DE, **named, "period": OCTOBER, "currency": "EUR", "tax_lines_count": 2}
            | {"taxable_amount": 45, "tax_amount": 8, "charged_amount": 17, "given_back_amount": 9}
        ],
        "intermediate.int_sales__classified": [
            {"account": "nordlicht-de", "order_id": "1", "sale_id": sale, "agreement_type": kind}
            for sale, kind in (("s1", "OrderAgreement"), ("s2", "RefundAgreement"))
        ],
    }


def _recognised() -> Rows:
    ada, ben = (
        {**DE, "order_id": "1", "currency": "EUR"},
        {**JP, "order_id": "2", "currency": "JPY"},
    )
    steps = [
        (ada, SOLD, 0, 90),
        (ada, SENT, 90, 0),
        (ada, BACK, -45, 0),
        (ben, SOLD, 0, 2000),
    ]
    month = {"period": OCTOBER}
    return {
        "marts.recognised_sales": [
            {**whose, **month, "event_at": at, "event_date": at.date()}
            | {"amount": amount, "deferred_amount": deferred}
            for whose, at, amount, deferred in steps
        ],
        "marts.recognised_sales_bridge": [
            {**DE, **month, "currency": "EUR", "net_sales_amount": 45, "recognised_amount": 45},
            {**JP, **month, "currency": "JPY", "net_sales_amount": 2000}
            | {"closing_deferred_amount": 2000},
        ],
    }


def _breakdowns() -> Rows:
    goods = {"category": "Goods"}
    days = (
        (DE, "EUR", SOLD.date(), {"gross_sales_amount": 100, "net_sales_amount": 90}),
        (DE, "EUR", BACK.date(), {"returns_amount": 45, "net_sales_amount": -45}),
        (JP, "JPY", SOLD.date(), {"gross_sales_amount": 2000, "net_sales_amount": 2000}),
    )
    return {
        "marts.category_sales": [
            {**shop, **goods, "currency": currency, "date": day, **amounts}
            for shop, currency, day, amounts in days
        ],
        "marts.shopify_sales_comparison": [
            {**shop, "basis": "processed", "currency": currency, "date": day}
            | {"net_sales_amount": amounts["net_sales_amount"]}
            | {"shopify_net_sales_amount": amounts["net_sales_amount"]}
            for shop, currency, day, amounts in days
        ],
    }


def _margins() -> Rows:
    ada = {"net_sales_amount_group": 45, "shipping_amount_group": 5, "cogs_amount_group": 20}
    ada |= {"psp_fee_amount_group": 2, "margin_amount_group": 28, "provision_amount_group": 7}
    ben = {"net_sales_amount_group": 12, "margin_amount_group": 12}
    return {
        "marts.order_margins": [
            {**DE, "order_id": "1", "customer_key": "ck_ada", "currency": "EUR", **ada}
            | {"order_date": OCTOBER},
            {**JP, "order_id": "2", "customer_key": "ck_ben", "currency": "JPY", **ben}
            | {"order_date": OCTOBER},
        ],
        "marts.order_line_margins": [
            {**DE, "order_id": "1", "line_id": "11", "quantity": 1, "currency": "EUR", **ada},
            {**JP, "order_id": "2", "line_id": "21", "quantity": 1, "currency": "JPY", **ben},
        ],
        "marts.margin_cohorts": [
            {"cohort_month": OCTOBER, "is_identified": known, "line": "valued", "orders_count": 1}
            | amounts
            for known, amounts in ((True, ada), (False, ben))
        ],
        "marts.dispute_provisions": [
            {"system": "stripe", "account": "payments-gmbh", "dispute_id": "du_1"}
            | {"reason": "fraudulent", "status": "needs_response", "currency": "EUR"}
            | {"at_risk_amount": 10, "loss_rate": "0.7", "provision_amount": 7}
        ],
    }
