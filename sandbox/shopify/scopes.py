"""Which access scope each type asks for, as Shopify's schema documents it per type."""

from graphql import GraphQLError

NEEDED = {
    "Order": "read_orders",
    "LineItem": "read_orders",
    "ShippingLine": "read_orders",
    "SalesAgreement": "read_orders",
    "Sale": "read_orders",
    "Fulfillment": "read_orders",
    "Refund": "read_orders",
    "OrderTransaction": "read_orders",
    "Return": "read_returns",
    "ReturnLineItemType": "read_returns",
    "ReturnLineItem": "read_returns",
    "Customer": "read_customers",
    "Company": "read_customers",
    "Product": "read_products",
    "ProductVariant": "read_products",
}
ROOTS = {
    "ordersCount": "read_orders",
    "customersCount": "read_customers",
    "productsCount": "read_products",
}
ALL = frozenset({*NEEDED.values(), "read_all_orders"})


def missing(parent: str, type_name: str, field: str, scopes: frozenset[str]) -> str | None:
    name = type_name.removesuffix("Connection").removesuffix("Edge")
    needed = (ROOTS.get(field) if parent == "QueryRoot" else None) or NEEDED.get(name)
    return needed if needed and needed not in scopes else None


def check(parent: str, type_name: str, field: str, scopes: frozenset[str]) -> None:
    """Raise Shopify's ACCESS_DENIED for a field whose type the token has no scope for."""
    if needed := missing(parent, type_name, field, scopes):
        raise GraphQLError(
            f"Access denied for {field} field. Required access: `{needed}` access scope.",
            extensions={"code": "ACCESS_DENIED", "requiredAccess": f"`{needed}` access scope."},
        )
