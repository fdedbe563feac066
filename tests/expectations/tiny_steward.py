"""What the tiny group's steward sees: a pair that may be one person, and how the CRM and the shop differ."""

from datetime import date, datetime
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
    crm = {"system": "hubspot", "account": "crm", "legal_entity": "group", "owner": "crm-team"}
    twice = {"customer_key": "ck_ada", "survivor_contact_id": "1", "records_count": 2}
    in_shop = {"owner_system": "shopify", "owner_account": "nordlicht-de", "owner_source_id": "901"}
    counted = {"crm_customers_count": 1, "warehouse_customers_count": 2, "difference_count": -1}
    return {
        "marts.crm_duplicates": [
            {**crm, **twice, "contact_id": one, "record_kind": "contact"}
            | {"is_proposed_survivor": one == "1"}
            for one in ("1", "2")
        ],
        "marts.crm_missing": [
            {**DE, "missing_in": "crm", "source_id": "902", "reason": "bought", "owner": "crm-team"}
        ],
        "marts.field_drift": [
            {**crm, **in_shop, "field": "phone", "source_id": "1", "drift": "different"}
        ],
        "marts.crm_cohorts": [
            {"system": "hubspot", "account": "crm", "cohort_month": date(2026, 10, 1), **counted}
            | {"same_month_count": 1, "missing_in_crm_count": 1, "ltv_amount_group": 57}
        ],
        "marts.identity_proposals": [
            {**DE, **pair, **weights, "proposal_id": "p_1", "linked_customer_key": "ck_ben"}
            | {"status": "open", "match_weight": Decimal(10), "match_probability": Decimal("0.999")}
            | {"model_version": "1", "proposed_at": SCORED, "recorded_at": SCORED}
        ],
    }
