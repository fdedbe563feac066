"""HubSpot CRM v3 -> ``raw_hubspot``.

Grain:    one row per version of a contact or company, keyed (account, id), archived ones among them
          (``archived``); contact_companies one row per version of a contact and company it belongs to.
Cursor:   ``lastmodifieddate``, searched again two minutes back: HubSpot indexes late.
Gotchas:  search stops at 10,000 rows, so windows are halved until they fit; it never shows what was
          archived, so the recycle bin (90 days) is read whole every time. Two merged records are given
          no more: a record with an id of its own (older merges: one of the two) names their ids in
          ``hs_merged_object_ids``. A merged one keeps its last version here, so who reads contacts
          must look it up there. HubSpot tells no removal of an association, so a contact's companies are read anew with every version of it:
          a row of contact_companies is current only if its contact's newest version has its
          ``_version_at`` and ``_received_at``. ``label`` holds the labels of one pair, joined by ';'.
          Companies keep their updated time in ``hs_lastmodifieddate``.
Source:   developers.hubspot.com: CRM v3 objects and search, associations v4, usage guidelines.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from ingestion import hubspot_lists as lists
from ingestion import hubspot_sweep
from ingestion.hubspot_api import Crm
from ingestion.hubspot_companies import WithCompanies
from ingestion.hubspot_lists import Records
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, naive, now
from ingestion.sweep import Known, Swept
from ingestion.tables import Table, columns
from ingestion.types import boolean, text, timestamp

OVERLAP = timedelta(minutes=2)
CREATED = "createdate"  # the property that holds when a record was made

KNOWN_BUT_UNWANTED = frozenset(["url", "objectWriteTraceId", "propertiesWithHistory"])

CONTACTS = Table(
    "contacts",
    cursor="properties.lastmodifieddate",
    columns=columns(
        (text, "id"),
        (timestamp, "createdAt updatedAt"),
        (boolean, "archived"),
        (timestamp, "archivedAt"),
        (text, "properties.email properties.firstname properties.lastname properties.phone"),
        (text, "properties.country properties.hs_language properties.lifecyclestage"),
        (text, "properties.company"),
        (timestamp, "properties.createdate properties.lastmodifieddate"),
        (text, "properties.hs_object_id properties.hs_merged_object_ids"),
        (text, "properties.hs_additional_emails properties.hs_email_optout"),
        (text, "properties.shopify_shop properties.shopify_customer_id properties.vip_tier"),
    ),
    ignored=KNOWN_BUT_UNWANTED,
)

CONTACT_COMPANIES = Table(
    "contact_companies",
    parent=CONTACTS,
    parent_id="contact_id",
    list_of="companies",
    key=("contact_id", "company_id"),
    columns=columns((text, "company_id label")),
)

COMPANIES = Table(
    "companies",
    cursor="properties.hs_lastmodifieddate",
    columns=columns(
        (text, "id"),
        (timestamp, "createdAt updatedAt"),
        (boolean, "archived"),
        (text, "properties.name properties.domain properties.country"),
        (timestamp, "properties.hs_lastmodifieddate"),
        (text, "properties.hs_merged_object_ids"),
    ),
    ignored=KNOWN_BUT_UNWANTED | {"archivedAt", "properties.hs_object_id", "properties.createdate"},
)

STREAMS = (
    Records(
        "contacts", (CONTACTS, CONTACT_COMPANIES), "crm.objects.contacts.read", "lastmodifieddate"
    ),
    Records("companies", (COMPANIES,), "crm.objects.companies.read", "hs_lastmodifieddate"),
)
TABLES = tuple(table for records in STREAMS for table in records.tables)
OVERLAPS = {records.name: OVERLAP for records in STREAMS}
SWEPT = {records.name: "archived" for records in STREAMS}
WITHOUT_WINDOW = tuple(f"archived_{records.name}" for records in STREAMS)  # read whole by each load


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """Every record changed since the cursor, archived ones too; the first time all there are."""
    crm = Crm(request.account, request.patience)
    try:
        # One window for all, on the vendor's clock: what changes while we read comes next time.
        request.needless_scopes = crm.check_scopes({records.scope for records in STREAMS})
        until = naive(crm.vendor_date or datetime.now(UTC))
        for records in STREAMS:
            yield from _changed(request, crm, records, until)
            if request.window is None:  # the recycle bin's list takes no window: it is read whole
                yield from _archived(request, crm, records, until)
    finally:
        request.requests, request.vendor_date = crm.requests, crm.vendor_date
        crm.close()


def sweep(request: Request, known: Known, report: list[Swept]) -> Iterator[tuple[str, pa.Table]]:
    """What raw lacks, and tombstones of what is gone there, neither archived nor merged."""
    crm = Crm(request.account, request.patience)
    landings = [(records, landing_of(request, crm, records)) for records in STREAMS]
    try:
        yield from hubspot_sweep.sweep(request, crm, known, report, landings)
    finally:
        request.requests, request.vendor_date = crm.requests, crm.vendor_date
        crm.close()


def landing_of(request: Request, crm: Crm, records: Records) -> Landing:
    """Where a stream's records go: contacts with the companies they belong to."""
    given = (records.name, records.tables, now(), request.folder / records.name)
    if CONTACT_COMPANIES in records.tables:
        return WithCompanies(crm, *given)
    return Landing(request.account, *given)


def _changed(
    request: Request, crm: Crm, records: Records, until: datetime
) -> Iterator[tuple[str, pa.Table]]:
    stream, since = records.name, request.since(records.name, OVERLAP)
    landing = landing_of(request, crm, records)
    start, by = landing.mark(), None
    if request.window:
        (since, before), by = request.window, CREATED
        until = before - timedelta(milliseconds=1)  # a search takes both ends of its window
    try:
        promised = (
            lists.searched(crm, records, landing, since, until, by)
            if since
            else lists.listed(crm, records, landing)
        )
    except lists.Crowded:
        landing.rewind(start)
        promised = lists.listed(crm, records, landing)
    yield from landing.tables()
    request.prove(landing, promised, since, until)
    request.advance(stream, landing.cursor, until)


def _archived(
    request: Request, crm: Crm, records: Records, until: datetime
) -> Iterator[tuple[str, pa.Table]]:
    stream = f"archived_{records.name}"
    landing = Landing(request.account, stream, records.tables, now(), request.folder / stream)
    promised = lists.archived(crm, records, landing)
    yield from landing.tables()
    request.completeness.append(
        Completeness(stream, None, until, promised, landing.landed, "pages")
    )
