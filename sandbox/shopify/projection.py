"""A bulk operation's document compiled to SQL: each connection one query of JSON lines, straight from columns.

The executor would give the same objects one resolver at a time; at half a million lines that is minutes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    get_named_type,
    is_abstract_type,
    is_list_type,
    parse,
    validate,
)
from graphql.type import GraphQLNonNull

from sandbox.shopify.search import where
from sandbox.shopify.store import TABLES, Store, owner

MOST_CONNECTIONS = 5
MOST_NESTED = 2


@dataclass
class Connection:
    """One connection of the document: where its nodes stand and what of them is asked."""

    name: str
    table: str
    type_: Any
    selections: list[SelectionSetNode]
    query: str | None = None
    parent: "Connection | None" = None
    children: list["Connection"] = field(default_factory=list)

    def walk(self) -> Iterator["Connection"]:
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1


def compile_document(text: str, schema: GraphQLSchema) -> Connection:
    """The document's tree of connections. Raises GraphQLError with Shopify's reason when it may not run."""
    document = parse(text)
    if errors := validate(schema, document):
        raise errors[0]
    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    roots = [f for f in operation.selection_set.selections if isinstance(f, FieldNode)]
    if len(roots) != 1 or roots[0].name.value not in TABLES:
        raise GraphQLError("Bulk queries must contain exactly one top-level connection.")
    root = _connection(roots[0], schema.query_type, None)
    connections = list(root.walk())
    if len(connections) > MOST_CONNECTIONS:
        raise GraphQLError(f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections.")
    if max(c.depth for c in connections) > MOST_NESTED:
        raise GraphQLError("Bulk queries cannot contain connections nested deeper than two levels.")
    return root


def _connection(node: FieldNode, owner_type: Any, parent: Connection | None) -> Connection:
    name = node.name.value
    type_ = get_named_type(owner_type.fields[name].type)
    node_type = get_named_type(get_named_type(type_.fields["edges"].type).fields["node"].type)
    query = next(
        (
            a.value.value
            for a in node.arguments
            if a.name.value == "query" and isinstance(a.value, StringValueNode)
        ),
        None,
    )
    found = Connection(name, TABLES[name], node_type, list(_node_selections(node)), query, parent)
    for selection in found.selections:
        found.children += _nested(selection, node_type, found, in_list=False)
    return found


def _node_selections(node: FieldNode) -> Iterator[SelectionSetNode]:
    """What is selected of the nodes, through ``edges { node }`` or ``nodes``."""
    for inner in node.selection_set.selections if node.selection_set else ():
        if isinstance(inner, FieldNode) and inner.name.value == "nodes" and inner.selection_set:
            yield inner.selection_set
        elif (
            isinstance(inner, FieldNode)
            and inner.selection_set
            and inner.name.value in {"edges", "node"}
        ):
            if inner.name.value == "node":
                yield inner.selection_set
            else:
                yield from _node_selections(inner)


def _nested(
    selection: SelectionSetNode, type_: Any, parent: Connection, *, in_list: bool
) -> list[Connection]:
    found = []
    for node, on in _fields(selection, type_):
        definition = getattr(on, "fields", {}).get(node.name.value)
        if definition is None or node.selection_set is None:
            continue
        named = get_named_type(definition.type)
        if named.name.endswith("Connection"):
            if in_list:
                raise GraphQLError(
                    "Queries that contain a connection field within a list field are not currently supported."
                )
            found.append(_connection(node, on, parent))
        else:
            found += _nested(
                node.selection_set, named, parent, in_list=in_list or _is_list(definition.type)
            )
    return found


def _is_list(type_: Any) -> bool:
    return is_list_type(type_.of_type if isinstance(type_, GraphQLNonNull) else type_)


def _fields(selection: SelectionSetNode, type_: Any) -> Iterator[tuple[FieldNode, Any]]:
    """Each field with the type it stands on; inline fragments opened."""
    for node in selection.selections:
        if isinstance(node, FieldNode):
            yield node, type_
        elif isinstance(node, InlineFragmentNode):
            on = _on(type_, node)
            yield from _fields(node.selection_set, on)


def _on(type_: Any, node: InlineFragmentNode) -> Any:
    from sandbox.shopify.execution import schema

    return schema().type_map[node.type_condition.name.value] if node.type_condition else type_


def lines_sql(connection: Connection, store: Store) -> tuple[str, list[object]]:
    """SQL giving one JSON object per node as text, in order; children name their parent."""
    condition, values = where(connection.query, store.columns[connection.table])
    if connection.parent is None:
        source = f'select * from shopify."{connection.table}" where _shop = ? and {condition}'
        parameters: list[object] = [store.shop, *values]
    else:
        inner, parameters = _ids_sql(connection.parent, store)
        key = owner(connection.table, connection.name)
        source = (
            f'select * from shopify."{connection.table}" where _shop = ? and {key} in ({inner})'
        )
        parameters = [store.shop, *parameters]
    parts = [_member(store, connection.table, connection.selections, connection.type_)]
    if connection.parent is not None:
        key = owner(connection.table, connection.name)
        parts.append(f"'\"__parentId\":' || to_json({key})")
    body = " || ',' || ".join(part for part in parts if part)
    return f"select '{{' || {body} || '}}' as line from ({source}) order by _seq", parameters


def _ids_sql(connection: Connection, store: Store) -> tuple[str, list[object]]:
    condition, values = where(connection.query, store.columns[connection.table])
    if connection.parent is None:
        return f'select id from shopify."{connection.table}" where _shop = ? and {condition}', [
            store.shop,
            *values,
        ]
    inner, parameters = _ids_sql(connection.parent, store)
    key = owner(connection.table, connection.name)
    return (
        f'select id from shopify."{connection.table}" where _shop = ? and {key} in ({inner})',
        [store.shop, *parameters],
    )


def _member(store: Store, table: str, selections: list[SelectionSetNode], type_: Any) -> str:
    """``"a":..,"b":..`` of a row, without braces: what fragments don't apply to is left out per row."""
    columns = store.columns[table]
    members: list[str] = []
    seen: set[str] = set()
    for selection in selections:
        for node, on in _fields(selection, type_):
            name, alias = node.name.value, (node.alias or node.name).value
            definition = getattr(on, "fields", {}).get(name)
            if definition is not None and get_named_type(definition.type).name.endswith(
                "Connection"
            ):
                continue
            if alias in seen and on is type_:
                continue
            seen.add(alias)
            value = _value(node, f'"{name}"', on, definition, has=name in columns, table=table)
            text = f"',\"{alias}\":' || coalesce({value}, 'null')"
            if on is not type_ and is_abstract_type(type_) and "__typename" in columns:
                text = f"case when \"__typename\" = '{on.name}' then {text} else '' end"
            members.append(text)
    return f"substring({' || '.join(members)}, 2)"


