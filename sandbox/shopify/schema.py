"""The served schema, and what its own shape tells: what is a connection, where a type's rows are.

``schema.graphql`` is a subset of Shopify's, by name; nothing else here knows a field of it.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from pathlib import Path
from threading import Lock
from typing import cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionSetNode,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_list_type,
)

SDL = Path(__file__).with_name("schema.graphql")
VERSION = "2026-07"
GID = "gid://shopify/"

# Types with a table of their own; one of an interface is named after the interface's only real type.
TABLES = {
    name: name
    for name in (
        *("Shop", "Order", "LineItem", "ShippingLine", "SalesAgreement", "Sale", "Return"),
        *("ReturnLineItem", "Customer", "Product", "ProductVariant", "Metafield"),
        *("TenderTransaction", "ShopifyPaymentsAccount", "ShopifyPaymentsBalanceTransaction"),
        *("ShopifyPaymentsPayout", "ShopifyPaymentsDispute", "Location", "InventoryItem"),
        *("InventoryLevel", "Company", "CompanyContact", "CompanyLocation", "AbandonedCheckout"),
        *("AbandonedCheckoutLineItem", "GiftCard", "DraftOrder", "SubscriptionContract"),
        *("SubscriptionLine", "SubscriptionBillingAttempt"),
    )
} | {"ReturnLineItemType": "ReturnLineItem"}
# Types that stand in a list of another type's rows.
EMBEDDED = {
    "OrderTransaction": ("Order", "transactions"),
    "Refund": ("Order", "refunds"),
    "Fulfillment": ("Order", "fulfillments"),
}
# Interfaces and unions that leave their rows' type unsaid.
SOLE_TYPES = {
    "ReturnLineItemType": "ReturnLineItem",
    "Fee": "ReturnShippingFee",
    "TenderTransactionDetails": "TenderTransactionCreditCardDetails",
}

Fragments = Mapping[str, FragmentDefinitionNode]


def once(build: Callable[[], GraphQLSchema]) -> Callable[[], GraphQLSchema]:
    """One schema however many threads ask first: what one schema's type is, no type of another is."""
    built, building = cache(build), Lock()

    @wraps(build)
    def get() -> GraphQLSchema:
        with building:
            return built()

    return get


@once
def served() -> GraphQLSchema:
    """The schema without resolvers: to validate against and to look up types."""
    return build_schema(SDL.read_text(encoding="utf-8"))


def is_connection(kind: GraphQLNamedType) -> bool:
    return kind.name.endswith("Connection")


def node_type(connection: GraphQLNamedType) -> GraphQLNamedType:
    """What a connection connects to."""
    edges = fields_of(connection)["edges"]
    return get_named_type(fields_of(get_named_type(edges.type))["node"].type)


def is_list(kind: GraphQLOutputType) -> bool:
    return is_list_type(kind.of_type if isinstance(kind, GraphQLNonNull) else kind)


def fields_of(kind: GraphQLNamedType) -> dict:
    return getattr(kind, "fields", {})


def runtime_types(schema: GraphQLSchema, kind: GraphQLNamedType) -> list[GraphQLObjectType]:
    """The object types a value of ``kind`` can be."""
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return list(schema.get_possible_types(kind))
    return [cast("GraphQLObjectType", kind)]


def type_name_of(kind: GraphQLNamedType, value: Mapping) -> str:
    """The object type of one value: its own word, or the only type it can be."""
    if not is_abstract_type(kind):
        return kind.name
    return value.get("__typename") or SOLE_TYPES[kind.name]


def resolve_type(value: Mapping, _info: object, kind: GraphQLAbstractType) -> str:
    return type_name_of(kind, value)


def has_rows(kind: str) -> bool:
    """Whether an object of this type can be looked up by its id."""
    return kind in TABLES or kind in EMBEDDED


def type_of_gid(gid: str) -> str:
    """``gid://shopify/Order/1`` -> ``Order``; empty for what is no gid."""
    return gid.removeprefix(GID).partition("/")[0] if gid.startswith(GID) else ""


def selected(
    sets: Iterable[SelectionSetNode | None], fragments: Fragments
) -> dict[str, list[SelectionSetNode]]:
    """Field names selected on an object of whatever type, each with its own selection sets."""
    found: dict[str, list[SelectionSetNode]] = {}
    for selection_set in sets:
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                inner = found.setdefault(node.name.value, [])
                if node.selection_set:
                    inner.append(node.selection_set)
                continue
            if isinstance(node, InlineFragmentNode):
                inside = node.selection_set
            else:
                name = cast("FragmentSpreadNode", node).name.value
                inside = fragments[name].selection_set
            for name, inner in selected([inside], fragments).items():
                found.setdefault(name, []).extend(inner)
    return found


def selected_on_nodes(
    nodes: Iterable[FieldNode], fragments: Fragments
) -> dict[str, list[SelectionSetNode]]:
    """The same for the nodes of a connection, through ``nodes`` and through ``edges.node``."""
    top = selected([node.selection_set for node in nodes], fragments)
    edges = selected(top.get("edges", []), fragments)
    return selected([*top.get("nodes", []), *edges.get("node", [])], fragments)
