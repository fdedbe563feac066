"""How the executor gets each field: from its owner's row, or for all of the owner's siblings at once."""

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from sandbox.shopify.access import allows, denied
from sandbox.shopify.ask import Ask
from sandbox.shopify.connections import bulk_operations, connection, count, nested
from sandbox.shopify.references import reference
from sandbox.shopify.rows import Row, Window
from sandbox.shopify.schema import (
    SDL,
    has_rows,
    is_connection,
    once,
    resolve_type,
    runtime_types,
    selected,
    type_of_gid,
)
from sandbox.shopify.scopes import SCOPES, requirement

Resolver = Callable[..., Any]


@once
def executable() -> GraphQLSchema:
    """The served schema with a resolver on every field."""
    schema = build_schema(SDL.read_text(encoding="utf-8"))
    for kind in schema.type_map.values():
        if is_abstract_type(kind):
            kind.resolve_type = resolve_type  # type: ignore[union-attr]
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, definition in kind.fields.items():
                resolve = _resolver(schema, kind, name)
                definition.resolve = _guarded(kind, name, definition, resolve)
    return schema


def _guarded(
    owner: GraphQLObjectType, name: str, definition: GraphQLField, resolve: Resolver
) -> Resolver:
    sentence = requirement(name, get_named_type(definition.type), owner.name)
    if sentence is None:
        return resolve

    def checked(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        if not allows(info.context.scopes, sentence):
            raise denied(name, sentence, info.field_nodes)
        return resolve(source, info, **arguments)

    return checked


def _resolver(schema: GraphQLSchema, kind: GraphQLObjectType, name: str) -> Resolver:
    definition = kind.fields[name]
    inner = get_named_type(definition.type)
    if kind is schema.query_type:
        return _root(inner, name)
    if kind is schema.mutation_type:
        return MUTATIONS[name]
    if is_connection(inner):
        return nested(inner, name)
    if is_leaf_type(inner):
        return lambda source, info: source.get(name)
    bare = (
        definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type
    )
    if isinstance(bare, GraphQLList):
        return lambda source, info, **arguments: _cut(source.get(name), **arguments)
    is_edge = kind.name.endswith("Edge")
    if not is_edge and any(has_rows(t.name) for t in runtime_types(schema, inner)):
        return reference(inner, name)
    return lambda source, info: source.get(name)


def _cut(
    items: list | None, first: int | None = None, names: list[str] | None = None
) -> list | None:
    """The ``first`` items of a list; of quantities those with one of the ``names``."""
    if items is None:
        return None
    named = [item for item in items if names is None or item["name"] in names]
    return named if first is None else named[:first]


def _root(inner: GraphQLNamedType, name: str) -> Resolver:
    if name in ROOTS:
        return ROOTS[name]
    if is_connection(inner):
        return connection(inner)
    if inner.name == "Count":
        return count(COUNTED[name])
    return lambda source, info, id=None: _one(info, inner.name, id)  # noqa: A006  the argument's name


def _one(info: GraphQLResolveInfo, kind: str, gid: str | None) -> Row | None:
    """The object with this id; without one (``location`` may be asked so) the shop's first."""
    if gid is None:
        return _only(kind)(None, info)
    names = selected([node.selection_set for node in info.field_nodes], info.fragments)
    return info.context.store.look_up(kind, names, [gid]).get(gid)


def _only(table: str) -> Resolver:
    """The one object of a kind that a shop has, or null."""

    def resolve(_source: None, info: GraphQLResolveInfo) -> Row | None:
        names = selected([node.selection_set for node in info.field_nodes], info.fragments)
        return next(iter(info.context.store.page(table, names, Window(1)).rows), None)

    return resolve


def _node(_source: None, info: GraphQLResolveInfo, id: str) -> dict[str, Any] | None:  # noqa: A002
    ask: Ask = info.context
    kind = type_of_gid(id)
    if kind == "BulkOperation":
        found = ask.bulk.get(id) if ask.bulk else None
        return found and {"__typename": kind, **found}
    if kind not in info.schema.type_map:
        raise GraphQLError(f"Invalid global id '{id}'", info.field_nodes)
    sentence = requirement("", info.schema.type_map[kind])
    if sentence and not allows(ask.scopes, sentence):
        raise denied(info.field_name, sentence, info.field_nodes)
    row = _one(info, kind, id)
    if row is not None:
        row["__typename"] = row.get("__typename") or kind
    return row


def _nodes(source: None, info: GraphQLResolveInfo, ids: list[str]) -> list[dict[str, Any] | None]:
    return [_node(source, info, gid) for gid in ids]


def _installation(_source: None, info: GraphQLResolveInfo) -> dict[str, Any]:
    handles = sorted(info.context.scopes)
    return {
        "id": "gid://shopify/AppInstallation/1",
        "accessScopes": [{"handle": h, "description": SCOPES.get(h, h)} for h in handles],
    }


def _bulk_operation(_source: None, info: GraphQLResolveInfo, id: str) -> dict | None:  # noqa: A002
    return info.context.bulk.get(id)


def _run_bulk(
    _source: None,
    info: GraphQLResolveInfo,
    query: str,
    groupObjects: bool = False,  # noqa: N803  the argument's name and default
) -> dict[str, Any]:
    return info.context.bulk.run(info.context, query, grouped=groupObjects)


def _cancel_bulk(_source: None, info: GraphQLResolveInfo, id: str) -> dict[str, Any]:  # noqa: A002
    return info.context.bulk.cancel(id)


ROOTS: dict[str, Resolver] = {
    "shop": _only("Shop"),
    "shopifyPaymentsAccount": _only("ShopifyPaymentsAccount"),
    "node": _node,
    "nodes": _nodes,
    "currentAppInstallation": _installation,
    "bulkOperation": _bulk_operation,
    "bulkOperations": bulk_operations,
}
COUNTED = {
    "ordersCount": "Order",
    "customersCount": "Customer",
    "productsCount": "Product",
    "productVariantsCount": "ProductVariant",
    "abandonedCheckoutsCount": "AbandonedCheckout",
    "companiesCount": "Company",
    "draftOrdersCount": "DraftOrder",
    "giftCardsCount": "GiftCard",
    "locationsCount": "Location",
}
MUTATIONS: dict[str, Resolver] = {
    "bulkOperationRunQuery": _run_bulk,
    "bulkOperationCancel": _cancel_bulk,
}
