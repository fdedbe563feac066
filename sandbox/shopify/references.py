"""Objects behind a reference: by id alone from the row itself, else looked up for all siblings at once."""

from collections.abc import Callable
from typing import Any, cast

from graphql import GraphQLNamedType, GraphQLObjectType, GraphQLResolveInfo
from graphql.execution.collect_fields import collect_sub_fields

from sandbox.shopify.ask import Ask
from sandbox.shopify.rows import Row
from sandbox.shopify.schema import has_rows, type_name_of


def reference(inner: GraphQLNamedType, name: str) -> Callable[..., Any]:
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
        runtime_type = cast("GraphQLObjectType", info.schema.type_map[kind])
        groups = collect_sub_fields(
            info.schema, info.fragments, info.variable_values, runtime_type, info.field_nodes
        )
        ask.names[key] = frozenset(nodes[0].name.value for nodes in groups.values())
    return ask.names[key]


def _typed(row: Row | None, kind: str) -> Row | None:
    if row is not None:
        row["__typename"] = row.get("__typename") or kind
    return row
