"""Which companies HubSpot's contacts belong to: read for every contact that lands, kept inside it."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from ingestion.errors import IncompleteLoad
from ingestion.hubspot_api import Crm
from ingestion.landing import Landing
from ingestion.rest_listing import Item, at
from ingestion.tables import Table

PATH = "/crm/v4/associations/contacts/companies/batch/read"
SCOPE = "crm.objects.companies.read"
BATCH = 1000  # HubSpot's most
NONE_FOUND = "NO_ASSOCIATIONS_FOUND"


class WithCompanies(Landing):
    """A landing of contacts that puts each one's companies into it, a list of its own, before it lands.

    So the companies share their contact's version, and one that was taken away is gone with it.
    """

    def __init__(
        self,
        crm: Crm,
        stream: str,
        tables: Sequence[Table],
        received_at: datetime,
        folder: Path,
    ) -> None:
        super().__init__(crm.account, stream, tables, received_at, folder)
        self.crm = crm
        self._waiting: list[bytes] = []

    def add(self, line: bytes) -> None:
        self._waiting.append(line)
        if len(self._waiting) >= BATCH:
            self.flush()

    def mark(self) -> Mapping[str, int]:
        self.flush()
        return super().mark()

    def rewind(self, mark: Mapping[str, int]) -> None:
        self._waiting.clear()
        super().rewind(mark)

    def tables(self) -> Iterator[tuple[str, pa.Table]]:
        self.flush()
        yield from super().tables()

    def flush(self) -> None:
        """Give every contact that waits its companies."""
        contacts = [orjson.loads(line) for line in self._waiting]
        self._waiting.clear()
        ids = [_id(contact) for contact in contacts]
        found = companies_of(self.crm, [id_ for id_ in ids if id_], self.where)
        for contact, id_ in zip(contacts, ids, strict=True):
            if id_:
                contact["companies"] = found[id_]
            super().add(orjson.dumps(contact))


def companies_of(crm: Crm, contacts: Sequence[str], where: str) -> dict[str, list[dict[str, Any]]]:
    """Each contact's companies. HubSpot must speak of every contact it is asked for, if only to say
    that it has none; those it passes over are asked for again.
    """
    found: dict[str, dict[str, set[str]]] = {}
    asking: list[dict[str, str]] = [{"id": id_} for id_ in contacts]
    for attempt in range(crm.patience.attempts):
        silent: list[dict[str, str]] = []
        while asking:
            answer = crm.json(PATH, body={"inputs": asking[:BATCH]}, scope=SCOPE)
            more = _take(answer, found)
            silent += [one for one in asking[:BATCH] if one["id"] not in found]
            asking = more + asking[BATCH:]
        if not silent:
            return {id_: _rows(companies) for id_, companies in found.items()}
        asking = silent
        if attempt + 1 < crm.patience.attempts:
            time.sleep(crm.patience.delay(attempt))
    raise IncompleteLoad(
        f"{where}: HubSpot says nothing of the companies of {len(asking)} contacts, {asking[0]['id']}"
        " among them; nothing was kept, load again"
    )


def _take(answer: Item, found: dict[str, dict[str, set[str]]]) -> list[dict[str, str]]:
    """Note what an answer says; gives back what it says there is more of."""
    more = []
    for result in answer.get("results") or ():
        contact = str(at(result, "from.id"))
        companies = found.setdefault(contact, {})
        for each in result.get("to") or ():
            labels = {kind.get("label") for kind in each.get("associationTypes") or ()}
            companies.setdefault(str(each["toObjectId"]), set()).update(labels - {None, ""})
        after = at(result, "paging.next.after")
        if after:
            more.append({"id": contact, "after": str(after)})
    for error in answer.get("errors") or ():
        if NONE_FOUND in str(error.get("subCategory")):
            for contact in at(error, "context.fromObjectId") or ():
                found.setdefault(str(contact), {})
    return more


def _rows(companies: Mapping[str, set[str]]) -> list[dict[str, Any]]:
    return [
        {"company_id": company, "label": ";".join(sorted(labels)) or None}
        for company, labels in sorted(companies.items())
    ]


def _id(contact: Any) -> str | None:
    found = contact.get("id") if isinstance(contact, dict) else None
    return None if found is None else str(found)
