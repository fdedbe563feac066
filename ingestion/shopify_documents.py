"""The GraphQL that reads Shopify's objects, one stream at a time.

Bulk operations, pages and reads by id ask for the same fields, so all give the same rows.
``shopify_questions`` has what is asked about streams: how many there are, how far an operation is.
"""

from typing import Any

from ingestion.shopify_selections import block, call, connection, fields, nested
from ingestion.shopify_streams import Stream
from ingestion.tables import Table

__all__ = ["Stream", "addressed", "bulk", "listed", "listed_roots", "more", "nested", "pages"]


def roots_in(stream: Stream, data: dict[str, Any]) -> dict[str, Any] | None:
    """The stream's connection in an answer; None where the shop hasn't the object that holds it."""
    if stream.under is None:
        return data[stream.root]
    above = data[stream.under]
    return above and above[stream.root]


def bulk(stream: Stream, search: str) -> str:
    """The text inside a bulk operation: every connection whole, as edges and nodes."""
    query = f'query: "{search}"' if search else None
    node = block("node", fields(stream, stream.root_table, paged=False))
    head = call(stream.root, stream.arguments.get(stream.root), query)
    return block("", [_under(stream, block(head, [block("edges", [node])]))])


def pages(stream: Stream) -> str:
    """A page of roots, each with the first of every connection under it."""
    given = ["$first: Int!", "$after: String"]
    given += ["$query: String"] if stream.filter else []
    given += ["$nested: Int!"] if nested(stream) else []
    selected = fields(stream, stream.root_table, paged=True)
    page = connection(_page(stream), selected)
    return block(call(f"query {_title(stream.name)}", *given), [_under(stream, page)])


def addressed(stream: Stream) -> str:
    """Roots by their ids, each with the first of every connection under it."""
    root = stream.root_table
    given = ["$ids: [ID!]!", *(["$nested: Int!"] if nested(stream) else [])]
    on = block(f"... on {root.nodes[0]}", fields(stream, root, paged=True))
    title = call(f"query {_title(stream.name)}ById", *given)
    return block(title, [block("nodes(ids: $ids)", [on])])


def listed_roots(stream: Stream) -> str:
    """The ids of the roots: by them a read is proven that Shopify gives no count of."""
    given = ["$first: Int!", "$after: String"]
    given += ["$query: String"] if stream.filter else []
    title = call(f"query Ids{_title(stream.name)}", *given)
    return block(title, [_under(stream, connection(_page(stream), ["id"]))])


def _page(stream: Stream) -> str:
    return call(
        stream.root,
        "first: $first",
        "after: $after",
        "query: $query" if stream.filter else None,
        f"sortKey: {stream.sort}" if stream.sort else None,
        stream.arguments.get(stream.root),
    )


def _under(stream: Stream, text: str) -> str:
    return block(stream.under, [text]) if stream.under else text


def more(stream: Stream, table: Table) -> str:
    """The rest of one parent's connection. A parent without an address is reached through its own."""
    below = ", $nested: Int!" if nested(stream, table) else ""
    return _continued("More", table, fields(stream, table, paged=True), below)


def listed(table: Table) -> str:
    """The ids of one parent's connection: by them a list that took several requests is proven."""
    return _continued("Ids", table, ["id"], "")


def _continued(what: str, table: Table, selected: list[str], below: str) -> str:
    parent = node = _parent(table)
    rest = connection(f"{table.connection}(first: $first, after: $after)", selected)
    given = f"$id: ID!, $first: Int!, $after: String{below}"
    if not parent.addressable:
        given += ", $before: String"
        node = _parent(parent)
        inner = block("edges", [block("node", ["__typename", "id", rest])])
        rest = block(f"{parent.connection}(first: 1, after: $before)", [inner])
    title = f"{what}{_title(table.name)}({given})"
    on = block(f"... on {node.nodes[0]}", ["id", rest])
    return block(f"query {title}", [block("node(id: $id)", ["__typename", on])])


def _parent(table: Table) -> Table:
    if table.parent is None:
        raise ValueError(f"table {table.name} has no parent to be asked through")
    return table.parent


def _title(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))
