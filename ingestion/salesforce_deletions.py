"""Salesforce's records that are gone: those emptied from the recycle bin, and what a sweep finds missing.

``queryAll`` shows a deleted or merged record until the recycle bin lets it go (15 days, or when somebody
empties it); it lands as it is, with ``IsDeleted``. The list of deletions reaches back 15 days too, and tells
those that ``queryAll`` doesn't show any more; they get a tombstone. Whatever was gone for longer, a sweep finds.

Source: developer.salesforce.com: REST API, Get Deleted; SOAP API, getDeleted (what it keeps, for how long).
"""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

import orjson
import pyarrow as pa

from ingestion.errors import IncompleteLoad
from ingestion.landing import Landing
from ingestion.landing_sql import DELETED, VERSION_AT
from ingestion.noting import Noting
from ingestion.request import Completeness, Request, now
from ingestion.salesforce_api import DATA, Org, records_of
from ingestion.salesforce_queries import QUERY_ALL, Records, Window, read_window
from ingestion.sweep import Known, Sift, Swept, settle

KEPT = timedelta(days=14)  # how far back deletions are asked for; Salesforce tells those of 15 days
SHORTEST = timedelta(minutes=1)  # of a range it answers
BATCH = 200  # ids in one query

logger = logging.getLogger(__name__)


class Shown(Noting):
    """Notes which records came as deleted."""

    def add(self, line: bytes) -> None:
        item = orjson.loads(line)
        if item.get("IsDeleted") in (True, "true"):
            self.ids.add(str(item["id"]))
        self.landing.add(line)


def stream_of(records: Records) -> str:
    return f"deleted_{records.name}"


def emptied(
    request: Request, org: Org, records: Records, window: Window, shown: Collection[str]
) -> Iterator[tuple[str, pa.Table]]:
    """Tombstones of what was deleted in the window and ``queryAll`` didn't show (any more)."""
    stream = stream_of(records)
    since = max(window.since or window.until, window.until - KEPT)
    if window.since and window.since < since:
        logger.warning(
            "%s %s, %s: Salesforce tells deletions of 15 days only and this load begins before that;"
            " concord sweep salesforce finds what else is gone",
            *(request.account.system, request.account.account, records.name),
        )
    gone = _listed(org, records, since, window.until) if window.until - since > SHORTEST else {}
    landing = Landing(
        request.account, stream, (records.table,), now(), request.folder / Path(stream)
    )
    for id_, moment in gone.items():
        if id_ not in shown:
            seconds = ceil(moment.timestamp())  # after whatever was done to it in that second
            landing.add(orjson.dumps({"id": id_, DELETED: True, VERSION_AT: seconds}))
    yield from landing.tables()
    request.completeness.append(
        Completeness(stream, since, window.until, len(gone), len(gone), "pages")
    )


def sweep(
    request: Request,
    org: Org,
    known: Known,
    report: list[Swept],
    records: Records,
    landing: Landing,
    asked_at: datetime,
) -> Iterator[tuple[str, pa.Table]]:
    """``known``: table -> id -> whether raw knows it as deleted; those may have left the recycle bin."""
    here = known[records.name]
    sift = Sift(landing, here, asked_at)
    read_window(org, records, Window(asked_at + timedelta(seconds=1)), sift)
    unlisted = sorted(id_ for id_ in here.keys() - sift.ids if not here[id_])
    yield from settle(request, records.table, sift, _gone(org, records, unlisted), report)


def _listed(org: Org, records: Records, since: datetime, until: datetime) -> Mapping[str, datetime]:
    """Id -> when it was deleted."""
    asked = {"start": _moment(since), "end": _moment(until)}
    path = f"{DATA}/sobjects/{records.sobject}/deleted/"
    answer = org.json(path, asked, scope=records.right)
    found = answer.get("deletedRecords")
    if not isinstance(found, list):
        raise IncompleteLoad(
            f"salesforce {org.account.account}, {stream_of(records)}: an answer without"
            " 'deletedRecords'; nothing was kept, load again",
            stream=stream_of(records),
        )
    return {str(one["id"]): datetime.fromisoformat(one["deletedDate"]) for one in found}


def _gone(org: Org, records: Records, ids: Sequence[str]) -> list[str]:
    """Those that Salesforce doesn't know, asked for by id."""
    found: set[str] = set()
    for begin in range(0, len(ids), BATCH):
        listed = ", ".join(f"'{id_}'" for id_ in ids[begin : begin + BATCH])
        soql = f"SELECT Id FROM {records.sobject} WHERE Id IN ({listed})"
        answer = org.json(QUERY_ALL, {"q": soql}, scope=records.right)
        found |= {str(record.get("Id")) for record in records_of(answer) or ()}
    return [id_ for id_ in ids if id_ not in found]


def _moment(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=UTC):%Y-%m-%dT%H:%M:%S}+00:00"
