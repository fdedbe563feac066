"""What we serve is a subset of Shopify's own schema: names, types, arguments, nullability, scopes."""

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLScalarType, GraphQLUnionType

from sandbox.shopify.access import COUNTS, TYPES
from sandbox.shopify.schema import fields_of, served
from tests import vendor_schema

pytestmark = pytest.mark.soak


def differences() -> list[str]:
    schema = vendor_schema.schema()
    assert schema
    theirs: dict[str, Any] = dict(schema.type_map)
    found = []
    for name, ours in served().type_map.items():
        other = theirs.get(name)
        is_other_kind = type(other) is not type(ours)
        if is_other_kind:
            found.append(f"{name}: {type(other).__name__}")
        elif isinstance(ours, GraphQLEnumType):
            found += [f"{name}.{v}" for v in set(ours.values) - set(other.values)]
        elif isinstance(ours, GraphQLUnionType):
            members = {member.name for member in other.types}
            found += [f"{name} | {t.name}" for t in ours.types if t.name not in members]
        elif not isinstance(ours, GraphQLScalarType | GraphQLInputObjectType):
            found += field_differences(name, fields_of(ours), fields_of(other))
            mine, their = (
                {interface.name for interface in getattr(kind, "interfaces", ())}
                for kind in (ours, other)
            )
            found += [f"{name}: {interface}" for interface in mine - their]
    return found


def field_differences(name: str, ours: dict, theirs: dict) -> list[str]:
    found = []
    for field, definition in ours.items():
        other = theirs.get(field)
        if other is None or str(other.type) != str(definition.type):
            found.append(f"{name}.{field}: {definition.type}, theirs {other and other.type}")
            continue
        if bool(other.deprecation_reason) != bool(definition.deprecation_reason):
            found.append(f"{name}.{field} is deprecated in one of the two")
        for argument, given in definition.args.items():
            their = other.args.get(argument)
            same = their and (str(their.type), their.default_value) == (
                str(given.type),
                given.default_value,
            )
            if not same:
                found.append(f"{name}.{field}({argument}: {given.type} = {given.default_value})")
        needed = [a for a, d in other.args.items() if str(d.type).endswith("!")]
        found += [f"{name}.{field} lacks {a}" for a in needed if a not in definition.args]
    return found


def test_every_name_we_serve_is_shopifys_own():
    if vendor_schema.schema():
        assert differences() == []


def test_a_changed_type_would_be_seen(monkeypatch: pytest.MonkeyPatch):
    if vendor_schema.schema():
        fields = fields_of(served().type_map["Order"])
        monkeypatch.setitem(fields, "name", fields["email"])
        assert differences() == ["Order.name: String, theirs String!"]


def test_the_access_we_ask_for_is_in_shopifys_own_words():
    found = vendor_schema.introspection()
    if not found:
        return
    sentences = {t["name"]: t["requiredAccess"] for t in found["types"] if t["requiredAccess"]}
    scoped = {
        name: sentence
        for name, sentence in sentences.items()
        if name in served().type_map and "access scope" in sentence
    }
    assert scoped == TYPES
    query = next(t for t in found["types"] if t["name"] == "QueryRoot")
    fields = {f["name"]: f["requiredAccess"] for f in query["fields"]}
    assert {name: fields[name] for name in COUNTS} == COUNTS
