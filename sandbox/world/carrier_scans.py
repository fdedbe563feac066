"""``truth.trackings``: each parcel's checkpoints that AfterShip has heard of by the clock, and its state.

``tracking_at`` is when the tracking last changed. Tags and their subtags: aftership.com/docs/tracking,
delivery statuses and sub-statuses. Expired is AfterShip's own word and no checkpoint: nothing was heard
of the parcel for thirty days.
"""

from datetime import datetime

import duckdb

from sandbox.world.carrier import LOST_AFTER

MESSAGES = {
    "InfoReceived_001": "Info Received",
    "InTransit_002": "Acceptance scan",
    "InTransit_003": "Arrival scan",
    "OutForDelivery_001": "Out for Delivery",
    "Delivered_001": "Delivered",
    "AttemptFail_001": "Failed Attempt",
    "Exception_010": "Returning to sender",
    "Exception_011": "Returned to sender",
    "Exception_013": "Shipment lost",
    "Expired_001": "Expired",
    "Pending_001": "Pending",
}
HELD, UNTOUCHED = "('expired')", "('lost', 'expired')"
# When, subtag, at the sender's place, and the fates in which it comes to that.
SCANS = [
    ("shipped_at + interval 1 hour", "InfoReceived_001", True, "true"),
    ("shipped_at + interval 6 hour", "InTransit_002", True, "true"),
    ("arrives_at - interval 10 hour", "InTransit_003", False, "true"),
    ("arrives_at - interval 4 hour", "OutForDelivery_001", False, f"fate not in {HELD}"),
    ("arrives_at - interval 3 hour", "AttemptFail_001", False, "fate in ('twice', 'returned')"),
    ("arrives_at", "AttemptFail_001", False, "fate in ('late', 'lost')"),
    ("arrives_at", "Delivered_001", False, "fate in ('plain', 'twice')"),
    ("arrives_at + interval 2 day", "Delivered_001", False, "fate = 'late'"),
    (f"arrives_at + {LOST_AFTER}", "Exception_013", False, "fate = 'lost'"),
    ("arrives_at", "Exception_010", False, "fate = 'returned'"),
    ("arrives_at + interval 4 day", "Exception_011", True, "fate = 'returned'"),
]
SILENT = "interval 30 day"


def create_scans(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    con.execute(
        f"""create table truth.trackings as
        with planned as (
            select *, list_filter([{", ".join(_scan(*scan) for scan in SCANS)}],
                lambda s: s.heard_at <= $clock) as scans
            from truth.parcels),
        heard as (
            select *, scans[-1] as last, case when fate = 'expired'
                    and scans[-1].heard_at + {SILENT} <= $clock then scans[-1].heard_at + {SILENT} end as expired_at
            from planned)
        select * exclude (last),
            case when expired_at is not null then 'Expired_001'
                else coalesce(last.subtag, 'Pending_001') end as subtag,
            split_part(case when expired_at is not null then 'Expired_001'
                else coalesce(last.subtag, 'Pending_001') end, '_', 1) as tag,
            coalesce(expired_at, last.heard_at, created_at) as tracking_at,
            {_first("s.subtag = 'Delivered_001'")} as delivered_at,
            {_first("split_part(s.subtag, '_', 1) in ('Exception', 'AttemptFail')")} as exception_at,
            {_first("s.subtag in ('Exception_010', 'Exception_011')")} as returned_at
        from heard""",
        {"clock": clock.replace(tzinfo=None)},
    )


def _scan(at: str, subtag: str, is_at_sender: bool, where: str) -> str:
    place = "'sender'" if is_at_sender else "'receiver'"
    scan = (
        f"struct_pack(happened_at := {at}, subtag := '{subtag}', place := {place}, heard_at :="
        f" greatest({at}, created_at) + scan_lag * interval 1 second)"
    )
    return scan if where == "true" else f"case when {where} then {scan} end"


def _first(condition: str) -> str:
    return f"list_filter(scans, lambda s: {condition})[1].happened_at"
