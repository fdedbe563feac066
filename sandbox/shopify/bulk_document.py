"""The document inside a bulk operation: is it allowed, and which connections give lines.

Paging arguments inside it mean nothing: connections are exported whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
    parse,
    validate,
)
from graphql.execution.values import get_argument_values

from sandbox.shopify.access import allows
from sandbox.shopify.limits import Limits
from sandbox.shopify.schema import fields_of, is_connection, is_list, node_type, served
from sandbox.shopify.scopes import requirement


class InvalidBulkQueryError(ValueError):
    """What ``userErrors`` says of a document that can't run as a bulk operation."""


@dataclass(eq=False)
class Connection:
    """One connection of the document: its nodes are lines of the file."""

    key: str  # how the response calls it
    name: str
    kind: GraphQLNamedType  # of its nodes
    node_fields: list[FieldNode]
    arguments: dict[str, Any]
    parent: "Connection | None" = None
    # Response keys from the parent's node to here; more than one when an object stands between.
    path: tuple[str, ...] = ()
    is_conditional: bool = False  # inside a fragment that not every parent is of
    children: list["Connection"] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return 0 if self.parent is None else self.parent.depth + 1

    def walk(self) -> Iterator["Connection"]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass
class BulkDocument:
    text: str
    document: DocumentNode
    fragments: dict[str, FragmentDefinitionNode]
    roots: list[Connection] = field(default_factory=list)
    sentences: set[str] = field(default_factory=set)  # the access it needs

    def allowed(self, scopes: frozenset[str]) -> bool:
        return all(allows(scopes, sentence) for sentence in self.sentences)

    def connections(self) -> list[Connection]:
        return [connection for root in self.roots for connection in root.walk()]


def read(text: str, limits: Limits) -> BulkDocument:
    """Parse, validate against the schema, hold against the rules of bulk operations."""
    try:
        document = parse(text, max_tokens=20_000)
    except GraphQLError as error:
        raise InvalidBulkQueryError(f"Invalid bulk query: {error.message}") from error
    if errors := validate(served(), document):
        raise InvalidBulkQueryError(f"Invalid bulk query: {errors[0].message}")
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        raise InvalidBulkQueryError("Invalid bulk query: it must be exactly one query operation.")
    if operations[0].variable_definitions:
        raise InvalidBulkQueryError("Invalid bulk query: variables are not supported.")
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    found = BulkDocument(text, document, fragments)
    query = cast("GraphQLObjectType", served().query_type)
    _Reader(found).read(query, [operations[0].selection_set], None, (), in_list=False)
    _check(found, limits)
    return found


@dataclass
class _Reader:
    """Finds connections, and the access every field needs."""

    found: BulkDocument

    def read(
        self,
        kind: GraphQLNamedType,
        sets: list[SelectionSetNode],
        owner: Connection | None,
        path: tuple[str, ...],
        *,
        in_list: bool,
    ) -> None:
        merged: dict[tuple[str, str], list[FieldNode]] = {}
        conditional: dict[tuple[str, str], bool] = {}
        for node, on, is_conditional in self._fields(kind, sets, is_conditional=False):
            key = (node.alias or node.name).value, on.name
            merged.setdefault(key, []).append(node)
            conditional[key] = is_conditional
        types = served().type_map
        for (key, on), nodes in merged.items():
            definition = fields_of(types[on]).get(nodes[0].name.value)
            if definition is None:  # __typename
                continue
            inner = get_named_type(definition.type)
            if sentence := requirement(nodes[0].name.value, inner, on):
                self.found.sentences.add(sentence)
            if is_leaf_type(inner):
                continue
            if is_connection(inner):
                if in_list:
                    raise InvalidBulkQueryError(
                        "Queries that contain a connection field within a list field are not"
                        f" currently supported. Connection field: {nodes[0].name.value}."
                    )
                self._connection(
                    key, nodes, on, owner, (*path, key), is_conditional=conditional[(key, on)]
                )
                continue
            inside = [node.selection_set for node in nodes if node.selection_set]
            self.read(
                inner, inside, owner, (*path, key), in_list=in_list or is_list(definition.type)
            )

    def _connection(
        self,
        key: str,
        nodes: list[FieldNode],
        on: str,
        owner: Connection | None,
        path: tuple[str, ...],
        *,
        is_conditional: bool,
    ) -> None:
        definition = fields_of(served().type_map[on])[nodes[0].name.value]
        inner = get_named_type(definition.type)
        edge = get_named_type(fields_of(inner)["edges"].type)
        node_fields: list[FieldNode] = []
        sets = [node.selection_set for node in nodes if node.selection_set]
        for node, _, _ in self._fields(inner, sets, is_conditional=False):
            if node.name.value == "nodes":
                node_fields.append(node)
            if node.name.value == "edges" and node.selection_set:
                inside = self._fields(edge, [node.selection_set], is_conditional=False)
                node_fields += [n for n, _, _ in inside if n.name.value == "node"]
        if not node_fields:
            raise InvalidBulkQueryError(
                f"Invalid bulk query: connection field {nodes[0].name.value} must select nodes."
            )
        connection = Connection(
            key,
            nodes[0].name.value,
            node_type(inner),
            node_fields,
            get_argument_values(definition, nodes[0], {}),
            owner,
            path,
            is_conditional,
        )
        (owner.children if owner else self.found.roots).append(connection)
        inside = [node.selection_set for node in node_fields if node.selection_set]
        self.read(connection.kind, inside, connection, (), in_list=False)

    def _fields(
        self, kind: GraphQLNamedType, sets: list[SelectionSetNode], *, is_conditional: bool
    ) -> Iterator[tuple[FieldNode, GraphQLNamedType, bool]]:
        """Fields through fragments, each with the type it is selected on."""
        for selection_set in sets:
            for node in selection_set.selections:
                if isinstance(node, FieldNode):
                    yield node, kind, is_conditional
                    continue
                fragment = (
                    node
                    if isinstance(node, InlineFragmentNode)
                    else self.found.fragments[node.name.value]  # type: ignore[attr-defined]
                )
                on = fragment.type_condition
                narrower = served().type_map[on.name.value] if on else kind
                yield from self._fields(
                    narrower,
                    [fragment.selection_set],
                    is_conditional=is_conditional or narrower is not kind,
                )


def _check(found: BulkDocument, limits: Limits) -> None:
    connections = found.connections()
    if not connections:
        raise InvalidBulkQueryError("Bulk queries must contain at least one connection.")
    if len(connections) > limits.bulk_connections:
        raise InvalidBulkQueryError(
            f"Bulk queries cannot contain more than {limits.bulk_connections} connections."
        )
    if any(connection.depth > limits.bulk_depth for connection in connections):
        raise InvalidBulkQueryError(
            "Bulk queries cannot contain connections with a nesting depth greater than"
            f" {limits.bulk_depth}."
        )
    for connection in connections:
        if connection.children and not _selects_id(connection):
            names = ", ".join(child.name for child in connection.children)
            raise InvalidBulkQueryError(
                "The parent 'node' field for a nested connection must select the 'id' field without"
                f" an alias and must be of 'ID' return type. Connection fields without 'id': {names}."
            )


def _selects_id(connection: Connection) -> bool:
    return any(
        isinstance(inside, FieldNode) and inside.name.value == "id" and not inside.alias
        for node in connection.node_fields
        if node.selection_set
        for inside in node.selection_set.selections
    )
