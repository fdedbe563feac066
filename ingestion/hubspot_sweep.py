"""HubSpot's records, the recycle bin's among them, against what raw holds.

A record that merged into another is in no list and isn't gone: asked for by its id, HubSpot gives the
winner. One that raw knows as archived may have left the recycle bin after its 90 days: it stays archived.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from ingestion import hubspot_lists as lists
from ingestion.hubspot_api import Crm
from ingestion.hubspot_lists import Records
from ingestion.landing import Landing
from ingestion.request import Request, naive
from ingestion.rest_listing import at
from ingestion.sweep import Known, Sift, Swept, settle

BATCH = 100  # records that one batch read takes


def sweep(
    request: Request,
    crm: Crm,
    known: Known,
    report: list[Swept],
    landings: Sequence[tuple[Records, Landing]],
) -> Iterator[tuple[str, pa.Table]]:
    """``known``: table -> id -> whether raw knows it as archived."""
    for records, landing in landings:
        lists.count(crm, records)  # before all: HubSpot's clock
        asked_at = naive(crm.vendor_date or datetime.now(UTC))
        here = known[records.name]
        sift = Sift(landing, here, asked_at)
        lists.listed(crm, records, sift)
        lists.archived(crm, records, sift)
        unlisted = sorted(id_ for id_ in here.keys() - sift.ids if not here[id_])
        gone = _gone(crm, records, unlisted)
        yield from settle(request, records.tables[0], sift, gone, report)


def _gone(crm: Crm, records: Records, ids: Sequence[str]) -> list[str]:
    """Those HubSpot knows under no name."""
    gone: list[str] = []
    for begin in range(0, len(ids), BATCH):
        inputs = [{"id": id_} for id_ in ids[begin : begin + BATCH]]
        body: Mapping[str, Any] = {"inputs": inputs, "properties": []}
        answer = crm.json(f"{records.path}/batch/read", body=body, scope=records.scope)
        for error in answer.get("errors") or ():
            gone += (str(id_) for id_ in at(error, "context.ids") or ())
    return gone
