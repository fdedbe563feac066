"""Runs a document through graphql-core over a ``Store``: plain fields by name, connections by table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_object_type,
)

from sandbox.shopify.bulk import BulkOperations
from sandbox.shopify.scopes import check
from sandbox.shopify.store import TABLES, Row, Store

PAGE_LIMIT = 250
COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class Context:
    """What a request runs with: the shop's data and its bulk operations, and what its token may see."""

    store: Store
    bulk: BulkOperations
    scopes: frozenset[str]


@cache
def schema() -> GraphQLSchema:
    built = build_schema((Path(__file__).parent / "schema.graphql").read_text())
    for type_ in built.type_map.values():
        if isinstance(type_, GraphQLScalarType) and type_.name not in {"Int", "Float", "Boolean"}:
            type_.serialize = lambda value: value  # type: ignore[method-assign]
    return built


def resolve(source: Any, info: GraphQLResolveInfo, **args: Any) -> Any:
    """The one resolver: roots by ``ROOTS``, connections by table, the rest by the field's name."""
    context: Context = info.context
    parent, name = info.parent_type.name, info.field_name
    check(parent, get_named_type(info.return_type).name, name, context.scopes)
    if parent in {"QueryRoot", "Mutation"}:
        if name in ROOTS:
            return ROOTS[name](context, args)
        if name.endswith("Count"):
            return _count(context, name.removesuffix("Count"), args)
        if name in TABLES:
            return context.store.page(TABLES[name], _sized(name, args))
        return context.store.one(args["id"])
    if name in TABLES and get_named_type(info.return_type).name.endswith("Connection"):
        return context.store.children(source, name, _sized(name, args))
    value = source.get(name) if isinstance(source, dict) else None
    if isinstance(value, dict) and set(value) == {"id"}:
        return _reference(context, value, info)
    return value


def type_of(value: Row, _: GraphQLResolveInfo, abstract: Any) -> str | None:
    return value.get("__typename") or (value["id"].split("/")[-2] if value.get("id") else None)


def _reference(context: Context, value: Row, info: GraphQLResolveInfo) -> Row | None:
    """An object known by its id: looked up only where more of it is asked for."""
    if value["id"] is None:
        return None
    type_ = get_named_type(info.return_type)
    asked = {
        field.name.value
        for node in info.field_nodes
        for field in (node.selection_set.selections if node.selection_set else ())
        if hasattr(field, "name")
    }
    if asked <= {"id", "__typename"} or not is_object_type(type_):
        return value
    return context.store.one(value["id"]) or value


def _sized(name: str, args: Row) -> Row:
    sizes = [args[side] for side in ("first", "last") if args.get(side) is not None]
    if not sizes:
        raise GraphQLError(f"you must provide one of first or last to {name}")
    if not 0 <= sizes[0] <= PAGE_LIMIT:
        raise GraphQLError(f"first or last of {name} is {sizes[0]}; the most is {PAGE_LIMIT}")
    return args


def _count(context: Context, name: str, args: Row) -> Row:
    """Counts stop at 10,000 unless the reader says ``limit: null``."""
    table = TABLES[name]
    found = context.store.count(table, args.get("query"))
    limit = args.get("limit", COUNT_LIMIT)
    cut = limit is not None and found > limit
    return {"count": limit if cut else found, "precision": "AT_LEAST" if cut else "EXACT"}


def _installation(context: Context, _: Row) -> Row:
    handles = [{"handle": s, "description": s.replace("_", " ")} for s in sorted(context.scopes)]
    return {"id": "gid://shopify/AppInstallation/1", "accessScopes": handles}


ROOTS: dict[str, Callable[[Context, Row], Any]] = {
    "shop": lambda context, _: context.store.shop_row(),
    "node": lambda context, args: context.store.one(args["id"]) or context.bulk.one(args["id"]),
    "nodes": lambda context, args: [context.store.one(gid) for gid in args["ids"]],
    "currentAppInstallation": _installation,
    "bulkOperation": lambda context, args: context.bulk.one(args["id"]),
    "bulkOperations": lambda context, args: context.bulk.page(args),
    "bulkOperationRunQuery": lambda context, args: context.bulk.run(
        args["query"], grouped=args.get("groupObjects", True), scopes=context.scopes
    ),
    "bulkOperationCancel": lambda context, args: context.bulk.cancel(args["id"]),
}
