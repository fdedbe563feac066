"""Who may ask for what: apps, their tokens, and the scopes each type needs.

The sentences are Shopify's own (its schema's ``requiredAccess``); the scopes are read from them.
"""

import hmac
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLNamedType

from sandbox.shopify.limits import Limits
from sandbox.shopify.schema import is_connection, node_type

DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"
ORDER_SALES = "`read_orders` access scope."
ORDERS = "`read_orders` access scope or `read_marketplace_orders` access scope."
RETURNS = "`read_returns` access scope or `read_marketplace_returns` access scope."
CUSTOMERS = "`read_customers` access scope."
PRODUCTS = "`read_products` access scope."
FULFILLMENTS = (
    "`read_orders` access scope, `read_marketplace_orders` access scope,"
    " `read_assigned_fulfillment_orders` access scope,"
    " `read_merchant_managed_fulfillment_orders` access scope,"
    " `read_third_party_fulfillment_orders` access scope or"
    " `read_marketplace_fulfillment_orders` access scope."
)
TYPES: dict[str, str] = {
    "Order": (
        "`read_orders` access scope, `read_marketplace_orders` access scope or"
        " `read_quick_sale` access scope."
    ),
    "CashRoundingAdjustment": "`read_orders` access scope or `read_quick_sale` access scope.",
    "Company": (
        "`read_customers` access scope or `read_companies` access scope. Also: The shop must have"
        " access to B2B. Some operations may require additional plan capabilities."
    ),
    "Fee": (
        "`read_returns` access scope and"
        " (`read_orders` access scope or `read_marketplace_orders` access scope)."
    ),
    **dict.fromkeys(("Customer", "CustomerEmailAddress", "CustomerPhoneNumber"), CUSTOMERS),
    **dict.fromkeys(("Product", "ProductVariant"), PRODUCTS),
    **dict.fromkeys(("Fulfillment", "FulfillmentTrackingInfo"), FULFILLMENTS),
    **dict.fromkeys(
        (
            *("Return", "ReturnLineItem", "ReturnLineItemType", "UnverifiedReturnLineItem"),
            *("RestockingFee", "ReturnShippingFee"),
        ),
        RETURNS,
    ),
    **dict.fromkeys(
        (
            *("LineItem", "FulfillmentLineItem", "OrderTransaction", "Refund", "SalesAgreement"),
            *("OrderAgreement", "OrderEditAgreement", "RefundAgreement", "ReturnAgreement"),
        ),
        ORDERS,
    ),
    **dict.fromkeys(
        (
            *("Sale", "ProductSale", "ShippingLineSale", "DutySale", "FeeSale", "TipSale"),
            *("AdditionalFeeSale", "AdjustmentSale", "GiftCardSale", "UnknownSale"),
            *("SaleAdditionalFee", "SaleTax", "Duty", "LineItemGroup"),
        ),
        ORDER_SALES,
    ),
}
COUNTS: dict[str, str] = {
    "ordersCount": ORDERS,
    "customersCount": CUSTOMERS,
    "productsCount": PRODUCTS,
    "productVariantsCount": PRODUCTS,
}
SCOPES = {
    "read_all_orders": "Read all orders",
    "read_customers": "Read customers",
    "read_orders": "Read orders",
    "read_products": "Read products",
    "read_returns": "Read returns",
}


def requirement(field_name: str, kind: GraphQLNamedType) -> str | None:
    """The sentence for a field that gives ``kind``; a connection needs what its nodes need."""
    if field_name in COUNTS and kind.name == "Count":
        return COUNTS[field_name]
    return TYPES.get(node_type(kind).name if is_connection(kind) else kind.name)


@cache
def allows(scopes: frozenset[str], sentence: str) -> bool:
    """Every ``and`` part of the sentence names a scope that is granted."""
    parts = [set(re.findall(r"`(\w+)`", part)) for part in sentence.split(" and (")]
    return all(part & scopes for part in parts)


def denied(field_name: str, sentence: str, nodes: list[FieldNode] | None = None) -> GraphQLError:
    return GraphQLError(
        f"Access denied for {field_name} field. Required access: {sentence}",
        nodes,
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": DOCUMENTATION,
            "requiredAccess": sentence,
        },
    )


@dataclass
class App:
    """An app installed on a shop, asking with a static token or with ones it is granted.

    ``secret`` is the token itself (``shpat_...``) or ``<client id>:<client secret>``.
    """

    secret: str
    scopes: frozenset[str] = frozenset(SCOPES)
    limits: Limits = field(default_factory=Limits)
    _granted: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def knows(self, token: str) -> bool:
        if not token:
            return False
        if ":" not in self.secret:
            return hmac.compare_digest(token.encode(), self.secret.encode())
        with self._lock:
            return self._granted.get(token, 0.0) > time.monotonic()

    def grant(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Client-credentials grant: HTTP status and body."""
        if asked.get("grant_type") != "client_credentials":
            return 400, {
                "error": "unsupported_grant_type",
                "error_description": "grant_type must be client_credentials",
            }
        given = f"{asked.get('client_id', '')}:{asked.get('client_secret', '')}"
        if ":" not in self.secret or not hmac.compare_digest(given.encode(), self.secret.encode()):
            return 401, {
                "error": "invalid_client",
                "error_description": "The client id or secret is wrong, or the app is not installed.",
            }
        token = f"shpat_{secrets.token_hex(16)}"
        with self._lock:
            self._granted[token] = time.monotonic() + self.limits.token_seconds
        return 200, {
            "access_token": token,
            "scope": ",".join(sorted(self.scopes)),
            "expires_in": int(self.limits.token_seconds),
        }
