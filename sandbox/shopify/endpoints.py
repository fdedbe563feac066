"""The shop's endpoints as faults name them: a GraphQL request by its first root field, the rest by path."""

import json
from functools import lru_cache

import orjson
from graphql import (
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
    visit,
)
from graphql.language import Visitor

from sandbox.faults import PAGE_KINDS

BY_ROOT = {
    "shop": "shop",
    "orders": "orders",
    "customers": "customers",
    "products": "products",
    "productVariants": "product_variants",
    "tenderTransactions": "tender_transactions",
    "shopifyPaymentsAccount": "payments_account",
    "locations": "locations",
    "inventoryItems": "inventory_items",
    "companies": "companies",
    "abandonedCheckouts": "abandoned_checkouts",
    "giftCards": "gift_cards",
    "draftOrders": "draft_orders",
    "subscriptionContracts": "subscription_contracts",
    **dict.fromkeys(
        (
            *("ordersCount", "customersCount", "productsCount", "productVariantsCount"),
            *("abandonedCheckoutsCount", "companiesCount", "locationsCount", "giftCardsCount"),
            "draftOrdersCount",
        ),
        "counts",
    ),
    **dict.fromkeys(
        ("bulkOperation", "bulkOperations", "bulkOperationRunQuery", "bulkOperationCancel"),
        "bulk_operation",
    ),
    "currentAppInstallation": "app_installation",
    **dict.fromkeys(
        (
            *("node", "nodes", "order", "customer", "product", "productVariant"),
            *("return", "refund", "fulfillment", "location", "inventoryItem", "company"),
        ),
        "node",
    ),
}
# What a root is asked for with names the endpoint: orders with their returns, or with how the buyer came;
# the lists of the shop's payments account.
BY_FIELD = {
    ("orders", "returns"): "returns",
    ("orders", "customerJourneySummary"): "order_details",
    ("shopifyPaymentsAccount", "balanceTransactions"): "payments_balance_transactions",
    ("shopifyPaymentsAccount", "payouts"): "payments_payouts",
    ("shopifyPaymentsAccount", "disputes"): "payments_disputes",
}
ENDPOINTS = (*sorted({*BY_ROOT.values(), *BY_FIELD.values(), "bulk_file", "access_token"}),)
NO_PAGES = "it has no pages; connections have, and bulk_file"
REFUSED = {
    **{
        endpoint: dict.fromkeys(PAGE_KINDS, NO_PAGES)
        for endpoint in (
            *("app_installation", "bulk_operation", "counts", "payments_account", "shop"),
        )
    },
    "access_token": {
        **dict.fromkeys(PAGE_KINDS, NO_PAGES),
        "missing_scope": "a token is granted whatever its scopes; app_installation tells them",
    },
}
ERRORS = {
    429: "Exceeded 40 calls per second for api client. Reduce request rates to resume uninterrupted service.",
    500: "Internal Server Error",
    403: "[API] This action requires merchant approval for a scope.",
    401: "[API] Invalid API key or access token (unrecognized login or wrong password)",
}


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    """The endpoint's name, empty for what is none."""
    del method, query
    if path.endswith("/oauth/access_token"):
        return "access_token"
    if path.startswith("/bulk/"):
        return "bulk_file"
    text, name = _document(body)
    roots, fields = _read(text, name)
    if not roots:
        return ""
    named = (
        endpoint
        for (root, field), endpoint in BY_FIELD.items()
        if root == roots[0] and field in fields
    )
    return next(named, BY_ROOT.get(roots[0], ""))


def error_body(status: int) -> bytes:
    return orjson.dumps({"errors": ERRORS[status]})


def root_field(query: str, name: str | None) -> str:
    """The first root field of a document, empty where there is none."""
    roots, _ = _read(query, name)
    return roots[0] if roots else ""


def _document(body: bytes) -> tuple[str, str | None]:
    try:
        asked = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace"), None
    if not isinstance(asked, dict):
        return "", None
    return str(asked.get("query") or ""), asked.get("operationName")


@lru_cache(maxsize=256)
def _read(text: str, name: str | None) -> tuple[tuple[str, ...], frozenset[str]]:
    """The root fields of the operation, and every field that is asked for anywhere in it."""
    try:
        document = parse(text)
    except GraphQLError:
        return (), frozenset()
    operation = get_operation_ast(document, name)
    if not isinstance(operation, OperationDefinitionNode):
        return (), frozenset()
    selections = operation.selection_set.selections
    seen = _Fields()
    visit(document, seen)
    roots = tuple(s.name.value for s in selections if isinstance(s, FieldNode))
    return roots, frozenset(seen.names)


class _Fields(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.names.add(node.name.value)
