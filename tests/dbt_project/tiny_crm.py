"""Raw rows of the CRM beside the shops of :mod:`tiny_world`: contacts, merges, companies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.dbt_project.tiny_world import RECEIVED, World, at, log

CRM = "crm"
CREATED = at("2026-02-01 09:00")


@dataclass
class Crm:
    """HubSpot of a world; each method adds raw rows."""

    world: World

    def __post_init__(self) -> None:
        self.world.account("hubspot", CRM, "group", "Europe/Berlin", "EUR")

    def contact(
        self,
        contact_id: str,
        email: str | None = None,
        *,
        merged: str | None = None,
        more_emails: str | None = None,
        shop_customer: tuple[str, str] | None = None,
        companies: tuple[tuple[str, str | None], ...] = (),
        updated: datetime = CREATED,
        received: datetime = RECEIVED,
        **columns: Any,
    ) -> str:
        """One version of a contact; ``merged`` and ``more_emails`` as HubSpot joins them.

        ``companies`` are those it belongs to in this version, each with its labels.
        """
        row = {
            "id": contact_id,
            "created_at": CREATED,
            "updated_at": updated,
            "archived": False,
            "properties__email": email,
            "properties__createdate": CREATED,
            "properties__lastmodifieddate": updated,
            "properties__hs_object_id": contact_id,
            "properties__hs_merged_object_ids": merged,
            "properties__hs_additional_emails": more_emails,
        }
        if shop_customer:
            row["properties__shopify_shop"] = f"{shop_customer[0]}.myshopify.com"
            row["properties__shopify_customer_id"] = shop_customer[1]
        version = log(CRM, updated, received, contact_id)
        self.world.add("raw_hubspot", "contacts", **row | columns, **version)
        for company_id, label in companies:
            place = {"contact_id": contact_id, "company_id": company_id, "label": label}
            self.world.add("raw_hubspot", "contact_companies", **place, **version)
        return contact_id

    def company(self, company_id: str, name: str, **columns: Any) -> str:
        self.world.add(
            "raw_hubspot",
            "companies",
            id=company_id,
            created_at=CREATED,
            updated_at=CREATED,
            archived=False,
            properties__name=name,
            **columns,
            **log(CRM, CREATED),
        )
        return company_id