def _value(node: FieldNode, path: str, on: Any, definition: Any, *, has: bool, table: str) -> str:
    if node.name.value == "__typename":
        return 'to_json("__typename")' if has else f"'\"{table}\"'"
    if not has or definition is None:
        return "'null'"
    if node.selection_set is None:
        return f"to_json({path})::varchar"
    return f"({_json(node.selection_set, path, get_named_type(definition.type), _is_list(definition.type), 0)})"


def _json(selection: SelectionSetNode, path: str, type_: Any, many: bool, depth: int) -> str:
    """The JSON text of a nested object or list, only what is selected of it."""
    if many:
        element = f"e{depth}"
        inner = _json(selection, element, type_, False, depth + 1)
        return (
            f"'[' || array_to_string(list_transform({path}, lambda {element}: {inner}), ',') || ']'"
        )
    members = []
    for node, on in _fields(selection, type_):
        name, alias = node.name.value, (node.alias or node.name).value
        inside = f'{path}."{name}"'
        definition = getattr(on, "fields", {}).get(name)
        if name == "__typename" and not is_abstract_type(type_):
            text = f'\',"{alias}":"{type_.name}"\''
        elif node.selection_set is None:
            text = f"',\"{alias}\":' || coalesce(to_json({inside})::varchar, 'null')"
        else:
            nested = _json(
                node.selection_set,
                inside,
                get_named_type(definition.type),
                _is_list(definition.type),
                depth,
            )
            text = f"',\"{alias}\":' || coalesce({nested}, 'null')"
        if on is not type_ and is_abstract_type(type_):
            text = f"case when {path}.\"__typename\" = '{on.name}' then {text} else '' end"
        members.append(text)
    return f"case when {path} is null then null else '{{' || substring({' || '.join(members)}, 2) || '}}' end"
