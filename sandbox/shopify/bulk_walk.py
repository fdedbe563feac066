"""A bulk document run by the executor, a page of roots at a time: the slow way that knows everything."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphql import execute_sync

from sandbox.shopify.ask import Ask
from sandbox.shopify.bulk_document import BulkDocument, Connection
from sandbox.shopify.limits import PAGE_MAXIMUM
from sandbox.shopify.resolvers import executable
from sandbox.shopify.rows import Window


def walk(document: BulkDocument, ask: Ask) -> Iterator[tuple[int, dict[str, Any]]]:
    """(depth, line) in the grouped order: children right after their parent."""
    after: str | None = None
    while True:
        page = replace(ask, whole=Window(PAGE_MAXIMUM, after=after, sort="ID"), end_cursor=None)
        result = execute_sync(executable(), document.document, context_value=page)
        if result.errors:
            raise result.errors[0]
        for root in document.roots:
            # A root may hang on an object that there is only one of, or none.
            value: Any = result.data
            for key in root.path:
                value = value and value[key]
            if value:
                yield from _lines(root, value, None)
        after = page.end_cursor
        if after is None:
            return


def _lines(
    connection: Connection, value: dict[str, Any], parent_id: str | None
) -> Iterator[tuple[int, dict[str, Any]]]:
    for node in _nodes(connection, value):
        owners = [(child, _take(node, child.path)) for child in connection.children]
        line = node if parent_id is None else {**node, "__parentId": parent_id}
        yield connection.depth, line
        for child, found in owners:
            if found is not None:
                owner_id, inner = found
                yield from _lines(child, inner, owner_id or node.get("id"))


def _nodes(connection: Connection, value: dict[str, Any]) -> list[dict[str, Any]]:
    """The nodes as they were selected, through ``nodes`` or through ``edges``, or both."""
    nodes: list[dict[str, Any]] = []
    for field in connection.node_fields:
        key = (field.alias or field.name).value
        if field.name.value == "nodes":
            found = value[key]
        else:
            edges = next(v for v in value.values() if isinstance(v, list) and _are_edges(v, key))
            found = [edge[key] for edge in edges]
        nodes = found if not nodes else [{**a, **b} for a, b in zip(nodes, found, strict=True)]
    return nodes


def _are_edges(items: list[Any], key: str) -> bool:
    return all(isinstance(item, dict) and key in item for item in items)


def _take(node: dict[str, Any], path: tuple[str, ...]) -> tuple[str | None, dict] | None:
    """Take a nested connection out of its owner: the owner's id and the connection."""
    owner: Any = node
    for key in path[:-1]:
        owner = owner.get(key) if owner else None
    if not owner or path[-1] not in owner:
        return None
    return owner.get("id"), owner.pop(path[-1])
