"""What is selected of Shopify's objects, written from the tables: what is landed is what is asked for."""

from textwrap import indent

from ingestion.shopify_streams import Stream
from ingestion.tables import Table

WIDTH = 90


def block(head: str, lines: list[str]) -> str:
    short = f"{head} {{ {' '.join(lines)} }}".strip()
    if len(short) <= WIDTH and "\n" not in short:
        return short
    return f"{head} {{\n{indent(chr(10).join(lines), '  ')}\n}}".strip()


def call(name: str, *arguments: str | None) -> str:
    """A field with its arguments, those that there are."""
    given = ", ".join(argument for argument in arguments if argument)
    return f"{name}({given})" if given else name


def connection(head: str, selected: list[str]) -> str:
    edges = block("edges", ["cursor", block("node", selected)])
    return block(head, [edges, "pageInfo { hasNextPage endCursor }"])


def nested(stream: Stream, under: Table | None = None) -> list[Table]:
    """The tables that are connections, all of the stream's or those right under one table."""
    connections = [table for table in stream.tables if table.connection]
    return [table for table in connections if under is None or table.parent is under]


def fields(stream: Stream, table: Table, *, paged: bool | None = None) -> list[str]:
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
            head = call(child.list_of, stream.arguments.get(child.list_of))
            lines.append(block(head, fields(stream, child)))
        elif child.parent is table and child.connection and paged is not None:
            inner = fields(stream, child, paged=paged)
            if paged:
                lines.append(connection(f"{child.connection}(first: $nested)", inner))
            else:
                lines.append(block(child.connection, [block("edges", [block("node", inner)])]))
    return lines


def _lines(tree: dict, table: Table, prefix: str = "") -> list[str]:
    lines = []
    for name, inside in tree.items():
        path = f"{prefix}{name}"
        text = block(name, _lines(inside, table, f"{path}.")) if inside else name
        types = table.only_on.get(path, ())
        lines += [block(f"... on {type_}", [text]) for type_ in types] or [text]
    return lines
