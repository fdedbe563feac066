"""What we send Shopify, held against Shopify's own schema: valid, and asking for no scope too many."""

import pytest
from graphql import (
    FieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    validate,
    visit,
)

from ingestion.sources import shopify
from tests import vendor_schema

pytestmark = pytest.mark.soak

# Orders older than 60 days need it besides read_orders; the schema states scopes per type, not per age.
BY_AGE = {"read_all_orders"}
# "The user must have access to payouts", says the schema; the page of scopes calls that so.
UNNAMED = {"read_shopify_payments_payouts"}


class Scopes(Visitor):
    """Collects, per selected field, the scopes any one of which opens it."""

    def __init__(self, info: TypeInfo):
        super().__init__()
        self.info = info
        self.needed: set[frozenset[str]] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent, field = self.info.get_parent_type(), self.info.get_field_def()
        if not parent or not field:
            return
        kind = get_named_type(field.type).name
        keys = [(parent.name, None), (kind, None), (parent.name, node.name.value)]
        self.needed |= {s for key in keys if (s := vendor_schema.scopes().get(key))}


def test_every_shipped_document_validates_against_shopifys_own_schema():
    if not (schema := vendor_schema.schema()):
        return
    documents = dict(shopify.documents())
    assert documents
    errors = {
        name: [str(error) for error in found]
        for name, text in documents.items()
        if (found := validate(schema, parse(text)))
    }
    assert errors == {}


def test_the_scopes_asked_for_are_just_those_the_documents_need():
    if not (schema := vendor_schema.schema()):
        return
    needed: set[frozenset[str]] = set()
    for text in dict(shopify.documents()).values():
        info = TypeInfo(schema)
        visitor = Scopes(info)
        visit(parse(text), TypeInfoVisitor(info, visitor))
        needed |= visitor.needed
    granted = set(shopify.SCOPES)
    unmet = [sorted(any_of) for any_of in needed if not any_of & granted]
    idle = {
        s
        for s in granted - BY_AGE - UNNAMED
        if not any(any_of & granted == {s} for any_of in needed)
    }
    assert (unmet, idle) == ([], set())


def test_a_misspelt_field_and_a_needless_scope_would_be_seen():
    if not (schema := vendor_schema.schema()):
        return
    assert validate(schema, parse("{ orders(first: 1) { nodes { id totalPrices } } }"))
    info = TypeInfo(schema)
    visitor = Scopes(info)
    visit(parse("{ orders(first: 1) { nodes { id } } }"), TypeInfoVisitor(info, visitor))
    assert any("read_orders" in any_of for any_of in visitor.needed)
    assert not any("read_products" in any_of for any_of in visitor.needed)
