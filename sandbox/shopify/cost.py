"""What a query costs: connections by their size, objects by one; and the leaky bucket it is paid from."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

MUTATION = 10
CONNECTION = 2
MOST = 1000


@dataclass
class Bucket:
    """``size`` points, refilled by ``restore`` a second; a query that doesn't fit is throttled."""

    size: float = 2000
    restore: float = 100
    left: float = field(init=False)
    at: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.left = self.size

    def take(self, points: float) -> bool:
        with self.lock:
            now = time.monotonic()
            self.left = min(self.size, self.left + (now - self.at) * self.restore)
            self.at = now
            if points > self.left:
                return False
            self.left -= points
            return True

    def give_back(self, points: float) -> None:
        with self.lock:
            self.left = min(self.size, self.left + points)

    def status(self) -> dict[str, float]:
        left = min(self.size, self.left + (time.monotonic() - self.at) * self.restore)
        return {
            "maximumAvailable": float(self.size),
            "currentlyAvailable": int(left),
            "restoreRate": float(self.restore),
        }


def requested(document: DocumentNode, schema: GraphQLSchema, variables: dict[str, Any]) -> int:
    """The most a document may cost: every page full."""
    total = 0
    for operation in document.definitions:
        if not isinstance(operation, OperationDefinitionNode):
            continue
        if operation.operation is OperationType.MUTATION:
            total += MUTATION
            continue
        total += _of(operation.selection_set, schema.query_type, schema, variables)
    return total


def _of(
    selections: SelectionSetNode | None, parent: Any, schema: GraphQLSchema, variables: Any
) -> int:
    total = 0
    for selection in selections.selections if selections else ():
        if isinstance(selection, InlineFragmentNode):
            on = selection.type_condition
            total += _of(
                selection.selection_set,
                schema.type_map[on.name.value] if on else parent,
                schema,
                variables,
            )
        elif isinstance(selection, FieldNode) and not isinstance(selection, FragmentSpreadNode):
            total += _field(selection, parent, schema, variables)
    return total


def _field(node: FieldNode, parent: Any, schema: GraphQLSchema, variables: Any) -> int:
    definition = getattr(parent, "fields", {}).get(node.name.value)
    if definition is None or node.selection_set is None:
        return 0
    type_ = get_named_type(definition.type)
    inside = _of(node.selection_set, type_, schema, variables)
    if type_.name.endswith("Connection"):
        return CONNECTION + _size(node, variables) * max(1, inside)
    is_node = "Node" in {i.name for i in getattr(type_, "interfaces", ())}
    return inside + (1 if is_node and not node.name.value == "node" else 0)


def _size(node: FieldNode, variables: dict[str, Any]) -> int:
    for argument in node.arguments:
        if argument.name.value in {"first", "last"}:
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
            if isinstance(argument.value, VariableNode):
                return int(variables.get(argument.value.name.value) or 0)
    return 0
