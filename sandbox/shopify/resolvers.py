"""How the executor gets each field: from its owner's row, or for all of the owner's siblings at once."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
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
from graphql.execution.collect_fields import collect_sub_fields

from sandbox.shopify.access import SCOPES, allows, denied, requirement
from sandbox.shopify.ask import Ask
from sandbox.shopify.cost import CONNECTION_COST
from sandbox.shopify.limits import COUNT_MAXIMUM
from sandbox.shopify.rows import Page, Row, Window, list_page
from sandbox.shopify.schema import (
    SDL,
    TABLES,
    has_rows,
    is_connection,
    node_type,
    resolve_type,
    runtime_types,
    selected,
    selected_on_nodes,
    type_name_of,
    type_of_gid,
)

Resolver = Callable[..., Any]
ALL = Window(None)


@cache
def executable() -> GraphQLSchema:
    """The served schema with a resolver on every field."""
    schema = build_schema(SDL.read_text(encoding="utf-8"))
    for kind in schema.type_map.values():
        if is_abstract_type(kind):
            kind.resolve_type = resolve_type  # type: ignore[union-attr]
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, definition in kind.fields.items():
                definition.resolve = _guarded(name, definition, _resolver(schema, kind, name))
    return schema


def _guarded(name: str, definition: GraphQLField, resolve: Resolver) -> Resolver:
    sentence = requirement(name, get_named_type(definition.type))
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
        return _nested(inner, name)
    if is_leaf_type(inner):
        return lambda source, info: source.get(name)
    bare = (
        definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type
    )
    if isinstance(bare, GraphQLList):
        return lambda source, info, first=None: _cut(source.get(name), first)
    is_edge = kind.name.endswith("Edge")
    if not is_edge and any(has_rows(t.name) for t in runtime_types(schema, inner)):
        return _reference(inner, name)
    return lambda source, info: source.get(name)


def _cut(items: list | None, first: int | None) -> list | None:
    return items if items is None or first is None else items[:first]


def _root(inner: GraphQLNamedType, name: str) -> Resolver:
    if name in ROOTS:
        return ROOTS[name]
    if is_connection(inner):
        return _connection(inner)
    if inner.name == "Count":
        return _count(
            {"orders": "Order", "customers": "Customer", "products": "Product"}.get(
                name.removesuffix("Count"), "ProductVariant"
            )
        )
    return lambda source, info, id: _one(info, inner.name, id)  # noqa: A006  the argument's name


def _one(info: GraphQLResolveInfo, kind: str, gid: str) -> Row | None:
    names = selected([node.selection_set for node in info.field_nodes], info.fragments)
    return info.context.store.look_up(kind, names, [gid]).get(gid)


def _shop(_source: None, info: GraphQLResolveInfo) -> Row:
    names = selected([node.selection_set for node in info.field_nodes], info.fragments)
    return info.context.store.page("Shop", names, Window(1)).rows[0]


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


def _count(table: str) -> Resolver:
    def resolve(
        _source: None,
        info: GraphQLResolveInfo,
        limit: int | None = COUNT_MAXIMUM,
        query: str | None = None,
    ) -> dict[str, Any]:
        search = _searched(info, table, query)
        count = info.context.store.count(table, search.sql, search.values)
        if limit is not None and count > limit:
            return {"count": limit, "precision": "AT_LEAST"}
        return {"count": count, "precision": "EXACT"}

    return resolve


def _searched(info: GraphQLResolveInfo, table: str, query: str | None):
    ask: Ask = info.context
    search = ask.search(table, query)
    if search.warnings:
        path = info.path.as_list()
        ask.warnings.append({"path": path, "query": query, "warnings": search.warnings})
    return search


def _connection(inner: GraphQLNamedType) -> Resolver:
    table = TABLES.get(node_type(inner).name, "")

    def resolve(
        _source: None, info: GraphQLResolveInfo, query: str | None = None, **arguments: Any
    ) -> dict[str, Any]:
        ask: Ask = info.context
        window = ask.whole or _window(arguments)
        search = _searched(info, table, query)
        names = selected_on_nodes(info.field_nodes, info.fragments)
        page = ask.store.page(table, names, window, search.sql, search.values)
        ask.end_cursor = page.rows[-1].cursor if page.has_more else None
        return _shown(info, page, window)

    return resolve


def _nested(inner: GraphQLNamedType, name: str) -> Resolver:
    kind = node_type(inner).name
    table = TABLES.get(kind, kind)

    def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> dict[str, Any]:
        ask: Ask = info.context
        window = ALL if ask.whole else _window(arguments)
        where = nested_condition(name, arguments)
        siblings = source.siblings.rows
        fetched = source.siblings.fetched
        key = (name, window, where, id(info.field_nodes[0]))
        if key not in fetched:
            names = selected_on_nodes(info.field_nodes, info.fragments)
            parents = [row["id"] for row in siblings]
            fetched[key] = ask.store.children(table, names, window, parents, where)
        return _shown(info, fetched[key][source["id"]], window)

    return resolve


def nested_condition(name: str, arguments: dict[str, Any]) -> str:
    """SQL of what a nested connection leaves out by itself."""
    if name == "shippingLines" and not arguments.get("includeRemovals"):
        return 'not coalesce("isRemoved", false)'
    return "true"


def _window(arguments: dict[str, Any]) -> Window:
    last = arguments.get("last")
    return Window(
        size=arguments.get("first") if last is None else last,
        backward=last is not None,
        after=arguments.get("after"),
        before=arguments.get("before"),
        reverse=bool(arguments.get("reverse")),
        sort=arguments.get("sortKey"),
    )


def _shown(info: GraphQLResolveInfo, page: Page, window: Window) -> dict[str, Any]:
    ask: Ask = info.context
    rows = page.rows
    ask.points += CONNECTION_COST + len(rows) * ask.node_costs.get(id(info.field_nodes[0]), 0)
    return {
        "edges": [{"cursor": row.cursor, "node": row} for row in rows],
        "nodes": rows,
        "pageInfo": {
            "hasNextPage": window.before is not None if window.backward else page.has_more,
            "hasPreviousPage": page.has_more if window.backward else window.after is not None,
            "startCursor": rows[0].cursor if rows else None,
            "endCursor": rows[-1].cursor if rows else None,
        },
    }


def _reference(inner: GraphQLNamedType, name: str) -> Resolver:
    def resolve(source: Any, info: GraphQLResolveInfo) -> Any:
        value = source.get(name)
        kind = type_name_of(inner, value) if value else ""
        if not has_rows(kind):
            return value
        if not value.get("id"):
            return None
        names = _names_on(kind, info)
        if names <= {"id", "__typename"}:
            return value
        rows = source.siblings.rows if isinstance(source, Row) else [source]
        fetched = source.siblings.fetched if isinstance(source, Row) else {}
        key = (name, kind, id(info.field_nodes[0]))
        if key not in fetched:
            others = [other.get(name) or {} for other in rows]
            wanted = [o["id"] for o in others if o.get("id") and type_name_of(inner, o) == kind]
            fetched[key] = info.context.store.look_up(kind, names, wanted)
        return _typed(fetched[key].get(value["id"]), kind)

    return resolve


def _names_on(kind: str, info: GraphQLResolveInfo) -> frozenset[str]:
    """What is selected on an object of this very type; the same for every row of a request."""
    ask: Ask = info.context
    key = (kind, id(info.field_nodes[0]))
    if key not in ask.names:
        runtime_type = info.schema.type_map[kind]
        assert isinstance(runtime_type, GraphQLObjectType)
        groups = collect_sub_fields(
            info.schema, info.fragments, info.variable_values, runtime_type, info.field_nodes
        )
        ask.names[key] = frozenset(nodes[0].name.value for nodes in groups.values())
    return ask.names[key]


def _typed(row: Row | None, kind: str) -> Row | None:
    if row is not None:
        row["__typename"] = row.get("__typename") or kind
    return row


def _bulk_operation(_source: None, info: GraphQLResolveInfo, id: str) -> dict | None:  # noqa: A002
    return info.context.bulk.get(id)


def _bulk_operations(
    _source: None,
    info: GraphQLResolveInfo,
    query: str | None = None,
    sortKey: str = "CREATED_AT",  # noqa: N803  the argument's name
    **arguments: Any,
) -> dict[str, Any]:
    """Newest first, as Shopify lists them; ``query`` runs over them as over a table."""
    ask: Ask = info.context
    search = _searched(info, "BulkOperation", query)
    column = {"CREATED_AT": "createdAt", "COMPLETED_AT": "completedAt"}[sortKey]
    operations = ask.bulk.all() if ask.bulk else []
    window = replace(_window(arguments), reverse=not arguments.get("reverse"))
    page = list_page(ask.store.con, operations, column, window, search.sql, search.values)
    return _shown(info, page, window)


def _run_bulk(
    _source: None,
    info: GraphQLResolveInfo,
    query: str,
    groupObjects: bool = False,  # noqa: FBT001, FBT002, N803  the argument's name and default
) -> dict[str, Any]:
    return info.context.bulk.run(info.context, query, grouped=groupObjects)


def _cancel_bulk(_source: None, info: GraphQLResolveInfo, id: str) -> dict[str, Any]:  # noqa: A002
    return info.context.bulk.cancel(id)


ROOTS: dict[str, Resolver] = {
    "shop": _shop,
    "node": _node,
    "nodes": _nodes,
    "currentAppInstallation": _installation,
    "bulkOperation": _bulk_operation,
    "bulkOperations": _bulk_operations,
}
MUTATIONS: dict[str, Resolver] = {
    "bulkOperationRunQuery": _run_bulk,
    "bulkOperationCancel": _cancel_bulk,
}
