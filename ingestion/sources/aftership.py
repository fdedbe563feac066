"""AfterShip Tracking API 2026-07 -> ``raw_aftership``.

Grain:    one row per version of a tracking, keyed (account, id); its checkpoints are one row per
          version of the tracking and place in its list, which has no ids we could rely on.
Cursor:   ``updated_at``, re-read five minutes back; it has whole seconds, so the last one is read again.
Gotchas:  unless asked otherwise AfterShip shows what was *created* in the last 120 days, so an old
          parcel that moves again would be missed: ``created_at_min`` is always sent. Pages are cut by
          a cursor, each names the ``total``; pickup and delivery times are the place's own, without a
          zone, and stay text. The same number may stand on two trackings: carriers use them again.
          A version is served for three years: 2026-07 ends on 2029-07-12.
Source:   aftership.com/docs/tracking/2026-07: get-trackings, rate-limit, versioning, request-errors.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pyarrow as pa

from ingestion.aftership_api import Carrier
from ingestion.errors import VendorError
from ingestion.hashing import hash_key
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, naive, now
from ingestion.rest_listing import Listing, NextCursor
from ingestion.rest_pages import read
from ingestion.sweep import Known, Sift, Swept, settle
from ingestion.tables import Table, columns
from ingestion.types import boolean, text, timestamp

VERSION = "2026-07"
PATH = f"/tracking/{VERSION}/trackings"
MOST = "200"  # AfterShip's largest page
OVERLAP = timedelta(minutes=5)
BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)  # before AfterShip's first parcel

KNOWN_BUT_UNWANTED = """
    legacy_id active custom_fields transit_time origin_country_region origin_state origin_city
    origin_postal_code origin_raw_location destination_country_region destination_state
    destination_city destination_postal_code destination_raw_location
    courier_destination_country_region courier_estimated_delivery_date.estimated_delivery_date_min
    courier_estimated_delivery_date.estimated_delivery_date_max note order_id_path order_date
    shipment_package_count shipment_type shipment_weight shipment_dimensions source title
    tracked_count language unique_token subscribed_smses subscribed_emails
    order_promised_delivery_date delivery_type pickup_location pickup_note courier_tracking_link
    first_attempted_at courier_redirect_link tracking_account_number tracking_key tracking_ship_date
    on_time_status on_time_difference order_tags aftership_estimated_delivery_date
    custom_estimated_delivery_date first_estimated_delivery latest_estimated_delivery shipment_tags
    courier_connection_id carbon_emissions location_id shipping_method failed_delivery_attempts
    signature_requirement delivery_location_type aftership_tracking_url
    aftership_tracking_order_url first_mile last_mile customers proof_of_delivery multi_piece_info
    shipment_direction return_shipment forward_shipment
"""

UNWANTED_OF_CHECKPOINTS = """
    location state postal_code coordinate country_region_name subtag_message raw_tag events source hash
"""

TRACKINGS = Table(
    "trackings",
    cursor="updated_at",
    columns=columns(
        (text, "id tracking_number slug tag subtag subtag_message order_id order_number"),
        (timestamp, "created_at updated_at"),
        (text, "shipment_pickup_date shipment_delivery_date signed_by"),
        (text, "courier_estimated_delivery_date.estimated_delivery_date"),
        (boolean, "return_to_sender"),
    ),
    hashed={"number_hash": "tracking_number"},
    ignored=frozenset(KNOWN_BUT_UNWANTED.split()),
)

CHECKPOINTS = Table(
    "checkpoints",
    parent=TRACKINGS,
    parent_id="tracking_id",
    list_of="checkpoints",
    positioned=True,
    key=("tracking_id", "position"),
    columns=columns(
        (timestamp, "checkpoint_time created_at"),
        (text, "tag subtag message city country_region slug"),
    ),
    ignored=frozenset(UNWANTED_OF_CHECKPOINTS.split()),
)
TABLES = (TRACKINGS, CHECKPOINTS)
OVERLAPS = {TRACKINGS.name: OVERLAP}
SWEPT = {TRACKINGS.name: "created_at"}


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """The trackings changed since the cursor; the first time since ``history_from``, or all there are."""
    hash_key()
    account, stream = request.account, TRACKINGS.name
    since = request.window[0] if request.window else request.since(stream, OVERLAP)
    landing = Landing(account, stream, TABLES, now(), request.folder / stream)
    carrier = Carrier(account, request.patience, VERSION)
    try:
        # The window ends with the vendor's clock: what changes while we read comes next time.
        carrier.json(PATH, {"limit": "1"}, scope="read trackings")
        until = naive(carrier.vendor_date or datetime.now(UTC))
        if request.window:
            until = request.window[1]
            asked = listing(request.window[0], until - timedelta(seconds=1))
        else:
            asked = _changed(request, since, until)
        walk = read(carrier, asked, landing)
    finally:
        request.requests, request.vendor_date = carrier.requests, carrier.vendor_date
        carrier.close()
    yield from landing.tables()
    request.completeness.append(
        Completeness(stream, since, until, walk.promised, landing.landed, "pages")
    )
    request.advance(stream, landing.cursor, until)


def sweep(request: Request, known: Known, report: list[Swept]) -> Iterator[tuple[str, pa.Table]]:
    """What raw lacks, and tombstones of what is gone there.

    AfterShip lets go of trackings after a time that depends on the plan: what is older than the oldest
    it lists is left alone.
    """
    hash_key()
    here, folder = known[TRACKINGS.name], request.folder / TRACKINGS.name
    carrier = Carrier(request.account, request.patience, VERSION)
    try:
        carrier.json(PATH, {"limit": "1"}, scope="read trackings")
        asked_at = naive(carrier.vendor_date or datetime.now(UTC))
        landing = Landing(request.account, TRACKINGS.name, TABLES, now(), folder, asked_at)
        sift = Sift(landing, here, asked_at)
        read(carrier, listing(beginning(request), None), sift)
        oldest = min((here[id_] for id_ in here.keys() & sift.ids), default=asked_at)
        unlisted = sorted(id_ for id_ in here.keys() - sift.ids if here[id_] >= oldest)
        gone = [id_ for id_ in unlisted if _is_gone(carrier, id_)]
    finally:
        request.requests, request.vendor_date = carrier.requests, carrier.vendor_date
        carrier.close()
    yield from settle(request, TRACKINGS, sift, gone, report)


def _is_gone(carrier: Carrier, id_: str) -> bool:
    try:
        carrier.json(f"{PATH}/{id_}", scope="read trackings")
    except VendorError as error:
        if error.status != 404:
            raise
        return True
    return False


def _changed(request: Request, since: datetime | None, until: datetime) -> Listing:
    bounds = {"updated_at_max": _iso(until)}
    if since:
        bounds["updated_at_min"] = _iso(since)
    return listing(beginning(request), None, **bounds)


def beginning(request: Request) -> datetime:
    """Since when trackings are wanted, by when they were created."""
    begun = request.account.history_from
    return datetime.combine(begun, time()) if begun else BEGINNING


def listing(begin: datetime, end: datetime | None, **bounds: str) -> Listing:
    """The trackings created from ``begin`` to ``end``, both ends among them."""
    asked = {"limit": MOST, "created_at_min": _iso(begin), **bounds}
    if end:
        asked["created_at_max"] = _iso(end)
    return Listing(
        TRACKINGS.name,
        PATH,
        items="data.trackings",
        pager=NextCursor("cursor", "data.pagination.next_cursor"),
        params=asked,
        total="data.pagination.total",
        scope="read trackings",
    )


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).isoformat(timespec="seconds")
