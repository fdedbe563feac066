"""The columns of ``aftership.trackings``: the fields of a tracking, and those of its checkpoints.

Names as the SDK has them (aftership-tracking-sdk 10.0, Tracking API 2026-07).
"""

import duckdb

CHECKPOINT_TEXTS = (
    "created_at slug checkpoint_time location city state postal_code country_region"
    " country_region_name message tag subtag subtag_message raw_tag source hash"
)
CHECKPOINT = {
    **dict.fromkeys(CHECKPOINT_TEXTS.split(), "varchar"),
    "coordinate": "struct(latitude double, longitude double)",
    "events": "struct(code varchar)[]",
}
ESTIMATE = "struct(estimated_delivery_date varchar)"
TEXTS = (
    "id legacy_id created_at updated_at tracking_number slug origin_country_region"
    " destination_country_region destination_city destination_postal_code note order_id order_number"
    " order_date shipment_pickup_date shipment_delivery_date shipment_type signed_by source tag subtag"
    " subtag_message title language unique_token first_attempted_at on_time_status"
    " courier_tracking_link shipment_direction"
)
TRACKING = {
    **dict.fromkeys(TEXTS.split(), "varchar"),
    "active": "boolean",
    "return_to_sender": "boolean",
    "transit_time": "bigint",
    "shipment_package_count": "bigint",
    "failed_delivery_attempts": "bigint",
    "courier_estimated_delivery_date": ESTIMATE,
    "custom_fields": "struct(note varchar)",
    "customers": "struct(email varchar)[]",
    "shipment_tags": "varchar[]",
}
COLUMNS = {
    **TRACKING,
    "checkpoints": "struct(" + ", ".join(f"{n} {t}" for n, t in CHECKPOINT.items()) + ")[]",
}


def create_carrier_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The table, empty, so that a world without a carrier has it too."""
    con.execute("create schema if not exists aftership")
    fields = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    con.execute(f"create table aftership.trackings ({fields}, _account varchar, _seq bigint)")
