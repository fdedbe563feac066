"""One GraphQL request from text to response body: validation, cost, throttle, executor, extensions."""

import logging
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from sandbox.shopify.access import denied
from sandbox.shopify.ask import Ask
from sandbox.shopify.cost import Bucket, Costs
from sandbox.shopify.endpoints import root_field
from sandbox.shopify.limits import Limits
from sandbox.shopify.resolvers import executable

log = logging.getLogger(__name__)
RATE_LIMITS = "https://shopify.dev/api/usage/rate-limits"


@dataclass
class Answer:
    body: dict[str, Any]
    operation: str = ""
    cost: int | None = None


@lru_cache(maxsize=256)
def _checked(text: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """Clients send the same few documents over and over: each is parsed and validated once."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, (error,)
    return document, tuple(validate(executable(), document))


def answer(ask: Ask, request: dict[str, Any], limits: Limits, bucket: Bucket) -> Answer:
    """Everything but transport: ``request`` has ``query``, ``variables``, ``operationName``."""
    text = request.get("query")
    if not isinstance(text, str) or not text.strip():
        return Answer({"errors": [{"message": "No query string was present"}]})
    document, errors = _checked(text)
    if document is None or errors:
        return Answer({"errors": [error.formatted for error in errors]})
    operation = get_operation_ast(document, request.get("operationName"))
    if operation is None:
        return Answer({"errors": [{"message": "An operation name is required"}]})
    name = _name(operation)
    variables = request.get("variables") or {}
    coerced = get_variable_values(executable(), operation.variable_definitions or (), variables)
    if isinstance(coerced, list):
        return Answer({"errors": [_variable_error(error) for error in coerced]}, name)
    fragments = {
        d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
    }
    costs = Costs(executable(), fragments, coerced)
    try:
        requested = costs.of(operation)
    except GraphQLError as error:
        return Answer({"errors": [error.formatted]}, name)
    if requested > limits.query_maximum:
        return Answer(_too_dear(requested, limits, bucket), name, 0)
    if not bucket.take(requested):
        return Answer(_throttled(requested, bucket), name, 0)
    ask.node_costs = costs.node_costs
    result = execute_sync(
        executable(),
        document,
        context_value=ask,
        variable_values=variables,
        operation_name=request.get("operationName"),
    )
    # Objects that stand in no connection are billed as asked for.
    actual = min(requested, ask.points + costs.own)
    bucket.give_back(requested - actual)
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_shown(error) for error in result.errors]
    extensions: dict[str, Any] = {"cost": _cost(requested, actual, bucket)}
    if ask.warnings:
        extensions["search"] = ask.warnings
    body["extensions"] = extensions
    return Answer(body, name, actual)


def refuse(request: dict[str, Any], given: Answer) -> Answer:
    """An answer to an app without any scope: what asked for no scope is refused as well.

    Without scopes a bulk operation fails when it runs, and an installation says that it has none: those
    answers tell by themselves.
    """
    root = root_field(str(request.get("query") or ""), request.get("operationName"))
    if "errors" in given.body or root in {"bulkOperationRunQuery", "currentAppInstallation"}:
        return given
    error = denied(root, "an access scope that the app was not granted.")
    return replace(given, body={**given.body, "data": None, "errors": [error.formatted]})


def _name(operation: OperationDefinitionNode) -> str:
    """The operation's own name, else its first field's."""
    if operation.name:
        return operation.name.value
    first = operation.selection_set.selections[0]
    return getattr(getattr(first, "name", None), "value", "")


def _cost(requested: int, actual: int | None, bucket: Bucket) -> dict[str, Any]:
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": actual,
        "throttleStatus": bucket.status(),
    }


def _throttled(requested: int, bucket: Bucket) -> dict[str, Any]:
    extensions = {"code": "THROTTLED", "documentation": RATE_LIMITS}
    return {
        "errors": [{"message": "Throttled", "extensions": extensions}],
        "extensions": {"cost": _cost(requested, None, bucket)},
    }


def _too_dear(requested: int, limits: Limits, bucket: Bucket) -> dict[str, Any]:
    message = (
        f"Query cost is {requested}, which exceeds the single query max cost limit"
        f" ({limits.query_maximum}). See {RATE_LIMITS} for more information on how the cost of a"
        " query is calculated. To query larger amounts of data with fewer limits, bulk operations"
        " should be used instead."
    )
    extensions = {
        "code": "MAX_COST_EXCEEDED",
        "cost": requested,
        "maxCost": limits.query_maximum,
        "documentation": RATE_LIMITS,
    }
    return {
        "errors": [{"message": message, "extensions": extensions}],
        "extensions": {"cost": _cost(requested, None, bucket)},
    }


def _variable_error(error: GraphQLError) -> dict[str, Any]:
    return {**error.formatted, "extensions": {"code": "INVALID_VARIABLE"}}


def _shown(error: GraphQLError) -> dict[str, Any]:
    """What broke here is told as the vendor tells it; the reason goes to our own log."""
    original = error.original_error
    if original is None or isinstance(original, GraphQLError):
        return dict(error.formatted)
    if isinstance(original, TypeError) and error.path and "Cannot return null" in error.message:
        return dict(error.formatted)
    log.error("%s", error.message, exc_info=original)
    return {
        "message": "Internal error. Looks like something went wrong on our end.",
        "extensions": {"code": "INTERNAL_SERVER_ERROR"},
    }
