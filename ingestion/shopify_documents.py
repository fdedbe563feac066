"""The GraphQL we send Shopify, written from the tables: what is landed is what is asked for.

Bulk operations and pages ask for the same fields, so both give the same rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import indent

from ingestion.tables import Table

INSTALLATION = "{ currentAppInstallation { accessScopes { handle } } }"
RUN_BULK = """mutation RunBulk($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: false) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}"""
POLL_BULK = """query PollBulk($id: ID!) {
  bulkOperation(id: $id) {
    id status errorCode objectCount rootObjectCount url partialDataUrl
  }
}"""


@dataclass(frozen=True)
class Stream:
    """One request to Shopify: a root, what hangs on it, and how to ask how many there are.

    Without ``count`` the root is a single object, not a connection.
    """

    name: str
    tables: tuple[Table, ...]
    root: str
    count: str | None = None
    count_filters: bool = True
    sort: str = "UPDATED_AT"


def shipped(streams: Sequence[Stream]) -> Iterator[tuple[str, str]]:
    yield "installation", INSTALLATION
    yield "bulk.run", RUN_BULK
    yield "bulk.poll", POLL_BULK
    for stream in streams:
        if stream.count is None:
            yield f"{stream.name}.object", single(stream)
            continue
        yield f"{stream.name}.count", count(stream)
        yield f"{stream.name}.bulk", bulk(stream, "updated_at:>='2026-01-01T00:00:00Z'")
        yield f"{stream.name}.pages", pages(stream)
        yield f"{stream.name}.by_id", addressed(stream)
        yield f"{stream.name}.ids", listed_roots(stream)
        for table in nested(stream):
            yield f"{stream.name}.more.{table.name}", more(stream, table)
            yield f"{stream.name}.ids.{table.name}", listed(table)


def nested(stream: Stream, under: Table | None = None) -> list[Table]:
    """The tables that are connections, all of the stream's or those right under one table."""
    connections = [table for table in stream.tables if table.connection]
    return [table for table in connections if under is None or table.parent is under]


def single(stream: Stream) -> str:
    return _block(
        f"query {_title(stream.name)}", [_block(stream.root, _fields(stream, stream.tables[0]))]
    )


def count(stream: Stream) -> str:
    """No limit: by default Shopify stops counting at 10,000."""
    if not stream.count_filters:
        return f"{{ {stream.count}(limit: null) {{ count precision }} }}"
    return (
        f"query Count($query: String) {{ {stream.count}(query: $query, limit: null)"
        " { count precision } }"
    )


def bulk(stream: Stream, search: str) -> str:
    """The text inside a bulk operation: every connection whole, as edges and nodes."""
    argument = f'(query: "{search}")' if search else ""
    node = _block("node", _fields(stream, stream.tables[0], paged=False))
    return _block("", [_block(f"{stream.root}{argument}", [_block("edges", [node])])])


def pages(stream: Stream) -> str:
    """A page of roots, each with the first of every connection under it."""
    given = "($first: Int!, $after: String, $query: String" + (
        ", $nested: Int!)" if nested(stream) else ")"
    )
    return _block(
        f"query {_title(stream.name)}{given}",
        [_connection(_page(stream), _fields(stream, stream.tables[0], paged=True))],
    )


def addressed(stream: Stream) -> str:
    """Roots by their ids, each with the first of every connection under it."""
    root = stream.tables[0]
    given = "($ids: [ID!]!" + (", $nested: Int!)" if nested(stream) else ")")
    on = _block(f"... on {root.nodes[0]}", _fields(stream, root, paged=True))
    return _block(f"query {_title(stream.name)}ById{given}", [_block("nodes(ids: $ids)", [on])])


def listed_roots(stream: Stream) -> str:
    """The ids of the roots: by them a read is proven that Shopify gives no count of."""
    given = "($first: Int!, $after: String, $query: String)"
    title = f"query Ids{_title(stream.name)}{given}"
    return _block(title, [_connection(_page(stream), ["id"])])


def _page(stream: Stream) -> str:
    return f"{stream.root}(first: $first, after: $after, query: $query, sortKey: {stream.sort})"


def more(stream: Stream, table: Table) -> str:
    """The rest of one parent's connection. A parent without an address is reached through its own."""
    below = ", $nested: Int!" if nested(stream, table) else ""
    return _continued("More", table, _fields(stream, table, paged=True), below)


def listed(table: Table) -> str:
    """The ids of one parent's connection: by them a list that took several requests is proven."""
    return _continued("Ids", table, ["id"], "")


def _continued(what: str, table: Table, fields: list[str], below: str) -> str:
    parent = node = _parent(table)
    rest = _connection(f"{table.connection}(first: $first, after: $after)", fields)
    given = f"$id: ID!, $first: Int!, $after: String{below}"
    if not parent.addressable:
        given += ", $before: String"
        node = _parent(parent)
        inner = _block("edges", [_block("node", ["__typename", "id", rest])])
        rest = _block(f"{parent.connection}(first: 1, after: $before)", [inner])
    title = f"{what}{_title(table.name)}({given})"
    on = _block(f"... on {node.nodes[0]}", ["id", rest])
    return _block(f"query {title}", [_block("node(id: $id)", ["__typename", on])])


def _parent(table: Table) -> Table:
    if table.parent is None:
        raise ValueError(f"table {table.name} has no parent to be asked through")
    return table.parent


def _connection(call: str, fields: list[str]) -> str:
    edges = _block("edges", ["cursor", _block("node", fields)])
    return _block(call, [edges, "pageInfo { hasNextPage endCursor }"])


def _fields(stream: Stream, table: Table, *, paged: bool | None = None) -> list[str]:
    """A table's selection; ``paged``: its connections by pages, False: whole, None: it has none."""
    tree: dict = {}
    for path in table.columns:
        place = tree
        for part in path.split("."):
            place = place.setdefault(part, {})
    nodes = {"__typename": {}} if table.nodes else {}
    lines = _lines({**nodes, **tree}, table)
    for child in stream.tables:
        if child.parent is table and child.list_of:
            lines.append(_block(child.list_of, _fields(stream, child)))
        elif child.parent is table and child.connection and paged is not None:
            inner = _fields(stream, child, paged=paged)
            if paged:
                lines.append(_connection(f"{child.connection}(first: $nested)", inner))
            else:
                lines.append(_block(child.connection, [_block("edges", [_block("node", inner)])]))
    return lines


def _lines(tree: dict, table: Table, prefix: str = "") -> list[str]:
    lines = []
    for name, inside in tree.items():
        path = f"{prefix}{name}"
        text = _block(name, _lines(inside, table, f"{path}.")) if inside else name
        types = table.only_on.get(path, ())
        lines += [_block(f"... on {type_}", [text]) for type_ in types] or [text]
    return lines


def _block(head: str, lines: list[str]) -> str:
    short = f"{head} {{ {' '.join(lines)} }}".strip()
    if len(short) <= 90 and "\n" not in short:
        return short
    return f"{head} {{\n{indent(chr(10).join(lines), '  ')}\n}}".strip()


def _title(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))
