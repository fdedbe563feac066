"""Raw rows of a second CRM and of a help desk beside the shops of :mod:`tiny_world`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.dbt_project.tiny_world import RECEIVED, World, at, log

SALES, DESK = "sales-eu", "support"
CREATED = at("2026-02-01 09:00")


@dataclass
class Sales:
    """A Salesforce org of a world; each method adds one version of a record."""

    world: World

    def __post_init__(self) -> None:
        self.world.account("salesforce", SALES, "group", "Europe/Berlin", "EUR")

    def contact(self, id_: str, email: str | None = None, **columns: Any) -> str:
        return self._record("contacts", id_, email=email, **columns)

    def lead(self, id_: str, email: str | None = None, **columns: Any) -> str:
        return self._record("leads", id_, email=email, **columns)

    def company(self, id_: str, name: str, **columns: Any) -> str:
        return self._record("accounts", id_, name=name, **columns)

    def _record(self, table: str, id_: str, *, updated: datetime = CREATED, **columns: Any) -> str:
        times = {"created_date": CREATED, "last_modified_date": updated, "system_modstamp": updated}
        row = {"id": id_, "is_deleted": False, **times, **columns}
        self.world.add("raw_salesforce", table, **row, **log(SALES, updated, RECEIVED, id_))
        return id_


@dataclass
class Desk:
    """A Zendesk account of a world; each method adds one version of a user or ticket."""

    world: World

    def __post_init__(self) -> None:
        self.world.account("zendesk", DESK, "group", "Europe/Berlin", "EUR")

    def user(
        self,
        id_: str,
        email: str | None = None,
        *,
        identities: tuple[tuple[str, str], ...] = (),
        updated: datetime = CREATED,
        **columns: Any,
    ) -> str:
        """``identities``: of which kind, and the address or number."""
        row = {"id": id_, "email": email, "role": "end-user", "active": True, "created_at": CREATED}
        version = log(DESK, updated, RECEIVED, id_)
        self.world.add("raw_zendesk", "users", **row | columns, updated_at=updated, **version)
        for place, (kind, value) in enumerate(identities):
            one = {"user_id": id_, "id": f"{id_}{place}", "type": kind, "value": value}
            self.world.add("raw_zendesk", "user_identities", **one, **version)
        return id_

    def ticket(
        self, id_: str, requester: str, *, status: str = "open", fields: tuple[str, ...] = ()
    ) -> None:
        version = log(DESK, CREATED, RECEIVED, id_)
        row = {"id": id_, "requester_id": requester, "status": status, "created_at": CREATED}
        self.world.add("raw_zendesk", "tickets", **row, updated_at=CREATED, **version)
        for place, value in enumerate(fields):
            one = {"ticket_id": id_, "id": str(3600 + place), "value": value}
            self.world.add("raw_zendesk", "ticket_fields", **one, **version)
