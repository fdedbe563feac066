"""Salesforce Sales Cloud, REST API v62.0 -> ``raw_salesforce``.

Grain:    one row per version of a contact, lead or account, keyed (account, id), deleted and merged ones
          among them (``is_deleted``); a record that left the recycle bin ends with a tombstone.
Cursor:   ``SystemModstamp``, which every change moves, also one by the system; it follows the vendor's clock,
          as ``COUNT()`` proves that nothing before it is missing, and is re-read ten minutes back: a long
          transaction shows its records late, with the time it wrote them.
Gotchas:  a record merged into another is deleted and names the winner in ``MasterRecordId``, for as long as
          the recycle bin keeps it; one that is undeleted names nobody any more, with a newer modstamp.
          Salesforce shows a user only what is shared with it and says nothing of the rest: the user that
          the connected app runs as needs View All on these objects. A field it may not read doesn't
          exist for it. ``...CountryCode`` needs the org's state and country picklists. A blank text is null.
          Ids have 18 characters, the last three a checksum, so that they differ whatever their case.
          From 10,000 rows on a window is read as a Bulk API 2.0 job (``salesforce_queries``).
Source:   developer.salesforce.com: REST API developer guide v62.0, Object Reference (Contact, Lead,
          Account, system fields), Bulk API 2.0.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from ingestion import salesforce_deletions as deletions
from ingestion.landing import Landing
from ingestion.request import Request, naive, now
from ingestion.salesforce_api import Org
from ingestion.salesforce_deletions import Shown
from ingestion.salesforce_queries import Records, Window, check_rights, read_window
from ingestion.sweep import Known, Swept
from ingestion.tables import Table, columns
from ingestion.types import boolean, date, text, timestamp

OVERLAP = timedelta(minutes=10)
CREATED = "CreatedDate"
MADE = (timestamp, "CreatedDate LastModifiedDate SystemModstamp")
CONSENT = (timestamp, "Email_Opt_In_Date__c Email_Opt_Out_Date__c")

CONTACTS = Table(
    "contacts",
    cursor="SystemModstamp",
    columns=columns(
        (text, "id MasterRecordId AccountId FirstName LastName Email Phone MobilePhone"),
        (text, "MailingStreet MailingCity MailingPostalCode MailingCountryCode"),
        (text, "LeadSource Shopify_Customer_Id__c"),
        (boolean, "IsDeleted HasOptedOutOfEmail DoNotCall"),
        CONSENT,
        MADE,
    ),
)

LEADS = Table(
    "leads",
    cursor="SystemModstamp",
    columns=columns(
        (text, "id MasterRecordId FirstName LastName Email Phone MobilePhone Company"),
        (text, "Street City PostalCode CountryCode LeadSource Status"),
        (text, "ConvertedContactId ConvertedAccountId"),
        (date, "ConvertedDate"),
        (boolean, "IsDeleted IsConverted HasOptedOutOfEmail DoNotCall"),
        CONSENT,
        MADE,
    ),
)

ACCOUNTS = Table(
    "accounts",
    cursor="SystemModstamp",
    columns=columns(
        (text, "id MasterRecordId ParentId Name Type Industry Phone Website"),
        (text, "BillingStreet BillingCity BillingPostalCode BillingCountryCode"),
        (text, "Shopify_Company_Id__c"),
        (boolean, "IsDeleted"),
        MADE,
    ),
)

STREAMS = (
    Records("Account", ACCOUNTS),
    Records("Contact", CONTACTS),
    Records("Lead", LEADS),
)
TABLES = tuple(records.table for records in STREAMS)
OVERLAPS = {records.name: OVERLAP for records in STREAMS}
SWEPT = {records.name: "is_deleted" for records in STREAMS}
WITHOUT_WINDOW = tuple(deletions.stream_of(records) for records in STREAMS)


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """Every record changed since the cursor, deleted ones too; the first time all there are."""
    org = Org(request.account, request.patience)
    try:
        # One window for all, on the vendor's clock: what changes while we read comes next time.
        for records in STREAMS:
            check_rights(org, records)
        request.needless_scopes = org.needless_scopes()
        until = _clock(org)
        for records in STREAMS:
            yield from _changed(request, org, records, until)
    finally:
        request.requests, request.vendor_date = org.requests, org.vendor_date
        org.close()


def sweep(request: Request, known: Known, report: list[Swept]) -> Iterator[tuple[str, pa.Table]]:
    """What raw lacks, and tombstones of what Salesforce doesn't know any more."""
    org = Org(request.account, request.patience)
    try:
        for records in STREAMS:
            check_rights(org, records)  # before all: Salesforce's clock
            asked_at = _clock(org)
            landing = landing_of(request, records)
            yield from deletions.sweep(request, org, known, report, records, landing, asked_at)
    finally:
        request.requests, request.vendor_date = org.requests, org.vendor_date
        org.close()


def landing_of(request: Request, records: Records) -> Landing:
    folder = request.folder / records.name
    return Landing(request.account, records.name, (records.table,), now(), folder)


def _changed(
    request: Request, org: Org, records: Records, until: datetime
) -> Iterator[tuple[str, pa.Table]]:
    stream = records.name
    window = Window(until, request.since(stream, OVERLAP))
    if request.window:
        since, until = request.window
        window = Window(until, since, CREATED)
    landing = landing_of(request, records)
    shown = Shown(landing)
    promised = read_window(org, records, window, shown).promised or 0
    yield from landing.tables()
    request.prove(landing, promised, window.since, until)
    # Deletions are listed by when they were made, not by days of creation.
    if request.window is None:
        yield from deletions.emptied(request, org, records, window, shown.ids)
        request.advance(stream, until, until)


def _clock(org: Org) -> datetime:
    return naive(org.vendor_date or datetime.now(UTC))
