"""Connections: which part is asked for, for one owner or for all siblings at once, and how it is shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from graphql import GraphQLNamedType, GraphQLResolveInfo

from sandbox.shopify.ask import Ask
from sandbox.shopify.cost import CONNECTION_COST
from sandbox.shopify.limits import COUNT_MAXIMUM
from sandbox.shopify.page_fault import faulty_page, reordered
from sandbox.shopify.rows import Page, Window, list_page
from sandbox.shopify.schema import TABLES, node_type, selected_on_nodes
from sandbox.shopify.search import Search

ALL = Window(None)
Resolver = Callable[..., Any]


def count(table: str) -> Resolver:
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


def _searched(info: GraphQLResolveInfo, table: str, query: str | None) -> Search:
    ask: Ask = info.context
    search = ask.search(table, query)
    if search.warnings:
        path = info.path.as_list()
        ask.warnings.append({"path": path, "query": query, "warnings": search.warnings})
    return search


def connection(inner: GraphQLNamedType) -> Resolver:
    table = TABLES.get(node_type(inner).name, "")

    def resolve(
        _source: None, info: GraphQLResolveInfo, query: str | None = None, **arguments: Any
    ) -> dict[str, Any]:
        ask: Ask = info.context
        window = ask.whole or _window(arguments)
        search = _searched(info, table, query)
        names = selected_on_nodes(info.field_nodes, info.fragments)

        where = f"{left_out(table, arguments)} and {search.sql}"

        def fetch(window: Window) -> Page:
            return ask.store.page(table, names, window, where, search.values)

        fault, ask.fault = ask.fault, None
        page, window = faulty_page(fault, fetch, window)
        ask.end_cursor = page.rows[-1].cursor if page.has_more else None
        return reordered(fault, _shown(info, page, window))

    return resolve


def nested(inner: GraphQLNamedType, name: str) -> Resolver:
    kind = node_type(inner).name
    table = TABLES.get(kind, kind)

    def resolve(
        source: Any, info: GraphQLResolveInfo, query: str | None = None, **arguments: Any
    ) -> dict[str, Any]:
        ask: Ask = info.context
        window = ALL if ask.whole else _window(arguments)
        where, values = left_out(table, arguments), []
        if query:
            search = _searched(info, table, query)
            where, values = f"{where} and {search.sql}", search.values
        siblings = source.siblings.rows
        fetched = source.siblings.fetched

        def fetch(window: Window) -> Page:
            key = (name, window, where, query, id(info.field_nodes[0]))
            if key not in fetched:
                names = selected_on_nodes(info.field_nodes, info.fragments)
                parents = [row["id"] for row in siblings]
                fetched[key] = ask.store.children(table, names, window, parents, where, values)
            return fetched[key][source["id"]]

        fault, ask.fault = ask.fault, None
        page, window = faulty_page(fault, fetch, window)
        return reordered(fault, _shown(info, page, window))

    return resolve


def left_out(table: str, arguments: dict[str, Any]) -> str:
    """SQL of what a connection leaves out by itself, or by its arguments other than ``query``."""
    if table == "ShippingLine" and not arguments.get("includeRemovals"):
        return 'not coalesce("isRemoved", false)'
    if table in ("Location", "InventoryLevel") and not arguments.get("includeInactive"):
        return '"isActive"'
    if table == "ShopifyPaymentsBalanceTransaction" and arguments.get("hideTransfers"):
        return "\"type\" <> 'TRANSFER'"
    if table == "ShopifyPaymentsPayout" and arguments.get("transactionType"):
        return f"\"transactionType\" = '{arguments['transactionType']}'"
    if table == "Metafield":
        return _named_metafields(arguments)
    return "true"


def _named_metafields(arguments: dict[str, Any]) -> str:
    """``keys`` are keys of the ``namespace``, or ``namespace.key`` where none is given."""
    namespace, keys = arguments.get("namespace"), arguments.get("keys")
    conditions = ["true"]
    if namespace is not None:
        conditions.append(f'"namespace" = {_quoted(namespace)}')
    if keys is not None:
        full = '"key"' if namespace is not None else '"namespace" || \'.\' || "key"'
        conditions.append(f"{full} in ({', '.join(map(_quoted, keys)) or 'null'})")
    return " and ".join(conditions)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


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


def bulk_operations(
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
