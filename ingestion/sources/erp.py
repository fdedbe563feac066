"""The ERP's files: what a unit costs, its item codes, what carriers charged -> ``raw_erp``.

Grain:    item_codes: one row per version of a shop's sku and the item it is from a day on, keyed (account,
          shop_account, sku, valid_from, version). item_costs: of an item's cost per unit from a day on,
          keyed (account, item_code, currency, valid_from, version). shipping_costs: of what a parcel cost,
          keyed (account, shop_account, fulfillment_id, version).
Cursor:   ``updated_at``, re-read a day back.
Gotchas:  a correction is a higher ``version`` of the same day; a new day leaves the old one standing, so the
          cost of a sale is the newest ``valid_from`` up to its date. Ids of fulfilments are text.
Source:   the ERP's file service: <table>.csv?updated_since=<time>, bearer token, or a folder of these files.
"""

from collections.abc import Iterator
from datetime import timedelta

import pyarrow as pa

from ingestion import csv_drops
from ingestion.request import Request
from ingestion.tables import Table, columns
from ingestion.types import bigint, date, money, text, timestamp

OVERLAP = timedelta(days=1)

ITEM_CODES = Table(
    "item_codes",
    key=("shop_account", "sku", "valid_from", "version"),
    cursor="updated_at",
    columns=columns(
        (text, "item_code shop_account sku"),
        (date, "valid_from"),
        (bigint, "version"),
        (timestamp, "updated_at"),
    ),
)

ITEM_COSTS = Table(
    "item_costs",
    key=("item_code", "currency", "valid_from", "version"),
    cursor="updated_at",
    amount="cost_amount",
    columns=columns(
        (text, "item_code"),
        (money, "cost_amount"),
        (text, "currency"),
        (date, "valid_from"),
        (bigint, "version"),
        (text, "author"),
        (timestamp, "updated_at"),
    ),
)

SHIPPING_COSTS = Table(
    "shipping_costs",
    key=("shop_account", "fulfillment_id", "version"),
    cursor="updated_at",
    amount="cost_amount",
    columns=columns(
        (text, "shop_account order_name fulfillment_id carrier"),
        (money, "cost_amount"),
        (text, "currency"),
        (date, "invoiced_on"),
        (bigint, "version"),
        (timestamp, "updated_at"),
    ),
)

TABLES = (ITEM_CODES, ITEM_COSTS, SHIPPING_COSTS)
OVERLAPS = {table.name: OVERLAP for table in TABLES}
OPTIONAL = frozenset({SHIPPING_COSTS.name})
NO_SWEEP = "its files keep every version of a row; a wrong one is corrected by a newer version"
NO_WINDOW = "its files are asked for by when a row was last updated, not by a range of days"


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """The rows changed since the cursor; the first time all there are."""
    return csv_drops.extract(request, TABLES, OVERLAP, OPTIONAL)
