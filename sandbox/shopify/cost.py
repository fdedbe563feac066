"""Calculated query costs and the leaky bucket they are taken from.

Shopify: scalars and enums 0, an object 1, a connection 2 and its nodes' cost times ``first`` or
``last``, an interface or union its dearest type, a mutation 10. Objects without an id (money,
addresses, edges) ride with their owner here.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_argument_values

from sandbox.shopify.limits import PAGE_MAXIMUM, Limits
from sandbox.shopify.schema import Fragments, fields_of, is_connection, node_type, runtime_types

MUTATION_COST = 10
CONNECTION_COST = 2


@dataclass
class Costs:
    """What a document may cost at most, and what one node of each of its connections costs."""

    schema: GraphQLSchema
    fragments: Fragments
    variables: dict
    node_costs: dict[int, int] = field(default_factory=dict)
    own: int = 0  # of what stands in no connection

    def of(self, operation: OperationDefinitionNode) -> int:
        is_mutation = operation.operation is OperationType.MUTATION
        root = cast(
            "GraphQLObjectType",
            self.schema.mutation_type if is_mutation else self.schema.query_type,
        )
        fragments = dict(self.fragments)
        groups = collect_fields(
            self.schema, fragments, self.variables, root, operation.selection_set
        )
        own, nested = self._fields(root, groups)
        self.own = MUTATION_COST * len(groups) if is_mutation else own
        return self.own + nested

    def _fields(
        self, kind: GraphQLNamedType, groups: dict[str, list[FieldNode]]
    ) -> tuple[int, int]:
        """Points of a selection itself, and of the connections in it."""
        own = nested = 0
        for nodes in groups.values():
            definition = fields_of(kind).get(nodes[0].name.value)
            if definition is None:
                continue
            inner = get_named_type(definition.type)
            if is_leaf_type(inner):
                continue
            if is_connection(inner):
                arguments = get_argument_values(definition, nodes[0], self.variables)
                nested += CONNECTION_COST + page_size(nodes, arguments) * self._node(inner, nodes)
                continue
            inner_own, inner_nested = self._object(inner, nodes)
            own += inner_own
            nested += inner_nested
        return own, nested

    def _object(self, kind: GraphQLNamedType, nodes: list[FieldNode]) -> tuple[int, int]:
        """The dearest type an object of ``kind`` can be."""
        options = []
        for runtime_type in runtime_types(self.schema, kind):
            groups = collect_sub_fields(
                self.schema, dict(self.fragments), self.variables, runtime_type, nodes
            )
            own, nested = self._fields(runtime_type, groups)
            options.append((own + ("id" in runtime_type.fields), nested))
        return max(options, key=sum)

    def _node(self, connection: GraphQLNamedType, nodes: list[FieldNode]) -> int:
        """A node's whole cost; what it costs without its own connections is kept for the bill."""
        through = [n for name in ("nodes", "node") for n in self._inside(connection, nodes, name)]
        own, nested = self._object(node_type(connection), through) if through else (0, 0)
        self.node_costs[id(nodes[0])] = own
        return own + nested

    def _inside(
        self, connection: GraphQLNamedType, nodes: list[FieldNode], name: str
    ) -> list[FieldNode]:
        """Field nodes called ``nodes`` of a connection, or ``node`` of its edges."""
        (runtime_type,) = runtime_types(self.schema, connection)
        groups = collect_sub_fields(
            self.schema, dict(self.fragments), self.variables, runtime_type, nodes
        )
        if name == "nodes":
            return [n for group in groups.values() for n in group if n.name.value == "nodes"]
        edges = [n for group in groups.values() for n in group if n.name.value == "edges"]
        edge_type = get_named_type(fields_of(connection)["edges"].type)
        return self._edge_nodes(edge_type, edges) if edges else []

    def _edge_nodes(self, edge: GraphQLNamedType, edges: list[FieldNode]) -> list[FieldNode]:
        (runtime_type,) = runtime_types(self.schema, edge)
        groups = collect_sub_fields(
            self.schema, dict(self.fragments), self.variables, runtime_type, edges
        )
        return [n for group in groups.values() for n in group if n.name.value == "node"]


def page_size(nodes: list[FieldNode], arguments: dict) -> int:
    """``first`` or ``last`` of a connection, refused as Shopify refuses what is no page."""
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise bad_request("you must provide one of first or last", nodes)
    if first is not None and last is not None:
        raise bad_request("providing both first and last is not supported", nodes)
    name, size = ("first", first) if first is not None else ("last", int(last or 0))
    if size < 0:
        raise bad_request(f"{name} cannot be less than 0", nodes)
    if size > PAGE_MAXIMUM:
        raise bad_request(f"{name} cannot exceed {PAGE_MAXIMUM}", nodes)
    return size


def bad_request(message: str, nodes: list[FieldNode]) -> GraphQLError:
    return GraphQLError(message, nodes, extensions={"code": "BAD_REQUEST"})


class Bucket:
    """Points of one app at one shop: a query takes what it may cost, and gets back what it didn't."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._available = limits.bucket
        self._at = clock()

    def take(self, points: float) -> bool:
        with self._lock:
            self._restore()
            if points > self._available:
                return False
            self._available -= points
            return True

    def give_back(self, points: float) -> None:
        with self._lock:
            self._restore()
            self._available = min(self._limits.bucket, self._available + points)

    def status(self) -> dict[str, float]:
        with self._lock:
            self._restore()
            return {
                "maximumAvailable": float(self._limits.bucket),
                "currentlyAvailable": int(self._available),
                "restoreRate": float(self._limits.restore_rate),
            }

    def _restore(self) -> None:
        now = self._clock()
        restored = (now - self._at) * self._limits.restore_rate
        self._available = min(self._limits.bucket, self._available + restored)
        self._at = now
