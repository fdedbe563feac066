"""What we serve is a subset of Shopify's own schema: names, types, arguments, nullability, scopes."""

from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLScalarType, GraphQLUnionType

from sandbox.shopify.schema import fields_of, served
from sandbox.shopify.scopes import COUNTS, FIELDS, PAYMENTS_TYPES, TYPES
from tests import vendor_schema

pytestmark = pytest.mark.soak


def differences() -> list[str]:
    theirs = vendor_schema.schema()
    assert theirs
    return [
        said
        for name, ours in served().type_map.items()
        for said in type_differences(name, ours, theirs.type_map.get(name))
    ]


def type_differences(name: str, ours: Any, theirs: Any) -> list[str]:
    if type(theirs) is not type(ours):
        return [f"{name}: {type(theirs).__name__}"]
    if isinstance(ours, GraphQLEnumType):
        return [f"{name}.{value}" for value in set(ours.values) - set(theirs.values)]
    if isinstance(ours, GraphQLUnionType):
        members = {member.name for member in theirs.types}
        return [f"{name} | {member.name}" for member in ours.types if member.name not in members]
    if isinstance(ours, GraphQLScalarType | GraphQLInputObjectType):
        return []
    interfaces = {i.name for i in ours.interfaces} - {i.name for i in theirs.interfaces}
    found = [f"{name}: {interface}" for interface in interfaces]
    return found + field_differences(name, fields_of(ours), fields_of(theirs))


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
    assert {name: sentences[name] for name in PAYMENTS_TYPES} == PAYMENTS_TYPES
    own = {
        (t["name"], f["name"]): f["requiredAccess"]
        for t in found["types"]
        for f in t["fields"] or ()
    }
    assert {at: own[at] for at in FIELDS} == FIELDS
    query = next(t for t in found["types"] if t["name"] == "QueryRoot")
    fields = {f["name"]: f["requiredAccess"] for f in query["fields"]}
    assert {name: fields[name] for name in COUNTS} == COUNTS
