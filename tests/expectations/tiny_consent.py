"""What the tiny group heard of marketing: Ada opted in at her shop, came back after leaving; Ben never did."""

from datetime import datetime
from typing import Any

ADA_HASH, BEN_HASH = "a" * 64, "b" * 64
DE = {"system": "shopify", "account": "nordlicht-de", "legal_entity": "nordlicht-gmbh"}
JP = {"system": "shopify", "account": "nordlicht-jp", "legal_entity": "nordlicht-kk"}
MARCH, APRIL, MAY = (datetime(2026, month, 1, 9) for month in (3, 4, 5))
HEARD = datetime(2026, 10, 1, 6)


def _statement(shop: dict[str, str], said: str, state: str, effect: str, **more: Any) -> dict:
    address = {"channel": "email", "purpose": "marketing", "country": "DE", "source_id": "901"}
    how = {"stated": state, "basis": "shop", "origin": "person", "recorded_at": HEARD}
    named = {"statement_id": said, "controller": shop["legal_entity"], "address_hash": ADA_HASH}
    return shop | address | how | named | {"state": state, "effect": effect} | more


def every_table() -> dict[str, list[dict[str, Any]]]:
    back = {"since": MAY, "has_evidence": True, "basis": "double_opt_in", "withdrawn_at": APRIL}
    ben = {"address_hash": BEN_HASH, "country": "JP"}
    decides = {"purpose": "marketing", "statements_count": 1, "channel": "email"}
    return {
        "marts.consent_ledger": [
            _statement(DE, "s1", "granted", "withdrawn_since", since=MARCH, withdrawn_at=APRIL),
            _statement(DE, "s2", "withdrawn", "withdraws", since=APRIL, withdrawn_at=APRIL),
            _statement(DE, "s3", "granted", "restores", **back),
            _statement(JP, "s4", "unknown", "says_nothing", since=MARCH, **ben),
        ],
        "marts.consent_states": [
            {"controller": "nordlicht-gmbh", "address_hash": ADA_HASH, "country": "DE", **decides}
            | {"state": "granted", "is_allowed": True, "decided_by": "restores", "since": MAY}
            | {"system": "shopify", "account": "nordlicht-de", "statement_id": "s3"}
            | {"last_withdrawn_at": APRIL},
            {"controller": "nordlicht-kk", "address_hash": BEN_HASH, "country": "JP", **decides}
            | {"state": "unknown", "decided_by": "says_nothing", "since": MARCH}
            | {"system": "shopify", "account": "nordlicht-jp", "statement_id": "s4"},
        ],
        "marts_pii.consent_addresses": [
            {"channel": "email", "address": f"{name}@example.com", "address_hash": digest}
            for name, digest in (("ada", ADA_HASH), ("ben", BEN_HASH))
        ],
    }
