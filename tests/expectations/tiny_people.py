"""Ada beyond her shop: a contact in the CRM, one merged into it, a customer at the payment provider."""

from datetime import datetime
from typing import Any

from tests.expectations.tiny_payments import PAY

CRM = {"system": "hubspot", "account": "crm", "legal_entity": "group"}
ADA = "ck_ada"
# (account, id, kind, rule, evidence): as Ada's shop customer 901 was linked.
RECORDS = [
    (CRM, "1", "contact", "vendor_link", "nordlicht-de:901"),
    (CRM, "2", "contact", "vendor_merge", "crm:1"),
    (PAY, "cus_1", "psp_customer", "vendor_link", "nordlicht-de:901 by order 1"),
]
LINKED = {
    "nordlicht-de": {"linked_system": "shopify", "linked_source_id": "901"},
    "crm": {"linked_system": "hubspot", "linked_source_id": "1"},
}


def _node(account: dict[str, str], source_id: str) -> dict[str, Any]:
    return {"system": account["system"], "account": account["account"], "source_id": source_id}


def nodes() -> list[dict[str, Any]]:
    return [_node(account, id_) | {"node_kind": kind} for account, id_, kind, *_ in RECORDS]


def links() -> list[dict[str, Any]]:
    found = []
    for account, id_, _, rule, evidence in RECORDS:
        linked = evidence.split(":")[0]
        named = {"linked_account": linked, "rule": rule, "evidence": evidence}
        found.append(
            _node(account, id_) | LINKED[linked] | named | {"valid_from": datetime(2026, 9, 2)}
        )
    return found


def id_map() -> list[dict[str, Any]]:
    return [
        _node(account, id_) | {"customer_key": ADA, "rule": rule, "evidence": evidence}
        for account, id_, _, rule, evidence in RECORDS
    ]


def contacts() -> list[dict[str, Any]]:
    return [
        _node(account, id_) | {"customer_key": ADA, "record_kind": kind}
        for account, id_, kind, *_ in RECORDS
    ]
