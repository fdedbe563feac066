"""A few named orders, products and people, as Shopify would give them."""

from typing import Any


def money(amount: str, currency: str = "EUR") -> dict:
    one = {"amount": amount, "currencyCode": currency}
    return {"shopMoney": one, "presentmentMoney": dict(one)}


def line(number: int, order: int, amount: str = "10.00", **more: Any) -> dict:
    return {
        "__typename": "LineItem",
        "id": f"gid://shopify/LineItem/{order}{number:04d}",
        "title": "Cup",
        "quantity": 1,
        "currentQuantity": 1,
        "isGiftCard": False,
        "discountedTotalSet": money(amount),
        "discountAllocations": [],
        **more,
    }


def sale(number: int, order: int, amount: str = "10.00", **more: Any) -> dict:
    return {
        "__typename": "ProductSale",
        "id": f"gid://shopify/Sale/{order}{number:04d}",
        "actionType": "ORDER",
        "lineType": "PRODUCT",
        "quantity": 1,
        "lineItem": {"id": f"gid://shopify/LineItem/{order}{number:04d}"},
        "totalAmount": money(amount),
        "totalTaxAmount": money("1.60"),
        "taxes": [
            {
                "id": f"gid://shopify/SaleTax/{order}{number:04d}",
                "amount": money("1.60"),
                "taxLine": {"title": "MwSt", "rate": 0.19, "source": "shopify"},
            }
        ],
        **more,
    }


def order(number: int, lines: int = 2, updated: str = "2026-10-01T10:00:00Z", **more: Any) -> dict:
    items = [line(n, number) for n in range(lines)]
    sales = [sale(n, number) for n in range(lines)]
    return {
        "__typename": "Order",
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "createdAt": "2026-09-30T08:00:00Z",
        "processedAt": "2026-09-30T08:00:00Z",
        "updatedAt": updated,
        "test": False,
        "currencyCode": "EUR",
        "tags": ["café", "a,b"],
        "customer": {"id": "gid://shopify/Customer/1"},
        "purchasingEntity": {"__typename": "Customer"},
        "totalPriceSet": money("20.00"),
        "lineItems": items,
        "shippingLines": [],
        "agreements": [
            {
                "__typename": "OrderAgreement",
                "id": f"gid://shopify/SalesAgreement/{number}",
                "happenedAt": "2026-09-30T08:00:00Z",
                "reason": "ORDER",
                "sales": sales,
            }
        ],
        "transactions": [
            {
                "id": f"gid://shopify/OrderTransaction/{number}",
                "kind": "SALE",
                "status": "SUCCESS",
                "test": False,
                "createdAt": "2026-09-30T08:00:00Z",
                "amountSet": money("20.00"),
            }
        ],
        "refunds": [],
        "fulfillments": [
            {
                "id": f"gid://shopify/Fulfillment/{number}",
                "name": f"#{number}.1",
                "createdAt": "2026-09-30T18:00:00Z",
                "totalQuantity": lines,
                "trackingInfo": [{"company": "DHL", "number": f"00340{number}", "url": None}],
            }
        ],
        "returns": [],
        **more,
    }


def customer(number: int, **more: Any) -> dict:
    return {
        "__typename": "Customer",
        "id": f"gid://shopify/Customer/{number}",
        "firstName": "Zoë",
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-09-01T00:00:00Z",
        "numberOfOrders": "3",
        "amountSpent": {"amount": "20.0", "currencyCode": "EUR"},
        "tags": [],
        **more,
    }
