"""What the tiny group's steward sees: a pair that may be one person, and how the CRM and the shop differ."""

from datetime import datetime
from decimal import Decimal
from typing import Any

DE = {"system": "shopify", "account": "nordlicht-de", "legal_entity": "nordlicht-gmbh"}
SCORED = datetime(2026, 10, 14, 6)
WEIGHTS = {"prior": "-13", "first_name": "6", "last_name": "6", "phone": "13", "address": "-2"}


def every_table() -> dict[str, list[dict[str, Any]]]:
    weights: dict[str, Any] = {
        f"{name}_weight": Decimal(WEIGHTS.get(name, "0"))
        for name in ("prior", "first_name", "last_name", "email", "phone", "address", "country")
    }
    pair = {"source_id": "901", "customer_key": "ck_ada", "linked_source_id": "order:2"}
    pair |= {"linked_system": "shopify", "linked_account": "nordlicht-jp"}
    return {
        "marts.identity_proposals": [
            {**DE, **pair, **weights, "proposal_id": "p_1", "linked_customer_key": "ck_ben"}
            | {"status": "open", "match_weight": Decimal(10), "match_probability": Decimal("0.999")}
            | {"model_version": "1", "proposed_at": SCORED, "recorded_at": SCORED}
        ]
    }
