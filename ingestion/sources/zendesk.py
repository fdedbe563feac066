"""Zendesk Support -> ``raw_zendesk``.

Grain:    users and tickets: one row per version of one, keyed (account, id), deleted ones among them.
          user_identities (addresses and numbers of a user) and ticket_fields (values of custom fields)
          are lists of theirs: a row is current only if its parent's newest version has its
          ``_version_at`` and ``_received_at``.
Cursor:   users ``updated_at``; tickets ``generated_timestamp``, which changes of the system move too; asked
          for again two minutes back: an export leaves the last minute out.
Gotchas:  one export is asked for 10 times a minute at most, and each is read twice (``zendesk_exports``), so
          a first load of 100,000 users takes 20 minutes. A deleted user stays, with ``active`` false and
          without addresses; of two merged users the one that went looks the same, nothing names the winner,
          which holds the other's addresses from then on. A deleted ticket has status 'deleted'. A user's name
          may be a telephone number, where a caller is all that was known. A custom field's id is the
          account's own. Subjects and what people wrote are not read.
Source:   developer.zendesk.com: Incremental Exports, Users, User Identities, Tickets.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pyarrow as pa

from ingestion.landing import Landing
from ingestion.request import Request, naive, now
from ingestion.tables import Table, columns
from ingestion.types import bigint, boolean, epoch, json, text, timestamp
from ingestion.zendesk_api import Desk
from ingestion.zendesk_exports import IDENTITIES, moment_of, read_export, second_of
from ingestion.zendesk_pages import Export

OVERLAP = timedelta(minutes=2)
BEGINNING = datetime(2007, 1, 1)  # noqa: DTZ001 stored UTC; Zendesk's first year

UNWANTED_OF_USERS = """
    url alias custom_role_id default_group_id details notes iana_time_zone locale_id time_zone
    last_login_at moderator only_private_comments photo report_csv restricted_agent shared
    shared_agent shared_phone_number signature ticket_restriction two_factor_auth_enabled user_fields
    remote_photo_url chat_only identities
"""
UNWANTED_OF_TICKETS = """
    url raw_subject subject description recipient collaborator_ids follower_ids email_cc_ids
    forum_topic_id problem_id has_incidents is_public due_at satisfaction_rating
    sharing_agreement_ids custom_status_id fields followup_ids ticket_form_id brand_id
    allow_channelback allow_attachments from_messaging_channel encoded_id via.source external_id
    support_type dates
"""

USERS = Table(
    "users",
    cursor="updated_at",
    columns=columns(
        (text, "id name email phone role locale external_id organization_id"),
        (bigint, "role_type"),
        (boolean, "active suspended verified"),
        (json, "tags"),
        (timestamp, "created_at updated_at"),
    ),
    ignored=frozenset(UNWANTED_OF_USERS.split()),
)

USER_IDENTITIES = Table(
    "user_identities",
    parent=USERS,
    parent_id="user_id",
    list_of=IDENTITIES,
    key=("user_id", "id"),
    columns=columns(
        (text, "id type value"), (boolean, "verified"), (timestamp, "created_at updated_at")
    ),
    ignored=frozenset(
        {
            *("url", "user_id", "primary", "undeliverable_count", "deliverable_state"),
            "verification_method",
        }
    ),
)

TICKETS = Table(
    "tickets",
    cursor="generated_timestamp",
    columns=columns(
        (text, "id requester_id submitter_id assignee_id organization_id group_id"),
        (text, "status priority type via.channel"),
        (json, "tags"),
        (timestamp, "created_at updated_at"),
        (epoch, "generated_timestamp"),
    ),
    ignored=frozenset(UNWANTED_OF_TICKETS.split()),
)

TICKET_FIELDS = Table(
    "ticket_fields",
    parent=TICKETS,
    parent_id="ticket_id",
    list_of="custom_fields",
    key=("ticket_id", "id"),
    columns=columns((text, "id value")),
)

STREAMS = (
    Export(USERS, moment_of("updated_at"), IDENTITIES),
    Export(TICKETS, second_of("generated_timestamp")),
)
TABLES = (USERS, USER_IDENTITIES, TICKETS, TICKET_FIELDS)
OVERLAPS = {export.name: OVERLAP for export in STREAMS}
NO_SWEEP = "its exports tell deleted users and tickets themselves"
NO_WINDOW = "its exports go by when something changed, not by when it was created"


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """What changed since the cursor; the first time since ``history_from``, or all there is."""
    desk = Desk(request.account, request.patience)
    try:
        # One window for all, on the vendor's clock: what changes while we read comes next time.
        desk.check_role()
        until = naive(desk.vendor_date or datetime.now(UTC))
        for export in STREAMS:
            yield from _changed(request, desk, export, until)
    finally:
        request.requests, request.vendor_date = desk.requests, desk.vendor_date
        desk.close()


def _changed(
    request: Request, desk: Desk, export: Export, until: datetime
) -> Iterator[tuple[str, pa.Table]]:
    stream, begun = export.name, request.account.history_from
    since = request.since(stream, OVERLAP)
    tables = tuple(table for table in TABLES if export.table in (table, table.parent))
    landing = Landing(request.account, stream, tables, now(), request.folder / stream)
    beginning = datetime.combine(begun, time()) if begun else BEGINNING
    promised = read_export(desk, export, since or beginning, until, landing).promised or 0
    yield from landing.tables()
    request.prove(landing, promised, since, until)
    request.advance(stream, landing.cursor, until)
